/*
 * event: what a lane tells the desk.  A value of bounded size, complete in itself.
 *
 * Events carry the ordinal of the frame that caused them; the desk sees them in
 * that order, whatever the number of lanes.
 */
#ifndef FARHAND_EVENT_H
#define FARHAND_EVENT_H

#include "farhand/flow.h"

enum event_kind {
	EVENT_FLOW_NAMED,  /* the verdict of a flow was reached or changed */
	EVENT_FLOW_UPDATE, /* a flow still lives: every FLOW_UPDATE_US of packet time with payload
			    */
	EVENT_WINDOW,      /* sizes and times of half a minute of a flow: facts begin with an
			      OBS_WINDOW */
	EVENT_FLOW_CLOSE,  /* a flow ended, or idled out, or was evicted: last word on it */
	EVENT_MESSAGE,     /* one datagram of DNS, DHCP, mDNS or RADIUS: its observations */
	EVENT_DEVICE,      /* a hardware address seen with an IP address (ARP, or first frame) */
	EVENT_MASKED,      /* an ARP request of nobody's address, in another's name than sent it */
	EVENT_TICK,        /* packet time passed a multiple of TICK_US */
	EVENT_END,         /* the input is over */
	EVENT_KINDS
};

#define TICK_US        (10 * 1000000LL)
#define FLOW_UPDATE_US (60 * 1000000LL)

struct event {
	enum event_kind kind;
	uint64_t ordinal;
	int64_t at_us;    /* packet time */
	bool evicted;     /* CLOSE: for want of room */
	struct flow flow; /* FLOW_*, MESSAGE (its flow so far, protocol and ndpi left ""); of DEVICE
			     only source, vlan, mac[0], end[0]; of MASKED source, vlan, mac[0] of
			     the station, mac[1] as it said, end[1] asked for */
	struct obs_list facts; /* FLOW_*: all seen so far; MESSAGE: that datagram's.  Last: copy
				  only what is used. */
};

/* Bytes of an event worth copying. */
static inline size_t
event_bytes(const struct event *ev)
{
	return offsetof(struct event, facts) + offsetof(struct obs_list, at) + ev->facts.used;
}

#endif
