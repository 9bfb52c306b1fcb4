/*
 * rhythm_packet: what a packet adds to its window.
 *
 *   packet ─▶ what kind (RFC 7983, inner acknowledgement) ─▶ heartbeat? ─▶ input? ─▶ onset?
 *         └─▶ bytes by second, bursts by tenth of a second ─▶ the other end's onset answered?
 *
 * Who ends a silence of both ends, and whose bursts come right after the other's input, tells who
 * leads; that all input is followed at once by something small tells an echo.
 *
 * An onset is input after half a second of silence [Zhang and Paxson 2000].  One that comes right
 * after the other end woke is itself an answer (led).  Others are answered by two packets, or
 * BURST_BYTES, of the other end within ANSWER and the way there.
 */
#include "flow/rhythm_private.h"

#define SMALL_BYTES 200
#define SMALL_MOST  1000
#define SMALL_A_MS  6 /* bytes of input that hands make in a millisecond, carrier included */
#define BURST_BYTES 100
#define BUSY_BYTES  1000
/* What is left of an acknowledgement inside a VPN, its times taken off: nothing, but for a length
   before the packet; or a SACK of one block [RFC 2018]. */
#define ACK_TIMES   2
#define SACK        12
#define ACK_MOST    14
#define INNER_LEAST 24 /* IP and UDP are so much less than IP, TCP and times */
#define OWED_MOST   60
#define EVENT       50u   /* TENTH: input so close is one event */
#define AT_ONCE     1000u /* what follows input so soon, and the way, follows it at once */
#define BURST_GAP   1000u
#define SILENCE     5000u /* TENTH */
#define LED         1500u /* and the way to who sends it: what comes so soon answers the screen */
#define HUMAN_LEAST 100u
#define HUMAN_MOST  20000u
#define ANSWER      2500u
#define WAY         1000u

/* What a packet is to us. */
enum part { PART_NONE, PART_SCREEN, PART_ANY }; /* nothing; cannot be input; may be either */

/* STUN, DTLS and RTP on one flow by their first byte [RFC 7983]; a TURN channel has 4 more. */
static enum part
part_of_ice(struct view v)
{
	const uint8_t *b = v.p;

	if (v.n >= 5 && b[0] >= 64 && b[0] <= 79)
		b += 4;
	if (b[0] >= 128 && b[0] <= 191)
		return PART_SCREEN;
	/* DTLS application data; of DTLS 1.3 all that is encrypted [RFC 9147 4]. */
	return b[0] == 23 || (b[0] >= 32 && b[0] <= 63) ? PART_ANY : PART_NONE;
}

static bool
is_stun(struct view v)
{
	static const uint8_t cookie[4] = { 0x21, 0x12, 0xa4, 0x42 }; /* [RFC 8489 5] */

	return v.n >= 8 && v.p[0] < 4 && memcmp(v.p + 4, cookie, sizeof(cookie)) == 0;
}

/* There and back between the mirror and an end; where it is not known, a usual way. */
static uint32_t
way_to(const struct rhythm *m, int end)
{
	const uint32_t rtt_us = m->row->side[end ^ m->row->first].rtt_us;

	return rtt_us != 0 ? rtt_us / TENTH_US : m->row->proto == PROTO_UDP ? WAY : 0;
}

/*
 * Inside a VPN that rounds sizes up a key is as small as an acknowledgement.  Who owes one sends
 * that; who owes none sends input.
 */
static enum part
part_of_vpn(struct rhythm *m, const struct packet *p, int end, uint32_t size)
{
	const uint32_t now = (uint32_t)(m->row->seen_us / TENTH_US);
	struct pulse *other = &m->end[!end];

	if (size > ACK_MOST || (!m->padded && size > ACK_TIMES && size < SACK))
		return PART_ANY;
	if ((uint32_t)p->payload_bytes + INNER_LEAST < m->extra ||
	    (!m->padded && size <= ACK_TIMES))
		return PART_NONE;
	if (now - other->sent > ANSWER + way_to(m, end))
		other->owed = 0;
	if (other->owed == 0)
		return PART_ANY;
	other->owed--;
	return PART_NONE;
}

static enum part
part_of(struct rhythm *m, const struct packet *p, int end, uint32_t size)
{
	if (m->carrier == CARRIER_VPN)
		return part_of_vpn(m, p, end, size);
	if (p->proto != PROTO_UDP)
		return PART_ANY;
	if (m->carrier != CARRIER_ICE && is_stun(p->payload))
		m->carrier = CARRIER_ICE;
	if (m->carrier == CARRIER_ICE && p->payload.n > 0)
		return part_of_ice(p->payload);
	return PART_ANY;
}

uint32_t
rhythm_patience(const struct rhythm *m, int other)
{
	return ANSWER + way_to(m, other);
}

static void
count8(uint8_t *n)
{
	*n = (uint8_t)(*n + (*n < UINT8_MAX));
}

static void
count16(uint16_t *n)
{
	*n = (uint16_t)(*n + (*n < UINT16_MAX));
}

static uint8_t
answer_class(uint32_t bytes)
{
	uint8_t c = 0;

	for (uint32_t most = 64; c < ANSWERS - 1 && bytes > most; most *= 2)
		c++;
	return c;
}

/* The onset that waits has had its time. */
static void
judge(struct pulse *p)
{
	p->asks = 0;
	count8(&p->answer[answer_class(p->answer_bytes)]);
	if (p->answer_packets >= 2 || p->answer_bytes >= BURST_BYTES)
		count8(&p->answered);
}

/* It took so long, one TENTH at least. */
static void
note_echo(struct pulse *p, uint32_t took)
{
	const uint32_t echo = took > 0 ? took : 1;

	if (p->echo == 0 || echo < p->echo)
		p->echo = (uint16_t)(echo < UINT16_MAX ? echo : UINT16_MAX);
}

static void
see_answer(struct rhythm *m, int end, uint32_t now, uint32_t size)
{
	for (int asker = 0; asker < 2; asker++) {
		struct pulse *p = &m->end[asker];

		if (!p->asks)
			continue;
		if (now - p->asked > rhythm_patience(m, !asker)) {
			judge(p);
		} else if (asker != end) {
			if (p->answer_packets == 0)
				note_echo(p, now - p->asked);
			p->answer_bytes += size;
			count8(&p->answer_packets);
		}
	}
}

static void
count_sent(struct pulse *p, int64_t into_us, uint32_t now, uint32_t size)
{
	const uint8_t second = (uint8_t)(into_us / 1000000), slot = (uint8_t)(into_us / SLOT_US);
	const unsigned fine = (unsigned)(into_us / FINE_US);

	if (p->second_at != second) {
		p->second[p->second_at] = second_code(p->second_bytes);
		p->second_at = second;
		p->second_bytes = 0;
	}
	if (p->slot_at != slot) {
		p->slot_at = slot;
		p->slot_bytes = 0;
	}
	p->bytes += size;
	p->second_bytes += size;
	p->slot_bytes =
	    (uint16_t)(p->slot_bytes + size < UINT16_MAX ? p->slot_bytes + size : UINT16_MAX);
	if (p->slot_bytes >= BUSY_BYTES)
		p->busy |= 1ull << slot;
	if (size >= BURST_BYTES || (p->has_last && now - p->last < FINE_US / TENTH_US))
		p->fine[fine / 64] |= 1ull << fine % 64;
	count16(&p->packets);
	if (p->has_last && now - p->last < 2 * SECOND) {
		const float gap = (float)(now - p->last) / 10;

		p->gap_sum += gap;
		p->gap_squares += gap * gap;
		count16(&p->gap_count);
	}
}

static void
onset(struct rhythm *m, int end, int64_t into_us, uint32_t now)
{
	struct pulse *p = &m->end[end];
	const struct pulse *other = &m->end[!end];
	const bool led = other->has_woke && now - other->woke < LED + way_to(m, end);

	if (p->onsets < WINDOW_ONSETS)
		p->onset_ms[p->onsets] = (uint16_t)(into_us / 1000 | (led ? ONSET_LED : 0));
	count8(&p->onsets);
	if (p->asks)
		judge(p);
	if (led) {
		count8(&p->led);
		return; /* it asks nothing */
	}
	p->asks = 1;
	p->asked = now;
	p->answer_bytes = 0;
	p->answer_packets = 0;
}

/* Is there silence at an end, for so long? */
static bool
is_still(const struct pulse *p, uint32_t now, uint32_t span)
{
	return !p->has_last || now - p->last > span;
}

/* A packet that is no heartbeat's: does it end a silence, of both ends or its own? */
static void
note_begin(struct rhythm *m, int end, uint32_t now, bool input)
{
	struct pulse *p = &m->end[end];
	const struct pulse *other = &m->end[!end];

	if (is_still(p, now, SILENCE) && is_still(other, now, SILENCE)) {
		count8(&p->begins);
		if (input)
			count8(&p->wakes);
	}
	if (is_still(p, now, BURST_GAP)) {
		count16(&p->bursts);
		if (other->has_input && now - other->last_input <= rhythm_patience(m, end))
			count16(&p->prompted);
	}
}

static void
note_event(struct rhythm *m, int end, uint32_t now)
{
	struct pulse *p = &m->end[end];
	const uint32_t gap = now - p->last_input, patience = rhythm_patience(m, !end);

	if (p->has_input) {
		const uint32_t cover_ms = p->cover_ms + (gap < patience ? gap : patience) / 10;

		p->cover_ms = (uint16_t)(cover_ms < UINT16_MAX ? cover_ms : UINT16_MAX);
	}
	if (p->has_input && gap <= EVENT)
		return;
	p->awaits = 1;
	count16(&p->events);
	if (is_still(&m->end[!end], now, LED + way_to(m, end)))
		count16(&p->fresh);
}

static void
see_echo(struct rhythm *m, int end, uint32_t now)
{
	struct pulse *asker = &m->end[!end];

	if (asker->awaits && now - asker->last_input <= AT_ONCE + way_to(m, end))
		count16(&asker->echoed);
	asker->awaits = 0;
}

static void
count_input(struct rhythm *m, int end, int64_t into_us, uint32_t now)
{
	struct pulse *p = &m->end[end];

	note_event(m, end, now);
	p->input |= 1ull << into_us / SLOT_US;
	if (p->has_input) {
		const uint32_t gap = now - p->last_input;

		count16(&p->gaps);
		p->human_gaps = (uint16_t)(p->human_gaps +
		    (p->human_gaps < UINT16_MAX && gap >= HUMAN_LEAST && gap <= HUMAN_MOST));
	}
	if (p->was_input)
		count16(&p->pairs);
	if (is_still(p, now, SILENCE))
		onset(m, end, into_us, now);
	p->has_input = 1;
	p->last_input = now;
}

/*
 * TCP gathers what is written while an acknowledgement is on its way [RFC 896]: the longer
 * the way, the more input is in a packet.
 */
static uint32_t
small_of(const struct rhythm *m)
{
	const struct flow_row *row = m->row;
	uint64_t more;

	if (row->proto != PROTO_TCP)
		return SMALL_BYTES;
	more = ((uint64_t)row->side[0].rtt_us + row->side[1].rtt_us) * SMALL_A_MS / 1000;
	return more < SMALL_MOST - SMALL_BYTES ? SMALL_BYTES + (uint32_t)more : SMALL_MOST;
}

static void
see(struct rhythm *m, int end, int64_t now_us, uint32_t size, enum part part)
{
	struct pulse *p = &m->end[end];
	const uint32_t now = (uint32_t)(now_us / TENTH_US);
	const int64_t into_us = now_us - m->start_us;
	const bool small = part == PART_ANY && size <= small_of(m);
	bool input = small;

	see_answer(m, end, now, size);
	see_echo(m, end, now);
	count_sent(p, into_us, now, size);
	p->sent = now;
	if (p->owed < OWED_MOST)
		p->owed++;
	if (small) {
		count16(&p->small);
		if (beat_keeps(p, now, (uint16_t)size)) {
			count16(&p->masked);
			input = false;
		}
	}
	if (!input && (small || part == PART_SCREEN))
		return; /* neither breaks a silence */
	note_begin(m, end, now, input);
	if (input)
		count_input(m, end, into_us, now);
	if (is_still(p, now, SILENCE)) {
		p->has_woke = 1;
		p->woke = now;
	}
	p->was_input = input;
	p->has_last = 1;
	p->last = now;
}

void
rhythm_packet(struct rhythm *m, int end, const struct packet *p)
{
	const uint32_t whole = p->payload_bytes;
	const uint32_t size = whole > m->extra ? whole - m->extra : 0;
	const enum part part = part_of(m, p, end, size);

	if (part != PART_NONE)
		see(m, end, m->row->seen_us, size, part);
}
