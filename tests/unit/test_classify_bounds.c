/*
 * test_classify_bounds: what a flow costs while it is looked into, and that it is given back.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "classify_lab.h"

/* Bytes of nothing: no name, no state kept, and at last nothing left to look at. */
static void
test_noise(void **state)
{
	uint8_t noise[700];
	uint32_t x = 12345;

	(void)state;
	for (int udp = 0; udp < 2; udp++) {
		struct lane *l = lane_new(udp != 0 ? PROTO_UDP : PROTO_TCP, 50000, 60000);

		if (udp == 0)
			shake_hands(l);
		for (int i = 0; i < 60; i++) {
			for (size_t k = 0; k < sizeof(noise); k++) {
				x = x * 1103515245 + 12345;
				noise[k] = (uint8_t)(x >> 16);
			}
			say(l, i % 2, noise, sizeof(noise));
		}
		assert_string_equal(product(l), "");
		assert_int_equal(l->row->host, SIDE_NONE);
		assert_null(l->row->young);
		assert_true(l->row->final);
		lane_free(l);
	}
}

/* What the mirror lost at the start never comes: its head must be free for others. */
static void
test_hole(void **state)
{
	static uint8_t stream[60000];
	struct lane *l = lane_new(PROTO_TCP, 50000, 60000);

	(void)state;
	shake_hands(l);
	l->seq[0] += 100;
	say(l, 0, stream, sizeof(stream));
	assert_non_null(l->row->young->head[SIDE_CLIENT]);
	while (l->row->side[SIDE_CLIENT].payload_bytes <= HEAD_LATE_BYTES)
		say(l, 0, stream, sizeof(stream));
	assert_null(l->row->young->head[SIDE_CLIENT]);
	lane_free(l);
}

/* nDPI keeps TCP payload it cannot name: so much of a flow, so much of all of them. */
static void
test_ndpi_room(void **state)
{
	uint8_t noise[4096];
	struct lane *l = lane_new(PROTO_TCP, 20000, 60000);
	uint32_t x = 99;
	unsigned flows;

	(void)state;
	for (size_t i = 0; i < sizeof(noise); i++) {
		x = x * 1103515245 + 12345;
		noise[i] = (uint8_t)(x >> 16 | 0x80);
	}
	say(l, 0, noise, 4000);
	assert_non_null(l->row->young->dpi);
	say(l, 0, noise, 4000);
	assert_non_null(l->row->young->dpi);
	say(l, 0, noise, 4000);
	assert_null(l->row->young->dpi);
	assert_int_equal(classify_refused(l->c), 0);
	for (flows = 0; classify_refused(l->c) == 0; flows++) {
		l->port[0]++;
		say(l, 0, noise, 4096);
	}
	assert_null(l->row->young->dpi);
	assert_in_range(flows, 1024, 1124); /* 4 MiB, and the odd one it had a name for */
	lane_free(l);
}

/* So many flows at once and no more; one that is decided makes room for another. */
static void
test_ndpi_states(void **state)
{
	struct lane *l = lane_new(PROTO_UDP, 20000, 60000);

	(void)state;
	for (unsigned i = 0; i < DPI_STATES; i++) {
		l->port[0]++;
		say(l, 0, "hello", 5);
		assert_non_null(l->row->young->dpi);
	}
	assert_false(classify_finish(l->c, l->row));
	l->port[0]++;
	say(l, 0, "hello", 5);
	assert_non_null(l->row->young->dpi);
	assert_int_equal(classify_refused(l->c), 0);
	l->port[0]++;
	say(l, 0, "hello", 5);
	assert_null(l->row->young->dpi);
	assert_int_equal(classify_refused(l->c), 1);
	lane_free(l);
}

/* Once both sides have told all, a flow keeps nothing that only the undecided need. */
static void
test_settled(void **state)
{
	struct lane *l = hello_to("www.example.com", 1000);

	(void)state;
	assert_non_null(l->row->young);
	assert_null(l->row->young->head[SIDE_CLIENT]); /* one segment, all read: never copied */
	say(l, 1, "HTTP/1.0 400 Bad Request\r\n\r\n", 28);
	say(l, 1, "what follows is of no interest", 30);
	assert_true(l->row->final);
	assert_null(l->row->young);
	assert_string_equal(value(l).verdict.protocol, "tls");
	say(l, 0, "more", 4);
	assert_false(l->last.changed);
	assert_false(classify_finish(l->c, l->row));
	lane_free(l);
}

/* Of a flow nobody cares for: what it tells of others, and no more. */
static void
test_plain(void **state)
{
	struct lane *l = lane_new(PROTO_UDP, 50000, 53);
	uint8_t query[64];

	(void)state;
	l->plain = true;
	say(l, 0, query, dns_write(query, 1));
	assert_true(l->last.message);
	assert_true(obs_find(&l->last.datagram, OBS_DNS_NAME, &(struct obs){ 0 }));
	say(l, 0, query, dns_write(query, 2));
	assert_true(l->last.message);
	assert_null(told(l));
	assert_null(l->row->young);
	assert_int_equal(l->changes, 0);
	lane_free(l);

	l = lane_new(PROTO_TCP, 50000, 3389);
	l->plain = true;
	shake_hands(l);
	say(l, 0, rdp_request, sizeof(rdp_request));
	assert_null(l->row->young);
	assert_int_equal(l->changes, 0);
	assert_false(classify_finish(l->c, l->row));
	assert_string_equal(product(l), "");
	lane_free(l);
}

static void
test_finish(void **state)
{
	struct lane *l = lane_new(PROTO_UDP, 50000, 60001);

	(void)state;
	say(l, 0, "hello", 5);
	assert_non_null(l->row->young->dpi);
	assert_false(classify_finish(l->c, l->row)); /* a port is no name: no guess */
	assert_null(l->row->young->dpi);
	assert_true(l->row->final);
	assert_int_equal(classify_refused(l->c), 0);
	assert_non_null(strchr(classify_ndpi_version(), '.'));
	lane_free(l);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_noise),
		cmocka_unit_test(test_hole),
		cmocka_unit_test(test_ndpi_room),
		cmocka_unit_test(test_ndpi_states),
		cmocka_unit_test(test_settled),
		cmocka_unit_test(test_plain),
		cmocka_unit_test(test_finish),
	};

	return cmocka_run_group_tests(tests, load_catalogue, free_catalogue);
}
