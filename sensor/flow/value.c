/*
 * value: a row as others see it.
 */
#include "flow/table.h"

struct addr
flows_end(const struct flow_row *row, enum side s)
{
	uint8_t four[4];

	if (row->wide != NULL)
		return row->wide->end[s];
	memcpy(four, &row->side[s].four, sizeof(four));
	return addr_v4(four);
}

static void
value_side(const struct flow_row *row, enum side s, struct flow *out)
{
	const struct flow_side *side = &row->side[s];

	out->end[s] = flows_end(row, s);
	out->port[s] = side->port;
	out->mac[s] = row->mac[s];
	out->bytes[s] = side->bytes;
	out->payload_bytes[s] = side->payload_bytes;
	out->packets[s] = side->packets;
	out->data_packets[s] = side->data_packets;
	out->rtt_us[s] = side->rtt_us;
	out->mss[s] = side->mss;
	out->ttl[s] = side->ttl;
	out->tcp_flags[s] = side->tcp_flags;
	if (row->wide != NULL)
		out->outer[s] = row->wide->outer[s];
}

void
flows_value(const struct flow_row *row, struct flow *out)
{
	const enum side first = (enum side)row->first;
	const uint16_t back = row->side[side_other(first)].vlan;

	memset(out, 0, sizeof(*out));
	value_side(row, SIDE_CLIENT, out);
	value_side(row, SIDE_SERVER, out);
	out->id = row->id;
	out->first_us = row->first_us;
	out->last_us = row->last_us;
	out->proto = row->proto;
	out->opened_by = row->opened_by;
	out->source = row->source;
	out->vlan = row->side[first].vlan;
	out->vlan_back = back != out->vlan ? back : 0;
	out->midstream = row->midstream;
	out->fragments = row->fragments;
	out->tunnel = row->wide != NULL ? row->wide->tunnel : TUNNEL_NONE;
	out->verdict.product = row->product;
	out->verdict.by = row->by;
	out->verdict.sure = row->sure;
	out->verdict.host = row->host;
	out->verdict.host_by = row->host_by;
	out->verdict.registers = row->registers;
	out->verdict.final = row->final;
}
