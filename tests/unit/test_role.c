/*
 * test_role: who is the host, and by what; and what a flow is called.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "catalogue_lab.h"
#include "classify/names.h"
#include "classify/role.h"

static void
add(struct obs_list *l, enum obs_kind kind, uint32_t num, const char *text)
{
	obs_add(l, kind, num, text, strlen(text));
}

static struct flow_row
flow_of(const char *product, enum by by, enum opened_by opened)
{
	struct flow_row row = { .opened_by = opened & 15 };

	row.product = (uint16_t)catalogue_by_id(cat, product);
	row.by = (unsigned)by & 0xf;
	row.host = SIDE_NONE;
	return row;
}

static void
decide(struct flow_row *f, const struct obs_list *facts, bool viewer)
{
	role_decide(cat, f, facts, viewer);
}

static void
test_bytes_first(void **state)
{
	struct obs_list facts = { .used = 0 };
	struct flow_row f = flow_of("rdp", BY_DISSECTOR, OPENED_BY_SYN);

	(void)state;
	obs_num(&facts, OBS_HOST, SIDE_CLIENT);
	add(&facts, OBS_CLIENT, SIDE_CLIENT, "");
	add(&facts, OBS_RFB_VERSION, 1 + SIDE_SERVER, "003.008");
	f.side[SIDE_CLIENT].packets = 5;
	decide(&f, &facts, true);
	assert_int_equal(f.host, SIDE_CLIENT);
	assert_int_equal(f.host_by, HOST_BY_BYTES);
}

static void
test_hostile_side(void **state)
{
	struct obs_list facts = { .used = 0 };
	struct flow_row f = flow_of("anydesk", BY_DISSECTOR, OPENED_BY_SYN);

	(void)state;
	obs_num(&facts, OBS_HOST, 77);
	obs_num(&facts, OBS_RFB_VERSION, 4000000000u);
	obs_num(&facts, OBS_CLIENT, 3);
	decide(&f, &facts, false);
	assert_int_equal(f.host, SIDE_NONE);
}

static void
test_banner(void **state)
{
	struct obs_list facts = { .used = 0 };
	struct flow_row f = flow_of("vnc", BY_DISSECTOR, OPENED_BY_SYN);

	(void)state;
	add(&facts, OBS_RFB_VERSION, 1 + SIDE_CLIENT, "003.008");
	add(&facts, OBS_RFB_VERSION, 1 + SIDE_SERVER, "003.008");
	/* only one direction was ever seen: its banner is first for want of another */
	f.side[SIDE_CLIENT].packets = 5;
	decide(&f, &facts, false);
	assert_int_equal(f.host, SIDE_NONE);
	assert_int_equal(f.host_by, HOST_BY_NONE);
	f.side[SIDE_SERVER].packets = 5;
	decide(&f, &facts, false);
	assert_int_equal(f.host, SIDE_CLIENT);
	assert_int_equal(f.host_by, HOST_BY_BANNER);
}

static void
test_part(void **state)
{
	struct obs_list facts = { .used = 0 };
	struct flow_row f;

	(void)state;
	/* who opened the connection tells nothing, however it is known */
	for (enum opened_by how = OPENED_BY_SYN; how < OPENED_BYS; how++) {
		f = flow_of("telnet", BY_DISSECTOR, how);
		decide(&f, NULL, false);
		assert_int_equal(f.host, SIDE_NONE);
	}

	/* who speaks the client's part does */
	f = flow_of("rdp", BY_DISSECTOR, OPENED_BY_SYN);
	obs_num(&facts, OBS_CLIENT, SIDE_SERVER);
	decide(&f, &facts, false);
	assert_int_equal(f.host, SIDE_CLIENT);
	assert_int_equal(f.host_by, HOST_BY_PART);

	/* X11: the program's screen leaves the X client */
	f = flow_of("x11", BY_NDPI, OPENED_BY_SYN);
	decide(&f, &facts, false);
	assert_int_equal(f.host, SIDE_SERVER);

	/* SSH: with -R it is the client that is reached */
	f = flow_of("ssh", BY_DISSECTOR, OPENED_BY_SYN);
	decide(&f, &facts, false);
	assert_int_equal(f.host, SIDE_NONE);

	/* known by a name only: its protocol was not seen */
	f = flow_of("rdp", BY_CATALOGUE, OPENED_BY_SYN);
	decide(&f, &facts, false);
	assert_int_equal(f.host, SIDE_NONE);
}

static void
test_viewer_name(void **state)
{
	struct obs_list facts = { .used = 0 };
	struct flow_row f = flow_of("jetkvm", BY_CATALOGUE, OPENED_BY_SYN);

	(void)state;
	decide(&f, &facts, true);
	assert_int_equal(f.host, SIDE_NONE); /* who asked for it? */
	obs_num(&facts, OBS_CLIENT, SIDE_CLIENT);
	decide(&f, &facts, false);
	assert_int_equal(f.host, SIDE_NONE);
	decide(&f, &facts, true);
	assert_int_equal(f.host, SIDE_SERVER);
	assert_int_equal(f.host_by, HOST_BY_NAME);
}

/* Who is listened to, and for how long: what is heard is test_screen's. */
static void
test_listens(void **state)
{
	static const struct {
		const char *product;
		enum sureness sure;
		bool known, listens;
	} flows[] = { { "anydesk", SURE_LIKELY, false, true },
		{ "anydesk", SURE_LIKELY, true, false }, { "anydesk", SURE_GUESS, false, false },
		{ "wireguard", SURE_CERTAIN, false, false }, { "ssh", SURE_CERTAIN, false, false },
		{ "", SURE_NONE, false, false } };
	struct screens *pool = screens_new(1);

	(void)state;
	for (size_t i = 0; i < sizeof(flows) / sizeof(flows[0]); i++) {
		struct flow_row f = flow_of(flows[i].product, BY_DISSECTOR, OPENED_BY_SYN);

		f.sure = (unsigned)flows[i].sure & 3;
		f.host = flows[i].known ? SIDE_CLIENT : SIDE_NONE;
		assert_false(role_by_screen(cat, pool, &f, SIDE_CLIENT, 47));
		assert_int_equal(f.screen != 0, flows[i].listens);
		f.host = SIDE_SERVER; /* by bytes, meanwhile */
		assert_false(role_by_screen(cat, pool, &f, SIDE_CLIENT, 47));
		assert_int_equal(f.screen, 0);
	}
	screens_free(pool);
}

static void
test_host_stays(void **state)
{
	struct flow_row f = flow_of("anydesk", BY_DISSECTOR, OPENED_BY_SYN);

	(void)state;
	f.host = SIDE_SERVER;
	f.host_by = HOST_BY_RHYTHM;
	decide(&f, NULL, false);
	assert_int_equal(f.host, SIDE_SERVER);
	assert_int_equal(f.host_by, HOST_BY_RHYTHM);
}

static const char *
named(const struct obs_list *facts, struct verdict *v)
{
	bool viewer;

	names_decide(cat, PROTO_TCP, facts, v, &viewer);
	return v->product != 0 ? catalogue_at(cat, v->product)->id : "";
}

static void
test_names(void **state)
{
	struct obs_list facts = { .used = 0 };
	struct verdict v = { .product = 0 };

	(void)state;
	assert_string_equal(named(NULL, &v), "");
	assert_int_equal(v.by, BY_NONE);

	strcpy(v.ndpi, "TLS.TeamViewer"); /* a host name it heard */
	assert_string_equal(named(&facts, &v), "");
	names_protocol(PROTO_TCP, &facts, &v);
	assert_string_equal(v.protocol, "tls");
	strcpy(v.ndpi, "AnyDesk");
	assert_string_equal(named(&facts, &v), "anydesk");
	assert_int_equal(v.by, BY_NDPI);
	assert_int_equal(v.sure, SURE_LIKELY);
	names_decide(cat, PROTO_UDP, &facts, &v, &(bool){ false });
	assert_int_equal(v.sure, SURE_GUESS);

	add(&facts, OBS_SNI, 0, "Relay-1.NET.anydesk.com.");
	assert_string_equal(named(&facts, &v), "anydesk");
	assert_int_equal(v.by, BY_CATALOGUE);
	assert_int_equal(v.sure, SURE_LIKELY);
	assert_false(v.registers);

	add(&facts, OBS_CERT_ISSUER, 0, "MeshCentralRoot-12ab34");
	assert_string_equal(named(&facts, &v), "meshcentral");
	assert_int_equal(v.sure, SURE_CERTAIN);

	add(&facts, OBS_PRODUCT, SURE_GUESS, "vnc"); /* a guess is overruled */
	assert_string_equal(named(&facts, &v), "meshcentral");
	add(&facts, OBS_PRODUCT, SURE_LIKELY, "rustdesk"); /* a dissector's word is not */
	add(&facts, OBS_PRODUCT, 200, "vnc");
	add(&facts, OBS_PRODUCT, SURE_CERTAIN, "no-such-product");
	assert_string_equal(named(&facts, &v), "rustdesk");
	assert_int_equal(v.by, BY_DISSECTOR);
	assert_string_equal(v.ndpi, "AnyDesk");
}

static void
test_agent_and_site(void **state)
{
	struct obs_list facts = { .used = 0 };
	struct verdict v = { .product = 0 };
	bool viewer;

	(void)state;
	add(&facts, OBS_SNI, 0, "boot.net.anydesk.com");
	names_decide(cat, PROTO_TCP, &facts, &v, &viewer);
	assert_true(v.registers);
	assert_false(viewer);

	facts.used = facts.count = 0;
	add(&facts, OBS_SNI, 0, "app.jetkvm.com");
	names_decide(cat, PROTO_TCP, &facts, &v, &viewer);
	assert_true(viewer);
	assert_false(v.registers);

	/* the site's own name decides, not what else its certificate is good for */
	facts.used = facts.count = 0;
	add(&facts, OBS_SNI, 0, "www.remotepc.com");
	add(&facts, OBS_CERT_NAME, 0, "relay.remotepc.com");
	assert_string_equal(named(&facts, &v), "");
	facts.used = facts.count = 0;
	add(&facts, OBS_CERT_NAME, 0, "*.remotepc.com");
	assert_string_equal(named(&facts, &v), "remotepc");
	assert_int_equal(v.sure, SURE_GUESS);

	/* a flow that asks for a name is not the flow that uses it */
	facts.used = facts.count = 0;
	add(&facts, OBS_DNS_NAME, 0, "relay-1.net.anydesk.com");
	assert_string_equal(named(&facts, &v), "");

	/* a weak fact is a guess, a JA4 too */
	facts.used = facts.count = 0;
	add(&facts, OBS_SNI, 0, "members.astrill.com");
	assert_string_equal(named(&facts, &v), "astrill");
	assert_int_equal(v.sure, SURE_GUESS);
	facts.used = facts.count = 0;
	add(&facts, OBS_JA4, 0, "t12i640500_9197985d2161_a1e935682795");
	assert_string_equal(named(&facts, &v), "anydesk");
	assert_int_equal(v.sure, SURE_GUESS);
}

static void
test_numbers(void **state)
{
	static const char pptp[] = "\x30\x81\x88\x0b\0\x10\x12\x34";
	const struct view none = view_of("", 0), data = view_of(pptp, sizeof(pptp) - 1);
	struct verdict v = { .product = 0 };

	(void)state;
	assert_true(names_by_number(cat, PROTO_ESP, none, &v));
	names_protocol(PROTO_ESP, NULL, &v);
	assert_string_equal(v.protocol, "esp");
	names_protocol(253, NULL, &v);
	assert_string_equal(v.protocol, "");
	assert_string_equal(catalogue_at(cat, v.product)->id, "ipsec");
	memset(&v, 0, sizeof(v));
	assert_true(names_by_number(cat, PROTO_GRE, none, &v));
	assert_int_equal(v.product, 0);
	assert_true(names_by_number(cat, PROTO_GRE, view_of("\x20\0\x88\x0b", 4), &v));
	assert_int_equal(v.product, 0);
	assert_true(names_by_number(cat, PROTO_GRE, data, &v));
	assert_string_equal(catalogue_at(cat, v.product)->id, "pptp");
	assert_int_equal(v.sure, SURE_LIKELY);
	assert_true(names_by_number(cat, PROTO_SCTP, data, &v));
	assert_int_equal(v.product, 0);
	assert_false(names_by_number(cat, 253, none, &v));
}

static void
test_ndpi_differs(void **state)
{
	static const struct {
		const char *product, *protocol, *ndpi;
		bool differs;
	} flows[] = {
		{ "radmin", "radmin", "", false },
		{ "radmin", "radmin", "Radmin", false },
		{ "radmin", "radmin", "Cassandra", true }, /* as nDPI 4.2 does */
		{ "radmin", "radmin", "VNC", true },
		{ "anydesk", "tls", "TLS", false },
		{ "anydesk", "tls", "TLS.Google", false },
		{ "anydesk", "tls", "TLS.AnyDesk", false },
		{ "anydesk", "tls", "TLS.TeamViewer", true },
		{ "ssh", "ssh", "SSH.HTTP", false },
		{ "rustdesk", "dns", "DNS", false },
		{ "", "ssh", "SSH", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(flows) / sizeof(flows[0]); i++) {
		struct verdict v = { .product = (uint16_t)catalogue_by_id(cat, flows[i].product) };

		strcpy(v.protocol, flows[i].protocol);
		strcpy(v.ndpi, flows[i].ndpi);
		assert_int_equal(names_differ(cat, &v), flows[i].differs);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bytes_first),
		cmocka_unit_test(test_hostile_side),
		cmocka_unit_test(test_banner),
		cmocka_unit_test(test_part),
		cmocka_unit_test(test_viewer_name),
		cmocka_unit_test(test_listens),
		cmocka_unit_test(test_host_stays),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_ndpi_differs),
		cmocka_unit_test(test_agent_and_site),
		cmocka_unit_test(test_numbers),
	};

	return cmocka_run_group_tests(tests, load_catalogue, free_catalogue);
}
