/*
 * decode: the walk from a frame to a packet, and the books it keeps.
 *
 *   fast, or
 *   link ─▶ ether ─▶ ip ─▶ transport
 *             ▲       └─▶ tunnel ─┐
 *             └───────────────────┘
 */
#include <stdlib.h>

#include "wire/duplicates.h"
#include "wire/fragments.h"
#include "wire/wire.h"

static const char *const count_names[DECODE_COUNTS] = {
	[DECODE_PACKETS] = "packets",
	[DECODE_ARPS] = "arps",
	[DECODE_LINK_UNKNOWN] = "link_unknown",
	[DECODE_NOT_IP] = "not_ip",
	[DECODE_SHORT] = "short",
	[DECODE_BAD_HEADER] = "bad_header",
	[DECODE_TOO_DEEP] = "too_deep",
	[DECODE_FRAGMENT_HELD] = "fragment_held",
	[DECODE_FRAGMENT_LOST] = "fragment_lost",
	[DECODE_DUPLICATE] = "duplicate",
	[DECODE_BAD_CHECKSUM] = "bad_checksum",
	[DECODE_CUT] = "cut",
};

struct decode *
decode_new(const struct decode_options *o)
{
	struct decode *d = calloc(1, sizeof(*d));

	if (d == NULL)
		return NULL;
	d->fragments = fragments_new(o->datagrams);
	if (d->fragments == NULL)
		goto err;
	if (o->duplicate_us > 0) {
		d->duplicates = duplicates_new(o->duplicate_us);
		if (d->duplicates == NULL)
			goto err;
	}
	return d;
err:
	decode_free(d);
	return NULL;
}

void
decode_free(struct decode *d)
{
	if (d == NULL)
		return;
	duplicates_free(d->duplicates);
	fragments_free(d->fragments);
	free(d);
}

const uint64_t *
decode_counts(const struct decode *d)
{
	return d->counts;
}

const char *
decode_count_name(enum decode_count c)
{
	return count_names[c];
}

static void
count_oddities(struct decode *d, const struct packet *p)
{
	if (p->bad_checksum)
		d->counts[DECODE_BAD_CHECKSUM]++;
	if (p->payload.n < p->payload_bytes)
		d->counts[DECODE_CUT]++;
}

/* Apart, so that the fast way need not make room for it. */
__attribute__((noinline)) enum decode_count
walk_read(struct decode *d, const struct frame *f, struct packet *out)
{
	struct walk w = { d, out, f->bytes, 0, 0, NULL };

	memset(out, 0, sizeof(*out));
	out->ordinal = f->ordinal;
	out->at_us = f->at_us;
	out->source = f->source;
	if (f->wire_len > f->bytes.n)
		w.missing = f->wire_len - f->bytes.n;
	fragments_release(d->fragments);
	return link_read(&w, f->link);
}

void
decode_look(const struct decode *d, const struct frame *f, struct packet *out, struct look *look)
{
	look->fast = fast_read(f, out);
	look->hash =
	    look->fast && d->duplicates != NULL ? duplicates_look(d->duplicates, &out->l3) : 0;
}

static bool
is_duplicate(struct decode *d, const struct packet *p, const struct look *look)
{
	if (look->fast)
		return duplicates_take(d->duplicates, p->at_us, look->hash);
	return duplicates_seen(d->duplicates, p->at_us, &p->l3);
}

bool
decode_turn(struct decode *d, const struct frame *f, const struct look *look, struct packet *out)
{
	const enum decode_count c = look->fast ? DECODE_PACKETS : walk_read(d, f, out);

	if (c != DECODE_PACKETS) {
		d->counts[c]++;
		return false;
	}
	if (out->kind == PACKET_ARP) {
		d->counts[DECODE_ARPS]++;
		return true;
	}
	if (d->duplicates != NULL && is_duplicate(d, out, look)) {
		d->counts[DECODE_DUPLICATE]++;
		return false;
	}
	d->counts[DECODE_PACKETS]++;
	count_oddities(d, out);
	return true;
}
