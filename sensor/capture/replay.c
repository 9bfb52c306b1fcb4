/*
 * replay: files, one after the other, as if they came from one wire.
 *
 * A damaged file is read up to the damage and said in the log once; the next
 * one follows.
 */
#include <stdio.h>
#include <stdlib.h>

#include "capture/inputs.h"
#include "ops/log.h"

#define SLACK_US 1000000LL                    /* rotations overlap by what the kernel held back */
#define LEAP_US  (30 * 24 * 3600 * 1000000LL) /* no wire is silent for so long within one file */

struct replay {
	struct capture_base base;
	struct halt halt;
	struct inputs list;
	size_t turn;           /* of the list: the next to open */
	struct reader *reader; /* NULL between files */
	struct filter *filter; /* NULL: all pass */
	int64_t last_us;
	bool fresh; /* nothing of this file was handed on yet */
	bool order_told;
	bool leapt; /* the frame before was not believed */
	struct capture_stats stats;
};

/* Open the next file that opens; false after the last. */
static bool
open_next(struct replay *r)
{
	char error[CAPTURE_ERROR];
	bool foreign;

	while (r->reader == NULL && r->turn < r->list.count) {
		struct input *in = &r->list.at[r->turn++];

		r->reader = in->opened;
		in->opened = NULL;
		r->fresh = true;
		if (r->reader == NULL)
			r->reader = reader_open(in->path, &r->halt.told, &foreign, error);
		r->stats.files++;
		if (r->reader == NULL) {
			log_warn("%s; left out", error);
			r->stats.broken_files++;
		} else {
			log_debug("reading %s", in->path);
		}
	}
	return r->reader != NULL;
}

static void
close_current(struct replay *r, enum reader_got got)
{
	/* A read that a signal broke off looks like damage, but is none. */
	if (got == READER_BROKEN && !atomic_load(&r->halt.told)) {
		log_warn("%s: %s; read up to there", r->list.at[r->turn - 1].path,
		    reader_trouble(r->reader));
		r->stats.broken_files++;
	}
	reader_close(r->reader);
	r->reader = NULL;
}

/* Shells sort cap.10 before cap.2, and a flow read backwards is none.  One of many is named. */
static void
check_order(struct replay *r, const struct frame *f)
{
	if (r->fresh && !r->order_told && r->stats.frames > 0 && f->at_us < r->last_us - SLACK_US) {
		log_warn("%s: begins before the file before it ends: flows in both are misread; "
			 "mergecap puts them in order",
		    r->list.at[r->turn - 1].path);
		r->order_told = true;
	}
	r->fresh = false;
}

/*
 * One frame stamped years ahead would carry the clock there, and all that follows
 * would come too late for ever.  It is given its neighbour's time, unless the next
 * one says the same.
 */
static void
check_leap(struct replay *r, struct frame *f)
{
	r->leapt = !r->fresh && !r->leapt && f->at_us - r->last_us > LEAP_US;
	if (!r->leapt)
		return;
	r->stats.time_leaps++;
	f->at_us = r->last_us;
}

static void
count_frame(struct replay *r, struct frame *f)
{
	f->ordinal = ++r->stats.frames;
	f->source = 0;
	r->stats.bytes += f->bytes.n;
	if (r->stats.frames > 1 && f->at_us < r->last_us)
		r->stats.time_backwards++;
	r->last_us = f->at_us;
}

/* What of n frames is handed on, moved together; returns their number. */
static unsigned
take(struct replay *r, struct frame *out, unsigned n)
{
	unsigned kept = 0;

	r->stats.received += n;
	for (unsigned i = 0; i < n; i++) {
		struct frame *f = &out[kept];

		if (r->filter != NULL && !filter_passes(r->filter, &out[i]))
			continue;
		if (kept < i)
			*f = out[i];
		check_leap(r, f);
		check_order(r, f);
		count_frame(r, f);
		kept++;
	}
	return kept;
}

static enum capture_got
replay_next(struct capture *c, int wait_ms, struct frame out[CAPTURE_BATCH], unsigned *n)
{
	struct replay *r = (struct replay *)c;
	enum reader_got got;

	(void)wait_ms; /* files never make one wait */
	*n = 0;
	while (!atomic_load_explicit(&r->halt.told, memory_order_relaxed) && open_next(r)) {
		got = reader_next(r->reader, out);
		if (got != READER_FRAME) {
			close_current(r, got);
			continue;
		}
		*n = take(r, out, 1 + reader_more(r->reader, out + 1, CAPTURE_BATCH - 1));
		if (*n > 0)
			return CAPTURE_FRAMES;
	}
	return CAPTURE_END;
}

static void
replay_stats(struct capture *c, struct capture_stats *out)
{
	*out = ((struct replay *)c)->stats;
}

static void
replay_close(struct capture *c)
{
	struct replay *r = (struct replay *)c;

	reader_close(r->reader);
	filter_free(r->filter);
	inputs_clear(&r->list);
	free(r);
}

/* The link type to try the filter with: of the first frame known, else Ethernet. */
static int
link_of(const struct inputs *list)
{
	for (size_t i = 0; i < list->count; i++)
		if (list->at[i].link >= 0)
			return list->at[i].link;
	return 1;
}

struct capture *
capture_replay(const struct capture_replay_options *o, char error[CAPTURE_ERROR])
{
	struct replay *r = calloc(1, sizeof(*r));

	if (r == NULL) {
		snprintf(error, CAPTURE_ERROR, "out of memory");
		return NULL;
	}
	r->base.c = (struct capture){ replay_next, replay_stats, replay_close };
	r->base.halt = &r->halt;
	r->halt.wake = -1;
	if (inputs_collect(&r->list, o->inputs, o->input, &r->halt.told, error) != 0)
		goto err;
	r->stats.files = r->stats.broken_files = r->list.unreadable;
	if (o->bpf != NULL && o->bpf[0] != '\0') {
		r->filter = filter_new(o->bpf, link_of(&r->list), error);
		if (r->filter == NULL)
			goto err;
	}
	return &r->base.c;
err:
	replay_close(&r->base.c);
	return NULL;
}
