/*
 * test_quic: hellos out of QUIC's sealed packets, and of DTLS's fragments.
 */
#include "probe_tls.h"

#include "classify_lab.h"
#include "quic_lab.h"

static const char frames_of_rfc[] =
    "06 00 40 f1 01 00 00 ed 03 03 ebf8fa56f12939b9584a3896472ec40bb863cfd3e868"
    "04fe3a47f06a2b69484c00000413011302010000c000000010000e00000b6578"
    "616d706c652e636f6dff01000100000a00080006001d00170018001000070005"
    "04616c706e000500050100000000003300260024001d00209370b2c9caa47fba"
    "baf4559fedba753de171fa71f50f1ce15d43e994ec74d748002b000302030400"
    "0d0010000e0403050306030203080408050806002d00020101001c0002400100"
    "3900320408ffffffffffffffff05048000ffff07048000ffff08011001048000"
    "75300901100f088394c8f03e51570806048000ffff";

enum { CRYPTO_HEAD = 4 };

static void
assert_fact(const struct lane *l, enum obs_kind kind, const char *want)
{
	char text[OBS_TEXT + 1];

	if (l->row == NULL || told(l) == NULL || !obs_copy_text(told(l), kind, text, sizeof(text)))
		strcpy(text, "(none)");
	assert_string_equal(text, want);
}

static bool
knows(const struct lane *l, enum obs_kind kind)
{
	struct obs o;

	return told(l) != NULL && obs_find(told(l), kind, &o);
}

static bool
keeps_head(const struct lane *l)
{
	return l->row->young != NULL &&
	    (l->row->young->head[0] != NULL || l->row->young->head[1] != NULL);
}

/* The hello of the RFCs' examples, as a message. */
static void
rfc_hello(struct bytes *b)
{
	bytes_write(b, frames_of_rfc);
	b->n -= CRYPTO_HEAD;
	memmove(b->at, b->at + CRYPTO_HEAD, b->n);
}

/* As long as browsers' are today: half of it a key share. */
static void
long_hello(struct bytes *b)
{
	b->n = 0;
	put_client_hello(b, "13 01 13 02",
	    "00 33 07 00 aa*1792 00 00 00 10 00 0e 00 00 0b 'example.org' 00 10 00 05 00 03 02 'h3'"
	    "00 2b 00 03 02 03 04 00 0d 00 04 00 02 04 03");
}

static void
say_datagram(struct lane *l, struct quic_writer *q, const uint8_t *frames, const uint8_t *end)
{
	q->n = 0;
	quic_seal(q, frames, (size_t)(end - frames), (size_t)(QUIC_DATAGRAM - 30 - q->to_bytes));
	say(l, 0, q->at, q->n);
}

/* RFC 9001 A.2 and RFC 9369 A.2: what is sealed here begins and ends as printed there. */
static void
examples_of_the_rfcs(void **state)
{
	static const struct {
		uint32_t version;
		const char *begin, *end;
	} rfc[] = {
		{ 1, "c000000001088394c8f03e5157080000449e7b9aec34d1b1c98dd7689fb8ec11",
		    "e221af44860018ab0856972e194cd934" },
		{ 0x6b3343cf, "d76b3343cf088394c8f03e5157080000449ea0c95e82ffe67b6abcdb4298b485",
		    "a18b2faa745b6fe189cf772a9f84cbfc" },
	};
	struct bytes frames, printed;

	(void)state;
	bytes_write(&frames, frames_of_rfc);
	for (size_t i = 0; i < 2; i++) {
		struct quic_writer q = quic_writer(rfc[i].version);
		struct lane *l = lane_new(PROTO_UDP, 50000, 443);

		lane_without_states(l); /* nor is nDPI shown it */
		q.number = 2;
		quic_seal(&q, frames.at, frames.n, 1162);
		assert_int_equal(q.n, 1200);
		bytes_write(&printed, rfc[i].begin);
		assert_memory_equal(q.at, printed.at, printed.n);
		bytes_write(&printed, rfc[i].end);
		assert_memory_equal(q.at + q.n - printed.n, printed.at, printed.n);
		say(l, 0, q.at, q.n);
		assert_fact(l, OBS_PROTOCOL, "quic");
		assert_fact(l, OBS_SNI, "example.com");
		assert_fact(l, OBS_ALPN, "alpn");
		assert_fact(l, OBS_JA4, "q13d0211an_62ed6f6ca7ad_4d634acda6c0");
		assert_string_equal(value(l).verdict.ndpi, "QUIC");
		assert_int_equal(classify_refused(l->c), 0);
		assert_false(keeps_head(l));
		assert_int_equal(classify_quic(l->c)->sealed, 0);
		lane_free(l);
	}
}

/* Drafts, a vendor's own, and nobody's, which clients seal as whatever they speak themselves. */
static void
other_versions(void **state)
{
	static const struct {
		uint32_t version, as;
	} known[] = { { 0xff00001d, 0xff00001d }, { 0xff00001b, 0xff00001b },
		{ 0xfaceb002, 0xff00001b }, { 0xfaceb00e, 0xff00001b }, { 0x0a0a0a0a, 1 },
		{ 0x5a1a8afa, 0xff00001d } };
	struct bytes frames;

	(void)state;
	bytes_write(&frames, frames_of_rfc);
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		struct quic_writer q = quic_writer(known[i].version);
		struct lane *l = lane_new(PROTO_UDP, 50000, 443);

		q.as = known[i].as;
		say_datagram(l, &q, frames.at, frames.at + frames.n);
		assert_fact(l, OBS_SNI, "example.com");
		assert_int_equal(classify_quic(l->c)->sealed, 0);
		lane_free(l);
	}
}

/* Google's last before the RFC: a CRYPTO frame has another number, which means another elsewhere.
 */
static void
google_t051(void **state)
{
	struct bytes frames;

	(void)state;
	bytes_write(&frames, frames_of_rfc);
	frames.at[0] = 8;
	for (unsigned i = 0; i < 2; i++) {
		struct quic_writer q = quic_writer(i == 0 ? 0x54303531 : 1);
		struct lane *l = lane_new(PROTO_UDP, 50000, 443);

		say_datagram(l, &q, frames.at, frames.at + frames.n);
		assert_fact(l, OBS_SNI, i == 0 ? "example.com" : "(none)");
		assert_int_equal(classify_quic(l->c)->broken, i);
		lane_free(l);
	}
}

/* Both datagrams of a long hello, in a reserved version whose first guess is wrong. */
static void
reserved_version_over_datagrams(void **state)
{
	struct quic_writer q = quic_writer(0x0a0a0a0a);
	struct lane *l = lane_new(PROTO_UDP, 50000, 443);
	uint8_t frames[1200];
	struct bytes hello;

	(void)state;
	long_hello(&hello);
	q.as = 0xff00001d;
	say_datagram(l, &q, frames, quic_crypto(frames, hello.at, 0, 1000));
	say_datagram(l, &q, frames, quic_crypto(frames, hello.at, 1000, hello.n - 1000));
	assert_fact(l, OBS_SNI, "example.org");
	lane_free(l);
}

/* Frames shuffled, with others between; the last part comes twice. */
static void
frames_in_any_order(void **state)
{
	struct quic_writer q = quic_writer(1);
	struct lane *l = lane_new(PROTO_UDP, 50000, 443);
	uint8_t frames[1200], *w = frames;
	struct bytes hello;

	(void)state;
	rfc_hello(&hello);
	w = quic_crypto(w, hello.at, 200, hello.n - 200);
	*w++ = 1; /* PING */
	w = quic_crypto(w, hello.at, 50, 100);
	memcpy(w, "\x02\x05\x00\x01\x02\x00\x01", 7); /* ACK of two ranges */
	w += 7;
	w = quic_crypto(w, hello.at, 0, 3);
	w = quic_crypto(w, hello.at, 150, 80);
	memset(w, 0, 40); /* PADDING */
	w += 40;
	w = quic_crypto(w, hello.at, 3, 47);
	say_datagram(l, &q, frames, w);
	assert_fact(l, OBS_SNI, "example.com");
	assert_fact(l, OBS_JA4, "q13d0211an_62ed6f6ca7ad_4d634acda6c0");
	assert_false(keeps_head(l));
	lane_free(l);
}

/* Two datagrams, each with parts from all over, the later one first. */
static void
hello_over_datagrams(void **state)
{
	struct quic_writer q = quic_writer(1);
	struct bytes hello;

	(void)state;
	long_hello(&hello);
	for (unsigned first = 0; first < 2; first++) {
		struct lane *l = lane_new(PROTO_UDP, 50000, 443);

		for (unsigned i = 0; i < 2; i++) {
			uint8_t frames[1200], *w = frames;

			/* Of ten parts the even ones, or the odd. */
			for (size_t part = 10; part-- > 0;)
				if (part % 2 == (first ^ i))
					w = quic_crypto(w, hello.at, hello.n * part / 10,
					    hello.n * (part + 1) / 10 - hello.n * part / 10);
			assert_fact(l, OBS_SNI, "(none)");
			say_datagram(l, &q, frames, w);
			assert_int_equal(keeps_head(l), i == 0);
		}
		assert_fact(l, OBS_SNI, "example.org");
		assert_fact(l, OBS_ALPN, "h3");
		assert_true(knows(l, OBS_JA4));
		lane_free(l);
	}
}

/* Once the server answered, packets carry its id; the keys stay. */
static void
later_packet_with_another_id(void **state)
{
	struct quic_writer q = quic_writer(1);
	struct lane *l = lane_new(PROTO_UDP, 50000, 443);
	uint8_t frames[1200];
	struct bytes hello;

	(void)state;
	long_hello(&hello);
	say_datagram(l, &q, frames, quic_crypto(frames, hello.at, 0, 1000));
	q.to_bytes = 5;
	memcpy(q.to, "other", 5);
	say_datagram(l, &q, frames, quic_crypto(frames, hello.at, 1000, hello.n - 1000));
	assert_fact(l, OBS_SNI, "example.org");
	lane_free(l);
}

/* A packet of another kind before it, two Initials, bytes of no packet after them. */
static void
coalesced_packets(void **state)
{
	struct quic_writer q = quic_writer(1);
	struct lane *l = lane_new(PROTO_UDP, 50000, 443);
	uint8_t frames[1200];
	struct bytes hello;

	(void)state;
	rfc_hello(&hello);
	quic_put(&q, "\xd0\0\0\0\1\x08\x83\x94\xc8\xf0\x3e\x51\x57\x08\0\x04xxxx", 20); /* 0-RTT */
	quic_seal(
	    &q, frames, (size_t)(quic_crypto(frames, hello.at, 100, hello.n - 100) - frames), 0);
	quic_seal(&q, frames, (size_t)(quic_crypto(frames, hello.at, 0, 100) - frames), 500);
	memset(q.at + q.n, 0, QUIC_ROOM - q.n);
	q.n = 1200;
	say(l, 0, q.at, q.n);
	assert_fact(l, OBS_SNI, "example.com");
	lane_free(l);
}

/* Whoever sends the client's packets is the client, however the flow looked. */
static void
roles_by_what_opens(void **state)
{
	struct quic_writer q = quic_writer(1);
	struct lane *l = lane_new(PROTO_UDP, 443, 50000);
	struct bytes frames;

	(void)state;
	bytes_write(&frames, frames_of_rfc);
	quic_seal(&q, frames.at, frames.n, 1162);
	say(l, 1, q.at, q.n);
	assert_fact(l, OBS_SNI, "example.com");
	assert_int_equal(l->row->side[SIDE_CLIENT].port, 50000);
	lane_free(l);
}

static void
what_does_not_open_is_counted(void **state)
{
	struct quic_writer q = quic_writer(1), bad;
	struct lane *l = lane_new(PROTO_UDP, 50000, 443);
	struct bytes frames;

	(void)state;
	bytes_write(&frames, frames_of_rfc);
	quic_seal(&q, frames.at, frames.n, 1162);
	bad = q;
	bad.at[700] ^= 1; /* a bit of the text */
	say(l, 0, bad.at, bad.n);
	bad = q;
	bad.at[7] ^= 1; /* of the id: other keys */
	say(l, 0, bad.at, bad.n);
	bad = q;
	bad.at[16] = 0x7f; /* a length beyond the datagram */
	say(l, 0, bad.at, bad.n);
	bad = q;
	bad.at[16] = 0x40, bad.at[17] = 19; /* too short for a sample */
	say(l, 0, bad.at, bad.n);
	bad = q;
	bad.at[15] = 0xff; /* a token of 2^62 bytes */
	say(l, 0, bad.at, bad.n);
	assert_int_equal(classify_quic(l->c)->sealed, 5);
	assert_false(keeps_head(l));
	assert_false(knows(l, OBS_SNI));
	say(l, 0, q.at, q.n);
	assert_fact(l, OBS_SNI, "example.com");
	assert_int_equal(classify_quic(l->c)->sealed, 5);
	assert_int_equal(classify_quic(l->c)->broken, 0);
	lane_free(l);
}

/* Sealed well, and nonsense inside. */
static void
hostile_frames(void **state)
{
	static const char *const bad[] = {
		"06 00 7f ff 01",            /* more than there is */
		"06 00 ff*8 01",             /* 2^62 bytes of it */
		"02 00 00 ff*8 00",          /* as many ranges */
		"02 00 00 40 ff 00",         /* ranges beyond the packet, all padding */
		"08 00 01 02",               /* a stream's, which an Initial has not */
		"06 00 04 01 00 00 10 ff*8", /* unknown after good ones */
	};
	struct quic_writer q = quic_writer(1);
	struct bytes frames;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct lane *l = lane_new(PROTO_UDP, 50000, 443);

		bytes_write(&frames, bad[i]);
		q.n = 0;
		/* No padding to read on in; the datagram is filled up with a second packet. */
		quic_seal(&q, frames.at, frames.n, 0);
		memset(q.at + q.n, 0, 1200);
		say(l, 0, q.at, 1200);
		if (i != 3)
			assert_int_equal(classify_quic(l->c)->broken, 1);
		assert_false(keeps_head(l));
		lane_free(l);
	}
}

static void
far_offsets_keep_nothing_for_long(void **state)
{
	struct quic_writer q = quic_writer(1);
	struct lane *l = lane_new(PROTO_UDP, 50000, 443);
	uint8_t frames[1200], *w;
	struct bytes b;

	(void)state;
	/* Beyond what is kept: no head is begun. */
	bytes_write(&b, "06 80 00 20 00 04 aa*4 06 ff*8 04 aa*4 06 9f ff ff ff 04 aa*4");
	say_datagram(l, &q, b.at, b.at + b.n);
	assert_false(keeps_head(l));
	/* Within it, and never whole: given back after as many datagrams as are looked at. */
	for (unsigned i = 0; i < 8; i++) {
		memset(b.at, 1, sizeof(b.at));
		w = quic_crypto(frames, b.at, 4000 + 10 * i, 4);
		say_datagram(l, &q, frames, w);
		assert_int_equal(keeps_head(l), i < 6);
	}
	assert_false(knows(l, OBS_SNI));
	lane_free(l);
}

/* More frames than anybody sends are not sorted through. */
static void
too_many_frames(void **state)
{
	struct quic_writer q = quic_writer(1);
	struct lane *l = lane_new(PROTO_UDP, 50000, 443);
	uint8_t frames[1200], *w = frames;
	struct bytes hello;

	(void)state;
	rfc_hello(&hello);
	for (size_t i = 0; i < 100; i++)
		w = quic_crypto(w, hello.at, 2 * i, 1);
	say_datagram(l, &q, frames, w);
	assert_int_equal(classify_quic(l->c)->broken, 1);
	assert_false(keeps_head(l));
	lane_free(l);
}

/* No hello at the start of the stream: nothing more is opened for it. */
static void
stream_of_something_else(void **state)
{
	struct quic_writer q = quic_writer(1);
	struct lane *l = lane_new(PROTO_UDP, 50000, 443);
	struct bytes b;

	(void)state;
	bytes_write(&b, "06 00 08 0b 00 00 04 aa*4");
	say_datagram(l, &q, b.at, b.at + b.n);
	assert_false(keeps_head(l));
	bytes_write(&b, frames_of_rfc);
	say_datagram(l, &q, b.at, b.at + b.n);
	assert_false(knows(l, OBS_SNI));
	lane_free(l);
}

/* A record of DTLS with bytes [at, at+n) of a message. */
static void
put_fragment(struct bytes *b, const struct bytes *message, size_t at, size_t n)
{
	const size_t from = b->n;
	const uint8_t place[] = { 0, 0, 0, (uint8_t)(at >> 8), (uint8_t)at, 0, (uint8_t)(n >> 8),
		(uint8_t)n };

	insert(b, b->n, message->at, 4);
	insert(b, b->n, place, 8);
	insert(b, b->n, message->at + 4 + at, n);
	wrap_length(b, from, 2);
	insert(b, from, (const uint8_t *)"\x16\xfe\xfd\0\0\0\0\0\0\0\1", 11);
}

static void
dtls_hello(struct bytes *b, const char *name)
{
	size_t part;

	b->n = 0;
	bytes_append(b, "fe fd 11*32 00 00 00 02 c0 2b 01 00");
	part = b->n;
	bytes_append(b, name);
	wrap_length(b, b->n - strlen("example.net"), 2);
	insert(b, part, (const uint8_t *)"\0\0\0\x10\0\x0e\0", 7);
	wrap_length(b, part, 2);
	wrap_message(b, 0, 1);
}

static void
dtls_in_fragments(void **state)
{
	struct lane *l = lane_new(PROTO_UDP, 50000, 50001);
	struct bytes hello, b = { .n = 0 };

	(void)state;
	dtls_hello(&hello, "'example.net'");
	put_fragment(&b, &hello, 20, 30);
	say(l, 0, b.at, b.n);
	assert_fact(l, OBS_PROTOCOL, "dtls");
	assert_true(keeps_head(l));
	/* Of another message: not mixed in. */
	b.n = 0;
	put_fragment(&b, &hello, 0, 20);
	b.at[13 + 5] = 1;
	say(l, 0, b.at, b.n);
	assert_fact(l, OBS_SNI, "(none)");
	/* The rest, two in one datagram. */
	b.n = 0;
	put_fragment(&b, &hello, 50, hello.n - 4 - 50);
	put_fragment(&b, &hello, 0, 20);
	say(l, 0, b.at, b.n);
	assert_fact(l, OBS_SNI, "example.net");
	assert_true(knows(l, OBS_JA4));
	assert_false(keeps_head(l));
	lane_free(l);
}

/* A call's flow begins with STUN: DTLS is asked all the same, others no more. */
static void
dtls_after_stun(void **state)
{
	struct lane *l = lane_new(PROTO_UDP, 50000, 50001);
	struct bytes hello, b;

	(void)state;
	bytes_write(&b, "00 01 00 00 21 12 a4 42 77*12");
	say(l, 0, b.at, b.n);
	dtls_hello(&hello, "'example.net'");
	b.n = 0;
	put_fragment(&b, &hello, 0, hello.n - 4);
	say(l, 0, b.at, b.n);
	assert_fact(l, OBS_SNI, "example.net");
	assert_fact(l, OBS_PROTOCOL, "stun");
	bytes_write(&b, "00 01 00 00 21 12 a4 42 77*11 78");
	say(l, 1, b.at, b.n);
	lane_free(l);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(examples_of_the_rfcs),
		cmocka_unit_test(other_versions),
		cmocka_unit_test(google_t051),
		cmocka_unit_test(reserved_version_over_datagrams),
		cmocka_unit_test(frames_in_any_order),
		cmocka_unit_test(hello_over_datagrams),
		cmocka_unit_test(later_packet_with_another_id),
		cmocka_unit_test(coalesced_packets),
		cmocka_unit_test(roles_by_what_opens),
		cmocka_unit_test(what_does_not_open_is_counted),
		cmocka_unit_test(hostile_frames),
		cmocka_unit_test(far_offsets_keep_nothing_for_long),
		cmocka_unit_test(too_many_frames),
		cmocka_unit_test(stream_of_something_else),
		cmocka_unit_test(dtls_in_fragments),
		cmocka_unit_test(dtls_after_stun),
	};

	return cmocka_run_group_tests(tests, load_catalogue, free_catalogue);
}
