/*
 * sealed: do bytes look encrypted?
 */
#ifndef DISSECTORS_SEALED_H
#define DISSECTORS_SEALED_H

#include "farhand/view.h"

enum { SEALED_LEAST = 16, SEALED_MOST = 32 };

/*
 * Of 32 bytes at random some 30 differ from each other, and fewer than 24 once in a million;
 * of text, structures and samples of sound far fewer do.
 */
static inline bool
looks_sealed(struct view v)
{
	const size_t n = v.n < SEALED_MOST ? v.n : SEALED_MOST;
	uint64_t seen[4] = { 0, 0, 0, 0 };
	size_t distinct = 0;

	if (v.bad || n < SEALED_LEAST)
		return false;
	for (size_t i = 0; i < n; i++) {
		const uint64_t bit = 1ull << (v.p[i] & 63);

		distinct += (seen[v.p[i] >> 6] & bit) == 0;
		seen[v.p[i] >> 6] |= bit;
	}
	return distinct * 4 >= n * 3;
}

#endif
