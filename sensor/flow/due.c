/*
 * due: rows that are to go, put in order.
 *
 * By digits of their ordinals' distance from the least, the lowest first: ordinals of one
 * tick lie close together, so there are few.
 */
#include "flow/flows.h"

enum { DIGIT_BITS = 8, DIGITS = 1 << DIGIT_BITS, FEW = 32 };

static void
insert(struct flows_due *due, uint32_t n)
{
	for (uint32_t i = 1; i < n; i++) {
		const struct flows_due one = due[i];
		uint32_t to = i;

		for (; to > 0 && due[to - 1].ordinal > one.ordinal; to--)
			due[to] = due[to - 1];
		due[to] = one;
	}
}

/* Those with equal digits stay in the order they were in. */
static void
sort_by_digit(
    const struct flows_due *from, struct flows_due *to, uint32_t n, uint64_t least, unsigned shift)
{
	uint32_t at[DIGITS] = { 0 }, before = 0;

	for (uint32_t i = 0; i < n; i++)
		at[(from[i].ordinal - least) >> shift & (DIGITS - 1)]++;
	for (unsigned d = 0; d < DIGITS; d++) {
		const uint32_t many = at[d];

		at[d] = before;
		before += many;
	}
	for (uint32_t i = 0; i < n; i++)
		to[at[(from[i].ordinal - least) >> shift & (DIGITS - 1)]++] = from[i];
}

struct flows_due *
flows_due_sort(struct flows_due *due, struct flows_due *spare, uint32_t n)
{
	uint64_t least = UINT64_MAX, most = 0;

	if (n < FEW) {
		insert(due, n);
		return due;
	}
	for (uint32_t i = 0; i < n; i++) {
		least = due[i].ordinal < least ? due[i].ordinal : least;
		most = due[i].ordinal > most ? due[i].ordinal : most;
	}
	for (unsigned shift = 0; shift < 64 && (most - least) >> shift != 0; shift += DIGIT_BITS) {
		struct flows_due *const sorted = spare;

		sort_by_digit(due, sorted, n, least, shift);
		spare = due;
		due = sorted;
	}
	return due;
}
