/*
 * card: see card.h.
 *
 *   version: "2026-11-29"
 *   desktop:                                               and shell
 *     base: -0.4
 *     groups:
 *       size: {least: -2.5, most: 2, scale: 0.9}           each of feature_group
 *     features:
 *       size_ratio: {group: size, edges: [0, 0.5], weights: [-2, 0.1, 0.8], unknown: 0}
 *   session: {alike: 0.3, most: 6, likely: {windows: 6, score: 3}, sure: {windows: 8, score: 5}}
 */
#include "ops/card.h"

#include <string.h>

#include "ops/yaml.h"

#define WEIGHT_MOST 10.0 /* nats: more is a mistake */

static const char *const group_words[] = { "size", "timing", "response", "session", NULL };

_Static_assert(sizeof(group_words) / sizeof(group_words[0]) == FEATURE_GROUPS + 1, "a word each");

static void
read_float(struct yaml *y, const struct yaml_node *n, double least, double most, float *out)
{
	double v;

	if (yaml_real(y, n, least, most, &v))
		*out = (float)v;
}

static void
read_feature(struct yaml *y, const struct yaml_node *map, struct card_feature *out)
{
	const struct yaml_node *edges = yaml_need(y, map, "edges");
	const struct yaml_node *weights = yaml_need(y, map, "weights");
	const size_t n = yaml_count(y, weights);
	unsigned group = 0;

	yaml_word(y, yaml_need(y, map, "group"), group_words, &group);
	out->group = (uint8_t)group;
	if (n < 1 || n > CARD_BINS || yaml_count(y, edges) != n - 1) {
		yaml_wrong(y, map,
		    "%zu weights and %zu edges; expected 1 to %d weights and one edge less", n,
		    yaml_count(y, edges), CARD_BINS);
		return;
	}
	for (size_t i = 0; i < n; i++)
		read_float(y, yaml_item(weights, i), -WEIGHT_MOST, WEIGHT_MOST, &out->weight[i]);
	for (size_t i = 0; i + 1 < n; i++) {
		read_float(y, yaml_item(edges, i), -1e9, 1e9, &out->edge[i]);
		if (i > 0 && out->edge[i] <= out->edge[i - 1])
			yaml_wrong(y, yaml_item(edges, i), "edges must rise");
	}
	read_float(y, yaml_need(y, map, "unknown"), -WEIGHT_MOST, WEIGHT_MOST, &out->unknown);
	out->bins = (uint8_t)n;
	yaml_done(y, map);
}

static void
read_features(struct yaml *y, const struct yaml_node *map, struct card *out)
{
	const size_t n = yaml_entries(y, map);

	if (n == 0)
		yaml_wrong(y, map, "no features");
	for (int i = 0; i < FEATURES; i++) {
		const struct yaml_node *f = yaml_get(y, map, feature_name((enum feature)i));

		if (f != NULL)
			read_feature(y, f, &out->feature[i]);
	}
	yaml_done(y, map);
}

static void
read_groups(struct yaml *y, const struct yaml_node *map, struct card *out)
{
	for (int i = 0; i < FEATURE_GROUPS; i++) {
		const struct yaml_node *g = yaml_need(y, map, group_words[i]);

		read_float(y, yaml_need(y, g, "least"), -100, 0, &out->group[i].least);
		read_float(y, yaml_need(y, g, "most"), 0, 100, &out->group[i].most);
		read_float(y, yaml_need(y, g, "scale"), 0, 10, &out->group[i].scale);
		yaml_done(y, g);
	}
	yaml_done(y, map);
}

static void
read_level(struct yaml *y, const struct yaml_node *map, struct card_level *out)
{
	int64_t windows;

	if (yaml_int(y, yaml_need(y, map, "windows"), 1, 10000, &windows))
		out->windows = (uint16_t)windows;
	read_float(y, yaml_need(y, map, "score"), 0, 100, &out->score);
	yaml_done(y, map);
}

static void
read_session(struct yaml *y, const struct yaml_node *map, struct scorecard *out)
{
	read_float(y, yaml_need(y, map, "alike"), 0, 1, &out->alike);
	read_float(y, yaml_need(y, map, "most"), 0, 100, &out->most);
	read_level(y, yaml_need(y, map, "likely"), &out->likely);
	read_level(y, yaml_need(y, map, "sure"), &out->sure);
	yaml_done(y, map);
}

static void
read_kind(struct yaml *y, const struct yaml_node *map, struct card *out)
{
	read_float(y, yaml_need(y, map, "base"), -100, 100, &out->base);
	read_groups(y, yaml_need(y, map, "groups"), out);
	read_features(y, yaml_need(y, map, "features"), out);
	yaml_done(y, map);
}

static int
read_card(struct yaml *y, struct scorecard *out)
{
	const struct yaml_node *root;
	unsigned mistakes;

	memset(out, 0, sizeof(*out));
	if (y == NULL)
		return -1;
	root = yaml_root(y);
	if (root != NULL) {
		yaml_name(y, yaml_need(y, root, "version"), out->version, sizeof(out->version));
		read_kind(y, yaml_need(y, root, "desktop"), &out->card[CARD_DESKTOP]);
		read_kind(y, yaml_need(y, root, "shell"), &out->card[CARD_SHELL]);
		read_session(y, yaml_need(y, root, "session"), out);
		yaml_done(y, root);
	}
	mistakes = yaml_mistakes(y);
	yaml_close(y);
	return root != NULL && mistakes == 0 ? 0 : -1;
}

int
card_read(const char *path, struct scorecard *out)
{
	return read_card(yaml_open(path), out);
}

int
card_read_text(const char *name, const char *text, size_t n, struct scorecard *out)
{
	return read_card(yaml_open_text(name, text, n), out);
}
