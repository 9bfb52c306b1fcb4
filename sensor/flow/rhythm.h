/*
 * rhythm: sizes, directions and times of a flow, half a minute at a time.
 *
 * Kept only for flows that may be somebody's session: with payload both ways, RHYTHM_PACKETS
 * of it and RHYTHM_AGE_US old.  Blocks of at most 512 bytes are in a pool of fixed size, taken
 * at once at the start, touched as it is used; one that nothing happens in is given back.  Per
 * packet the work is constant; windows are made when they are over.
 */
#ifndef FARHAND_FLOW_RHYTHM_H
#define FARHAND_FLOW_RHYTHM_H

#include "farhand/window.h"
#include "flow/flows.h"

#define RHYTHM_PACKETS 20
#define RHYTHM_AGE_US  (10 * 1000000LL)

struct rhythms;

/* For `most` flows at once, less than 65536.  NULL without memory. */
struct rhythms *rhythms_new(uint32_t most);
void rhythms_free(struct rhythms *r); /* NULL allowed */

/* May the row be a session?  Asked of every packet with payload. */
static inline bool
rhythm_is_due(const struct flow_row *row)
{
	const uint32_t a = row->side[0].data_packets, b = row->side[1].data_packets;

	return a > 0 && b > 0 && a + b >= RHYTHM_PACKETS &&
	    row->seen_us - row->first_us >= RHYTHM_AGE_US;
}

/*
 * A packet with payload that flows_see counted on a row that is due; retransmissions are told
 * by the row's counters.
 */
void rhythm_see(struct rhythms *r, struct flow_row *row, enum side from, const struct packet *p);

/* It will soon be told of a packet of that row: its block is fetched meanwhile. */
void rhythm_fetch(const struct rhythms *r, const struct flow_row *row);

/*
 * Has the row's product changed since rhythm_carried?  Then that wants to be told: how many
 * bytes of each packet are a VPN's own and the headers of the packet inside, 0: it is no VPN; and
 * whether it rounds sizes up, so that an acknowledgement is as large as a key.
 */
bool rhythm_asks(const struct rhythms *r, const struct flow_row *row);
void rhythm_carried(
    struct rhythms *r, const struct flow_row *row, uint32_t extra_bytes, bool padded);

/*
 * Rows whose window is over at tick_us, with their ids, in any order: of up to `most` blocks from
 * *at on, which goes on behind them.  Returns how many.
 */
uint32_t rhythms_due(
    const struct rhythms *r, int64_t tick_us, uint32_t *at, uint32_t most, struct flows_due *out);
/* How many blocks there are from `at` on. */
uint32_t rhythms_left(const struct rhythms *r, uint32_t at);
/* Was the row last seen when its window was over already?  Then rhythm_window comes first. */
bool rhythm_is_over(const struct rhythms *r, const struct flow_row *row);
/*
 * End the row's window at now_us, begin the next.  False, *out untouched, if it has no
 * block or nothing was sent.
 */
bool rhythm_window(struct rhythms *r, struct flow_row *row, int64_t now_us, struct window *out);

/* Give back what is kept of the row, if anything. */
void rhythm_drop(struct rhythms *r, struct flow_row *row);

/* Packets of flows there was no room for. */
uint64_t rhythms_refused(const struct rhythms *r);

#endif
