/*
 * fully_encrypted: a stream encrypted from its first byte on, as Shadowsocks, VMess and obfs4 send
 * it.
 *
 *   client: 9a 41 f0 27 c8 1d ...    about half of its bits are set, and it is no text
 *
 * The rule is that of [Wu et al., "How the Great Firewall of China Detects and Blocks Fully
 * Encrypted Traffic", USENIX Security 2023, 4].  Some 0.6 % of ordinary connections begin
 * alike, so it names nothing: it is a fact about a flow that nobody names.
 */
#include "dissectors/say.h"

enum {
	LEAST = 16,
	MOST = 512, /* looked at */
	BITS_LEAST = 340,
	BITS_MOST = 460, /* of 100 bytes, both excluded */
	OPENING = 6,
	RUN_MOST = 20
};

static bool
is_printable(uint8_t c)
{
	return c >= ' ' && c <= '~';
}

static unsigned
bits_of(uint8_t c)
{
	static const uint8_t half[16] = { 0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4 };

	return half[c & 0xf] + half[c >> 4];
}

static bool
opens_as_text(struct view v)
{
	for (size_t i = 0; i < OPENING; i++) {
		if (!is_printable(v.p[i]))
			return false;
	}
	return true;
}

/* A record of SSL 3 to TLS 1.3: a handshake, or data of one that began before. */
static bool
opens_as_tls(struct view v)
{
	return (v.p[0] == 0x16 || v.p[0] == 0x17) && v.p[1] == 3 && v.p[2] <= 9;
}

static enum probe
fully_encrypted_probe(struct view head, enum side from, struct obs_list *out)
{
	unsigned bits = 0, printable = 0, run = 0, longest = 0;

	if (from != SIDE_CLIENT)
		return PROBE_NO;
	if (head.n < LEAST)
		return PROBE_MORE;
	if (opens_as_text(head) || opens_as_tls(head))
		return PROBE_NO;
	if (head.n > MOST)
		head.n = MOST;
	for (size_t i = 0; i < head.n; i++) {
		bits += bits_of(head.p[i]);
		run = is_printable(head.p[i]) ? run + 1 : 0;
		printable += run > 0;
		longest = run > longest ? run : longest;
	}
	bits = bits * 100 / (unsigned)head.n;
	if (bits <= BITS_LEAST || bits >= BITS_MOST || printable > head.n / 2 || longest > RUN_MOST)
		return PROBE_NO;
	obs_num(out, OBS_FULLY_ENCRYPTED, bits);
	return PROBE_YES;
}

const struct dissector dissect_fully_encrypted = { "fully_encrypted", TRANSPORT_TCP, false, { 0 },
	fully_encrypted_probe };
