/*
 * xpra: the packets of an Xpra session, one screen of programs shown elsewhere
 * [Xpra-org/xpra, xpra/net/protocol/header.py].
 *
 *   'P' flags level index size*4 | size bytes
 *
 *   flags   01 rencode, 04 YAML, 10 rencodeplus or none of them (bencode); 02 encrypted, 08 flush
 *   level   0, or 1 to 9 with one of 10 LZ4, 40 Brotli, 80 Zstandard
 *   index   0; above it parts of the packet that follow
 *
 * The viewer begins with "hello", the host answers so or with "challenge".  Where a
 * word is hidden, a second header right behind the first packet has to be enough.
 */
#include "dissectors/say.h"

enum {
	HEADER = 8,
	ENCODINGS = 0x15,
	FLAGS = 0x1f,
	LEVEL = 0x0f,
	LEVEL_MOST = 9,
	COMPRESSORS = 0xd0,
	SIZE_MOST = 1 << 24,
	WORD_WITHIN = 24,
	INDEX_MOST = 8
};

/* At most one of them. */
static bool
is_one(unsigned bits)
{
	return (bits & (bits - 1)) == 0;
}

/* NO as soon as a byte cannot be; MORE until all of the header is there. */
static enum probe
take_header(struct view *v, uint32_t *size)
{
	const size_t n = v->n;
	const uint8_t *p = v->p;

	if (n > 0 && p[0] != 'P')
		return PROBE_NO;
	if (n > 1 && ((p[1] & ~FLAGS) != 0 || !is_one(p[1] & ENCODINGS)))
		return PROBE_NO;
	if (n > 2 &&
	    ((p[2] & LEVEL) > LEVEL_MOST || !is_one(p[2] & COMPRESSORS) ||
		(p[2] & ~(LEVEL | COMPRESSORS)) != 0))
		return PROBE_NO;
	if (n > 3 && p[3] > INDEX_MOST)
		return PROBE_NO;
	if (n < HEADER)
		return PROBE_MORE;
	view_skip(v, 4);
	*size = view_be32(v);
	return *size > 0 && *size <= SIZE_MOST ? PROBE_YES : PROBE_NO;
}

static bool
starts_with(struct view body, const char *word)
{
	const size_t n = body.n < WORD_WITHIN ? body.n : WORD_WITHIN;

	return n > 0 && memmem(body.p, n, word, strlen(word)) != NULL;
}

static enum probe
say_xpra(struct obs_list *out, enum sureness sure)
{
	say_protocol(out, "xpra");
	say_product(out, "xpra", sure);
	return PROBE_YES;
}

static enum probe
xpra_probe(struct view head, enum side from, struct obs_list *out)
{
	uint32_t size;
	enum probe said = take_header(&head, &size);
	struct view body = head;

	if (said != PROBE_YES)
		return said;
	if (body.n > size)
		body.n = size;
	if (starts_with(body, "challenge")) {
		say_viewer(out, side_facing(from));
		return say_xpra(out, SURE_CERTAIN);
	}
	if (starts_with(body, "hello") && size > WORD_WITHIN)
		return say_xpra(out, SURE_CERTAIN);
	if (head.n <= size)
		return PROBE_MORE;
	view_skip(&head, size);
	said = take_header(&head, &size);
	return said == PROBE_YES ? say_xpra(out, SURE_LIKELY) : said;
}

const struct dissector dissect_xpra = { "xpra", TRANSPORT_TCP, false, { 14500, 10000 },
	xpra_probe };
