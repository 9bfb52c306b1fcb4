/*
 * series: datagrams that have the form of a protocol, believed when they go on from each other.
 *
 * A tunnel's data shows a number of its own (an SPI, a peer's index) and one that counts
 * up.  That a datagram has them proves nothing, but that the next has the same of the one
 * and a little more of the other, again and again, hardly happens to anything else.
 *
 * Each side follows one dissector's series at a time.  One that does not go on makes room
 * for another's; not so if it did before, as a lost or overtaken datagram is no end.
 */
#include "classify/series.h"

/* A window of replay protection: what is further ahead, or behind, does not count. */
enum { STEP_MOST = 64 };

enum { STALE = 2 }; /* datagrams of which its dissector said nothing */

/* FNV-1a, folded to what there is room for. */
static uint16_t
digest(struct view v)
{
	uint32_t h = 0x811c9dc5u;

	for (size_t i = 0; i < v.n; i++)
		h = (h ^ v.p[i]) * 0x01000193u;
	return (uint16_t)(h ^ h >> 16);
}

/* The last observation, taken off the list; false if it is not OBS_SERIES. */
static bool
take_last(struct obs_list *l, struct obs *out)
{
	struct obs o = { .kind = OBS_NONE };
	size_t last = 0;

	for (size_t at = 0, next = 0; obs_next(l, &next, &o); at = next)
		last = at;
	*out = o;
	if (o.kind != OBS_SERIES || o.text.n == 0)
		return false;
	l->used = (uint16_t)last;
	l->count--;
	return true;
}

/* Is the place free, or held by one who may as well be forgotten? */
static bool
is_free(const struct series *s, uint8_t at)
{
	return s->whose == 0 || (s->steps == 0 && at - s->at >= STALE);
}

static void
go_on(struct series *s, const struct obs *o, uint16_t same, uint8_t at)
{
	if (s->same == same && o->num - s->number - 1 < STEP_MOST) {
		s->number = o->num;
		s->at = (unsigned)at & 0xf;
		s->steps = (s->steps + 1u) & 0xf;
	} else if (s->steps == 0) {
		s->whose = 0;
	}
}

bool
series_goes_on(struct flow_young *y, enum side from, unsigned index, struct obs_list *said)
{
	struct series *s = &y->series[from];
	const struct series *other = &y->series[side_other(from)];
	const uint8_t whose = (uint8_t)(1 + index), at = y->datagrams[from];
	uint16_t same;
	struct obs o;

	if (!take_last(said, &o))
		return false;
	same = digest(o.text);
	if (s->whose == whose)
		go_on(s, &o, same, at);
	else if (is_free(s, at))
		*s = (struct series){ o.num, same, whose, 0, (unsigned)at & 0xf };
	return s->whose == whose && s->steps > 0 &&
	    s->steps + (other->whose == whose ? other->steps : 0) >= o.text.p[0];
}
