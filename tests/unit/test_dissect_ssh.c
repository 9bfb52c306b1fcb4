/*
 * test_dissect_ssh: what the ends of SSH offer, and which end is the client.
 */
#include "probe_tls.h"

extern const struct dissector dissect_ssh_kex;

#define NEXT(type) "00 00 00 0c 06 " type " 00*4 77*6 "

/* The packet that opens the key exchange; keys: of the server. */
static void
put_kexinit(struct bytes *b, const char *kex, const char *keys)
{
	const char *const lists[] = { kex, keys, "'aes'", "'aes'", "'hmac'", "'hmac'", "'none'",
		"'none'", "", "" };
	const size_t packet = b->n;

	bytes_append(b, "04 14 11*16");
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		const size_t from = b->n;

		bytes_append(b, lists[i]);
		wrap_length(b, from, 3);
		insert(b, from, (const uint8_t *)"", 1);
	}
	bytes_append(b, "00*5 77*4");
	wrap_length(b, packet, 3);
	insert(b, packet, (const uint8_t *)"", 1);
}

static enum probe
offers(const char *kex, const char *keys, const char *next, struct got *g)
{
	struct bytes b;

	bytes_write(&b, "'SSH-2.0-OpenSSH_9.2p1' 0d 0a");
	put_kexinit(&b, kex, keys);
	bytes_append(&b, next);
	ask_bytes(&dissect_ssh_kex, SIDE_SERVER, b.at, b.n, g);
	return g->said;
}

static void
who_is_the_client(void **state)
{
	static const struct {
		const char *kex, *next;
		enum side client; /* of what the server's side is thought to have sent */
	} of[] = {
		{ "'curve25519-sha256,ext-info-c'", "", SIDE_SERVER },
		{ "'curve25519-sha256,kex-strict-c-v00@openssh.com'", "", SIDE_SERVER },
		{ "'curve25519-sha256,kex-strict-s-v00@openssh.com'", "", SIDE_CLIENT },
		{ "'curve25519-sha256'", NEXT("1e"), SIDE_SERVER },
		{ "'curve25519-sha256'", NEXT("22"), SIDE_SERVER },
		{ "'curve25519-sha256'", NEXT("1f"), SIDE_CLIENT },
		{ "'curve25519-sha256'", NEXT("02"), SIDE_NONE },
	};
	struct got g;

	(void)state;
	for (size_t i = 0; i < sizeof(of) / sizeof(of[0]); i++) {
		(void)offers(of[i].kex, "'ssh-ed25519'", of[i].next, &g);
		assert_product(&g, "ssh", SURE_CERTAIN);
		assert_int_equal(num(&g, OBS_SSH_SUITE), SIDE_SERVER);
		assert_int_equal(has(&g, OBS_CLIENT), of[i].client != SIDE_NONE);
		if (of[i].client != SIDE_NONE)
			assert_int_equal(num(&g, OBS_CLIENT), of[i].client);
	}
	/* Not told by its names: the next packet is waited for. */
	assert_int_equal(offers("'curve25519-sha256'", "'ssh-ed25519'", "", &g), PROBE_MORE);
}

/* The digest is of the offer, not of the order in which hosts are known. */
static void
suite_is_a_digest(void **state)
{
	struct got one, two, three;
	struct obs a, b, c;

	(void)state;
	assert_int_equal(offers("'x,ext-info-c'", "'ssh-ed25519,ssh-rsa'", "", &one), PROBE_YES);
	assert_int_equal(offers("'x,ext-info-c'", "'ssh-rsa,ssh-ed25519'", "", &two), PROBE_YES);
	assert_int_equal(offers("'y,ext-info-c'", "'ssh-ed25519,ssh-rsa'", "", &three), PROBE_YES);
	assert_true(obs_find(&one.list, OBS_SSH_SUITE, &a) &&
	    obs_find(&two.list, OBS_SSH_SUITE, &b) && obs_find(&three.list, OBS_SSH_SUITE, &c));
	/* sha256sum of "x,ext-info-c;aes;aes;hmac;hmac;none;none;" */
	assert_text(&one, OBS_SSH_SUITE, 0, "7d14ca0370e9");
	assert_memory_equal(a.text.p, b.text.p, 12);
	assert_memory_not_equal(a.text.p, c.text.p, 12);
}

static void
others_and_pieces(void **state)
{
	struct bytes b;
	struct got g;

	(void)state;
	bytes_write(&b, "'SSH-2.0-x' 0a");
	put_kexinit(&b, "'x,ext-info-c'", "'ssh-ed25519'");
	for (size_t n = 0; n < b.n; n++) {
		ask_bytes(&dissect_ssh_kex, SIDE_CLIENT, b.at, n, &g);
		assert_int_equal(g.said, PROBE_MORE);
	}
	b.at[10 + 5]++; /* another message */
	ask_bytes(&dissect_ssh_kex, SIDE_CLIENT, b.at, b.n, &g);
	assert_int_equal(g.said, PROBE_NO);
	assert_int_equal(says(&dissect_ssh_kex, SIDE_CLIENT, "'SSH-' 61*1100"), PROBE_NO);
	assert_int_equal(says(&dissect_ssh_kex, SIDE_CLIENT, "00 01 00 00 04"), PROBE_NO);
	assert_int_equal(
	    says(&dissect_ssh_kex, SIDE_CLIENT, "00 00 00 40 04 14 11*16 ff*46"), PROBE_NO);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_is_the_client),
		cmocka_unit_test(suite_is_a_digest),
		cmocka_unit_test(others_and_pieces),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
