/*
 * bench_catalogue DIRECTORY: what a look-up costs; a line "NANOSECONDS WHAT" for each kind of
 * question, each the best of some rounds (what else the machine does can only add) over shuffled
 * facts, so that the table is as cold as it is for a sensor that asks now and then.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "classify/catalogue_store.h"

enum { QUESTIONS = 20000, ROUNDS = 9, NAME = 256 };

/* Names lie side by side: where a sensor asks, it has just read the name. */
struct question {
	const char *name;
	size_t n;
};

struct asked {
	const char *what;
	enum fact fact;
	bool known; /* names of the catalogue, else strangers' */
	const char *form;
};

static struct question question[QUESTIONS];
static char room[QUESTIONS * NAME];
static unsigned found;

static uint32_t
chance(void)
{
	static uint32_t x = 2463534242u;

	x ^= x << 13;
	x ^= x >> 17;
	x ^= x << 5;
	return x;
}

/* A name that an entry is to be found by. */
static void
write_known(const struct entry *e, unsigned i, char out[NAME])
{
	size_t n = 0;

	if (e->fact == FACT_DOMAIN)
		n = (size_t)snprintf(out, NAME, "h%u.", i % 1000);
	for (const char *c = e->label; c != NULL && *c != '\0' && n + 80 < NAME; c++)
		n += (size_t)snprintf(
		    out + n, NAME - n, "%.*s", *c == '*' ? 2 : 1, *c == '*' ? "42" : c);
	snprintf(out + n, NAME - n, "%s%s%s", e->label != NULL ? "." : "", e->text,
	    e->prefix ? "-4f2a" : "");
}

static void
write_questions(const struct catalogue *c, const struct asked *a)
{
	const struct entry *e;
	char *at = room;

	for (unsigned i = 0; i < QUESTIONS; i++) {
		struct question *q = &question[i];

		do
			e = &c->lookup.entry[chance() % c->lookup.entries];
		while (e->fact != (uint8_t)a->fact);
		if (a->known)
			write_known(e, i, at);
		else
			snprintf(at, NAME, a->form, chance() % 100000, chance() % 100000);
		q->name = at;
		q->n = strlen(at);
		at += q->n + 1;
	}
}

static double
ask_all(const struct catalogue *c, enum fact fact)
{
	struct timespec from, to;

	clock_gettime(CLOCK_MONOTONIC, &from);
	for (unsigned i = 0; i < QUESTIONS; i++) {
		const struct question *q = &question[i];

		if (fact == FACT_DOMAIN)
			found += lookup_domain(&c->lookup, q->name, q->n) != NULL;
		else
			found += lookup_find(&c->lookup, fact, q->name, q->n) != NULL;
	}
	clock_gettime(CLOCK_MONOTONIC, &to);
	return ((double)(to.tv_sec - from.tv_sec) * 1e9 + (double)(to.tv_nsec - from.tv_nsec)) /
	    QUESTIONS;
}

static int
measure(const struct catalogue *c, const struct asked *a)
{
	double best = 1e9, ns;

	write_questions(c, a);
	found = 0;
	for (int i = 0; i < ROUNDS; i++)
		if ((ns = ask_all(c, a->fact)) < best)
			best = ns;
	if (found != (a->known ? QUESTIONS * ROUNDS : 0)) {
		fprintf(stderr, "%s: %u found of %u\n", a->what, found, QUESTIONS * ROUNDS);
		return -1;
	}
	printf("%.1f %s\n", best, a->what);
	return 0;
}

int
main(int argc, char *argv[])
{
	static const struct asked all[] = {
		{ "a catalogued domain", FACT_DOMAIN, true, NULL },
		{ "another domain", FACT_DOMAIN, false, "www%u.some-site-%u.example.net" },
		{ "a domain of 250 characters", FACT_DOMAIN, false, "%0123u.%0122u.net" },
		{ "a catalogued certificate", FACT_CERTIFICATE, true, NULL },
		{ "another certificate", FACT_CERTIFICATE, false, "Some Authority %u of %u" },
		{ "a catalogued host name", FACT_HOST_NAME, true, NULL },
		{ "another host name", FACT_HOST_NAME, false, "laptop-%u-%u" },
	};
	struct catalogue *c = argc == 2 ? catalogue_load(argv[1]) : NULL;
	int rc = 0;

	if (c == NULL)
		return 2;
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]) && rc == 0; i++)
		rc = measure(c, &all[i]);
	catalogue_free(c);
	return rc == 0 ? 0 : 1;
}
