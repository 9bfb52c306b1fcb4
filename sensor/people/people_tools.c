/*
 * people_tools: allowed tools: which product, with whom, until when, why.
 *
 * An exception without a reason cannot be reviewed, so the reason is asked for.
 * Company-wide tools come after a person's own: of two that fit, the person's
 * own reason is told.
 */
#include "ops/config_read.h"
#include "people/people.h"

static void
read_product(struct yaml *y, const struct yaml_node *n, struct allowance *out,
    bool (*known_product)(void *arg, const char *id), void *arg)
{
	if (!yaml_copy(y, n, out->product, sizeof(out->product)))
		return;
	if (strcmp(out->product, "*") != 0 && known_product != NULL &&
	    !known_product(arg, out->product))
		yaml_wrong(y, n, "unknown product '%s'; expected an id of the catalogue, or '*'",
		    out->product);
}

static void
read_tool(struct yaml *y, const struct yaml_node *map, struct allowance *out,
    bool (*known_product)(void *arg, const char *id), void *arg)
{
	memset(out, 0, sizeof(*out));
	out->until_us = INT64_MAX;
	yaml_entries(y, map);
	read_product(y, yaml_need(y, map, "product"), out, known_product, arg);
	config_prefix(y, yaml_get(y, map, "peer"), &out->peer);
	yaml_time(y, yaml_get(y, map, "until"), &out->until_us);
	yaml_name(y, yaml_need(y, map, "reason"), out->reason, sizeof(out->reason));
	yaml_done(y, map);
}

void
people_read_tools(struct yaml *y, const struct yaml_node *list, struct person *to,
    bool (*known_product)(void *arg, const char *id), void *arg)
{
	const size_t n = yaml_count(y, list);

	for (size_t i = 0; i < n; i++) {
		const struct yaml_node *item = yaml_item(list, i);

		if (to->tools == PERSON_TOOLS) {
			yaml_wrong(y, item, "one tool too many; expected at most %d a person",
			    PERSON_TOOLS);
			return;
		}
		read_tool(y, item, &to->tool[to->tools++], known_product, arg);
	}
}
