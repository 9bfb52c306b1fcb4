/*
 * lane_open: a lane's shards, made and taken down.
 */
#include <stdlib.h>

#include "lane_private.h"
#include "ops/log.h"

static uint32_t
share(uint32_t of_all)
{
	return of_all / SHARDS + (of_all % SHARDS != 0);
}

static bool
open_shard(struct lane *l, struct shard *s)
{
	const struct flows_limits limits = {
		.rows = l->rows,
		.head_bytes = l->o.head_bytes / SHARDS,
		.seed = l->o.seed,
	};

	s->flows = flows_new(&limits, lane_row_gone, l);
	s->due = malloc((size_t)l->rows * sizeof(s->due[0]));
	s->spare = malloc((size_t)l->rows * sizeof(s->spare[0]));
	if (s->flows == NULL || s->due == NULL || s->spare == NULL) {
		log_error("no memory for %u flows", l->o.flows);
		return false;
	}
	s->classify = classify_new(l->o.catalogue, s->flows, l->dpi, share(l->o.dpi_states));
	if (s->classify == NULL)
		return false;
	s->rhythms = rhythms_new(share(l->o.rhythms));
	if (s->rhythms == NULL)
		log_error("no memory for %u sessions", l->o.rhythms);
	return s->rhythms != NULL;
}

struct lane *
lane_new(const struct lane_options *o, lane_emit *emit_event, void *arg)
{
	struct lane *l = calloc(1, sizeof(*l));

	if (l == NULL) {
		log_error("no memory for a lane");
		return NULL;
	}
	l->o = *o;
	l->emit = emit_event;
	l->arg = arg;
	l->counts = &l->last;
	l->rows = share(o->flows);
	l->dpi = dpi_new();
	if (l->dpi == NULL)
		goto err; /* it said why */
	for (unsigned i = o->index; i < SHARDS; i += o->lanes) {
		if (!open_shard(l, &l->shard[i]))
			goto err;
	}
	l->whole = true;
	return l;
err:
	lane_free(l);
	return NULL;
}

static void
emit_nothing(void *arg, struct ring_key key, const struct event *ev)
{
	(void)arg;
	(void)key;
	(void)ev;
}

void
lane_free(struct lane *l)
{
	if (l == NULL)
		return;
	/* Without lane_end rows may still hold what is the classifier's. */
	l->emit = emit_nothing;
	if (l->whole)
		lane_close_all(l);
	for (unsigned i = l->o.index; i < SHARDS; i += l->o.lanes) {
		classify_free(l->shard[i].classify);
		rhythms_free(l->shard[i].rhythms);
		flows_free(l->shard[i].flows);
		free(l->shard[i].due);
		free(l->shard[i].spare);
	}
	dpi_free(l->dpi);
	free(l);
}
