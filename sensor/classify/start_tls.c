/*
 * start_tls: what the first packets of a TLS connection show of a tunnel: that its server, or
 * its client, is further off than who answers for it by TCP; and a second handshake inside.
 *
 *   client          mirror          server
 *      |-- hello ------>|-------------->|     last_us[client]
 *      |                |<--- hello ----|     less the round trip of SYN and SYN-ACK: late server
 *      |<---- flight ---|<--- flight ---|     last_us[server]
 *      |-- Finished --->|               |     less that of SYN-ACK and ACK: late client
 *
 * [Xue et al., NDSS 2025; Ramesh et al., USENIX Security 2024: CalcuLatency]
 *
 *   records   CCS Finished | inside, by turns: client server client server ...
 *   bursts                    0      1      2      3      4 ...
 *
 * A proxy's client speaks TLS inside: its hello, the server's flight, its Finished and the
 * first answer are four bursts whose sizes the outer records show but for what each adds
 * [Xue et al., USENIX Security 2024].  Before it may stand an exchange of the proxy's own
 * (CONNECT), hence three windows, that begin with bursts 0, 2 and 4.
 */
#include "classify/start.h"

#include <math.h>

#include "classify/hello_bursts.h"

enum {
	RECORD_HEAD = 5,
	RECORD_MOST = 16384 + 256,
	CHANGE_CIPHER_SPEC = 20,
	HANDSHAKE = 22,
	APPLICATION = 23,
	SEAL_1_2 = 24, /* AES-GCM's nonce and tag */
	SEAL_1_3 = 17, /* the type, and the tag */
	SERVER_HELLO = 2
};

enum { STAGE_HANDSHAKE, STAGE_FINISHED, STAGE_INSIDE };
enum { HANDSHAKE_PACKETS = 24, INSIDE_PACKETS = 25 }; /* of both sides */

#define LATE_LEAST_US 15000
#define LATE_OF_TEN   3 /* of TCP's round trip */

/* A side that answers is late where TLS takes it that much longer than TCP. */
static void
judge_late(const struct start_sight *at, enum side side, int64_t since_us)
{
	const int64_t rtt_us = at->row->side[side].rtt_us,
		      late_us = at->p->at_us - since_us - rtt_us;

	if (rtt_us == 0 || late_us <= LATE_LEAST_US || late_us * 10 <= rtt_us * LATE_OF_TEN ||
	    late_us > UINT32_MAX)
		return;
	start_say(at->flows, at->row, side == SIDE_SERVER ? OBS_LATE_SERVER : OBS_LATE_CLIENT,
	    (uint32_t)late_us);
}

/* The round trips of the handshake; false if the server does not answer with its hello. */
static bool
time_answers(struct start_tls *s, const struct start_sight *at)
{
	const struct view said = at->p->payload;
	const bool first = (s->spoke >> at->from & 1) == 0;

	if (s->answered)
		return true;
	s->spoke |= (uint8_t)(1u << at->from);
	if (at->from == SIDE_SERVER && first) {
		if (said.n <= RECORD_HEAD || said.p[0] != HANDSHAKE ||
		    said.p[RECORD_HEAD] != SERVER_HELLO)
			return false;
		judge_late(at, SIDE_SERVER, s->last_us[SIDE_CLIENT]);
	} else if (at->from == SIDE_CLIENT && (s->spoke >> SIDE_SERVER & 1) != 0) {
		judge_late(at, SIDE_CLIENT, s->last_us[SIDE_SERVER]);
		s->answered = true;
	}
	s->last_us[at->from] = at->p->at_us;
	return true;
}

/* How far four bursts are from a model: Mahalanobis's distance, of logarithms. */
static double
distance(const uint16_t burst[4], const struct hello_bursts *model)
{
	double off[4], sum = 0;

	for (int i = 0; i < 4; i++)
		off[i] = log(1.0 + (i < 3 ? burst[i] : fmin(burst[i], HELLO_ANSWER_MOST))) -
		    model->mean[i];
	for (int i = 0; i < 4; i++) {
		for (int k = 0; k < 4; k++)
			sum += off[i] * model->inverse[i][k] * off[k];
	}
	return sqrt(sum > 0 ? sum : 0);
}

/* Is the window of four that ends with the last burst a handshake?  Then it is told. */
static bool
judge_window(const struct start_tls *s, struct flows *t, struct flow_row *row)
{
	double least = HELLO_DISTANCE_MOST;

	if (s->bursts < 4 || s->bursts % 2 != 0)
		return false;
	for (size_t i = 0; i < sizeof(hello_bursts) / sizeof(hello_bursts[0]); i++)
		least = fmin(least, distance(&s->burst[s->bursts - 4], &hello_bursts[i]));
	if (least >= HELLO_DISTANCE_MOST)
		return false;
	start_say(t, row, OBS_TLS_INSIDE, (uint32_t)(least * 100));
	return true;
}

/* What a record of the inside holds; false: nothing more is to be learnt. */
static bool
add_inside(struct start_tls *s, const struct start_sight *at, uint16_t length)
{
	const uint32_t bytes = length > s->seal ? (uint32_t)(length - s->seal) : 0;
	uint32_t sum;

	/* Even bursts are the client's; what the server says before the first is its own. */
	if (s->bursts % 2 == (at->from == SIDE_CLIENT ? 0 : 1)) {
		if (s->bursts >= 4 && judge_window(s, at->flows, at->row))
			return false;
		if (s->bursts == BURSTS_MOST)
			return false;
		s->burst[s->bursts++] = 0;
	}
	if (s->bursts == 0)
		return true;
	sum = s->burst[s->bursts - 1] + bytes;
	s->burst[s->bursts - 1] = (uint16_t)(sum < UINT16_MAX ? sum : UINT16_MAX);
	return true;
}

/* After the client's ChangeCipherSpec its Finished, and then the inside. */
static bool
see_record(struct start_tls *s, const struct start_sight *at, uint8_t type, uint16_t length)
{
	if (s->stage == STAGE_INSIDE)
		return type != APPLICATION || add_inside(s, at, length);
	if (at->from != SIDE_CLIENT)
		return true;
	if (s->stage == STAGE_HANDSHAKE && type == CHANGE_CIPHER_SPEC) {
		s->stage = STAGE_FINISHED;
		return true;
	}
	if (s->stage != STAGE_FINISHED)
		return true;
	if (type != HANDSHAKE && type != APPLICATION)
		return false;
	s->seal = type == HANDSHAKE ? SEAL_1_2 : SEAL_1_3;
	s->stage = STAGE_INSIDE;
	s->packets = 0;
	return true;
}

/* All records that begin in this segment. */
static bool
see_records(struct start_tls *s, const struct start_sight *at)
{
	const size_t n = at->p->payload_bytes;
	uint16_t *left = &s->place.left[at->from];
	size_t i = *left;

	for (; i < n;) {
		struct view v = at->p->payload;
		uint8_t type;
		uint16_t version, length;

		view_skip(&v, i);
		type = view_u8(&v);
		version = view_be16(&v);
		length = view_be16(&v);
		if (v.bad || type < CHANGE_CIPHER_SPEC || type > APPLICATION || version >> 8 != 3 ||
		    length == 0 || length > RECORD_MOST || !see_record(s, at, type, length))
			return false;
		i += RECORD_HEAD + (size_t)length;
	}
	*left = (uint16_t)(i - n);
	return true;
}

bool
start_tls_begin(struct start_tls *s, const struct start_sight *at)
{
	const struct flow_row *row = at->row;

	*s = (struct start_tls){ .stage = STAGE_HANDSHAKE };
	for (int i = 0; i < 2; i++)
		s->place.next[i] = row->side[i].isn + 1;
	return row->syn_known == 3 && at->from == SIDE_CLIENT && start_tls_see(s, at);
}

bool
start_tls_see(struct start_tls *s, const struct start_sight *at)
{
	const enum start_turn turn = start_turn(&s->place, at);

	if (turn != TURN_NEXT)
		return turn == TURN_OLD;
	s->packets++;
	if (!time_answers(s, at) || !see_records(s, at))
		return false;
	if (s->stage != STAGE_INSIDE)
		return s->packets < HANDSHAKE_PACKETS;
	if (s->packets < INSIDE_PACKETS)
		return true;
	start_tls_finish(s, at->flows, at->row);
	return false;
}

void
start_tls_finish(struct start_tls *s, struct flows *t, struct flow_row *row)
{
	if (s->stage == STAGE_INSIDE)
		(void)judge_window(s, t, row);
}
