/*
 * ja4: the TLS client fingerprint.
 *
 *   t 13 d 15 16 h2 _ 8daaf6152771 _ 02713d6af862
 *   |  | |  |  |  |   ciphers,       extensions without SNI and ALPN, sorted, "_",
 *   |  | |  |  |  |   sorted         signature algorithms as sent
 *   |  | |  |  |  first and last character of the first ALPN
 *   |  | |  |  extensions      both hashed, as lower-case hex with commas, by
 *   |  | |  ciphers            SHA-256 of which the first six bytes stay
 *   |  | d: SNI is there, i: it is not
 *   |  version
 *   over TCP; q: QUIC, d: DTLS
 */
#include "dissectors/ja4.h"

#include "dissectors/sha256.h"

enum { EXT_SNI = 0, EXT_ALPN = 16, HASH_BYTES = 6, CODE_TEXT = 5 /* four digits, comma */ };

struct text {
	char at[2 * JA4_MOST * CODE_TEXT];
	size_t n;
};

static const char hex[] = "0123456789abcdef";

void
ja4_note(struct ja4_codes *codes, uint16_t code)
{
	if (ja4_is_grease(code))
		return;
	if (codes->n == JA4_MOST) {
		codes->lost = true;
		return;
	}
	codes->at[codes->n++] = code;
}

/* Shell's: a hostile order of many must not cost their square. */
static void
sort(struct ja4_codes *codes)
{
	static const uint8_t gaps[] = { 132, 57, 23, 10, 4, 1 };

	for (size_t g = 0; g < sizeof(gaps); g++) {
		const size_t gap = gaps[g];

		for (size_t i = gap; i < codes->n; i++) {
			const uint16_t code = codes->at[i];
			size_t to = i;

			for (; to >= gap && codes->at[to - gap] > code; to -= gap)
				codes->at[to] = codes->at[to - gap];
			codes->at[to] = code;
		}
	}
}

/* "002f,0035", after `lead` if there is any. */
static void
list(struct text *t, const struct ja4_codes *codes, char lead)
{
	for (size_t i = 0; i < codes->n; i++) {
		if (i > 0)
			t->at[t->n++] = ',';
		else if (lead != '\0')
			t->at[t->n++] = lead;
		for (unsigned shift = 16; shift > 0;) {
			shift -= 4;
			t->at[t->n++] = hex[codes->at[i] >> shift & 0xf];
		}
	}
}

static char *
write_hash(char *w, const struct text *t)
{
	uint8_t sum[SHA256_BYTES] = { 0 };

	/* Of nothing the hash is not taken: twelve zeros say so. */
	if (t->n > 0)
		sha256(t->at, t->n, sum);
	*w++ = '_';
	for (unsigned i = 0; i < HASH_BYTES; i++) {
		*w++ = hex[sum[i] >> 4];
		*w++ = hex[sum[i] & 0xf];
	}
	return w;
}

static const char *
version_text(uint16_t version)
{
	switch (version) {
	case 0x0304:
		return "13";
	case 0x0303:
		return "12";
	case 0x0302:
		return "11";
	case 0x0301:
		return "10";
	case 0x0300:
		return "s3";
	case 0xfefc:
		return "d3";
	case 0xfefd:
		return "d2";
	case 0xfeff:
		return "d1";
	default:
		return "00";
	}
}

static char *
write_count(char *w, size_t n)
{
	const size_t shown = n > 99 ? 99 : n;

	*w++ = hex[shown / 10];
	*w++ = hex[shown % 10];
	return w;
}

static bool
is_alphanumeric(uint8_t c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/* Where either end is not a letter or digit, the ends of its hex writing stand in. */
static char *
write_alpn(char *w, struct view alpn)
{
	const uint8_t first = alpn.n > 0 ? alpn.p[0] : '0';
	const uint8_t last = alpn.n > 0 ? alpn.p[alpn.n - 1] : '0';
	const bool shown = is_alphanumeric(first) && is_alphanumeric(last);

	*w++ = shown ? (char)first : hex[first >> 4];
	*w++ = shown ? (char)last : hex[last & 0xf];
	return w;
}

static char *
write_ciphers(char *w, const struct ja4_hello *hello)
{
	struct ja4_codes sorted;
	struct text text;

	sorted.n = hello->ciphers.n;
	memcpy(sorted.at, hello->ciphers.at, sorted.n * sizeof(sorted.at[0]));
	sort(&sorted);
	text.n = 0;
	list(&text, &sorted, '\0');
	return write_hash(w, &text);
}

static void
write_extensions(char *w, const struct ja4_hello *hello)
{
	const struct ja4_codes *all = &hello->extensions;
	struct ja4_codes sorted;
	struct text text;

	sorted.n = 0;
	for (size_t i = 0; i < all->n; i++) {
		if (all->at[i] != EXT_SNI && all->at[i] != EXT_ALPN)
			sorted.at[sorted.n++] = all->at[i];
	}
	sort(&sorted);
	text.n = 0;
	list(&text, &sorted, '\0');
	list(&text, &hello->algorithms, '_');
	write_hash(w, &text);
}

bool
ja4_write(const struct ja4_hello *hello, char out[JA4_TEXT])
{
	char *w = out;

	if (hello->ciphers.lost || hello->extensions.lost || hello->algorithms.lost)
		return false;
	*w++ = (char)hello->over;
	memcpy(w, version_text(hello->version), 2);
	w += 2;
	*w++ = hello->sni ? 'd' : 'i';
	w = write_count(w, hello->ciphers.n);
	w = write_count(w, hello->extensions.n);
	w = write_alpn(w, hello->alpn);
	w = write_ciphers(w, hello);
	write_extensions(w, hello);
	return true;
}
