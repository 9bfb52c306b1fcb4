/*
 * alert: what farhand publishes: one change of one case, explained.
 *
 * It is the contract between judge (which decides) and deliver (which writes it
 * as one line of JSON and sends it).  All pointers are lent for the call.
 */
#ifndef FARHAND_ALERT_H
#define FARHAND_ALERT_H

#include "farhand/detector.h"

#define ALERT_ID 17 /* 16 hex digits */
#define CASE_ID  16 /* "C-" and 12 hex digits */

enum alert_action {
	ALERT_INVENTORY, /* worth knowing, belongs to no case */
	ALERT_CASE_OPENED,
	ALERT_CASE_UPDATED,
	ALERT_CASE_CLOSED,
	ALERT_ACTIONS
};

/* How sure the case is: bands of its probability (algorithms.md 7, "two-key rule"). */
enum band { BAND_NOTE, BAND_REVIEW, BAND_ALERT, BAND_URGENT, BANDS };

/* What one group of evidence adds to the case now, after decay and cap. */
struct case_group {
	float llr;
	int64_t since_us, last_us;
	const char *rule; /* that contributed most */
};

struct case_view {
	char id[CASE_ID];
	uint32_t revision; /* 1 when opened */
	const char *state; /* "open", "updated", "closed" */
	int64_t opened_us, updated_us;
	float probability; /* 0..1 */
	enum band band;
	struct case_group group[GROUPS];
	const char *rules[16]; /* all rules that fired in it, ascending, NULL-ended */
};

/* What the sensor itself saw: the reader must know how blind it was. */
struct health {
	uint64_t frames, bytes;
	uint64_t dropped_kernel, dropped_interface;
	uint64_t decode_errors;
	uint64_t link_unknown; /* of them: frames of a link type that is not read */
	uint64_t flows, flows_evicted;
	uint64_t duplicates;
	float one_way_share; /* TCP flows with payload in one direction only, 0..1 */
	uint64_t findings_suppressed;
};

struct alert {
	char id[ALERT_ID]; /* deterministic: rule, case key, window start */
	int64_t at_us;     /* packet time of the decision */
	enum alert_action action;
	uint8_t severity;               /* 1 inventory, 21 low, 47 medium, 73 high, 99 critical */
	uint8_t risk;                   /* 0..100: how bad */
	uint8_t confidence;             /* 0..100: how sure */
	const struct finding *finding;  /* what caused it; NULL for ALERT_CASE_CLOSED */
	const struct case_view *of;     /* NULL for ALERT_INVENTORY */
	const struct person *who;       /* whose */
	uint32_t repeats, suppressed;   /* of the same key since last told */
	char key[160];                  /* deduplication key */
	const char *not_observable[12]; /* "GEO-01: no claimed place", NULL-ended */
	struct health health;
};

/* What is the same for all alerts of a run. */
struct run_facts {
	const char *mode;      /* "live" or "replay" */
	const char *sensor;    /* observer.name */
	const char *input;     /* replay: as given on the command line; live: interfaces */
	const char *reference; /* what event.reference begins with; RULE.md follows */
	char geo_country[64];  /* "dbip-country 2026-11-01": type and build date; "" none */
	char geo_city[64], geo_asn[64];
};

#endif
