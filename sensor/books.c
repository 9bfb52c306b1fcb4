/*
 * books: closings are counted as they are told, so that all alerts, whatever the number of
 * lanes, know the same.
 */
#include "books.h"

#include <inttypes.h>
#include <stdio.h>

#include "ops/log.h"

#define ONE_WAY_LEAST 10 /* closed TCP flows from which their share says something */
#define ONE_WAY_SHARE 0.5F

/* What an operator must hear while it happens; each once per change. */
static void
watch(struct books *b, const struct health *h)
{
	const uint64_t dropped = h->dropped_kernel + h->dropped_interface;

	if (dropped > b->dropped_told) {
		log_warn("packets dropped: %" PRIu64 " by the kernel, %" PRIu64
			 " by the interface; findings may be missed",
		    h->dropped_kernel, h->dropped_interface);
		b->dropped_told = dropped * 2;
	}
	if (!b->one_way_told && h->one_way_share > ONE_WAY_SHARE) {
		log_warn("%.0f %% of the TCP flows are seen in one direction only: "
			 "does the mirror copy both?",
		    (double)h->one_way_share * 100);
		b->one_way_told = true;
	}
	if (h->link_unknown > b->unreadable_told) {
		log_warn("%" PRIu64 " of %" PRIu64 " frames are of a link type that is not read",
		    h->link_unknown, h->frames);
		b->unreadable_told = h->link_unknown * 2;
	}
	b->nothing_read = h->frames > 0 && h->link_unknown == h->frames;
}

static void
count_closed(struct books *b, const struct event *ev)
{
	const uint64_t *payload = ev->flow.payload_bytes;

	b->evicted += ev->evicted;
	if (ev->flow.proto != PROTO_TCP)
		return;
	b->tcp_two_way += payload[0] > 0 && payload[1] > 0;
	b->tcp_one_way += (payload[0] > 0) != (payload[1] > 0);
}

void
books_health(const struct books *b, const struct event *ev, struct health *out)
{
	const uint64_t tcp = b->tcp_one_way + b->tcp_two_way;
	struct front_counts seen;

	*out = (struct health){
		.dropped_kernel = b->captured.dropped_kernel,
		.dropped_interface = b->captured.dropped_interface,
		.flows_evicted = b->evicted,
	};
	team_counts(b->team, ev, &seen, &out->flows);
	out->frames = seen.frames;
	out->bytes = seen.bytes;
	out->decode_errors = seen.decode_errors;
	out->link_unknown = seen.link_unknown;
	out->duplicates = seen.duplicates;
	if (tcp >= ONE_WAY_LEAST)
		out->one_way_share = (float)b->tcp_one_way / (float)tcp;
}

void
books_event(struct books *b, const struct event *ev)
{
	struct health h;

	if (ev->kind == EVENT_FLOW_CLOSE)
		count_closed(b, ev);
	if (ev->kind != EVENT_TICK && ev->kind != EVENT_END)
		return;
	team_captured(b->team, &b->captured);
	books_health(b, ev, &h);
	watch(b, &h);
}

static void
tell_count(void *arg, const char *name, uint64_t n)
{
	char *text = arg;
	const size_t at = strlen(text);

	if (at < 400)
		snprintf(text + at, 512 - at, " %s=%" PRIu64, name, n);
}

/* Of a live run always: it must be seen that nothing is missing. */
static void
tell_dropped(const struct books *b, char *counts)
{
	if (b->live || b->captured.dropped_kernel > 0)
		tell_count(counts, "dropped_kernel", b->captured.dropped_kernel);
	if (b->live || b->captured.dropped_interface > 0)
		tell_count(counts, "dropped_interface", b->captured.dropped_interface);
}

/* What happened besides the ordinary; the log names only what did. */
static void
tell_odd(const struct books *b, const struct registry *r, const struct desk *d, char *counts)
{
	const struct {
		const char *name;
		uint64_t n;
	} odd[] = {
		{ "time_backwards", b->captured.time_backwards },
		{ "time_leaps", b->captured.time_leaps },
		{ "endpoints_evicted", registry_evicted(r) },
		{ "subjects_evicted", desk_evicted(d) },
	};

	for (unsigned i = 0; i < sizeof(odd) / sizeof(odd[0]); i++) {
		if (odd[i].n > 0)
			tell_count(counts, odd[i].name, odd[i].n);
	}
}

void
books_end(struct books *b, const struct registry *r, const struct desk *d, const struct judge *j,
    const struct publish *p)
{
	const char *const *blind = judge_not_observable(j);
	struct publish_stats s;
	char counts[512] = "";

	publish_stats(p, &s);
	team_captured(b->team, &b->captured);
	tell_dropped(b, counts);
	team_tell(b->team, tell_count, counts);
	tell_odd(b, r, d, counts);
	log_info("frames=%" PRIu64 " bytes=%" PRIu64 "%s alerts=%" PRIu64 " repeated=%" PRIu64
		 " suppressed=%" PRIu64,
	    b->captured.frames, b->captured.bytes, counts, s.alerts, s.repeats,
	    judge_suppressed(j));
	for (; blind != NULL && *blind != NULL; blind++)
		log_info("not observable here: %s", *blind);
}
