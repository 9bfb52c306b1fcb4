/*
 * timers: ageing by lists, one for each idle time.
 *
 * A row goes to the end of its list with each packet, stamped with the table's
 * clock.  That never goes back, whatever a capture's times do, so each list is in
 * order of time and only its front can be due.
 */
#include "flow/timers.h"

int64_t timers_idle_us(enum idle class)
{
	static const int64_t idle_us[IDLES] = {
		[IDLE_HALF] = FLOW_IDLE_HALF_US,
		[IDLE_CLOSED] = FLOW_IDLE_CLOSED_US,
		[IDLE_OTHER] = FLOW_IDLE_UDP_US,
		[IDLE_TCP] = FLOW_IDLE_TCP_US,
	};

	return idle_us[class];
}

bool
timers_is_closed(const struct flow *f)
{
	const uint8_t *flags = f->tcp_flags;

	if (f->proto != PROTO_TCP)
		return false;
	if (((flags[0] | flags[1]) & TCP_RST) != 0)
		return true;
	return ((flags[0] & TCP_FIN) != 0 || f->packets[0] == 0) &&
	    ((flags[1] & TCP_FIN) != 0 || f->packets[1] == 0);
}

/*
 * A connection counts as open once its client has acknowledged or its server has
 * sent data, and more than one bare packet was seen: scans and floods stay cheap.
 */
static enum idle
class_of(const struct flow *f)
{
	const bool answered =
	    (f->tcp_flags[SIDE_CLIENT] & TCP_ACK) != 0 || f->payload_bytes[SIDE_SERVER] > 0;
	const bool more =
	    f->payload_bytes[0] + f->payload_bytes[1] > 0 || f->packets[0] + f->packets[1] > 1;

	if (f->proto != PROTO_TCP)
		return IDLE_OTHER;
	if (timers_is_closed(f))
		return IDLE_CLOSED;
	return answered && more ? IDLE_TCP : IDLE_HALF;
}

static bool
is_linked(const struct flows *t, const struct flow_row *row)
{
	return row->timer_prev != 0 || &t->rows[t->idle[row->idle].first] == row;
}

void
timers_unlink(struct flows *t, struct flow_row *row)
{
	struct idle_list *list = &t->idle[row->idle];
	uint32_t *back = row->timer_prev != 0 ? &t->rows[row->timer_prev].timer_next : &list->first;
	uint32_t *forth = row->timer_next != 0 ? &t->rows[row->timer_next].timer_prev : &list->last;

	*back = row->timer_next;
	*forth = row->timer_prev;
	row->timer_next = row->timer_prev = 0;
}

void
timers_touch(struct flows *t, struct flow_row *row, uint64_t ordinal)
{
	const uint32_t index = (uint32_t)(row - t->rows);
	struct idle_list *list;

	if (is_linked(t, row))
		timers_unlink(t, row);
	row->idle = (uint8_t)class_of(&row->f);
	row->seen_us = t->clock_us;
	row->seen_ordinal = ordinal;
	list = &t->idle[row->idle];
	row->timer_prev = list->last;
	if (list->last != 0)
		t->rows[list->last].timer_next = index;
	else
		list->first = index;
	list->last = index;
}

static bool
is_older(const struct flow_row *a, const struct flow_row *b)
{
	if (a->seen_us != b->seen_us)
		return a->seen_us < b->seen_us;
	return a->seen_ordinal < b->seen_ordinal;
}

struct flow_row *
timers_due(const struct flows *t)
{
	struct flow_row *oldest = NULL;

	for (unsigned i = 0; i < IDLES; i++) {
		struct flow_row *row = &t->rows[t->idle[i].first];

		if (t->idle[i].first == 0 ||
		    t->clock_us - row->seen_us < timers_idle_us((enum idle)i))
			continue;
		if (oldest == NULL || is_older(row, oldest))
			oldest = row;
	}
	return oldest;
}

struct flow_row *
timers_cheapest(const struct flows *t)
{
	for (unsigned i = 0; i < IDLES; i++) {
		if (t->idle[i].first != 0)
			return &t->rows[t->idle[i].first];
	}
	return NULL;
}
