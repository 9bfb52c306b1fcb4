/*
 * test_community_id: published examples of the specification and of those who
 * implement it, and that both directions give the same.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "deliver/ecs.h"

static struct flow
flow_of(uint8_t proto, const char *a, uint16_t ap, const char *b, uint16_t bp)
{
	struct flow f = { .proto = proto, .port = { ap, bp } };

	assert_true(addr_parse(a, &f.end[0]));
	assert_true(addr_parse(b, &f.end[1]));
	return f;
}

static void
check(struct flow f, const char *want)
{
	char id[COMMUNITY_ID];
	struct addr a = f.end[0];
	uint16_t port = f.port[0];

	community_id(&f, id);
	assert_string_equal(id, want);
	f.end[0] = f.end[1];
	f.end[1] = a;
	f.port[0] = f.port[1];
	f.port[1] = port;
	community_id(&f, id);
	assert_string_equal(id, want);
}

static void
test_published(void **state)
{
	(void)state;
	check(flow_of(PROTO_TCP, "128.232.110.120", 34855, "66.35.250.204", 80),
	    "1:LQU9qZlK+B5F3KDmev6m5PMibrg=");
	check(flow_of(PROTO_UDP, "192.168.1.52", 54585, "8.8.8.8", 53),
	    "1:d/FP5EW3wiY1vCndhwleRRKHowQ=");
	check(flow_of(PROTO_SCTP, "192.168.170.8", 7, "192.168.170.56", 80),
	    "1:jQgCxbku+pNGw8WPbEc/TS/uTpQ=");
	check(
	    flow_of(PROTO_TCP, "1.2.3.4", 1122, "5.6.7.8", 3344), "1:wCb3OG7yAFWelaUydu0D+125CLM=");
	check(
	    flow_of(PROTO_UDP, "1.2.3.4", 1122, "5.6.7.8", 3344), "1:0Mu9InQx6z4ZiCZM/7HXi2WMhOg=");
	check(flow_of(46, "1.2.3.4", 0, "5.6.7.8", 0), "1:ikv3kmf89luf73WPz1jOs49S768=");
	check(flow_of(PROTO_TCP, "10.20.4.17", 51544, "203.0.113.77", 21117),
	    "1:u3CBi4qaKEeppLhf2FSkNgiw3Wg=");
}

static void
test_other_protocols(void **state)
{
	struct flow icmp = flow_of(PROTO_ICMP, "192.168.0.89", 0, "192.168.0.1", 0);
	char id[COMMUNITY_ID] = "x", with_ports[COMMUNITY_ID];
	struct flow gre = flow_of(PROTO_GRE, "10.0.0.1", 0, "10.0.0.2", 0);

	(void)state;
	community_id(&icmp, id);
	assert_string_equal(id, "");
	community_id(&gre, id);
	assert_int_equal(strlen(id), COMMUNITY_ID - 1);
	gre.port[0] = 5;
	community_id(&gre, with_ports);
	assert_string_equal(id, with_ports);
}

/* Computed apart, by a few lines of Python. */
static void
test_ipv6(void **state)
{
	(void)state;
	check(flow_of(PROTO_TCP, "fe80::200:86ff:fe05:80da", 60892, "fe80::260:97ff:fe07:69ea", 22),
	    "1:k1c9UvDrWiItzknUXfMwhIoXbsw=");
}

/* Equal addresses are ordered by port. */
static void
test_same_address(void **state)
{
	struct flow f = flow_of(PROTO_TCP, "127.0.0.1", 4000, "127.0.0.1", 22);
	char id[COMMUNITY_ID];

	(void)state;
	community_id(&f, id);
	check(f, id);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_published),
		cmocka_unit_test(test_other_protocols),
		cmocka_unit_test(test_ipv6),
		cmocka_unit_test(test_same_address),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
