/*
 * test_flow_record: flow records as JSON: what stands where, that they are what
 * jansson would have written, what alerts say of the same flow, and bounded.
 */
#include "ecs_lab.h"

#include "deliver/text.h"

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
	l.finding.flow.verdict.host_by = HOST_BY_RHYTHM;
	l.finding.flow.verdict.ndpi_differs = true;
	doc = lab_parse(lab_flow(&l.record));
	assert_string_equal(lab_text(doc, "@timestamp"), "2026-03-02T07:14:22.481Z");
	assert_string_equal(lab_text(doc, "event.id"), "4711");
	assert_true(lab_int(doc, "source.bytes") == 1LL << 62);
	assert_string_equal(lab_text(doc, "tls.client.server_name"), "relay.example");
	assert_string_equal(lab_text(doc, "tls.version"), "1.3");
	assert_string_equal(lab_text(doc, "farhand.product"), "rustdesk");
	assert_string_equal(lab_text(doc, "farhand.inner"), "source");
	assert_string_equal(lab_text(doc, "farhand.role"), "host");
	assert_string_equal(lab_text(doc, "farhand.role_reason"), "rhythm");
	assert_string_equal(lab_text(doc, "farhand.controlled"), "source");
	assert_true(json_is_true(lab_at(doc, "farhand.ndpi_differs")));
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

/* Both ends ours: within the network; what the record is about is the desk's to say. */
static void
test_flow_between_ours(void **state)
{
	struct lab l;
	json_t *doc;

	(void)state;
	lab_fill(&l);
	l.record.ours[1] = true;
	l.record.inner = SIDE_SERVER;
	l.finding.flow.verdict.host = SIDE_SERVER;
	doc = lab_parse(lab_flow(&l.record));
	assert_string_equal(lab_text(doc, "farhand.inner"), "destination");
	assert_string_equal(lab_text(doc, "network.direction"), "internal");
	json_decref(doc);
	l.finding.flow.verdict.host = SIDE_NONE;
	l.record.inner = SIDE_CLIENT;
	l.record.product = NULL;
	doc = lab_parse(lab_flow(&l.record));
	assert_string_equal(lab_text(doc, "farhand.inner"), "source");
	assert_string_equal(lab_text(doc, "farhand.role"), "unknown");
	assert_string_equal(lab_text(doc, "farhand.role_reason"), "none");
	assert_null(lab_at(doc, "farhand.controlled"));
	assert_null(lab_at(doc, "farhand.product"));
	assert_null(lab_at(doc, "farhand.kind"));
	json_decref(doc);
}

/* What both have is the same in an alert and in the record of its flow. */
static void
check_as_alert(struct lab *l)
{
	static const char *const shared[] = { "ecs", "source", "destination", "network", "observer",
		"host", "user" };
	json_t *record, *alert;

	l->place[0] = (struct place){ .country = "" }; /* an alert tells the peer's place only */
	l->place[1] = l->finding.peer_place;
	l->record.product = l->finding.product;
	record = lab_parse(lab_flow(&l->record));
	alert = lab_parse(lab_alert(&l->alert));
	for (size_t i = 0; i < sizeof(shared) / sizeof(shared[0]); i++) {
		char *a = json_dumps(json_object_get(record, shared[i]), JSON_COMPACT);
		char *b = json_dumps(json_object_get(alert, shared[i]), JSON_COMPACT);

		assert_non_null(a);
		assert_string_equal(a, b);
		free(a);
		free(b);
	}
	json_decref(record);
	json_decref(alert);
}

static void
test_record_as_alert(void **state)
{
	struct lab l;

	(void)state;
	for (unsigned i = 0; i < 64; i++) {
		lab_fill(&l);
		if (i & 1)
			lab_bend(&l);
		if (i & 2)
			l.finding.flow.proto = 99;
		if (i & 4)
			addr_parse("2001:db8::7", &l.finding.flow.end[i & 1]);
		if (i & 8)
			l.finding.flow.vlan = l.finding.flow.port[0] = 0;
		if (i & 16)
			l.finding.peer_place = (struct place){ .asn = i };
		if (i & 32) {
			snprintf(l.finding.peer_place.city, 40, "Mie\xc3\x9fl\"n");
			l.finding.peer_place.lat = -0.25f;
			l.finding.product = NULL;
			mac_parse("02:00:00:00:00:01", &l.end.mac);
		}
		lab_check_form(lab_flow(&l.record));
		check_as_alert(&l);
	}
}

/* All the room there is full of the worst, and still a record. */
static void
test_longest(void **state)
{
	static const enum obs_kind kinds[] = { OBS_PEER_ID, OBS_CERT_NAME, OBS_SSH_SOFTWARE,
		OBS_RDP_ASKED, OBS_STUN_PEER, OBS_SNI };
	char name[2 * TEXT_BYTES], bytes[OBS_TEXT];
	struct lab l;

	(void)state;
	memset(name, '"', sizeof(name));
	name[sizeof(name) - 1] = '\0';
	for (size_t kind = 0; kind < sizeof(kinds) / sizeof(kinds[0]); kind++) {
		for (size_t n = 0; n <= OBS_TEXT; n += n < 20 ? 1 : 47) {
			lab_fill(&l);
			lab_bend(&l);
			l.facts.used = l.facts.count = 0;
			l.record.peer_name = name;
			memset(l.place[0].city, 0xff, sizeof(l.place[0].city) - 1);
			for (unsigned i = 0; l.facts.lost == 0; i++) {
				memset(bytes, i % 2 == 0 ? 0xff : '\\', n);
				memcpy(bytes, &i, n < sizeof(i) ? n : sizeof(i));
				obs_add(&l.facts, kinds[kind], UINT32_MAX - i, bytes, n);
			}
			lab_check_form(lab_flow(&l.record));
		}
	}
}

/* Each fact once, also where one is the other's beginning or end. */
static void
test_facts_once(void **state)
{
	static const char *const texts[] = { "a", "ab", "b", "a", "\"a", "a\"", "\\", "a\\",
		"\"a\"", "ab", "a\",\"peer_id=c", "c", "\"a\"", "\xff", "\xfe", "peer_id=a", "a" };
	struct lab l;
	json_t *doc;

	(void)state;
	lab_fill(&l);
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		obs_add(&l.facts, OBS_PEER_ID, 0, texts[i], strlen(texts[i]));
	obs_num(&l.facts, OBS_RDP_ASKED, 1);
	obs_num(&l.facts, OBS_RDP_GRANTED, 1);
	obs_num(&l.facts, OBS_RDP_ASKED, 11);
	obs_num(&l.facts, OBS_RDP_ASKED, 1);
	doc = lab_parse(lab_flow(&l.record));
	/* Of 17 the second "ab", two more "a", the second "\"a\"" and "\xfe" are repeats. */
	assert_int_equal(json_array_size(lab_at(doc, "farhand.facts")), 12 + 3);
	assert_string_equal(lab_text(doc, "farhand.facts.9"), "peer_id=c");
	assert_string_equal(lab_text(doc, "farhand.facts.14"), "rdp_asked=11");
	json_decref(doc);
	lab_check_form(lab_flow(&l.record));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_flow_fields),
		cmocka_unit_test(test_flow_between_ours),
		cmocka_unit_test(test_record_as_alert),
		cmocka_unit_test(test_longest),
		cmocka_unit_test(test_facts_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
