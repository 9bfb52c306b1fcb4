/*
 * Drivenness (B1b) against the table of research/algorithms.md 1.2, by the generator of its
 * appendix A, and against the bars of its section 9.
 *
 * How the appendix is read where it leaves room: trials start counting when X was watched
 * for 32 s; a gap follows each event of a burst, the last one too, before the pause (see
 * hands.h; without, the cell 3x background, n 500, LLR > 12, is .04 too low).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "detect/causality.h"
#include "hands.h"

#define TOLERANCE .03

static struct stream x, y, other;

static void
compare(const char *what, double measured, double published)
{
	printf("  %-22s %.3f (%.3f) %+.3f\n", what, measured, published, measured - published);
	assert_true(fabs(measured - published) <= TOLERANCE);
}

/* Drivenness of the first n of Y's events; false where there are fewer. */
static bool
drive(struct drive *d, struct input *in, unsigned *i, unsigned *k, unsigned n)
{
	for (; d->n < n && *k < y.n; (*k)++) {
		for (; *i < x.n && x.at[*i] <= y.at[*k]; (*i)++)
			input_seen(in, in_us(x.at[*i]));
		drive_event(d, in, in_us(y.at[*k]));
	}
	return d->n == n;
}

static bool
drive_from_start(struct drive *d, unsigned n)
{
	struct input in;
	unsigned i = 0, k = 0;

	memset(d, 0, sizeof(*d));
	input_start(&in, 0);
	return drive(d, &in, &i, &k, n);
}

/* X, and in Y an event at the end of a share of its bursts. */
static void
remote_user(struct chance *c, double share, double background, double until)
{
	struct hand h = hand_new(c);

	x.n = y.n = 0;
	while (h.next < until) {
		hand_burst(&h, &x);
		if (chance_unit(c) < share)
			stream_add(&y, x.at[x.n - 1] + chance_between(c, .03, .3));
	}
	stream_sort(&y);
	if (background <= 0)
		return;
	stream_poisson(&other, c, background * share / HAND_BURST_S, until);
	stream_merge(&y, &other);
}

static void
driven_events_are_found_as_published(void **state)
{
	static const struct {
		double share, background;
		unsigned n, trials;
		double evidence, raise;
	} rows[] = {
		{ .5, 0, 20, 3000, .996, .932 },
		{ .5, 0, 40, 3000, 1.000, 1.000 },
		{ .5, 1, 40, 3000, .59, .13 },
		{ .5, 1, 80, 3000, .95, .61 },
		{ .5, 1, 160, 3000, 1.00, .99 },
		{ .2, 3, 160, 3000, .49, .07 },
		{ .2, 3, 500, 2000, .99, .90 },
		{ .2, 3, 1000, 1500, 1.00, 1.00 },
	};

	(void)state;
	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const double rate = rows[i].share / HAND_BURST_S * (1 + rows[i].background);
		struct chance c = { .state = 300 + i };
		unsigned evidence = 0, raise = 0;

		for (unsigned t = 0; t < rows[i].trials; t++) {
			double until = rows[i].n / rate * 1.25 + 150;
			struct drive d;

			for (;; until *= 1.5) {
				remote_user(&c, rows[i].share, rows[i].background, until);
				if (drive_from_start(&d, rows[i].n))
					break;
			}
			evidence += drive_llr(&d) > CAUSALITY_EVIDENCE ? 1 : 0;
			raise += drive_llr(&d) > CAUSALITY_RAISE ? 1 : 0;
		}
		printf("B1b background %.0fx, n %u\n", rows[i].background, rows[i].n);
		compare("P(LLR > 6)", (double)evidence / rows[i].trials, rows[i].evidence);
		compare("P(LLR > 12)", (double)raise / rows[i].trials, rows[i].raise);
	}
}

enum undriven { BY_HAND, BY_CHANCE, BY_HAND_SAME_HOURS, POLL_30S, POLL_5S, UNDRIVEN };

static void
undriven_work(struct chance *c, enum undriven kind, double until)
{
	static struct stream there;

	remote_user(c, .5, 0, until); /* whose events these are; not X's */
	switch (kind) {
	case BY_HAND:
	case BY_HAND_SAME_HOURS:
		break;
	case BY_CHANCE:
		stream_poisson(&y, c, .5 / HAND_BURST_S, until);
		break;
	case POLL_30S:
		stream_beat(&y, c, 30, .05, until);
		break;
	case POLL_5S:
	case UNDRIVEN:
		stream_beat(&y, c, 5, .05, until);
		break;
	}
	hand_work(c, &x, until);
	if (kind == BY_HAND_SAME_HOURS) {
		presence(c, &there, until);
		stream_within(&x, &there);
		stream_within(&y, &there);
	}
}

static void
undriven_events_raise_nothing(void **state)
{
	static const char *const name[UNDRIVEN] = { "another's hand", "chance",
		"another's hand, same hours", "polls of 30 s", "polls of 5 s" };
	static const unsigned marks[] = { 20, 40, 80, 160 };
	static const double first[UNDRIVEN] = { 4000, 4000, 5500, 4840, 840 };
	const unsigned trials = 10000;

	(void)state;
	for (enum undriven kind = BY_HAND; kind < UNDRIVEN; kind++) {
		struct chance c = { .state = 400 + kind };
		unsigned evidence[4] = { 0 }, raise[4] = { 0 };

		for (unsigned t = 0; t < trials; t++) {
			struct drive d = { 0 };
			struct input in;
			unsigned i = 0, k = 0;

			undriven_work(&c, kind, first[kind]);
			input_start(&in, 0);
			for (unsigned m = 0; m < 4 && drive(&d, &in, &i, &k, marks[m]); m++) {
				evidence[m] += drive_llr(&d) > CAUSALITY_EVIDENCE ? 1 : 0;
				raise[m] += drive_llr(&d) > CAUSALITY_RAISE ? 1 : 0;
			}
		}
		printf("B1b null, %s, n 20 40 80 160: of %u, LLR > 6 %u %u %u %u, LLR > 12 "
		       "%u %u %u %u\n",
		    name[kind], trials, evidence[0], evidence[1], evidence[2], evidence[3],
		    raise[0], raise[1], raise[2], raise[3]);
		for (unsigned m = 0; m < 4; m++) {
			assert_in_range(raise[m], 0, trials / 10000);
			assert_in_range(evidence[m], 0, trials / 1000);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(driven_events_are_found_as_published),
		cmocka_unit_test(undriven_events_raise_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
