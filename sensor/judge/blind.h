/*
 * blind: which rules cannot work, and why: their silence means nothing.
 */
#ifndef FARHAND_BLIND_H
#define FARHAND_BLIND_H

#include "farhand/alert.h"

#define BLIND_RULES 11 /* as many as an alert can list */

struct blind_facts {
	unsigned vantages; /* bit set of those of the run */
	bool lacks_places, lacks_networks;
	bool sees_line;  /* some endpoint's internet line is known */
	bool sees_place; /* and by an address that can be located */
};

struct blind {
	char text[BLIND_RULES][64];
	const char *list[BLIND_RULES + 1]; /* "GEO-01: no claimed place", into text; NULL-ended */
};

/* For persons with a claimed place, or without. */
void blind_list(struct blind *out, const struct blind_facts *facts, bool has_claim);

#endif
