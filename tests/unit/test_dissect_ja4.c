/*
 * test_dissect_ja4: the fingerprint and the hash under it, by published values.
 */
#include "dissectors/ja4.h"
#include "dissectors/sha256.h"
#include "probe.h"

static void
fill(struct ja4_codes *codes, const uint16_t *at, size_t n)
{
	for (size_t i = 0; i < n; i++)
		ja4_note(codes, at[i]);
}

#define FILL(codes, array) fill(codes, array, sizeof(array) / sizeof(array[0]))

static void
assert_ja4(const struct ja4_hello *hello, const char *want)
{
	char text[JA4_TEXT + 1] = { 0 };

	assert_true(ja4_write(hello, text));
	assert_string_equal(text, want);
}

static void
assert_sha256(const void *data, size_t n, const char *want)
{
	uint8_t sum[SHA256_BYTES];
	char text[2 * SHA256_BYTES + 1];

	sha256(data, n, sum);
	for (unsigned i = 0; i < SHA256_BYTES; i++)
		snprintf(text + 2 * i, 3, "%02x", sum[i]);
	assert_string_equal(text, want);
}

/* NIST's examples, and lengths about the ends of blocks (values by sha256sum). */
static void
sha256_of_known_texts(void **state)
{
	uint8_t a[200];

	(void)state;
	memset(a, 'a', sizeof(a));
	assert_sha256("", 0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
	assert_sha256("abc", 3, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	assert_sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 56,
	    "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
	assert_sha256(a, 55, "9f4390f8d30c2dd92ec9f095b65e2b9ae9b0a925a5258e241c9f1e910f734318");
	assert_sha256(a, 64, "ffe054fe7ae0cb6dc65c3af9b61d5209f439851db43d0ba5997337df154668eb");
	assert_sha256(a, 119, "31eba51c313a5c08226adf18d4a359cfdfd8d2e816b13f4af952f7ea6584dcfb");
	assert_sha256(a, 120, "2f3d335432c70b580af0e8e1b3674a7c020d683aa5f73aaaedfdc55af904c21c");
	assert_sha256(a, 200, "c2a908d98f5df987ade41b5fce213067efbcc21ef2240212a41e54b5e7c28ae5");
}

/* A browser's hello as its order was on the wire, GREASE included; the value is FoxIO's own. */
static void
browser_as_published(void **state)
{
	static const uint16_t ciphers[] = { 0x2a2a, 0x1301, 0x1302, 0x1303, 0xc02b, 0xc02f, 0xc02c,
		0xc030, 0xcca9, 0xcca8, 0xc013, 0xc014, 0x009c, 0x009d, 0x002f, 0x0035 };
	static const uint16_t extensions[] = { 0xdada, 0x001b, 0x0000, 0x0033, 0x0010, 0x4469,
		0x0017, 0x002d, 0x000d, 0x0005, 0x0023, 0x0012, 0x002b, 0xff01, 0x000b, 0x000a,
		0x0015, 0x6a6a };
	static const uint16_t algorithms[] = { 0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501,
		0x0806, 0x0601 };
	struct ja4_hello h = {
		.over = JA4_TCP, .version = 0x0304, .sni = true, .alpn = view_of("h2", 2)
	};

	(void)state;
	FILL(&h.ciphers, ciphers);
	FILL(&h.extensions, extensions);
	FILL(&h.algorithms, algorithms);
	assert_ja4(&h, "t13d1516h2_8daaf6152771_e5627efa2ab1");
	/* The order of algorithms counts, that of ciphers and extensions does not. */
	h.algorithms.at[0] = 0x0804;
	h.algorithms.at[1] = 0x0403;
	h.ciphers.at[0] = 0x1302;
	h.ciphers.at[1] = 0x1301;
	assert_ja4(&h, "t13d1516h2_8daaf6152771_8b78003a6112");
}

static void
nothing_is_twelve_zeros(void **state)
{
	struct ja4_hello h = { .over = JA4_TCP, .version = 0x0301 };
	static const uint16_t names[] = { 0x0000, 0x0010 };

	(void)state;
	assert_ja4(&h, "t10i000000_000000000000_000000000000");
	h.sni = true;
	FILL(&h.extensions, names);
	assert_ja4(&h, "t10d000200_000000000000_000000000000");
}

static void
versions(void **state)
{
	struct ja4_hello h = { .over = JA4_TCP, .version = 0x0303 };

	(void)state;
	assert_ja4(&h, "t12i000000_000000000000_000000000000");
	h.version = 0x0302;
	assert_ja4(&h, "t11i000000_000000000000_000000000000");
	h.version = 0x0300;
	assert_ja4(&h, "ts3i000000_000000000000_000000000000");
	h.version = 0x7f1c; /* a draft */
	assert_ja4(&h, "t00i000000_000000000000_000000000000");
}

static void
ends_of_alpn(void **state)
{
	static const struct {
		const char *alpn;
		size_t n;
		const char *shown;
	} cases[] = {
		{ "http/1.1", 8, "h1" },
		{ "anydesk/6.2.0/linux", 19, "ax" },
		{ "h", 1, "hh" },
		{ "\xab", 1, "ab" },
		{ "\xab\xcd", 2, "ad" },
		{ "\x30\xab", 2, "3b" },
		{ "\x30\x31\xab\xcd", 4, "3d" },
		{ "\x30\xab\xcd\x31", 4, "01" },
		{ "h2 ", 3, "60" },
	};
	struct ja4_hello h = { .over = JA4_TCP, .version = 0x0303 };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char text[JA4_TEXT];

		h.alpn = view_of(cases[i].alpn, cases[i].n);
		assert_true(ja4_write(&h, text));
		assert_memory_equal(text + 8, cases[i].shown, 2);
	}
}

static void
counts_stop_at_99(void **state)
{
	struct ja4_hello h = { .over = JA4_TCP, .version = 0x0303 };
	char text[JA4_TEXT];

	(void)state;
	for (uint16_t code = 1; code <= 120; code++) {
		ja4_note(&h.ciphers, code);
		ja4_note(&h.extensions, code);
	}
	assert_true(ja4_write(&h, text));
	assert_memory_equal(text, "t12i9999", 8);
	/* More than any client has is no fingerprint; all places full is still one. */
	for (uint16_t code = 1; h.ciphers.n < JA4_MOST; code++)
		ja4_note(&h.ciphers, code);
	for (uint16_t code = 1; h.extensions.n < JA4_MOST; code++)
		ja4_note(&h.extensions, code);
	for (uint16_t code = 1; h.algorithms.n < JA4_MOST; code++)
		ja4_note(&h.algorithms, code);
	assert_true(ja4_write(&h, text));
	ja4_note(&h.ciphers, 7);
	assert_false(ja4_write(&h, text));
}

/* All that a scanner offers, backwards; the hash is sha256sum's of "0001,0002 ... 015e". */
static void
many_are_sorted(void **state)
{
	struct ja4_hello h = { .over = JA4_TCP, .version = 0x0303 };

	(void)state;
	for (uint16_t code = 350; code > 0; code--)
		ja4_note(&h.ciphers, code);
	assert_ja4(&h, "t12i990000_f645d6342519_000000000000");
}

static void
grease_is_sixteen_values(void **state)
{
	unsigned n = 0;

	(void)state;
	for (unsigned code = 0; code <= UINT16_MAX; code++)
		n += ja4_is_grease((uint16_t)code);
	assert_int_equal(n, 16);
	assert_true(ja4_is_grease(0x0a0a) && ja4_is_grease(0xfafa) && !ja4_is_grease(0x0a1a));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sha256_of_known_texts),
		cmocka_unit_test(browser_as_published),
		cmocka_unit_test(nothing_is_twelve_zeros),
		cmocka_unit_test(versions),
		cmocka_unit_test(ends_of_alpn),
		cmocka_unit_test(counts_stop_at_99),
		cmocka_unit_test(many_are_sorted),
		cmocka_unit_test(grease_is_sixteen_values),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
