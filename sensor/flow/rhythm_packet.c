/*
 * rhythm_packet: what a packet adds to its window.
 *
 *   packet ─▶ may it be input? (part) ─▶ heartbeat, confirmation? (beat) ─▶ input ─▶ onset?
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
#define OWED_MOST   60
#define EVENT       50u   /* TENTH: input so close is one event */
#define AT_ONCE     1000u /* what follows input so soon, and the way, follows it at once */
#define BURST_GAP   1000u
#define SILENCE     5000u /* TENTH */
#define LED         1500u /* and the way to who sends it: what comes so soon answers the screen */
#define HUMAN_LEAST 100u
#define HUMAN_MOST  20000u
#define ANSWER      2500u
#define READ        500u /* what was sent is read and confirmed within it, and the way */
#define HASTY       500u /* hands are slower than such a way */

uint32_t
rhythm_patience(const struct rhythm *m, int other)
{
	return ANSWER + rhythm_way(m, other);
}

/*
 * The soonest that an end can confirm what was sent to it.  A short way need not be known so
 * well: what it was at the handshake may be twice of what it is.
 */
static uint32_t
soonest_by(const struct rhythm *m, int end)
{
	const uint32_t way = m->row->side[end ^ m->row->first].rtt_us / TENTH_US;

	return way > HASTY ? way - way / 8 - HASTY / 10 : 0;
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

static void
add16(uint16_t *n, uint32_t more)
{
	*n = (uint16_t)(more < (uint32_t)(UINT16_MAX - *n) ? *n + more : UINT16_MAX);
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
			add16(&p->answer_bytes, size);
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
	add16(&p->slot_bytes, size);
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
	const bool led = other->has_woke && now - other->woke < LED + rhythm_way(m, end);

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

uint16_t
rhythm_still(const struct rhythm *m, int end, uint32_t now)
{
	const struct pulse *p = &m->end[end];
	const uint32_t start = (uint32_t)(m->start_us / TENTH_US);
	const uint32_t spoken = p->last + LED + rhythm_way(m, !end);
	const uint32_t from = p->has_last && (int32_t)(spoken - start) > 0 ? spoken : start;
	const int32_t still = (int32_t)(now - from) / 10;

	return (uint16_t)(p->still_ms + (still > 0 ? still : 0));
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
	if (is_still(&m->end[!end], now, LED + rhythm_way(m, end)))
		count16(&p->fresh);
}

static void
see_echo(struct rhythm *m, int end, uint32_t now)
{
	struct pulse *asker = &m->end[!end];

	if (asker->awaits && now - asker->last_input <= AT_ONCE + rhythm_way(m, end))
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
	if (!p->has_said || now - p->said > SILENCE)
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
	enum beat_is is = BEAT_NONE;
	bool input;

	see_answer(m, end, now, size);
	see_echo(m, end, now);
	if (!m->end[!end].heard)
		beat_other(&m->end[!end], now);
	count_sent(p, into_us, now, size);
	p->sent = now;
	if (p->owed < OWED_MOST)
		p->owed++;
	if (small) {
		count16(&p->small);
		is =
		    beat_see(p, now, (uint16_t)size, soonest_by(m, end), rhythm_way(m, end) + READ);
		if (is == BEAT_KEPT)
			count16(&p->masked);
	}
	if (is == BEAT_KEPT || part == PART_SCREEN)
		return; /* neither breaks a silence */
	input = small && is == BEAT_NONE;
	note_begin(m, end, now, input);
	if (input)
		count_input(m, end, into_us, now);
	if (is_still(p, now, SILENCE)) {
		p->has_woke = 1;
		p->woke = now;
	}
	if (is_still(p, now, LED))
		p->still_ms = rhythm_still(m, end, now);
	p->has_last = 1;
	p->last = now;
	if (is == BEAT_CONFIRMS)
		return; /* hands may be still all the while */
	p->was_input = input;
	p->has_said = 1;
	p->said = now;
}

void
rhythm_packet(struct rhythm *m, int end, const struct packet *p)
{
	const uint32_t whole = p->payload_bytes;
	const uint32_t size = whole > m->extra ? whole - m->extra : 0;
	const enum part part = rhythm_part(m, p, end, size);

	if (part != PART_NONE)
		see(m, end, m->row->seen_us, size, part);
}
