/*
 * test_ecs: alerts and flow records as JSON: what stands where, that the same
 * gives the same bytes, that hostile text does no harm, and that all of it is
 * what the schemas in docs/ say.
 */
#include "ecs_lab.h"

#include <sys/wait.h>
#include <unistd.h>

#include "deliver/field.h"

static void
test_alert_fields(void **state)
{
	struct lab l;
	json_t *doc;

	(void)state;
	lab_fill(&l);
	doc = lab_parse(ecs_alert(&l.alert, &lab_run));
	assert_string_equal(lab_text(doc, "@timestamp"), "2026-03-02T09:25:40.118Z");
	assert_string_equal(lab_text(doc, "ecs.version"), "8.17.0");
	assert_string_equal(lab_text(doc, "event.kind"), "alert");
	assert_string_equal(lab_text(doc, "event.action"), "case-opened");
	assert_string_equal(lab_text(doc, "event.provider"), "remote-desktop");
	assert_string_equal(lab_text(doc, "event.reference"), "docs/rules/RD-01.md");
	assert_int_equal(lab_int(doc, "event.duration"), (LAB_NOW - LAB_START) * 1000);
	/* The heaviest signal first. */
	assert_string_equal(lab_text(doc, "event.reason"), "RustDesk by its bytes; port 21117");
	assert_string_equal(lab_text(doc, "threat.technique.id.0"), "T1219");
	assert_string_equal(lab_text(doc, "threat.technique.id.1"), "T1078");
	assert_null(lab_at(doc, "threat.technique.id.2"));
	assert_string_equal(lab_text(doc, "threat.technique.subtechnique.id.0"), "T1219.002");
	assert_string_equal(lab_text(doc, "source.mac"), "00-00-5E-00-53-17");
	assert_int_equal(lab_int(doc, "source.bytes"), 412882113);
	assert_null(lab_at(doc, "source.geo"));
	assert_string_equal(lab_text(doc, "destination.geo.country_iso_code"), "NL");
	assert_string_equal(lab_text(doc, "destination.as.organization.name"), "Example Hosting");
	assert_string_equal(
	    lab_text(doc, "network.community_id"), "1:u3CBi4qaKEeppLhf2FSkNgiw3Wg=");
	assert_string_equal(lab_text(doc, "network.direction"), "outbound");
	assert_string_equal(lab_text(doc, "network.vlan.id"), "204");
	assert_string_equal(lab_text(doc, "related.ip.1"), "198.51.100.9");
	assert_string_equal(lab_text(doc, "related.user.1"), "p-19d0e8");
	assert_string_equal(lab_text(doc, "farhand.case.band"), "alert");
	assert_string_equal(lab_text(doc, "farhand.role"), "host");
	assert_string_equal(lab_text(doc, "farhand.evidence.1.flows.1"), "4800");
	assert_string_equal(lab_text(doc, "farhand.geo.country_db"), "dbip-country 2026-11-01");
	assert_string_equal(lab_text(doc, "farhand.geo.far_network"), "hosting");
	assert_float_equal(json_real_value(lab_at(doc, "farhand.geo.distance_km")), 576, 3);
	assert_string_equal(lab_text(doc, "farhand.not_observable.0"), "GEO-01: no claimed place");
	json_decref(doc);
}

static void
test_same_bytes(void **state)
{
	struct lab l;
	char *a, *b;

	(void)state;
	lab_fill(&l);
	a = ecs_alert(&l.alert, &lab_run);
	b = ecs_alert(&l.alert, &lab_run);
	assert_string_equal(a, b);
	/* Numbers as a person would write them, not as floats are held. */
	assert_non_null(strstr(a, "\"weight\":2.3,"));
	assert_non_null(strstr(a, "\"probability\":0.9876,"));
	assert_non_null(strstr(a, "\"one_way_share\":0.124,"));
	assert_non_null(strstr(a, "\"groups\":{\"control\":3.0,\"relay\":-0.5}"));
	assert_true(strncmp(a, "{\"@timestamp\":\"2026-03-02T09:25:40.118Z\",\"ecs\":", 47) == 0);
	free(a);
	free(b);
}

static void
test_closed_and_inventory(void **state)
{
	struct lab l;
	json_t *doc;

	(void)state;
	lab_fill(&l);
	l.alert.action = ALERT_CASE_CLOSED;
	l.alert.finding = NULL;
	l.of.state = "closed";
	doc = lab_parse(ecs_alert(&l.alert, &lab_run));
	assert_string_equal(lab_text(doc, "rule.id"), "LF-02");
	assert_string_equal(lab_text(doc, "event.provider"), "laptop-farm");
	assert_string_equal(lab_text(doc, "message"),
	    "case C-0123456789ab of p-7f3ac2 is closed: no new evidence since "
	    "2026-03-02T09:25:40.118Z");
	assert_int_equal(json_array_size(lab_at(doc, "farhand.evidence")), 0);
	json_decref(doc);

	lab_fill(&l);
	l.alert.action = ALERT_INVENTORY;
	l.alert.of = NULL;
	l.finding.has_flow = false;
	doc = lab_parse(ecs_alert(&l.alert, &lab_run));
	assert_string_equal(lab_text(doc, "event.kind"), "event");
	assert_null(lab_at(doc, "farhand.case"));
	assert_string_equal(lab_text(doc, "source.ip"), "203.0.113.77");
	assert_null(lab_at(doc, "network"));
	json_decref(doc);
}

static void
test_flow_fields(void **state)
{
	struct lab l;
	json_t *doc;

	(void)state;
	lab_fill(&l);
	obs_add(&l.facts, OBS_SNI, 0, "relay.example", 13);
	obs_num(&l.facts, OBS_TLS_VERSION, 0x0304);
	obs_add(&l.facts, OBS_CERT_NAME, 0, "a.example", 9);
	obs_add(&l.facts, OBS_CERT_NAME, 0, "b.example", 9);
	obs_add(&l.facts, OBS_RFB_VERSION, 0, "003.008", 7);
	obs_add(&l.facts, OBS_RDP_USER, 0, "secret", 6);
	obs_addr(&l.facts, OBS_STUN_PEER, &l.finding.flow.end[1], 3478);
	l.facts.lost = 2;
	l.finding.flow.bytes[0] = 1ULL << 62;
	doc = lab_parse(ecs_flow(&l.record, &lab_run));
	assert_string_equal(lab_text(doc, "@timestamp"), "2026-03-02T07:14:22.481Z");
	assert_string_equal(lab_text(doc, "event.id"), "4711");
	assert_true(lab_int(doc, "source.bytes") == 1LL << 62);
	assert_string_equal(lab_text(doc, "tls.client.server_name"), "relay.example");
	assert_string_equal(lab_text(doc, "tls.version"), "1.3");
	assert_string_equal(lab_text(doc, "farhand.product"), "rustdesk");
	assert_string_equal(lab_text(doc, "farhand.inner"), "source");
	assert_string_equal(lab_text(doc, "farhand.role"), "host");
	assert_string_equal(lab_text(doc, "farhand.outer.destination"), "192.0.2.2");
	assert_true(json_is_true(lab_at(doc, "farhand.roles_assumed")));
	assert_int_equal(lab_int(doc, "farhand.rtt_us.client"), 800);
	assert_null(lab_at(doc, "farhand.rtt_us.server"));
	assert_string_equal(lab_text(doc, "farhand.certificate.names.1"), "b.example");
	assert_string_equal(lab_text(doc, "farhand.facts.0"), "rfb_version=003.008");
	assert_string_equal(lab_text(doc, "farhand.facts.1"), "stun_peer=203.0.113.77:3478");
	assert_null(lab_at(doc, "farhand.facts.2"));
	assert_int_equal(lab_int(doc, "farhand.facts_lost"), 2);
	json_decref(doc);
}

/* Both ends ours: the record is about the controlled machine. */
static void
test_flow_between_ours(void **state)
{
	struct lab l;
	json_t *doc;

	(void)state;
	lab_fill(&l);
	l.record.end[1] = &l.end;
	l.finding.flow.verdict.host = SIDE_SERVER;
	doc = lab_parse(ecs_flow(&l.record, &lab_run));
	assert_string_equal(lab_text(doc, "farhand.inner"), "destination");
	assert_string_equal(lab_text(doc, "network.direction"), "internal");
	json_decref(doc);
	l.finding.flow.verdict.host = SIDE_NONE;
	l.record.product = NULL;
	doc = lab_parse(ecs_flow(&l.record, &lab_run));
	assert_string_equal(lab_text(doc, "farhand.inner"), "source");
	assert_string_equal(lab_text(doc, "farhand.role"), "unknown");
	assert_null(lab_at(doc, "farhand.product"));
	assert_null(lab_at(doc, "farhand.kind"));
	json_decref(doc);
}

static void
test_text_clean(void **state)
{
	static const struct {
		const char *in, *out;
	} cases[] = {
		{ "plain", "plain" },
		{ "\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80", "\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80" },
		{ "a\xff"
		  "b",
		    "a\xef\xbf\xbd"
		    "b" },
		{ "\xc0\x80", "\xef\xbf\xbd\xef\xbf\xbd" },                 /* overlong */
		{ "\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd" }, /* surrogate */
		{ "\xf4\x90\x80\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd" },
		{ "x\xe2\x82", "x\xef\xbf\xbd\xef\xbf\xbd" },     /* cut off */
		{ "\x1b[2J\x7f", "\xef\xbf\xbd[2J\xef\xbf\xbd" }, /* terminal control */
		{ "\xc2\x9b"
		  "2J",
		    "\xef\xbf\xbd"
		    "2J" },
	};
	char out[64], small[5];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		text_clean(view_of(cases[i].in, strlen(cases[i].in)), out, sizeof(out));
		assert_string_equal(out, cases[i].out);
	}
	text_clean(view_of("abc\xe2\x82\xac", 6), small, sizeof(small));
	assert_string_equal(small, "abc"); /* never half a character */
	text_clean(view_of("a\0b", 3), out, sizeof(out));
	assert_string_equal(out,
	    "a\xef\xbf\xbd"
	    "b");
}

static void
test_time(void **state)
{
	char out[TIME_TEXT];

	(void)state;
	time_format(0, out);
	assert_string_equal(out, "1970-01-01T00:00:00.000Z");
	time_format(INT64_MIN, out);
	assert_string_equal(out, "1970-01-01T00:00:00.000Z");
	time_format(INT64_MAX, out);
	assert_string_equal(out, "9999-12-31T23:59:59.999Z");
}

/* All that comes off the wire, of the worst. */
static void
bend(struct lab *l)
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

static void
test_hostile(void **state)
{
	struct lab l;

	(void)state;
	lab_fill(&l);
	bend(&l);
	json_decref(lab_parse(ecs_alert(&l.alert, &lab_run)));
	json_decref(lab_parse(ecs_flow(&l.record, &lab_run)));
}

static void
write_line(FILE *f, char *line)
{
	assert_non_null(line);
	fprintf(f, "%s\n", line);
	free(line);
}

/* Run the checker over a file; -1 where it is not installed. */
static int
check(const char *schema, const char *file, bool expect_good)
{
	const char *root = getenv("FARHAND_ROOT") != NULL ? getenv("FARHAND_ROOT") : ".";
	char command[512];
	int status;

	if (system("/usr/bin/python3 -c 'import jsonschema' 2>/dev/null") != 0)
		return -1;
	snprintf(command, sizeof(command),
	    "/usr/bin/python3 %s/tests/check_alerts.py %s/docs/%s %s >/dev/null%s", root, root,
	    schema, file, expect_good ? "" : " 2>&1");
	status = system(command);
	return WEXITSTATUS(status);
}

/* All kinds of alerts and records, the bent ones too, are what the schemas say. */
static void
test_schemas(void **state)
{
	char alerts[] = "/tmp/farhand-alerts-XXXXXX", flows[] = "/tmp/farhand-flows-XXXXXX";
	FILE *a = fdopen(mkstemp(alerts), "w"), *f = fdopen(mkstemp(flows), "w");
	struct lab l;

	(void)state;
	for (unsigned i = 0; i < 64; i++) {
		lab_fill(&l);
		snprintf(l.alert.id, sizeof(l.alert.id), "%016x", i);
		l.finding.flow.id = i + 1;
		l.alert.action = i % 4;
		l.alert.of = l.alert.action == ALERT_INVENTORY ? NULL : &l.of;
		l.alert.finding = l.alert.action == ALERT_CASE_CLOSED ? NULL : &l.finding;
		if (i & 4)
			bend(&l);
		if (i & 8) {
			l.finding.flow.proto = 99;
			l.finding.inner = l.record.inner = SIDE_NONE;
			l.finding.end = l.record.end[0] = NULL;
		}
		if (i & 16)
			l.finding.has_flow = false;
		if (i & 32) {
			l.finding.product = l.record.product = NULL;
			l.finding.flow.tunnel = TUNNEL_NONE;
			l.finding.signals = 0;
		}
		write_line(a, ecs_alert(&l.alert, &lab_run));
		write_line(f, ecs_flow(&l.record, &lab_run));
	}
	fclose(a);
	fclose(f);
	if (check("alert.schema.json", alerts, true) < 0) {
		puts("skipped: python3-jsonschema is not installed");
	} else {
		assert_int_equal(check("alert.schema.json", alerts, true), 0);
		assert_int_equal(check("flow.schema.json", flows, true), 0);
		assert_int_equal(check("alert.schema.json", flows, false), 1);
	}
	unlink(alerts);
	unlink(flows);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_alert_fields),
		cmocka_unit_test(test_same_bytes),
		cmocka_unit_test(test_closed_and_inventory),
		cmocka_unit_test(test_flow_fields),
		cmocka_unit_test(test_flow_between_ours),
		cmocka_unit_test(test_text_clean),
		cmocka_unit_test(test_time),
		cmocka_unit_test(test_hostile),
		cmocka_unit_test(test_schemas),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
