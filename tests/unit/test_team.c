/*
 * test_team: whatever the number of lanes, the same events in the same order, with the same
 * counts; and live lanes hand each other what the kernel gave to the wrong one.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "catalogue_lab.h"
#include "client_hello.h"
#include "pile.h"
#include "team.h"

#define SECOND_US 1000000LL
#define START_US  (1700000000 * SECOND_US)

enum { ETHERNET = 1, FRAMES = 20000, ROOM = 700, MOST_TOLD = 64 * 1024 * 1024 };

/* ---- a capture made here ---- */

static struct {
	int64_t at_us;
	size_t n;
	uint8_t bytes[ROOM];
} wire[FRAMES];

struct made {
	struct capture c;
	uint64_t next, step; /* live lanes each give every step-th frame */
};

static enum capture_got
made_next(struct capture *c, int wait_ms, struct frame out[CAPTURE_BATCH], unsigned *n)
{
	struct made *m = (struct made *)c;

	(void)wait_ms;
	for (*n = 0; *n < CAPTURE_BATCH && m->next < FRAMES; ++*n, m->next += m->step)
		out[*n] = (struct frame){
			.ordinal = m->next + 1,
			.at_us = wire[m->next].at_us,
			.link = ETHERNET,
			.wire_len = (uint32_t)wire[m->next].n,
			.bytes = view_of(wire[m->next].bytes, wire[m->next].n),
		};
	return *n > 0 ? CAPTURE_FRAMES : CAPTURE_END;
}

static void
made_stats(struct capture *c, struct capture_stats *out)
{
	*out = (struct capture_stats){ .frames = ((struct made *)c)->next };
}

static uint32_t
chance(void)
{
	static uint32_t x = 1;

	x ^= x << 13;
	x ^= x >> 17;
	return x ^= x << 5;
}

static void
put_tcp(struct pile *p, unsigned port, unsigned step)
{
	static const char banner[] = "RFB 003.008\n";
	uint8_t hello[512];

	if (step == 3)
		pile_put(p, hello, hello_write(hello, "relay-1a2b3c4d.net.anydesk.com"));
	else if (step == 4)
		pile_put(p, banner, sizeof(banner) - 1);
	pile_tcp(p, step % 2 == 0 ? 443 : port, step % 2 == 0 ? port : 443,
	    (uint8_t)(step == 1 ? TCP_SYN
		    : step == 7 ? TCP_FIN | TCP_ACK
				: TCP_ACK),
	    "", 0);
	pile_v4(p, PROTO_TCP, step % 2 == 0 ? 2 : 1, step % 2 == 0 ? 1 : 2, step, 0);
}

/* A UDP datagram in two fragments that come one after the other. */
static void
put_fragment(struct pile *p, unsigned port, bool second)
{
	uint8_t noise[48] = { 0x17 };

	pile_put(p, noise, sizeof(noise));
	if (!second) {
		pile_udp(p, port, 4000);
		p->b[p->at + 5] = 8 + 2 * sizeof(noise);
	}
	pile_v4(p, PROTO_UDP, 3, 4, port, second ? 7 : 0x2000);
}

static void
make_wire(bool fragments)
{
	int64_t now_us = START_US;
	struct pile p;

	for (unsigned i = 0; i < FRAMES; i++) {
		const unsigned port = 1024 + chance() % 300;

		now_us += chance() % 9000;
		if (i % 4001 == 4000)
			now_us += 200 * SECOND_US;
		pile_clear(&p);
		if (fragments && (i % 50 == 17 || i % 50 == 18))
			put_fragment(&p, 20000 + i / 50, i % 50 == 18);
		else if (i % 5 == 0)
			pile_hello(&p);
		else
			put_tcp(&p, port, 1 + chance() % 7);
		pile_ether(&p, i % 97 == 5 ? 0x88cc : 0x0800);
		assert_in_range(pile_length(&p), 1, ROOM);
		wire[i].at_us = i % 211 == 7 ? now_us - 50000 : now_us;
		wire[i].n = pile_length(&p);
		memcpy(wire[i].bytes, pile_view(&p).p, wire[i].n);
	}
}

/* ---- what was told ---- */

struct story {
	size_t used;
	unsigned events, evicted;
	uint8_t bytes[MOST_TOLD];
};

static struct story *story[2];
static struct team *team;

/* Byte by byte all that an event says, and what was seen by then. */
static void
take(void *arg, const struct event *ev)
{
	struct story *s = arg;
	struct front_counts seen;
	uint64_t opened;
	struct {
		enum event_kind kind;
		uint64_t ordinal, id, packets, payload, opened, frames, bytes, errors;
		int64_t at_us;
	} row;

	team_counts(team, ev, &seen, &opened);
	memset(&row, 0, sizeof(row));
	row.kind = ev->kind;
	row.ordinal = ev->ordinal;
	row.at_us = ev->at_us;
	row.id = ev->flow.id;
	row.packets = (uint64_t)ev->flow.packets[0] << 32 | ev->flow.packets[1];
	row.payload = ev->flow.payload_bytes[0] << 32 | ev->flow.payload_bytes[1];
	row.opened = opened;
	row.frames = seen.frames;
	row.bytes = seen.bytes;
	row.errors = seen.decode_errors;
	assert_true(s->used + sizeof(row) + ev->facts.used < MOST_TOLD);
	memcpy(s->bytes + s->used, &row, sizeof(row));
	memcpy(s->bytes + s->used + sizeof(row), ev->facts.at, ev->facts.used);
	s->used += sizeof(row) + ev->facts.used;
	s->events++;
	s->evicted += ev->evicted;
}

static struct made made[LANES_MOST];
static struct capture *capture[LANES_MOST];

static void
open_team(unsigned lanes, uint32_t flows, bool live)
{
	const struct team_options o = {
		.lane = { .lanes = lanes,
		    .flows = flows,
		    .head_bytes = 1 << 20,
		    .dpi_states = 256,
		    .rhythms = 256,
		    .catalogue = cat,
		    .live = live },
		.duplicate_us = live ? 0 : 500, /* of which a lane sees its own only */
		.capture = capture,
	};

	for (unsigned i = 0; i < lanes; i++) {
		made[i] = (struct made){ .c = { made_next, made_stats, NULL },
			.next = live ? i : 0,
			.step = live ? lanes : 1 };
		capture[i] = &made[i].c;
	}
	team = team_new(&o);
	assert_non_null(team);
}

static void
tell(unsigned lanes, uint32_t flows, struct story *s)
{
	s->used = s->events = s->evicted = 0;
	open_team(lanes, flows, false);
	assert_int_equal(team_run(team, take, s), 0);
	team_free(team);
}

static void
compare(uint32_t flows, bool evicts)
{
	tell(1, flows, story[0]);
	assert_true(story[0]->events > 1000);
	assert_int_equal(story[0]->evicted > 0, evicts);
	for (unsigned lanes = 2; lanes <= LANES_MOST; lanes *= 2) {
		tell(lanes, flows, story[1]);
		assert_int_equal(story[1]->events, story[0]->events);
		assert_int_equal(story[1]->used, story[0]->used);
		assert_memory_equal(story[1]->bytes, story[0]->bytes, story[0]->used);
	}
}

static void
test_same_story(void **state)
{
	(void)state;
	compare(65536, false);
}

/* Nor does what a full table gives up depend on who works on it. */
static void
test_same_when_full(void **state)
{
	(void)state;
	compare(128, true);
}

struct sum {
	uint64_t packets, lost;
};

static void
add_packets(void *arg, const struct event *ev)
{
	if (ev->kind == EVENT_FLOW_CLOSE)
		((struct sum *)arg)->packets += ev->flow.packets[0] + ev->flow.packets[1];
}

static void
take_lost(void *arg, const char *name, uint64_t n)
{
	if (strcmp(name, "handed_over_lost") == 0)
		((struct sum *)arg)->lost = n;
}

static struct sum
sum_live(unsigned lanes)
{
	struct sum sum = { 0, 0 };

	open_team(lanes, 65536, true);
	assert_int_equal(team_run(team, add_packets, &sum), 0);
	team_tell(team, take_lost, &sum);
	team_free(team);
	return sum;
}

/* Frames dealt out in turn: most reach another lane than their flow's, and are handed over. */
static void
test_handed_over(void **state)
{
	struct sum one, four;

	(void)state;
	make_wire(false);
	one = sum_live(1);
	four = sum_live(4);
	assert_true(one.packets > FRAMES / 2);
	assert_int_equal(four.packets + four.lost, one.packets);
	assert_true(four.lost < four.packets);
}

static int
setup(void **state)
{
	for (int i = 0; i < 2; i++) {
		story[i] = malloc(sizeof(*story[i]));
		if (story[i] == NULL)
			return -1;
	}
	make_wire(true);
	return load_catalogue(state);
}

static int
teardown(void **state)
{
	free(story[0]);
	free(story[1]);
	return free_catalogue(state);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_same_story),
		cmocka_unit_test(test_same_when_full),
		cmocka_unit_test(test_handed_over),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
