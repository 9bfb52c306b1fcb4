/*
 * rhythm: the pool of blocks, and when their windows begin and end.
 */
#include "flow/rhythm_private.h"

#include <stdlib.h>

#define STILL_WINDOWS 4
#define LINE_BYTES    64 /* of the cache */

struct rhythms {
	uint64_t refused;
	uint32_t most, used;
	uint16_t spare;
	struct rhythm at[];
};

struct rhythms *
rhythms_new(uint32_t most)
{
	struct rhythms *r = calloc(1, sizeof(*r) + most * sizeof(r->at[0]));

	if (r != NULL)
		r->most = most;
	return r;
}

void
rhythms_free(struct rhythms *r)
{
	free(r);
}

uint64_t
rhythms_refused(const struct rhythms *r)
{
	return r->refused;
}

static int64_t
window_of(int64_t at_us)
{
	return at_us - at_us % WINDOW_US;
}

static struct rhythm *
take(struct rhythms *r, struct flow_row *row)
{
	uint16_t i = r->spare;
	struct rhythm *m;

	if (i != 0) {
		r->spare = r->at[i - 1].next;
	} else if (r->used < r->most) {
		i = (uint16_t)++r->used;
	} else {
		r->refused++;
		return NULL;
	}
	m = &r->at[i - 1];
	memset(m, 0, sizeof(*m));
	m->row = row;
	m->start_us = window_of(row->seen_us);
	m->from = (uint8_t)((row->seen_us - m->start_us) / SLOT_US);
	for (int end = 0; end < 2; end++)
		m->data_packets[end] = row->side[end ^ row->first].data_packets;
	row->rhythm = i;
	return m;
}

void
rhythm_drop(struct rhythms *r, struct flow_row *row)
{
	if (row->rhythm == 0)
		return;
	r->at[row->rhythm - 1].row = NULL;
	r->at[row->rhythm - 1].next = r->spare;
	r->spare = row->rhythm;
	row->rhythm = 0;
}

bool
rhythm_asks(const struct rhythms *r, const struct flow_row *row)
{
	return row->rhythm != 0 && r->at[row->rhythm - 1].product != row->product;
}

void
rhythm_carried(struct rhythms *r, const struct flow_row *row, uint32_t extra_bytes, bool padded)
{
	struct rhythm *m = &r->at[row->rhythm - 1];

	m->product = row->product;
	m->extra = (uint16_t)extra_bytes;
	m->padded = padded;
	if (extra_bytes != 0)
		m->carrier = CARRIER_VPN;
	else if (m->carrier == CARRIER_VPN)
		m->carrier = CARRIER_PLAIN;
}

void
rhythm_fetch(const struct rhythms *r, const struct flow_row *row)
{
	const char *block = (const char *)r->at;

	if (row->rhythm == 0)
		return;
	block += (row->rhythm - 1u) * sizeof(r->at[0]);
	for (size_t at = 0; at < sizeof(r->at[0]); at += LINE_BYTES)
		__builtin_prefetch(block + at, 1);
}

bool
rhythm_is_over(const struct rhythms *r, const struct flow_row *row)
{
	return row->rhythm != 0 && row->seen_us >= r->at[row->rhythm - 1].start_us + WINDOW_US;
}

void
rhythm_see(struct rhythms *r, struct flow_row *row, enum side from, const struct packet *p)
{
	const int end = (int)(from ^ row->first);
	struct rhythm *m;

	if (row->rhythm == 0) {
		take(r, row);
		return;
	}
	m = &r->at[row->rhythm - 1];
	if (row->side[from].data_packets == m->data_packets[end])
		return; /* a retransmission, of which its time tells nothing */
	m->data_packets[end] = row->side[from].data_packets;
	if (rhythm_is_over(r, row))
		return; /* its tick is late: one frame jumped */
	rhythm_packet(m, end, p);
}

uint32_t
rhythms_left(const struct rhythms *r, uint32_t at)
{
	return r->used - at;
}

uint32_t
rhythms_due(
    const struct rhythms *r, int64_t tick_us, uint32_t *at, uint32_t most, struct flows_due *out)
{
	const uint32_t left = rhythms_left(r, *at);
	uint32_t n = 0;

	for (uint32_t end = *at + (most < left ? most : left); *at < end; ++*at) {
		const struct rhythm *m = &r->at[*at];

		if (m->row != NULL && m->start_us + WINDOW_US <= tick_us)
			out[n++] = (struct flows_due){ m->row->id, m->row };
	}
	return n;
}

/* What goes on from one window to the next. */
static void
renew(struct pulse *p)
{
	const struct pulse old = *p;

	memset(p, 0, sizeof(*p));
	p->last = old.last;
	p->last_input = old.last_input;
	p->sent = old.sent;
	p->said = old.said;
	p->woke = old.woke;
	p->asked = old.asked;
	p->answer_bytes = old.answer_bytes;
	p->answer_packets = old.answer_packets;
	p->has_last = old.has_last;
	p->has_said = old.has_said;
	p->has_input = old.has_input;
	p->has_woke = old.has_woke;
	p->asks = old.asks;
	p->was_input = old.was_input;
	p->awaits = old.awaits;
	p->owed = old.owed;
	memcpy(p->beat, old.beat, sizeof(p->beat));
}

bool
rhythm_window(struct rhythms *r, struct flow_row *row, int64_t now_us, struct window *out)
{
	struct rhythm *m;
	int64_t past_us;
	bool sent;

	if (row->rhythm == 0)
		return false;
	m = &r->at[row->rhythm - 1];
	past_us = now_us - m->start_us;
	sent = m->end[0].packets > 0 || m->end[1].packets > 0;
	if (sent) {
		rhythm_sum(
		    m, (uint8_t)(past_us >= WINDOW_US ? WINDOW_SLOTS : past_us / SLOT_US + 1), out);
		m->still = 0;
		renew(&m->end[0]);
		renew(&m->end[1]);
	}
	m->start_us = window_of(now_us);
	m->from = 0;
	if (!sent && ++m->still >= STILL_WINDOWS)
		rhythm_drop(r, row);
	return sent;
}
