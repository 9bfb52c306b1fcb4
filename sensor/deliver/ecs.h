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

/* A malloc'd line without newline; the caller frees.  NULL only when memory is out. */
char *ecs_alert(const struct alert *a, const struct run_facts *run);

/* One flow, for `replay --flows`. */
struct flow_record {
	const struct flow *flow;
	const struct obs_list *facts;
	const struct product *product; /* NULL none */
	enum by by;
	enum sureness sure;
	enum side inner;               /* SIDE_NONE: neither end is ours */
	const char *peer_name;         /* resolved name of the server, "" unknown */
	const struct endpoint *end[2]; /* NULL where not ours */
	const struct place *place[2];  /* never NULL */
};
char *ecs_flow(const struct flow_record *r, const struct run_facts *run);

#endif
