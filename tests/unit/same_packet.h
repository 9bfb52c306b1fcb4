/*
 * same_packet: are two packets the same in all that was read?
 *
 * Field by field: what is between the fields does not count.
 */
#ifndef FARHAND_SAME_PACKET_H
#define FARHAND_SAME_PACKET_H

#include "farhand/packet.h"

static inline bool
same_view(const struct view *a, const struct view *b)
{
	return a->p == b->p && a->n == b->n && a->bad == b->bad;
}

static inline bool
same_ends(const struct packet *a, const struct packet *b)
{
	return mac_equal(&a->mac[0], &b->mac[0]) && mac_equal(&a->mac[1], &b->mac[1]) &&
	    addr_equal(&a->addr[0], &b->addr[0]) && addr_equal(&a->addr[1], &b->addr[1]) &&
	    a->port[0] == b->port[0] && a->port[1] == b->port[1] &&
	    addr_equal(&a->outer[0], &b->outer[0]) && addr_equal(&a->outer[1], &b->outer[1]);
}

static inline bool
same_tcp(const struct packet *a, const struct packet *b)
{
	return a->tcp_flags == b->tcp_flags && a->tcp_window == b->tcp_window &&
	    a->tcp_mss == b->tcp_mss && a->tcp_seq == b->tcp_seq && a->tcp_ack == b->tcp_ack;
}

static inline bool
same_packet(const struct packet *a, const struct packet *b)
{
	return a->kind == b->kind && a->ordinal == b->ordinal && a->at_us == b->at_us &&
	    a->source == b->source && a->vlan == b->vlan && same_ends(a, b) &&
	    a->proto == b->proto && a->ttl == b->ttl && a->ip_bytes == b->ip_bytes &&
	    a->payload_bytes == b->payload_bytes && same_tcp(a, b) &&
	    a->bad_checksum == b->bad_checksum && a->reassembled == b->reassembled &&
	    (a->kind != PACKET_ARP || a->arp_asks == b->arp_asks) && same_view(&a->l3, &b->l3) &&
	    same_view(&a->payload, &b->payload) && a->depth == b->depth && a->tunnel == b->tunnel;
}

#endif
