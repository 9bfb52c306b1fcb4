/*
 * What the files of the rhythm share.
 *
 * Times are in TENTH, tenths of a millisecond, modulo 2^32: differences below 119 h hold.
 */
#ifndef FARHAND_FLOW_RHYTHM_PRIVATE_H
#define FARHAND_FLOW_RHYTHM_PRIVATE_H

#include "flow/rhythm.h"

enum { ANSWERS = 10, BEATS = 3, FINE_WORDS = 5 };

#define TENTH_US 100
#define SECOND   10000u /* in TENTHs */
#define FINE_US  100000 /* a slot of `fine` */

/* Packets of one small size: do they keep a beat, do they confirm? */
struct beat {
	uint32_t last;    /* TENTH */
	uint16_t size;    /* 0: unused */
	uint16_t period;  /* in units of 2 ms; 0: none yet */
	uint16_t after;   /* TENTH from the last to what the other end sent next; 0: nothing yet */
	uint8_t n;        /* arrivals in time, in a row; others halve it */
	uint8_t confirms; /* running mean: how many of 255 came as soon as can be after that */
};

/* What one end sent in the window; "other" is the other end. */
struct pulse {
	uint64_t input, busy;
	uint64_t fine[FINE_WORDS]; /* a bit per FINE_US: two packets in it, or one of BURST_BYTES */
	uint32_t last, last_input, woke, asked; /* its last packet, no heartbeat's; input; first one
						   after silence; onset that waits for an answer */
	uint32_t sent;                          /* its last packet of any kind */
	uint32_t said; /* its last that is neither a heartbeat's nor confirms something */
	uint32_t bytes, second_bytes;
	float gap_sum, gap_squares; /* ms */
	uint16_t packets, small, masked, gap_count;
	uint16_t gaps, human_gaps, pairs;
	uint16_t events, fresh, echoed, bursts, prompted; /* see struct window_side */
	uint16_t cover_ms, still_ms, answer_bytes;
	uint16_t slot_bytes; /* in the slot of `busy` that is on */
	uint16_t echo;       /* TENTH: least time to an answer; 0: none */
	uint16_t onset_ms[WINDOW_ONSETS];
	uint8_t answer[ANSWERS];        /* answers by class of bytes */
	uint8_t second[WINDOW_SECONDS]; /* bytes of each, as second_code */
	uint8_t second_at, slot_at;     /* those that are on */
	uint8_t onsets, answered, led, answer_packets, begins, wakes;
	uint8_t owed; /* inside a VPN: its packets the other end may yet acknowledge */
	uint8_t has_last : 1, has_said : 1, has_input : 1, has_woke : 1, asks : 1, was_input : 1;
	uint8_t awaits : 1; /* its last input has seen nothing follow yet */
	uint8_t heard : 1;  /* since its last small packet the other end sent something */
	struct beat beat[BEATS];
};

struct rhythm {
	struct flow_row *row; /* NULL: spare */
	int64_t start_us;
	uint32_t data_packets[2]; /* the row's, as last seen */
	struct pulse end[2];      /* by who sent the flow's first frame: sides may be swapped */
	uint16_t product;         /* the row's, as last told of by rhythm_carried */
	uint16_t extra;           /* bytes of a packet that are the carrier's */
	uint16_t next;            /* spare ones: 1 + index, 0 ends the chain */
	uint8_t from;             /* first slot seen */
	uint8_t carrier : 2;      /* enum carrier */
	uint8_t padded : 1;       /* what carries it rounds sizes up */
	uint8_t still : 3;        /* windows in a row in which nothing was sent */
};

_Static_assert(sizeof(struct rhythm) <= 512, "an eligible flow's block");

/* A packet of an end that is new, within the window. */
void rhythm_packet(struct rhythm *m, int end, const struct packet *p);

/* What a packet may be: nothing; no input; either. */
enum part { PART_NONE, PART_SCREEN, PART_ANY };
enum part rhythm_part(struct rhythm *m, const struct packet *p, int end, uint32_t size);

enum beat_is { BEAT_NONE, BEAT_KEPT, BEAT_CONFIRMS };

/*
 * What a small packet is by those of its size before it; notes it.  What confirms takes from
 * soonest to latest, in TENTHs, after what it confirms was sent.
 */
enum beat_is beat_see(
    struct pulse *p, uint32_t now, uint16_t size, uint32_t soonest, uint32_t latest);

/* The other end sent something: to be told while the end has not `heard`. */
void beat_other(struct pulse *p, uint32_t now);

/* Bytes in a code of 8 bits: 3 of mantissa; exact below 16, within 1/8 above. */
uint8_t second_code(uint32_t bytes);
uint32_t second_bytes(uint8_t code);

/* What a window that is over at slot `to` shows. */
void rhythm_sum(struct rhythm *m, uint8_t to, struct window *out);

/* Milliseconds of the window up to now in which the end had long been still. */
uint16_t rhythm_still(const struct rhythm *m, int end, uint32_t now);

/* There and back between the mirror and an end, in TENTHs; a usual way where it is not known. */
uint32_t rhythm_way(const struct rhythm *m, int end);

/* How long an answer to an onset may take, in TENTHs. */
uint32_t rhythm_patience(const struct rhythm *m, int other);

#endif
