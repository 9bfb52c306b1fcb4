/*
 * ecs: alerts and flow records as single lines of JSON, ECS 8.17 names.
 *
 * Field order is fixed, numbers are integers or have fixed digits, times are UTC
 * with milliseconds: the same input gives the same bytes.  docs/alert.schema.json
 * is the contract.
 */
#ifndef FARHAND_ECS_H
#define FARHAND_ECS_H

#include "farhand/alert.h"

/*
 * Community ID v1, seed 0 [corelight/community-id-spec]: "1:" and 28 characters,
 * NUL-ended.  "" for ICMP, whose type and code a flow does not keep.
 */
#define COMMUNITY_ID 31
void community_id(const struct flow *f, char out[COMMUNITY_ID]);

/*
 * Write it as one line, without newline and without NUL; returns its bytes.  0 if it does
 * not fit, which no alert of bounded texts does.
 */
#define ALERT_LINE 32768
size_t ecs_alert(const struct alert *a, const struct run_facts *run, char out[ALERT_LINE]);

/* The rule it is told by: the finding's; of one without, its case's first; "" none. */
const char *ecs_rule(const struct alert *a);

/* One flow, for `replay --flows`. */
struct flow_record {
	const struct flow *flow;
	const struct obs_list *facts;
	const struct product *product; /* NULL none */
	enum by by;
	enum sureness sure;
	enum side inner;              /* which end it is about; SIDE_NONE: neither is ours */
	bool ours[2];
	const struct endpoint *self;  /* the inner end's; NULL: not ours */
	const char *person;           /* whose that is, its id; NULL likewise */
	const char *peer_name;        /* resolved name of the server, "" unknown; OBS_TEXT at most */
	const struct place *place[2]; /* NULL: not looked up, or unknown */
};

/* As ecs_alert, but with newline. */
#define FLOW_LINE 32768
size_t ecs_flow(const struct flow_record *r, const struct run_facts *run, char out[FLOW_LINE]);

#endif
