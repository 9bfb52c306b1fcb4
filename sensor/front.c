/*
 * front: decode, clock, shard.
 *
 *   frame -> decode -> packet + clock + counts + shard
 *
 * The shard is by the innermost packet, whole: so both directions of a flow, tagged or
 * not, fragmented or not, tunnelled either way, meet in one.
 */
#include "front.h"

#include <arpa/inet.h>
#include <stdlib.h>

#include "capture/spread.h"
#include "farhand/event.h"

#define DATAGRAMS 256 /* fragmented ones put together at once */

struct front {
	struct decode *decode;
	int64_t now_us, tick_us;
	uint64_t ordinal;
	struct front_counts counts;
};

struct front *
front_new(int64_t duplicate_us)
{
	const struct decode_options d = { .datagrams = DATAGRAMS, .duplicate_us = duplicate_us };
	struct front *f = calloc(1, sizeof(*f));

	if (f == NULL)
		return NULL;
	f->decode = decode_new(&d);
	if (f->decode == NULL) {
		free(f);
		return NULL;
	}
	return f;
}

void
front_free(struct front *f)
{
	if (f == NULL)
		return;
	decode_free(f->decode);
	free(f);
}

bool
front_ticks(struct front *f, int64_t at_us, int64_t *tick_us)
{
	int64_t tick;

	if (at_us <= f->now_us || (f->now_us != 0 && at_us - f->tick_us < TICK_US))
		return false;
	tick = at_us / TICK_US * TICK_US;
	if (f->now_us == 0)
		f->tick_us = tick;
	if (tick <= f->tick_us)
		return false;
	f->now_us = f->tick_us = *tick_us = tick;
	return true;
}

bool
front_idle(struct front *f, int64_t at_us, int64_t *tick_us)
{
	const bool ticks = front_ticks(f, at_us, tick_us);

	if (at_us > f->now_us)
		f->now_us = at_us;
	return ticks;
}

/* The XOR of both addresses' words; what IPv4 addresses have in front cancels out. */
static uint32_t
fold_addrs(const struct addr a[2])
{
	uint64_t word[4];

	memcpy(word, a, sizeof(word));
	word[0] ^= word[1] ^ word[2] ^ word[3];
	return ntohl((uint32_t)word[0] ^ (uint32_t)(word[0] >> 32));
}

static unsigned
shard_of(const struct packet *p)
{
	if (p->kind != PACKET_IP)
		return 0;
	return spread_shard(
	    spread_mix(fold_addrs(p->addr), (uint32_t)(p->port[0] ^ p->port[1]), p->proto));
}

static void
take_counts(struct front *f)
{
	const uint64_t *n = decode_counts(f->decode);

	f->counts.link_unknown = n[DECODE_LINK_UNKNOWN];
	f->counts.duplicates = n[DECODE_DUPLICATE];
	f->counts.decode_errors = n[DECODE_SHORT] + n[DECODE_BAD_HEADER] + n[DECODE_TOO_DEEP] +
	    n[DECODE_LINK_UNKNOWN] + n[DECODE_FRAGMENT_LOST];
}

void
front_look(const struct front *f, const struct frame frame[], unsigned n, struct parcel out[],
    struct look look[])
{
	for (unsigned i = 0; i < n; i++)
		decode_look(f->decode, &frame[i], &out[i].p, &look[i]);
}

bool
front_turn(
    struct front *f, const struct frame *frame, const struct look *look, struct parcel *out)
{
	bool kept;

	if (frame->at_us > f->now_us)
		f->now_us = frame->at_us;
	f->ordinal = frame->ordinal;
	f->counts.frames++;
	f->counts.bytes += frame->wire_len;
	kept = decode_turn(f->decode, frame, look, &out->p);
	/* A plain frame that is kept is no trouble. */
	if (!kept || !look->fast)
		take_counts(f);
	if (!kept)
		return false;
	out->now_us = f->now_us;
	out->counts = f->counts;
	out->shard = (uint8_t)shard_of(&out->p);
	return true;
}

int64_t
front_now_us(const struct front *f)
{
	return f->now_us;
}

uint64_t
front_ordinal(const struct front *f)
{
	return f->ordinal;
}

const struct front_counts *
front_counts(const struct front *f)
{
	return &f->counts;
}

const uint64_t *
front_decoded(const struct front *f)
{
	return decode_counts(f->decode);
}
