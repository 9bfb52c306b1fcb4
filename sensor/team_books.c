/*
 * team_books: what a team has seen and missed, now and at the end.
 *
 * Replay tells an alert what had been seen when its frame came, though the reader and the
 * lanes are far ahead: the crate that is being merged still knows.
 */
#include <inttypes.h>
#include <string.h>

#include "ops/log.h"
#include "team_private.h"
#include "wire/decode.h"

/* Live: as far as each lane has noted. */
static void
sum_notes(const struct team *t, struct front_counts *out, uint64_t *opened)
{
	memset(out, 0, sizeof(*out));
	*opened = 0;
	for (unsigned i = 0; i < t->lanes; i++) {
		struct member *m = (struct member *)(uintptr_t)&t->member[i];

		pthread_mutex_lock(&m->mutex);
		out->frames += m->counts.frames;
		out->bytes += m->counts.bytes;
		out->decode_errors += m->counts.decode_errors;
		out->link_unknown += m->counts.link_unknown;
		out->duplicates += m->counts.duplicates;
		*opened += m->opened;
		pthread_mutex_unlock(&m->mutex);
	}
}

/* The first parcel of a crate that is not of a frame before this one. */
static unsigned
parcel_at(const struct crate *c, uint64_t ordinal)
{
	unsigned from = 0, to = c->parcels;

	while (from < to) {
		const unsigned middle = from + (to - from) / 2;

		if (c->parcel[middle].p.ordinal < ordinal)
			from = middle + 1;
		else
			to = middle;
	}
	return from;
}

void
team_counts(
    const struct team *t, const struct event *ev, struct front_counts *out, uint64_t *opened)
{
	const struct crate *c;
	unsigned at;

	if (t->lanes == 1) {
		team_solo_counts(t, out, opened);
		return;
	}
	if (t->o.lane.live) {
		sum_notes(t, out, opened);
		return;
	}
	c = &t->crate[gate_at(&t->merged) % CRATES];
	*opened = t->opened;
	/* At a tick, before the frame that made it. */
	if (ev->ordinal != t->key.major) {
		*out = c->tick_counts;
		at = t->key.major == UINT64_MAX ? c->parcels : 0;
	} else {
		at = parcel_at(c, ev->ordinal);
		*out = c->parcel[at].counts;
		/* A flow is closed for another before that one is opened. */
		at += ev->kind != EVENT_FLOW_CLOSE;
	}
	for (unsigned i = 0; i < at; i++)
		*opened += c->parcel[i].opened;
}

void
team_captured(struct team *t, struct capture_stats *out)
{
	if (t->lanes == 1) {
		t->o.capture[0]->stats(t->o.capture[0], out);
		return;
	}
	memset(out, 0, sizeof(*out));
	for (unsigned i = 0; i < t->lanes; i++) {
		struct member *m = &t->member[i];

		pthread_mutex_lock(&m->mutex);
		out->received += m->captured.received;
		out->dropped_kernel += m->captured.dropped_kernel;
		out->dropped_interface += m->captured.dropped_interface;
		out->frames += m->captured.frames;
		out->bytes += m->captured.bytes;
		out->files += m->captured.files;
		out->broken_files += m->captured.broken_files;
		out->time_backwards += m->captured.time_backwards;
		out->time_leaps += m->captured.time_leaps;
		pthread_mutex_unlock(&m->mutex);
	}
}

static void
tell_above_zero(
    void (*fn)(void *arg, const char *name, uint64_t n), void *arg, const char *name, uint64_t n)
{
	if (n > 0)
		fn(arg, name, n);
}

static void
add_decoded(uint64_t sum[DECODE_COUNTS], const struct front *f)
{
	for (unsigned i = 0; f != NULL && i < DECODE_COUNTS; i++)
		sum[i] += front_decoded(f)[i];
}

void
team_tell(const struct team *t, void (*fn)(void *arg, const char *name, uint64_t n), void *arg)
{
	uint64_t decoded[DECODE_COUNTS] = { 0 }, refused = 0, roles = 0, windows = 0, lost = 0, waits = 0;
	struct flows_stats sum = { 0 }, s;
	struct quic_counts quic = { 0 }, q;

	add_decoded(decoded, t->front);
	for (unsigned i = 0; i < t->lanes; i++) {
		const struct member *m = &t->member[i];

		add_decoded(decoded, m->front);
		lane_stats(m->lane, &s);
		sum.opened += s.opened;
		sum.evicted += s.evicted;
		sum.heads_lost += s.heads_lost;
		sum.facts_refused += s.facts_refused;
		refused += lane_dpi_refused(m->lane);
		lane_quic(m->lane, &q);
		quic.sealed += q.sealed;
		quic.broken += q.broken;
		roles += lane_roles_refused(m->lane);
		windows += lane_rhythms_refused(m->lane);
		lost += m->mail_lost;
		waits += m->told.waits;
		log_debug("lane=%u packets=%" PRIu64 " flows=%" PRIu64, i, lane_packets(m->lane),
		    s.opened);
	}
	for (unsigned i = 0; i < DECODE_COUNTS; i++) {
		if (decoded[i] > 0)
			fn(arg, decode_count_name((enum decode_count)i), decoded[i]);
	}
	fn(arg, "flows", sum.opened);
	tell_above_zero(fn, arg, "flows_evicted", sum.evicted);
	tell_above_zero(fn, arg, "heads_lost", sum.heads_lost);
	tell_above_zero(fn, arg, "facts_refused", sum.facts_refused);
	tell_above_zero(fn, arg, "ndpi_refused", refused);
	tell_above_zero(fn, arg, "quic_sealed", quic.sealed);
	tell_above_zero(fn, arg, "quic_broken", quic.broken);
	tell_above_zero(fn, arg, "roles_refused", roles);
	tell_above_zero(fn, arg, "sessions_refused", windows);
	tell_above_zero(fn, arg, "handed_over_lost", lost);
	tell_above_zero(fn, arg, "event_ring_waits", waits);
}
