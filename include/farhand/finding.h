/*
 * finding: what a detector concludes, with its evidence.
 */
#ifndef FARHAND_FINDING_H
#define FARHAND_FINDING_H

#include "farhand/endpoint.h"
#include "farhand/flow.h"
#include "farhand/product.h"

enum family { FAMILY_RD, FAMILY_LF, FAMILY_GEO, FAMILIES };

/* Independent sources of evidence and their caps: research/algorithms.md 7. */
enum group {
	GROUP_CONTROL,   /* g1 control session */
	GROUP_RELAY,     /* g2 relay */
	GROUP_OPERATOR,  /* g3 operator sharing */
	GROUP_EGRESS,    /* g4 co-egress */
	GROUP_PATH,      /* g5 path */
	GROUP_PHYSICS,   /* g6 physics */
	GROUP_GEO,       /* g7 geo claims */
	GROUP_BEHAVIOUR, /* g8 behaviour */
	GROUP_INVENTORY, /* g9 devices by exact names */
	GROUPS
};

/* How bad one finding is by itself. */
enum level { LEVEL_INVENTORY, LEVEL_LOW, LEVEL_MEDIUM, LEVEL_HIGH, LEVELS };

#define FINDING_SIGNALS 8
#define FINDING_AGAINST 4
#define FINDING_FLOWS   4
#define FINDING_PERSONS 8
#define SIGNAL_TEXT     160

struct signal {
	const char *name; /* "product_named": static */
	char observed[SIGNAL_TEXT];
	char expected[SIGNAL_TEXT];
	float weight; /* nats it contributes */
	uint32_t samples;
	int64_t from_us, to_us;
	uint64_t flow[FINDING_FLOWS]; /* flow ids, 0-ended if fewer */
};

struct finding {
	const struct detector *by;
	enum level level;
	float llr;         /* nats, before caps */
	bool context;      /* inventory that is evidence in a case which others opened */
	bool near_certain; /* an exact-name or physics fact: one of the two keys by itself */
	char key[96];      /* with rule and person: what makes two findings the same */
	char message[240]; /* first line an analyst reads; complete by itself */

	const struct endpoint *end; /* NULL for a finding on persons alone */
	const struct person *who;   /* whose case; never NULL */
	uint8_t persons;            /* all persons it involves, who among them, ascending id */
	const struct person *person[FINDING_PERSONS];

	bool has_flow;
	struct flow flow;              /* the most telling one */
	enum side inner;               /* which end of it is `end` */
	const struct product *product; /* NULL: none */
	struct addr peer;              /* the far end, or the egress; all zero: none */
	struct place peer_place;

	uint8_t signals, against;
	struct signal signal[FINDING_SIGNALS];
	char speaks_against[FINDING_AGAINST][SIGNAL_TEXT];
};

#define FINDINGS_MAX 4

/* What one call of a detector may add; the last is a spare where more are tried. */
struct findings {
	uint8_t count;
	uint32_t lost;
	struct finding at[FINDINGS_MAX + 1];
};

#endif
