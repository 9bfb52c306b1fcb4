/*
 * chain: is the machine that answers farther than the one that acknowledges (algorithms B5)?
 *
 * Of a flow into an endpoint the sensor sees two round trips on the endpoint's side: the
 * transport's (packet to its acknowledgement) and the session's (input to the first
 * payload that answers).  Their difference is what lies behind: a shell or a desktop's
 * own time, or further hops [after Yung, Detecting Long Connection Chains of Interactive
 * Terminal Sessions, RAID 2002].  Least values of a day are compared, since delayed
 * acknowledgements and slow programs only add.
 *
 * Over 40 ms for a shell or 200 ms for a desktop, by 20 samples on each of two days.
 * Weak: slow hosts do the same, local echo (mosh) hides it.
 */
#ifndef FARHAND_CHAIN_H
#define FARHAND_CHAIN_H

#include <stdbool.h>
#include <stdint.h>

#define CHAIN_SHELL_US   40000u
#define CHAIN_DESKTOP_US 200000u
#define CHAIN_SAMPLES    20u
#define CHAIN_DAYS       2u
#define CHAIN_WEIGHT     1.0f /* nats, at most */

/* 20 bytes; all zero is its start. */
struct chain {
	int32_t day;              /* UTC, of what follows */
	uint32_t echo_us, ack_us; /* least of the day; 0: none yet */
	uint32_t beyond_us;       /* least difference of the days over it; 0: none */
	uint16_t samples;         /* of the day's echoes */
	uint16_t days;            /* before it that were over the bound */
};

/*
 * So many round trips, the least of each kind; 0: none of that kind.  over_us is the
 * bound for this kind of session.  What is of an earlier day is dropped.
 */
void chain_sample(struct chain *c, int64_t at_us, uint32_t echo_us, uint32_t ack_us, unsigned n,
    uint32_t over_us);

/* echo less ack of the day, us; 0 while either is unknown or samples are few. */
uint32_t chain_downstream_us(const struct chain *c);

/* Was it over the bound on enough days, this one included? */
bool chain_is_long(const struct chain *c, uint32_t over_us);

#endif
