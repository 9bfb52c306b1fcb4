/*
 * test_role: who is the host, by bytes, by part, by sizes; and what a flow is called.
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
	struct flow_row row = { .opened_by = (uint8_t)opened };

	row.product = (uint16_t)catalogue_by_id(cat, product);
	row.by = (unsigned)by & 0xf;
	row.host = SIDE_NONE;
	return row;
}

/* What each side sent: bytes of payload, packets with payload, small ones of them. */
static void
set_sizes(struct flow_row *f, enum side s, uint32_t bytes, uint32_t packets, uint32_t small)
{
	f->side[s].payload_bytes = bytes;
	f->side[s].data_packets = packets;
	f->side[s].small_packets = small;
}

/* role_decide, over facts that are not the row's own. */
static void
decide(struct flow_row *f, struct obs_list *facts, bool viewer)
{
	f->facts = facts;
	role_decide(cat, f, viewer);
}

static void
test_bytes_first(void **state)
{
	struct obs_list facts = { .used = 0 };
	struct flow_row f = flow_of("rdp", BY_DISSECTOR, OPENED_BY_SYN);

	(void)state;
	obs_num(&facts, OBS_HOST, SIDE_CLIENT);
	set_sizes(&f, SIDE_SERVER, 800000, 1000, 0);
	set_sizes(&f, SIDE_CLIENT, 8000, 200, 200);
	decide(&f, &facts, false);
	assert_int_equal(f.host, SIDE_CLIENT);
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
	f.side[SIDE_SERVER].packets = 5;
	decide(&f, &facts, false);
	assert_int_equal(f.host, SIDE_CLIENT);
}

static void
test_part(void **state)
{
	struct obs_list facts = { .used = 0 };
	struct flow_row f = flow_of("ssh", BY_DISSECTOR, OPENED_BY_SYN);

	(void)state;
	decide(&f, NULL, false);
	assert_int_equal(f.host, SIDE_SERVER);

	/* merely sent first: tells nothing */
	f = flow_of("ssh", BY_DISSECTOR, OPENED_BY_FIRST);
	decide(&f, NULL, false);
	assert_int_equal(f.host, SIDE_NONE);

	/* who speaks the client's part beats who connected */
	f = flow_of("rdp", BY_DISSECTOR, OPENED_BY_SYN);
	obs_num(&facts, OBS_CLIENT, SIDE_SERVER);
	decide(&f, &facts, false);
	assert_int_equal(f.host, SIDE_CLIENT);

	/* X11: the program's screen leaves the X client */
	f = flow_of("x11", BY_DISSECTOR, OPENED_BY_SYN);
	decide(&f, NULL, false);
	assert_int_equal(f.host, SIDE_CLIENT);

	/* known by a name only: its protocol was not seen */
	f = flow_of("rdp", BY_CATALOGUE, OPENED_BY_SYN);
	decide(&f, NULL, false);
	assert_int_equal(f.host, SIDE_NONE);
}

static void
test_sizes(void **state)
{
	struct flow_row f = flow_of("anydesk", BY_DISSECTOR, OPENED_BY_SYN);

	(void)state;
	set_sizes(&f, SIDE_CLIENT, 800000, 700, 20);
	set_sizes(&f, SIDE_SERVER, 8000, 200, 200);
	f.registers = true;
	assert_true(role_by_sizes(cat, &f));
	assert_int_equal(f.host, SIDE_CLIENT); /* who opened it tells nothing */
	assert_false(f.registers);
	assert_false(role_by_sizes(cat, &f)); /* no news */

	/* idle registration: alike both ways */
	f = flow_of("anydesk", BY_DISSECTOR, OPENED_BY_SYN);
	set_sizes(&f, SIDE_CLIENT, 51000, 1000, 1000);
	set_sizes(&f, SIDE_SERVER, 49000, 1000, 1000);
	assert_false(role_by_sizes(cat, &f));

	/* too few keys, and keys too large */
	set_sizes(&f, SIDE_CLIENT, 800000, 700, 20);
	set_sizes(&f, SIDE_SERVER, 1000, 39, 39);
	assert_false(role_by_sizes(cat, &f));
	set_sizes(&f, SIDE_SERVER, 20000, 100, 89);
	assert_false(role_by_sizes(cat, &f));
	set_sizes(&f, SIDE_SERVER, 100001, 900, 900);
	assert_false(role_by_sizes(cat, &f));
	set_sizes(&f, SIDE_SERVER, 100000, 900, 900);
	assert_true(role_by_sizes(cat, &f));

	/* a download is no screen: only flows named as remote control are judged so */
	f = flow_of("wireguard", BY_DISSECTOR, OPENED_BY_SYN);
	set_sizes(&f, SIDE_SERVER, 800000, 700, 20);
	set_sizes(&f, SIDE_CLIENT, 8000, 200, 200);
	assert_false(role_by_sizes(cat, &f));
	f.product = 0;
	assert_false(role_by_sizes(cat, &f));
}

static void
test_host_stays(void **state)
{
	struct flow_row f = flow_of("anydesk", BY_DISSECTOR, OPENED_BY_SYN);

	(void)state;
	f.host = SIDE_SERVER;
	set_sizes(&f, SIDE_CLIENT, 800000, 700, 20);
	set_sizes(&f, SIDE_SERVER, 8000, 200, 200);
	decide(&f, NULL, false);
	assert_int_equal(f.host, SIDE_SERVER);
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

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bytes_first),
		cmocka_unit_test(test_hostile_side),
		cmocka_unit_test(test_banner),
		cmocka_unit_test(test_part),
		cmocka_unit_test(test_sizes),
		cmocka_unit_test(test_host_stays),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_agent_and_site),
		cmocka_unit_test(test_numbers),
	};

	return cmocka_run_group_tests(tests, load_catalogue, free_catalogue);
}
