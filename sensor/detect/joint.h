/*
 * joint: what all flows between a machine and one far end show together.
 *
 * Some tools send the screen by one flow and take input by another (a KVM's video and its
 * WebSocket, SPICE's channels).  Windows of one half minute are laid over each other and
 * scored as if they were one flow's, once a later one comes.
 */
#ifndef FARHAND_DETECT_JOINT_H
#define FARHAND_DETECT_JOINT_H

#include "detect/session.h"

struct joint {
	struct addr peer;                      /* the far end */
	int64_t seen_us;                       /* start of the latest window; 0: unused */
	uint8_t flows;                         /* laid over each other in `sum` */
	uint32_t most_bytes[2], most_input[2]; /* by one flow, each side */
	uint8_t bytes_by[2], input_by[2];      /* which: 1 is the first in `sum` */
	uint16_t whole,
	    split; /* half minutes; those in which one sent the screen, another took input */
	float bytes[2][WINDOW_SECONDS]; /* of each second, of each side */
	struct window sum;              /* side[0] is the machine's, side[1] the far end's */
	struct session host, viewer;    /* the machine as the one and the other */
};

/*
 * Lay a window of a flow over the others.  True if it is the first of a later half minute and
 * the one before had two flows or more: then *done is that one, to be scored by
 * joint_values.
 */
bool joint_add(struct joint *j, const struct window *w, enum side inner, struct window *done);

/*
 * Is it the flows together that tell?  So it is where one sends the screen and another takes the
 * input most of the time: alone either looks like something else.
 */
bool joint_rules(const struct joint *j);

/* As session_values, of such a window; host: SIDE_CLIENT is the machine. */
bool joint_values(
    struct session *s, const struct window *done, enum side host, float value[FEATURES]);

#endif
