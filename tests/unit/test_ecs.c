/*
 * test_ecs: alerts as JSON: what stands where, that the same gives the same bytes,
 * that hostile text does no harm; and that they and flow records are what the
 * schemas in docs/ say.
 */
#include "ecs_lab.h"

#include <sys/wait.h>
#include <unistd.h>

#include "deliver/text.h"

static void
test_alert_fields(void **state)
{
	struct lab l;
	json_t *doc;

	(void)state;
	lab_fill(&l);
	doc = lab_parse(lab_alert(&l.alert));
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
	a = lab_alert(&l.alert);
	b = lab_alert(&l.alert);
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
	doc = lab_parse(lab_alert(&l.alert));
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
	doc = lab_parse(lab_alert(&l.alert));
	assert_string_equal(lab_text(doc, "event.kind"), "event");
	assert_null(lab_at(doc, "farhand.case"));
	assert_string_equal(lab_text(doc, "source.ip"), "203.0.113.77");
	assert_null(lab_at(doc, "network"));
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
	text_time(0, out);
	assert_string_equal(out, "1970-01-01T00:00:00.000Z");
	text_time(INT64_MIN, out);
	assert_string_equal(out, "1970-01-01T00:00:00.000Z");
	text_time(INT64_MAX, out);
	assert_string_equal(out, "9999-12-31T23:59:59.999Z");
}

static void
test_hostile(void **state)
{
	struct lab l;

	(void)state;
	lab_fill(&l);
	lab_bend(&l);
	json_decref(lab_parse(lab_alert(&l.alert)));
	json_decref(lab_parse(lab_flow(&l.record)));
}

static void
fill_with(char *text, size_t room, int byte)
{
	memset(text, byte, room - 1);
	text[room - 1] = '\0';
}

/* All the room there is full of the worst, and still an alert, in the form of jansson's. */
static void
test_longest(void **state)
{
	static const int bytes[] = { 0xff, '"', '\\', 'x' };
	struct person crowd[FINDING_PERSONS];
	char input[2 * TEXT_BYTES];
	struct run_facts run;
	struct lab l;

	(void)state;
	for (size_t b = 0; b < sizeof(bytes) / sizeof(bytes[0]); b++) {
		static char line[ALERT_LINE + 1];
		struct finding *f = &l.finding;

		lab_fill(&l);
		run = lab_run;
		fill_with(input, sizeof(input), bytes[b]);
		run.input = run.sensor = run.reference = input;
		run.mode = "live";
		f->signals = FINDING_SIGNALS;
		f->against = FINDING_AGAINST;
		f->persons = FINDING_PERSONS;
		for (int i = 0; i < FINDING_SIGNALS; i++) {
			f->signal[i] = f->signal[1];
			fill_with(f->signal[i].observed, SIGNAL_TEXT, bytes[b]);
			fill_with(f->signal[i].expected, SIGNAL_TEXT, bytes[b]);
		}
		for (int i = 0; i < FINDING_AGAINST; i++)
			fill_with(f->speaks_against[i], SIGNAL_TEXT, bytes[b]);
		for (int i = 0; i < FINDING_PERSONS; i++) {
			fill_with(crowd[i].id, sizeof(crowd[i].id), bytes[b]);
			crowd[i].id[0] = (char)('a' + i);
			f->person[i] = &crowd[i];
		}
		for (int i = 0; i < 11; i++)
			l.alert.not_observable[i] =
			    "GEO-01: not visible from where the mirror stands";
		fill_with(f->message, sizeof(f->message), bytes[b]);
		fill_with(l.end.name, sizeof(l.end.name), bytes[b]);
		fill_with(l.alert.key, sizeof(l.alert.key), bytes[b]);
		fill_with(f->peer_place.city, sizeof(f->peer_place.city), bytes[b]);
		fill_with(f->peer_place.as_name, sizeof(f->peer_place.as_name), bytes[b]);
		line[ecs_alert(&l.alert, &run, line)] = '\0';
		lab_check_form(strdup(line));
	}
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
			lab_bend(&l);
		if (i & 8) {
			l.finding.flow.proto = 99;
			l.finding.inner = l.record.inner = SIDE_NONE;
			l.finding.end = l.record.self = NULL;
			l.record.ours[0] = false;
			l.record.person = NULL;
		}
		if (i & 16)
			l.finding.has_flow = false;
		if (i & 32) {
			l.finding.product = l.record.product = NULL;
			l.finding.flow.tunnel = TUNNEL_NONE;
			l.finding.signals = 0;
		}
		lab_check_form(lab_alert(&l.alert));
		write_line(a, lab_alert(&l.alert));
		write_line(f, lab_flow(&l.record));
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
		cmocka_unit_test(test_text_clean),
		cmocka_unit_test(test_time),
		cmocka_unit_test(test_hostile),
		cmocka_unit_test(test_longest),
		cmocka_unit_test(test_schemas),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
