/*
 * dissect_table: what can be known of the dissectors before there are packets, so
 * that few of them need be asked: whose port is which, who reads what first bytes.
 */
#include "classify/dissect.h"

#include <assert.h>
#include <pthread.h>

#include "classify/facts.h"
#include "dissectors/table.h"

static struct dissect all;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static unsigned
slot_of(const struct dissect *d, uint16_t port)
{
	unsigned i = port % USUAL_SLOTS;

	while (d->usual[i].port != 0 && d->usual[i].port != port)
		i = (i + 1) % USUAL_SLOTS;
	return i;
}

static void
add_ports(struct dissect *d, const struct dissector *one, enum dissect_of of, uint64_t bit)
{
	for (size_t i = 0; i < sizeof(one->ports) / sizeof(one->ports[0]); i++) {
		struct usual *u = &d->usual[slot_of(d, one->ports[i])];

		if (one->ports[i] == 0)
			break;
		d->ports += u->port == 0;
		assert(d->ports <= USUAL_SLOTS / 2);
		u->port = one->ports[i];
		u->whose[of] |= bit;
	}
}

/* What says NO to a stream's first byte has said so of all that begin with it. */
static void
add_openings(struct dissect *d, const struct dissector *one, uint64_t bit)
{
	struct obs_list said;

	for (unsigned i = 0; i < 2 * 256; i++) {
		const uint8_t byte = (uint8_t)i;
		const enum side from = i < 256 ? SIDE_CLIENT : SIDE_SERVER;

		facts_clear(&said);
		if (one->probe(view_of(&byte, 1), from, &said) != PROBE_NO)
			d->opens[from][byte] |= bit;
	}
}

/* Give it a place among those; its bit. */
static uint64_t
add(struct dissect *d, const struct dissector *one, enum dissect_of of)
{
	const unsigned i = d->count[of]++;

	assert(i < DISSECTORS_MAX);
	d->table[of][i] = one;
	add_ports(d, one, of, 1ull << i);
	return 1ull << i;
}

/* What a datagram of its never has where. */
static void
add_leads(struct dissect *d, const struct dissector *one, uint64_t bit)
{
	for (size_t i = 0; i < sizeof(one->leads) / sizeof(one->leads[0]); i++) {
		const struct lead *l = &one->leads[i];

		if (l->below == 0)
			break;
		assert(l->at < LEAD_BYTES);
		d->places |= 1ull << l->at;
		for (unsigned byte = 0; byte < 256; byte++) {
			if (!dissector_may_lead(one, l->at, (uint8_t)byte))
				d->never[l->at][byte] |= bit;
		}
	}
}

static void
add_datagrams(struct dissect *d, const struct dissector *one)
{
	const uint64_t bit = add(d, one, OF_DATAGRAMS);

	add_leads(d, one, bit);
	if ((one->transport & TRANSPORT_UDP) != 0)
		d->udp |= bit;
	if ((one->transport & TRANSPORT_PIECES) != 0)
		d->pieces |= bit;
	if ((one->transport & TRANSPORT_MIXED) != 0)
		d->mixed |= bit;
	if (one->every)
		d->every |= bit;
}

static void
make_all(void)
{
	struct dissect *d = &all;

	for (const struct dissector *const *at = dissectors; *at != NULL; at++) {
		const struct dissector *one = *at;

		if ((one->transport & TRANSPORT_TCP) != 0) {
			const uint64_t bit = add(d, one, OF_STREAMS);

			d->tcp |= bit;
			add_openings(d, one, bit);
		}
		if ((one->transport & (TRANSPORT_UDP | TRANSPORT_PIECES)) != 0)
			add_datagrams(d, one);
	}
}

const struct dissect *
dissect_all(void)
{
	(void)pthread_once(&once, make_all);
	return &all;
}

uint64_t
dissect_usual(const struct dissect *d, const struct flow_row *row)
{
	const enum dissect_of of = dissect_of(row);

	return d->usual[slot_of(d, row->side[0].port)].whose[of] |
	    d->usual[slot_of(d, row->side[1].port)].whose[of];
}
