/*
 * blind: see blind.h.
 */
#include "judge/blind.h"

#include "detect/detect.h"

static const char *
why_not(const struct detector *by, const struct blind_facts *facts, bool has_claim)
{
	const bool by_line = by->sights == 1u << SIGHT_EGRESS;
	const bool by_place = by_line && by->family == FAMILY_GEO;

	if ((by->vantages & facts->vantages) == 0)
		return "not visible from where the mirror stands";
	if ((by->needs & NEEDS_PLACES) != 0 && facts->lacks_places)
		return "no geolocation database";
	if ((by->needs & NEEDS_NETWORKS) != 0 && facts->lacks_networks)
		return "no ASN database";
	if ((by->needs & NEEDS_CLAIM) != 0 && !has_claim)
		return "no claimed place";
	if (by_place ? !facts->sees_place : by_line && !facts->sees_line)
		return "no endpoint's public address was seen";
	return NULL;
}

void
blind_list(struct blind *out, const struct blind_facts *facts, bool has_claim)
{
	unsigned n = 0;

	memset(out, 0, sizeof(*out));
	for (unsigned i = 0; detectors[i] != NULL && n < BLIND_RULES; i++) {
		const char *why = why_not(detectors[i], facts, has_claim);

		if (why == NULL)
			continue;
		finding_say(out->text[n], sizeof(out->text[n]), "%s: %s", detectors[i]->rule, why);
		out->list[n] = out->text[n];
		n++;
	}
}
