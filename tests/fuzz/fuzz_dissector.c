/*
 * fuzz_dissector: one dissector, on any bytes, from either side.
 *
 * One source, one target per dissector (-DDISSECTOR=dissect_rdp).  Beyond not
 * crashing, what it says must hold together: the list stays whole, and the same
 * bytes give the same answer.
 */
#include "farhand/dissector.h"

#include <stdlib.h>

extern const struct dissector DISSECTOR;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

/* Not assert: optimised builds are fuzzed too. */
static void
require(bool holds)
{
	if (!holds)
		abort();
}

static void
check_list(const struct obs_list *l)
{
	struct obs o;
	size_t at = 0;
	unsigned count = 0;

	while (obs_next(l, &at, &o)) {
		require(o.kind > OBS_NONE && o.kind < OBS_KINDS);
		if (o.kind == OBS_HOST || o.kind == OBS_CLIENT || o.kind == OBS_ANNOUNCER)
			require(o.num <= SIDE_NONE && o.text.n == 0);
		count++;
	}
	require(at == l->used && count == l->count);
}

/* A datagram is not shown to one that its first bytes are said not to be of. */
static void
check_lead(const uint8_t *data, size_t n)
{
	for (uint8_t at = 0; at < LEAD_BYTES && at < n; at++)
		require(dissector_may_lead(&DISSECTOR, at, data[at]));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static struct obs_list first, second;
	uint8_t *copy = malloc(n > 0 ? n : 1); /* so that reading past the end is seen */

	if (copy == NULL)
		abort();
	if (n > 0)
		memcpy(copy, data, n);
	for (int from = SIDE_CLIENT; from <= SIDE_NONE; from++) {
		enum probe one, two;

		memset(&first, 0, sizeof(first));
		memset(&second, 0xff, sizeof(second));
		second.used = second.count = second.lost = 0;
		one = DISSECTOR.probe(view_of(copy, n), (enum side)from, &first);
		two = DISSECTOR.probe(view_of(copy, n), (enum side)from, &second);
		require(one == two && first.used == second.used && first.lost == second.lost);
		require(memcmp(first.at, second.at, first.used) == 0);
		require(one != PROBE_LIKE || (DISSECTOR.transport & TRANSPORT_UDP) != 0);
		if (one == PROBE_YES || one == PROBE_LIKE)
			check_list(&first);
		if (one >= PROBE_LIKE && (DISSECTOR.transport & TRANSPORT_UDP) != 0)
			check_lead(copy, n);
		/* A stream is not offered again to what said NO to its first byte. */
		if (one == PROBE_YES && (DISSECTOR.transport & TRANSPORT_TCP) != 0)
			require(DISSECTOR.probe(view_of(copy, 1), (enum side)from, &second) !=
			    PROBE_NO);
	}
	free(copy);
	return 0;
}
