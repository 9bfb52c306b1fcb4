/*
 * config_ranges: the section `ranges` of farhand.yaml: which networks are whose.
 *
 *   - {net: 192.0.2.64/26, kind: office, name: HQ, reason: "our own line", until: 2027-06-30}
 *
 * Ranges may nest (a help desk within an office): the most specific one counts.
 * The same range twice would leave that open.
 */
#include "ops/config_read.h"

struct range_kind {
	const char *word;
	enum network_kind network;
	bool sanctioned; /* people there may control our machines */
};

static const struct range_kind kinds[] = {
	{ "office", NETWORK_OFFICE, true },
	{ "helpdesk", NETWORK_UNKNOWN, true },
	{ "coworking", NETWORK_SHARED, false },
	{ "hosting", NETWORK_HOSTING, false },
	{ "vpn", NETWORK_VPN, false },
	{ "mobile", NETWORK_MOBILE, false },
	{ "satellite", NETWORK_SATELLITE, false },
	{ "fixed", NETWORK_FIXED, false },
};

enum { KINDS = sizeof(kinds) / sizeof(kinds[0]) };

static void
read_kind(struct yaml *y, const struct yaml_node *n, struct config_range *out)
{
	const char *words[KINDS + 1] = { NULL };
	unsigned word;

	for (unsigned i = 0; i < KINDS; i++)
		words[i] = kinds[i].word;
	if (!yaml_word(y, n, words, &word))
		return;
	out->network = (uint8_t)kinds[word].network;
	out->sanctioned = kinds[word].sanctioned;
}

static void
read_range(struct yaml *y, const struct yaml_node *map, struct config_range *out)
{
	out->until_us = INT64_MAX;
	config_prefix(y, yaml_need(y, map, "net"), &out->net);
	read_kind(y, yaml_need(y, map, "kind"), out);
	yaml_name(y, yaml_need(y, map, "name"), out->name, sizeof(out->name));
	yaml_copy(y, yaml_get(y, map, "reason"), out->reason, sizeof(out->reason));
	yaml_time(y, yaml_get(y, map, "until"), &out->until_us);
	if (out->sanctioned && out->reason[0] == '\0')
		yaml_wrong(y, map,
		    "no 'reason' here; expected one where control of our machines is allowed");
	yaml_done(y, map);
}

static void
check_once(struct yaml *y, const struct yaml_node *list, size_t i, const struct config_range *range)
{
	const struct config_range *a = &range[i];

	for (size_t j = 0; j < i; j++)
		if (range[j].net.bits == a->net.bits && addr_equal(&range[j].net.net, &a->net.net))
			yaml_wrong(y, yaml_item(list, i),
			    "the same range as on line %u; expected each range once",
			    yaml_line(yaml_item(list, j)));
}

void
config_read_ranges(struct yaml *y, const struct yaml_node *list, struct config *c)
{
	const size_t n = yaml_count(y, list);

	if (n > CONFIG_PREFIXES)
		yaml_wrong(y, list, "%zu ranges; expected at most %d", n, CONFIG_PREFIXES);
	for (size_t i = 0; i < n && i < CONFIG_PREFIXES; i++) {
		struct config_range *range = &c->range[i];
		const unsigned before = yaml_mistakes(y);

		memset(range, 0, sizeof(*range));
		yaml_entries(y, yaml_item(list, i));
		read_range(y, yaml_item(list, i), range);
		if (yaml_mistakes(y) == before)
			check_once(y, list, i, c->range);
		c->ranges++;
	}
}
