/*
 * quic_open: the first packets of a QUIC client, opened, for the hello in them.
 *
 *   datagram  packet packet ...                                            [RFC 9000 12.2]
 *   packet    11ttrrnn version*4 n id n id [n token] length number payload [RFC 9000 17.2]
 *   payload   frame frame ... tag*16, frames of an Initial:                [RFC 9000 12.4]
 *     00 PADDING | 01 PING | 02 ACK | 03 ACK with ECN | 06 CRYPTO at n bytes | 1c CLOSE
 *     08 CRYPTO in Google's T050 and T051
 *
 * Numbers but the fixed ones are of 1, 2, 4 or 8 bytes, as their first two bits say.  rrnn and
 * the packet's number are masked.  The keys come of the first id the client sent; later packets
 * may carry another, hence the key of the pieces.
 *
 *   key       version*4 n id*20, zeros
 */
#include "classify/quic_open.h"

#include <stdlib.h>

#include "classify/quic_keys.h"
#include "ops/log.h"

enum {
	ID_MOST = 20,
	PACKETS_MOST = 4, /* Initials of a datagram; more than one is rare */
	NUMBER_MOST = 4,
	FRAME_PADDING = 0,
	FRAME_PING = 1,
	FRAME_ACK = 2,
	FRAME_ACK_ECN = 3,
	FRAME_CRYPTO = 6,
	FRAME_CRYPTO_GOOGLE = 8,
	FRAME_CLOSE = 0x1c
};

struct quic_opener {
	struct quic_keys *keys;
	struct quic_counts counts;
	uint8_t bytes[QUIC_MOST]; /* the datagram, opened in place */
};

/* A packet with a long header, at an offset in the opener's bytes. */
struct sealed {
	uint32_t version;
	struct view id;
	size_t at, number_at, end;
};

struct quic_opener *
quic_opener_new(void)
{
	struct quic_opener *o = calloc(1, sizeof(*o));

	if (o == NULL) {
		log_error("out of memory for QUIC");
		return NULL;
	}
	o->keys = quic_keys_new();
	if (o->keys == NULL) {
		free(o);
		return NULL;
	}
	return o;
}

void
quic_opener_free(struct quic_opener *o)
{
	if (o == NULL)
		return;
	quic_keys_free(o->keys);
	free(o);
}

const struct quic_counts *
quic_opener_counts(const struct quic_opener *o)
{
	return &o->counts;
}

static uint64_t
take_number(struct view *v)
{
	const uint8_t first = view_u8(v);
	uint64_t n = first & 0x3f;

	for (unsigned more = (1u << (first >> 6)) - 1; more > 0; more--)
		n = n << 8 | view_u8(v);
	return n;
}

static struct view
take_counted(struct view *v)
{
	const size_t n = view_u8(v);

	return view_take(v, n);
}

/* The types moved with version 2 [RFC 9369 3.2]. */
static bool
is_initial(uint8_t first, uint32_t version)
{
	return (first >> 4 & 3) == (version == QUIC_V2 ? 1 : 0);
}

/* A Retry has no length, nothing can follow it. */
static bool
is_retry(uint8_t first, uint32_t version)
{
	return (first >> 4 & 3) == (version == QUIC_V2 ? 0 : 3);
}

/* The next Initial of a datagram; false if there is none. */
static bool
next_initial(const struct quic_opener *o, struct view *datagram, struct sealed *out)
{
	uint8_t first;

	do {
		out->at = (size_t)(datagram->p - o->bytes);
		first = view_u8(datagram);
		out->version = view_be32(datagram);
		out->id = take_counted(datagram);
		(void)take_counted(datagram);
		if (datagram->bad || (first & 0xc0) != 0xc0 || is_retry(first, out->version) ||
		    out->id.n > ID_MOST)
			return false;
		if (is_initial(first, out->version))
			view_skip(datagram, take_number(datagram));
		out->end = take_number(datagram);
		out->number_at = (size_t)(datagram->p - o->bytes);
		view_skip(datagram, out->end);
		out->end += out->number_at;
	} while (!datagram->bad && !is_initial(first, out->version));
	return !datagram->bad;
}

/* Take the mask off and open in place; what is inside, bad if it does not open. */
static struct view
open_packet(struct quic_opener *o, const struct sealed *s)
{
	uint8_t *first = o->bytes + s->at, *number = o->bytes + s->number_at, mask[16];
	const size_t n = s->end - s->number_at;
	uint32_t sent = 0;
	size_t long_is;

	if (n < NUMBER_MOST + QUIC_SAMPLE || !quic_keys_mask(o->keys, number + NUMBER_MOST, mask))
		return (struct view){ number, 0, true };
	*first ^= mask[0] & 0x0f;
	long_is = (*first & 3u) + 1;
	for (size_t i = 0; i < long_is; i++) {
		number[i] ^= mask[1 + i];
		sent = sent << 8 | number[i];
	}
	if (!quic_keys_open(o->keys, sent, view_of(first, s->number_at - s->at + long_is),
		number + long_is, n - long_is))
		return (struct view){ number, 0, true };
	return view_of(number + long_is, n - long_is - QUIC_TAG);
}

/* delay, ranges, the first; then of each range gap and length; of ECN three counts. */
static void
skip_ack(struct view *v, bool ecn)
{
	uint64_t numbers;

	(void)take_number(v);
	(void)take_number(v);
	numbers = take_number(v);
	numbers = numbers < v->n ? 1 + 2 * numbers + (ecn ? 3 : 0) : v->n + 1;
	for (; numbers > 0 && !v->bad; numbers--)
		(void)take_number(v);
}

/* Most of a first packet: it is to be large. */
static void
skip_padding(struct view *v)
{
	size_t n = 0;

	while (n < v->n && v->p[n] == FRAME_PADDING)
		n++;
	view_skip(v, n);
}

/* False if a frame is none that an Initial may have, or is cut short. */
static bool
read_frames(struct view v, uint32_t version, struct pieces *out)
{
	const bool google = version == QUIC_T050 || version == QUIC_T051;
	uint64_t type, at;

	while (v.n > 0) {
		type = take_number(&v);
		if (google && type == FRAME_CRYPTO_GOOGLE)
			type = FRAME_CRYPTO;
		switch (type) {
		case FRAME_PADDING:
			skip_padding(&v);
			break;
		case FRAME_PING:
			break;
		case FRAME_ACK:
		case FRAME_ACK_ECN:
			skip_ack(&v, type == FRAME_ACK_ECN);
			break;
		case FRAME_CRYPTO:
			at = take_number(&v);
			pieces_add(out, at, view_take(&v, take_number(&v)));
			break;
		case FRAME_CLOSE:
			return true;
		default:
			return false;
		}
	}
	return !v.bad && !out->lost;
}

static void
write_key(uint8_t key[PIECES_KEY], const struct sealed *s, uint32_t as)
{
	memset(key, 0, PIECES_KEY);
	memcpy(key, &as, sizeof(as));
	key[4] = (uint8_t)s->id.n;
	memcpy(key + 5, s->id.p, s->id.n);
}

/* Those of the pieces that came before, else those of the first packet by the rules of a version.
 */
static bool
make_keys(
    struct quic_opener *o, const struct sealed *s, uint32_t as, const uint8_t *before, uint8_t *key)
{
	uint32_t version;

	if (before != NULL)
		memcpy(key, before, PIECES_KEY);
	else
		write_key(key, s, as);
	memcpy(&version, key, sizeof(version));
	return key[4] <= ID_MOST && quic_keys_make(o->keys, version, view_of(key + 5, key[4]));
}

/* Nobody's version, sent for the server to name its own [RFC 9000 6.3, 15]. */
static bool
is_reserved(uint32_t version)
{
	return (version & 0x0f0f0f0f) == 0x0a0a0a0a;
}

/* False if nothing opens by the rules of that version; what does may yet be unsound. */
static bool
open_as(struct quic_opener *o, struct view datagram, uint32_t as, const uint8_t *key,
    struct pieces *out, bool *sound)
{
	struct view rest = view_of(o->bytes, datagram.n), inside;
	bool opened = false;
	struct sealed s;

	pieces_clear(out);
	memcpy(o->bytes, datagram.p, datagram.n);
	for (unsigned i = 0; i < PACKETS_MOST && *sound && next_initial(o, &rest, &s); i++) {
		if (i == 0 && !make_keys(o, &s, as, key, out->key))
			break;
		inside = open_packet(o, &s);
		if (inside.bad)
			continue;
		opened = true;
		*sound = read_frames(inside, s.version, out);
	}
	return opened;
}

bool
quic_open(struct quic_opener *o, struct view datagram, const uint8_t *key, struct pieces *out)
{
	struct view v = datagram;
	bool opened, sound = true;
	uint32_t version;

	pieces_clear(out);
	view_skip(&v, 1);
	version = view_be32(&v);
	if (datagram.n > QUIC_MOST || (!quic_keys_know(version) && !is_reserved(version)))
		return false;
	/* What a client seals a reserved version by nobody has laid down: as it does its own. */
	if (is_reserved(version))
		opened = open_as(o, datagram, QUIC_V1, key, out, &sound) ||
		    open_as(o, datagram, QUIC_DRAFT_29, key, out, &sound);
	else
		opened = open_as(o, datagram, version, key, out, &sound);
	o->counts.sealed += !opened;
	o->counts.broken += !sound;
	if (!sound)
		out->n = 0;
	return opened && sound;
}
