/*
 * start_vpn: what the first messages of a flow that nobody names show of a VPN that hides its
 * form: its order of messages, or their sizes.
 *
 *   opcodes   A a? | B b? | others, two to four of them, A and B no more    OpenVPN
 *             first byte >> 3; the low bits, the number of the key, stay the same.  Over TCP a
 *             length of two bytes goes before.  A mask over the bytes moves all alike.
 *   acks      ..s.s.. | .s..s.s. | .s.s.... | s....... | ........ | ...      OpenVPN
 *             one small size in the first forty messages, and then no more
 *   grid      ======x.x=========== 120 s ===========x.x============          WireGuard
 *             all lengths are multiples of 16, or the longest there is, but for two of both
 *             sides within 5 s every 120 to 180 s
 *
 * [Xue et al., "OpenVPN is Open to VPN Fingerprinting", USENIX Security 2022; WireGuard's
 * paper, 6.1: keys are renewed with the first data after 120 s, and end at 180.  AmneziaWG moves
 * the types and the handshake's lengths, not the grid of the data nor the clock.]
 */
#include "classify/start.h"

enum { RULE_OPCODES = 1, RULE_ACKS = 2, RULE_GRID = 4 };

/* Opcodes. */
enum { OPCODE_MESSAGES = 10, OTHERS_LEAST = 2, OTHERS_MOST = 4 };
enum { LENGTH_BYTES = 2, LENGTH_MOST = 0x7ff };

/* Acknowledgements. */
enum { BIN = 10, SMALL_LEAST = 20, SMALL_MOST = 104, LATE_FROM = 40, ACK_MESSAGES = 100 };
enum { ACKS_LEAST = 5, LATE_ACKS_MOST = 2 };

/* The grid. */
enum { GRID = 16, FULL_LEAST = 1200, OPENING_DATAGRAMS = 16, GRID_LEAST = 50, ODD_OF = 100 };
enum { ODD_MOST = 16 }; /* at once: a handshake may have junk before it */
enum {
	REKEYS_LEAST = 2,
	ANSWER = 50,
	REKEY_LEAST = 1150,
	REKEY_MOST = 1850
}; /* tenths of a second */
#define TENTH_US     100000
#define GRID_MOST_US (900 * 1000000LL) /* then it is given up */

static void
close_rule(struct start_vpn *s, unsigned rule)
{
	s->open = (uint8_t)(s->open & ~rule);
}

/* Each opens with an opcode of its own, sent again at most until another comes. */
static bool
goes_on(struct start_vpn *s, const struct start_sight *at, uint8_t first)
{
	const uint8_t opcode = first >> 3, other = s->opening[side_other(at->from)];
	uint8_t *mine = &s->opening[at->from];

	if (s->messages == 1)
		s->key = first & 7;
	if ((first & 7) != s->key)
		return false;
	if (*mine == 0) {
		*mine = (uint8_t)(1 + opcode);
		return *mine != other && s->opcodes == 0;
	}
	if (1 + opcode == *mine)
		return s->opcodes == 0;
	if (1 + opcode == other || other == 0)
		return false;
	s->opcodes |= 1u << opcode;
	return true;
}

static void
see_opcode(struct start_vpn *s, const struct start_sight *at, struct view message)
{
	const unsigned others = (unsigned)__builtin_popcount(s->opcodes);

	if (message.n == 0 || !goes_on(s, at, message.p[0])) {
		close_rule(s, RULE_OPCODES);
		return;
	}
	if (s->messages < OPCODE_MESSAGES)
		return;
	close_rule(s, RULE_OPCODES);
	if (others >= OTHERS_LEAST && others <= OTHERS_MOST)
		start_say(at->flows, at->row, OBS_OPENVPN_OPCODES, others);
}

/* A small size, in the first twenty messages: it may be the commonest. */
static void
note_size(struct start_vpn *s, uint8_t size)
{
	unsigned i = 0;

	while (i < SMALL_SIZES && s->small[i] != 0 && s->small[i] != size)
		i++;
	if (i == SMALL_SIZES)
		return;
	s->small[i] = size;
	s->seen[i][s->messages > BIN]++;
}

/* The commonest goes to the first place; false if it is not in both tens. */
static bool
choose_size(struct start_vpn *s)
{
	unsigned best = 0;

	for (unsigned i = 1; i < SMALL_SIZES; i++) {
		if (s->seen[i][0] + s->seen[i][1] > s->seen[best][0] + s->seen[best][1])
			best = i;
	}
	s->small[0] = s->small[best];
	s->acks = (uint8_t)(s->seen[best][0] + s->seen[best][1]);
	return s->seen[best][0] > 0 && s->seen[best][1] > 0;
}

static void
see_size(struct start_vpn *s, const struct start_sight *at, size_t size)
{
	const bool small = size >= SMALL_LEAST && size <= SMALL_MOST;

	if (s->messages <= 2 * BIN) {
		if (small)
			note_size(s, (uint8_t)size);
		if (s->messages == 2 * BIN && !choose_size(s))
			close_rule(s, RULE_ACKS);
		return;
	}
	if (small && size == s->small[0])
		(*(s->messages <= LATE_FROM ? &s->acks : &s->late_acks))++;
	if (s->late_acks > LATE_ACKS_MOST)
		close_rule(s, RULE_ACKS);
	if (s->messages < ACK_MESSAGES || (s->open & RULE_ACKS) == 0)
		return;
	close_rule(s, RULE_ACKS);
	if (s->acks >= ACKS_LEAST)
		start_say(at->flows, at->row, OBS_OPENVPN_ACKS, s->small[0]);
}

/* One message, whole by its length. */
static void
see_message(struct start_vpn *s, const struct start_sight *at, struct view message, size_t size)
{
	if (s->messages < UINT8_MAX)
		s->messages++;
	if ((s->open & RULE_OPCODES) != 0)
		see_opcode(s, at, message);
	if ((s->open & RULE_ACKS) != 0)
		see_size(s, at, size);
}

/* Messages of a stream, each with its length before it. */
static bool
see_stream(struct start_vpn *s, const struct start_sight *at)
{
	const size_t n = at->p->payload_bytes;
	uint16_t *left = &s->place.left[at->from];
	size_t i = *left;

	while (i < n) {
		struct view v = at->p->payload;
		uint16_t length;

		view_skip(&v, i);
		length = view_be16(&v);
		if (v.bad || v.n == 0 || length == 0 || length > LENGTH_MOST)
			return false;
		see_message(s, at, v, length);
		i += LENGTH_BYTES + (size_t)length;
	}
	*left = (uint16_t)(i - n);
	return true;
}

/* Off the grid, and so was the other side a moment ago: a handshake, with what went before it. */
static void
see_handshake(struct start_vpn *s, uint16_t now)
{
	const int past = now - s->rekey_at;

	s->odd = (uint16_t)(s->odd - s->recent);
	s->recent = 0;
	if (past >= REKEY_LEAST && past <= REKEY_MOST)
		s->rekeys++;
	s->rekey_at = now;
}

static bool
is_recent(uint16_t then, uint16_t now)
{
	return then != 0 && now - then <= ANSWER;
}

static void
see_odd(struct start_vpn *s, enum side from, uint16_t now)
{
	const bool theirs = is_recent(s->odd_at[side_other(from)], now);

	if (!theirs && !is_recent(s->odd_at[from], now))
		s->recent = 0;
	s->odd_at[from] = now;
	s->odd++;
	s->recent++;
	if (theirs && !is_recent(s->rekey_at, now))
		see_handshake(s, now);
}

/* Data is padded to the grid, but not beyond what the tunnel's link takes. */
static bool
is_odd(struct start_vpn *s, uint32_t bytes)
{
	if (bytes % GRID == 0)
		return false;
	if (bytes < FULL_LEAST || bytes > UINT16_MAX)
		return true;
	if (bytes > s->full)
		s->full = (uint16_t)bytes;
	return bytes != s->full;
}

/* Handshake, and junk before it, open the flow; from then on the lengths have to be right. */
static void
see_grid(struct start_vpn *s, const struct start_sight *at)
{
	const int64_t past_us = at->p->at_us - at->row->first_us;
	const uint16_t now = (uint16_t)(1 + past_us / TENTH_US);
	const bool odd = is_odd(s, at->p->payload_bytes);

	if (past_us < 0 || past_us > GRID_MOST_US) {
		close_rule(s, RULE_GRID);
		return;
	}
	if (s->messages <= OPENING_DATAGRAMS) {
		if (odd)
			s->rekey_at = now;
		return;
	}
	s->datagrams++;
	if (odd)
		see_odd(s, at->from, now);
	if (s->odd > ODD_MOST + s->datagrams / ODD_OF || s->odd == UINT16_MAX)
		close_rule(s, RULE_GRID);
	if (s->rekeys < REKEYS_LEAST || s->datagrams < GRID_LEAST ||
	    s->odd * (uint64_t)ODD_OF >= s->datagrams)
		return;
	close_rule(s, RULE_GRID);
	start_say(at->flows, at->row, OBS_WIREGUARD_GRID, s->rekeys);
}

bool
start_vpn_begin(struct start_vpn *s, const struct start_sight *at)
{
	const struct flow_row *row = at->row;
	const bool tcp = row->proto == PROTO_TCP;

	*s = (struct start_vpn){ .open = RULE_OPCODES | RULE_ACKS };
	if (!tcp)
		s->open |= RULE_GRID;
	for (int i = 0; i < 2; i++)
		s->place.next[i] = row->side[i].isn + 1;
	return (!tcp || row->syn_known == 3) && start_vpn_see(s, at);
}

bool
start_vpn_see(struct start_vpn *s, const struct start_sight *at)
{
	enum start_turn turn;

	if (at->row->proto == PROTO_UDP) {
		see_message(s, at, at->p->payload, at->p->payload_bytes);
		if ((s->open & RULE_GRID) != 0)
			see_grid(s, at);
		return s->open != 0;
	}
	turn = start_turn(&s->place, at);
	if (turn != TURN_NEXT)
		return turn == TURN_OLD;
	return see_stream(s, at) && s->open != 0;
}

bool
start_vpn_is_kept(const struct start_vpn *s)
{
	return s->open == RULE_GRID && s->datagrams >= GRID_LEAST;
}
