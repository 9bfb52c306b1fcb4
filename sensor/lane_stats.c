/*
 * lane_stats: what a lane's shards have counted.
 */
#include "lane_private.h"

void
lane_stats(const struct lane *l, struct flows_stats *out)
{
	memset(out, 0, sizeof(*out));
	for (unsigned i = l->o.index; i < SHARDS; i += l->o.lanes) {
		const struct flows_stats *s = flows_stats(l->shard[i].flows);

		out->opened += s->opened;
		out->closed += s->closed;
		out->evicted += s->evicted;
		out->live += s->live;
		out->heads_lost += s->heads_lost;
		out->facts_refused += s->facts_refused;
		out->tcp_two_way += s->tcp_two_way;
		out->tcp_one_way += s->tcp_one_way;
	}
}

uint64_t
lane_opened(const struct lane *l)
{
	return l->opened;
}

uint64_t
lane_packets(const struct lane *l)
{
	return l->packets;
}

uint64_t
lane_dpi_refused(const struct lane *l)
{
	uint64_t n = 0;

	for (unsigned i = l->o.index; i < SHARDS; i += l->o.lanes)
		n += classify_refused(l->shard[i].classify);
	return n;
}

void
lane_quic(const struct lane *l, struct quic_counts *out)
{
	memset(out, 0, sizeof(*out));
	for (unsigned i = l->o.index; i < SHARDS; i += l->o.lanes) {
		const struct quic_counts *c = classify_quic(l->shard[i].classify);

		out->sealed += c->sealed;
		out->broken += c->broken;
	}
}

uint64_t
lane_rhythms_refused(const struct lane *l)
{
	uint64_t n = 0;

	for (unsigned i = l->o.index; i < SHARDS; i += l->o.lanes)
		n += rhythms_refused(l->shard[i].rhythms);
	return n;
}

uint64_t
lane_roles_refused(const struct lane *l)
{
	uint64_t n = 0;

	for (unsigned i = l->o.index; i < SHARDS; i += l->o.lanes)
		n += classify_roles_refused(l->shard[i].classify);
	return n;
}
