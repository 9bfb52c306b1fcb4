/*
 * ecs_lab: an alert and a flow record full of everything, to be bent by tests.
 */
#ifndef FARHAND_ECS_LAB_H
#define FARHAND_ECS_LAB_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <jansson.h>

#include "deliver/ecs.h"

#define LAB_START 1772435662481000LL /* 2026-03-02T07:14:22.481Z */
#define LAB_NOW   1772443540118000LL /* 2026-03-02T09:25:40.118Z */

static const struct detector lab_detector = {
	.rule = "RD-01",
	.name = "Remote control of an endpoint",
	.family = FAMILY_RD,
	.attack = { "T1219.002", "T1219", "T1078" },
	.next_steps = { "ask whether IT support was connected", "check the allow-list" },
};

static const struct product lab_product = { "rustdesk", "RustDesk", PRODUCT_REMOTE_DESKTOP,
	"T1219.002" };

static const struct run_facts lab_run = { .mode = "replay",
	.reference = "docs/rules/",
	.sensor = "probe-1",
	.input = "day.pcap",
	.geo_country = "dbip-country 2026-11-01",
	.geo_asn = "asn 2026-11-02" };

struct lab {
	struct alert alert;
	struct finding finding;
	struct case_view of;
	struct person who, other;
	struct endpoint end;
	struct obs_list facts;
	struct place place[2];
	struct flow_record record;
};

static inline void
lab_fill_flow(struct flow *f)
{
	*f = (struct flow){ .id = 4711,
		.first_us = LAB_START,
		.last_us = LAB_NOW,
		.port = { 51544, 21117 },
		.proto = PROTO_TCP,
		.opened_by = OPENED_BY_PORT,
		.vlan = 204,
		.bytes = { 412882113, 3120442 },
		.packets = { 388120, 61233 },
		.rtt_us = { 800, 0 },
		.midstream = true,
		.tunnel = TUNNEL_VXLAN,
		.verdict = { .by = BY_DISSECTOR,
		    .sure = SURE_CERTAIN,
		    .host = SIDE_CLIENT,
		    .protocol = "rustdesk",
		    .ndpi = "Unknown" } };
	addr_parse("10.20.4.17", &f->end[0]);
	addr_parse("203.0.113.77", &f->end[1]);
	addr_parse("192.0.2.1", &f->outer[0]);
	addr_parse("192.0.2.2", &f->outer[1]);
	mac_parse("00:00:5e:00:53:17", &f->mac[0]);
}

static inline void
lab_fill_finding(struct lab *l)
{
	struct finding *f = &l->finding;

	*f = (struct finding){ .by = &lab_detector,
		.level = LEVEL_HIGH,
		.end = &l->end,
		.who = &l->who,
		.persons = 2,
		.person = { &l->who, &l->other },
		.has_flow = true,
		.inner = SIDE_CLIENT,
		.product = &lab_product,
		.signals = 2,
		.against = 1,
		.message = "lt-0417 (p-7f3ac2) is driven through a RustDesk relay",
		.speaks_against = { "no banner seen" } };
	lab_fill_flow(&f->flow);
	f->peer = f->flow.end[1];
	f->peer_place = (struct place){ .country = "NL",
		.has_point = true,
		.lat = 52.37f,
		.lon = 4.9f,
		.asn = 64500,
		.as_name = "Example Hosting",
		.network = NETWORK_HOSTING };
	f->signal[0] = (struct signal){ .name = "relay_port",
		.observed = "port 21117",
		.expected = "none",
		.weight = 0.7f,
		.samples = 1,
		.flow = { 4711 } };
	f->signal[1] = (struct signal){ .name = "product_named",
		.observed = "RustDesk by its bytes",
		.expected = "no remote control",
		.weight = 2.3f,
		.samples = 3,
		.from_us = LAB_START,
		.to_us = LAB_NOW,
		.flow = { 4711, 4800 } };
}

static inline void
lab_fill(struct lab *l)
{
	memset(l, 0, sizeof(*l));
	l->who = (struct person){ .id = "p-7f3ac2",
		.has_claim = true,
		.claimed = { .country = "DE", .has_point = true, .lat = 52.52f, .lon = 13.4f } };
	l->other = (struct person){ .id = "p-19d0e8" };
	l->end = (struct endpoint){ .name = "lt-0417", .who = &l->who };
	addr_parse("10.20.4.17", &l->end.addr);
	addr_parse("198.51.100.9", &l->end.egress);
	lab_fill_finding(l);
	l->of = (struct case_view){ .id = "C-0123456789ab",
		.revision = 1,
		.state = "open",
		.opened_us = LAB_START,
		.updated_us = LAB_NOW,
		.probability = 0.98764f,
		.band = BAND_ALERT,
		.group = { [GROUP_CONTROL] = { .llr = 3.0f }, [GROUP_RELAY] = { .llr = -0.5f } },
		.rules = { "LF-02", "RD-01" } };
	l->alert = (struct alert){ .id = "9b1f6c0e5a7d4c21",
		.at_us = LAB_NOW,
		.action = ALERT_CASE_OPENED,
		.severity = 73,
		.risk = 70,
		.confidence = 88,
		.finding = &l->finding,
		.of = &l->of,
		.who = &l->who,
		.repeats = 1,
		.key = "RD-01|p-7f3ac2|rustdesk",
		.not_observable = { "GEO-01: no claimed place" },
		.health = { .frames = 1000, .one_way_share = 0.1239f } };
	l->place[0] = (struct place){ .country = "DE" };
	l->place[1] = l->finding.peer_place;
	l->record = (struct flow_record){ .flow = &l->finding.flow,
		.facts = &l->facts,
		.product = &lab_product,
		.by = BY_DISSECTOR,
		.sure = SURE_CERTAIN,
		.inner = SIDE_CLIENT,
		.peer_name = "relay.example",
		.ours = { true, false },
		.self = &l->end,
		.person = l->end.who->id,
		.place = { &l->place[0], &l->place[1] } };
}

/* All that comes off the wire, of the worst. */
static inline void
lab_bend(struct lab *l)
{
	memset(l->end.name, 0xff, sizeof(l->end.name) - 1);
	memset(l->finding.message, 0x1b, sizeof(l->finding.message) - 1);
	memset(l->finding.signal[0].observed, '"', SIGNAL_TEXT - 1);
	memset(l->finding.peer_place.as_name, 0x80, sizeof(l->finding.peer_place.as_name) - 1);
	l->finding.flow.first_us = INT64_MIN;
	l->finding.flow.last_us = INT64_MAX;
	l->finding.flow.bytes[0] = l->finding.flow.bytes[1] = UINT64_MAX;
	l->finding.signal[0].weight = (float)(0.0 / 1e-40f);
	l->finding.signal[1].weight = __builtin_nanf("");
	l->of.group[GROUP_GEO].llr = __builtin_inff();
	l->alert.health.frames = UINT64_MAX;
	obs_add(&l->facts, OBS_SNI, 0, "\0\xff\n\"\\", 5);
	obs_add(&l->facts, OBS_CERT_NAME, 0, "", 0);
	obs_add(&l->facts, OBS_CERT_NAME, 0, "\xc3", 1);
	obs_add(&l->facts, OBS_STUN_PEER, 1, "short", 5);
	obs_add(&l->facts, OBS_SSH_SOFTWARE, 0, "Open\x07SSH", 8);
}

/* The value at a path such as "event.category.0"; NULL if there is none. */
static inline const json_t *
lab_at(const json_t *in, const char *path)
{
	while (in != NULL && *path != '\0') {
		char key[64];
		const size_t n = strcspn(path, ".");

		snprintf(key, sizeof(key), "%.*s", (int)n, path);
		in = json_is_array(in) ? json_array_get(in, (size_t)atoi(key))
				       : json_object_get(in, key);
		path += path[n] == '.' ? n + 1 : n;
	}
	return in;
}

#define lab_text(doc, path) json_string_value(lab_at(doc, path))
#define lab_int(doc, path)  json_integer_value(lab_at(doc, path))

/* The record as a text of its own, without newline. */
static inline char *
lab_flow(const struct flow_record *r)
{
	static char line[FLOW_LINE];
	const size_t n = ecs_flow(r, &lab_run, line);

	assert_true(n > 0);
	assert_int_equal(line[n - 1], '\n');
	return strndup(line, n - 1);
}

static inline char *
lab_alert(const struct alert *a)
{
	static char line[ALERT_LINE];
	const size_t n = ecs_alert(a, &lab_run, line);

	assert_true(n > 0);
	return strndup(line, n);
}

/* A line is what jansson would have written: parsed and written again, it is the same. */
static inline void
lab_check_form(char *line)
{
	json_t *doc = json_loads(line, JSON_REJECT_DUPLICATES, NULL);
	char *again;

	assert_non_null(doc);
	again = json_dumps(doc, JSON_COMPACT | JSON_REAL_PRECISION(12));
	assert_string_equal(line, again);
	json_decref(doc);
	free(line);
	free(again);
}

/* Parse a line, which must be one, strictly; and free it. */
static inline json_t *
lab_parse(char *line)
{
	json_error_t error;
	json_t *doc;

	assert_non_null(line);
	assert_null(strchr(line, '\n'));
	doc = json_loads(line, JSON_REJECT_DUPLICATES, &error);
	if (doc == NULL)
		fail_msg("%s in %s", error.text, line);
	free(line);
	return doc;
}

#endif
