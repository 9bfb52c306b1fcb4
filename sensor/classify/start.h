/*
 * start: what is kept of the first packets of a flow while they are looked at for a tunnel.
 *
 * One cache line a flow, in the sets of starts.c; of no use to anyone else.
 */
#ifndef FARHAND_CLASSIFY_START_H
#define FARHAND_CLASSIFY_START_H

#include "flow/flows.h"

enum { BURSTS_MOST = 8, SMALL_SIZES = 4 };

/* How far each side's stream was read. */
struct start_place {
	uint32_t next[2]; /* TCP's number of its next byte */
	uint16_t left[2]; /* bytes of its present record, or message, that are still to come */
};

/* start_tls: records of TLS. */
struct start_tls {
	struct start_place place;
	int64_t last_us[2];          /* of each side's last payload */
	uint16_t burst[BURSTS_MOST]; /* bytes inside, client's and server's in turn */
	uint8_t bursts, packets;     /* packets: with payload, of the present stage */
	uint8_t stage, seal;         /* seal: bytes a record's body has more than what it holds */
	uint8_t spoke;               /* a bit a side */
	bool answered;               /* the client, to the server's first words */
};

/* start_vpn: messages of something that nobody names. */
struct start_vpn {
	struct start_place place;
	uint32_t opcodes;             /* a bit each, but for the two that open */
	uint8_t opening[2];           /* 1 + opcode of each side's first message; 0: none yet */
	uint8_t key, messages;        /* the low bits they share; of both sides */
	uint8_t open;                 /* rules that may still come true */
	uint8_t small[SMALL_SIZES];   /* sizes of the first messages; 0: free */
	uint8_t seen[SMALL_SIZES][2]; /* how often, of the first ten and the next */
	uint8_t acks, late_acks;      /* of the commonest: of the first forty, later */
	uint8_t recent, rekeys;       /* off the grid within a handshake's time; when due */
	uint16_t odd;                 /* datagrams off the grid that are no handshake */
	uint16_t full;      /* the longest datagram off the grid, if it is long; 0: none */
	uint32_t datagrams; /* since the opening */
	uint16_t odd_at[2]; /* each side's last off the grid; 0: none */
	uint16_t rekey_at;  /* the last handshake.  In tenths of a second, 1 + since the begin */
};

enum start_kind { START_NONE, START_TLS, START_VPN };

struct start {
	uint8_t kind; /* enum start_kind */
	union {
		struct start_tls tls;
		struct start_vpn vpn;
	};
};

/* One packet with payload, of a row. */
struct start_sight {
	struct flows *flows;
	struct flow_row *row;
	const struct packet *p;
	enum side from;
};

/*
 * Each true while there is more to learn.  _begin is given the flow's first packet with
 * payload; _finish what there is when the flow ends.
 */
bool start_tls_begin(struct start_tls *s, const struct start_sight *at);
bool start_tls_see(struct start_tls *s, const struct start_sight *at);
void start_tls_finish(struct start_tls *s, struct flows *t, struct flow_row *row);
bool start_vpn_begin(struct start_vpn *s, const struct start_sight *at);
bool start_vpn_see(struct start_vpn *s, const struct start_sight *at);
/* Is it watched for longer than its first packets? */
bool start_vpn_is_kept(const struct start_vpn *s);

enum start_turn { TURN_NEXT, TURN_OLD, TURN_LOST };

/* Is this segment what comes next of its side's stream?  OLD: a repeat; LOST: it is further on. */
static inline enum start_turn
start_turn(struct start_place *place, const struct start_sight *at)
{
	const uint32_t ahead = at->p->tcp_seq - place->next[at->from];

	if (ahead != 0)
		return ahead >> 31 != 0 ? TURN_OLD : TURN_LOST;
	place->next[at->from] += at->p->payload_bytes;
	return TURN_NEXT;
}

/* Add an observation to the row's facts. */
void start_say(struct flows *t, struct flow_row *row, enum obs_kind kind, uint32_t num);

#endif
