/* test_reader: capture files of every make, whole, packed, strung together, and broken. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <zlib.h>
#include <zstd.h>

#include "files.h"

static struct frame
first_of(const char *path, struct frames *s)
{
	struct frame f;

	*s = (struct frames){ .c = open_names(1, &path, NULL) };
	assert_non_null(s->c);
	assert_int_equal(frames_next(s, 0, &f), CAPTURE_FRAMES);
	return f;
}

static void
reads_both_orders_and_fractions(void **state)
{
	static const struct {
		uint32_t magic;
		int64_t us;
		bool longer;
	} makes[] = { { 0xa1b2c3d4, 123456, false }, { 0xa1b23c4d, 123, false },
		{ 0xa1b2cd34, 123456, true } };
	struct frames s;
	struct frame f;

	(void)state;
	for (unsigned i = 0; i < 6; i++) {
		const bool big = i % 2 != 0;

		put_pcap(makes[i / 2].magic, 113, big);
		put_record(1700000000, 123456, 0, big);
		if (makes[i / 2].longer)
			put_number(0, 8, big);
		f = first_of(save("a"), &s);
		assert_int_equal(f.at_us, 1700000000000000 + makes[i / 2].us);
		assert_int_equal(f.link, 113);
		assert_int_equal(f.wire_len, 10);
		assert_int_equal(f.bytes.n, 0);
		assert_int_equal(frames_next(&s, 0, &f), CAPTURE_END);
		s.c->close(s.c);
	}
}

static void
reads_pcapng_interfaces(void **state)
{
	static const uint64_t second = 1700000000;
	struct capture_stats stats;
	struct frames s;
	struct frame f;
	const char *path;

	(void)state;
	for (int big = 0; big < 2; big++) {
		put_section(big);
		put_interface(1, 6, 0, big);
		put_interface(113, 9, 0, big);
		put_interface(101, 0x80 | 10, 0, big);
		put_number(0x0bad, 4, big); /* a block nobody knows */
		put_number(16, 4, big);
		put_number(0, 4, big);
		put_number(16, 4, big);
		put_interface(1, 0, 5, big);
		put_packet(0, second * 1000000 + 7, 61, big);
		put_packet(1, second * 1000000000 + 8999, 62, big);
		put_packet(2, (second << 10) + 512, 63, big);
		put_packet(3, second, 64, big);
		put_number(3, 4, big); /* simple: cut to the first interface's snap length */
		put_number(112, 4, big);
		put_number(1000, 4, big);
		for (int i = 0; i < 24; i++)
			put_number(0, 4, big);
		put_number(112, 4, big);
	}
	path = save("ng");
	s = (struct frames){ .c = open_names(1, &path, NULL) };
	assert_non_null(s.c);
	for (int big = 0; big < 2; big++) {
		static const int links[] = { 1, 113, 101, 1, 1 };
		static const int64_t us[] = { 7, 8, 500000, 5000000, 5000000 };
		static const size_t lengths[] = { 61, 62, 63, 64, 96 };

		for (int i = 0; i < 5; i++) {
			assert_int_equal(frames_next(&s, 0, &f), CAPTURE_FRAMES);
			assert_int_equal(f.link, links[i]);
			assert_int_equal(f.at_us, (int64_t)second * 1000000 + us[i]);
			assert_int_equal(f.bytes.n, lengths[i]);
		}
		assert_int_equal(f.wire_len, 1000);
	}
	assert_int_equal(frames_next(&s, 0, &f), CAPTURE_END);
	s.c->stats(s.c, &stats);
	assert_int_equal(stats.broken_files, 0);
	assert_int_equal(stats.time_backwards, 1);
	s.c->close(s.c);
}

/* Clocks that run out of 64 bits, or of any calendar. */
static void
survives_hostile_clocks(void **state)
{
	static const uint8_t resolutions[] = { 0, 6, 19, 20, 127, 128, 168, 191, 192, 255 };
	int64_t seconds[64];
	struct capture_stats stats;

	(void)state;
	put_section(false);
	for (uint32_t i = 0; i < 10; i++) {
		put_interface(1, resolutions[i], (uint64_t)1 << (i * 7), false);
		put_packet(2 * i, UINT64_MAX, 4, false);
		put_interface(1, resolutions[i], UINT64_MAX / (i + 1), false);
		put_packet(2 * i + 1, UINT64_MAX, 4, false);
	}
	assert_int_equal(read_one(save("clocks"), seconds, &stats), 20);
	for (int i = 0; i < 20; i++)
		assert_in_range(seconds[i], 0, 253402300800);
}

static void
reads_packed(void **state)
{
	int64_t seconds[64];
	struct capture_stats stats;
	struct bytes *plain = malloc(sizeof(*plain));
	gzFile gz;
	char path[256];

	(void)state;
	assert_non_null(plain);
	put_simple(1000, 16000); /* more than one window */
	memcpy(plain, &file, sizeof(*plain));
	snprintf(path, sizeof(path), "%s/a.gz", home);
	gz = gzopen(path, "wb");
	gzwrite(gz, plain->at, (unsigned)plain->n / 2);
	gzclose(gz);
	gz = gzopen(path, "ab"); /* a second member */
	gzwrite(gz, plain->at + plain->n / 2, (unsigned)(plain->n - plain->n / 2));
	gzclose(gz);
	assert_int_equal(read_one(path, seconds, &stats), 15001);
	assert_int_equal(stats.broken_files, 0);
	assert_int_equal(seconds[63], 1063);

	file.n = ZSTD_compress(file.at, sizeof(file.at), plain->at, plain->n, 1);
	assert_int_equal(read_one(save("a.zst"), seconds, &stats), 15001);
	assert_int_equal(stats.broken_files, 0);

	/* cut short, and damaged, what came before is still read */
	file.n = ZSTD_compress(file.at, sizeof(file.at), plain->at, plain->n, 1) - 30;
	assert_in_range(read_one(save("cut.zst"), seconds, &stats), 5000, 15000);
	assert_int_equal(stats.broken_files, 1);
	assert_int_equal(truncate(path, 20000), 0);
	assert_in_range(read_one(path, seconds, &stats), 100, 15000);
	assert_int_equal(stats.broken_files, 1);
	free(plain);
}

/* The unpacked bytes end exactly where the room for them does: that is the end, not a cut. */
static void
reads_packed_to_the_brim(void **state)
{
	enum { BRIM = 64 * 1024 };
	int64_t seconds[64];
	struct capture_stats stats;
	struct bytes *plain = malloc(sizeof(*plain));
	gzFile gz;
	char path[256];

	(void)state;
	assert_non_null(plain);
	put_pcap(0xa1b2c3d4, 1, false);
	put_record(1, 5, BRIM - 24 - 16, false);
	assert_int_equal(file.n, BRIM);
	memcpy(plain, &file, sizeof(*plain));
	snprintf(path, sizeof(path), "%s/brim.gz", home);
	gz = gzopen(path, "wb");
	gzwrite(gz, plain->at, (unsigned)plain->n);
	gzclose(gz);
	assert_int_equal(read_one(path, seconds, &stats), 1);
	assert_int_equal(stats.broken_files, 0);
	file.n = ZSTD_compress(file.at, sizeof(file.at), plain->at, plain->n, 1);
	assert_int_equal(read_one(save("brim.zst"), seconds, &stats), 1);
	assert_int_equal(stats.broken_files, 0);
	free(plain);
}

static void
goes_on_after_a_second_header(void **state)
{
	int64_t seconds[64];
	struct capture_stats stats;

	(void)state;
	put_simple(10, 12);
	put_pcap(0xa1b23c4d, 101, true);
	put_record(13, 0, 20, true);
	put_section(false);
	put_interface(1, 6, 0, false);
	put_packet(0, 14000000, 33, false);
	put_simple(15, 15);
	assert_int_equal(read_one(save("strung"), seconds, &stats), 6);
	for (int i = 0; i < 6; i++)
		assert_int_equal(seconds[i], 10 + i);
	assert_int_equal(stats.files, 1);
	assert_int_equal(stats.broken_files, 0);
}

/* Seconds that are a magic begin a file only where the rest of its header follows. */
static void
tells_headers_from_frames(void **state)
{
	int64_t seconds[64];
	struct capture_stats stats;

	(void)state;
	put_simple(10, 12);
	put_record(0xa1b2c3d4, 5, 60, false);
	put_record(0xa1b2c3d4, 6, 60, false);
	put_record(0x0a0d0d0a, 7, 60, false);
	put_simple(15, 16);
	assert_int_equal(read_one(save("like"), seconds, &stats), 8);
	assert_int_equal(seconds[5], 0x0a0d0d0a);
	assert_int_equal(seconds[6], 15);
	assert_int_equal(stats.broken_files, 0);
}

/* Cut anywhere, a file gives the frames before the cut. */
static void
reads_up_to_damage(void **state)
{
	int64_t seconds[64];
	struct capture_stats stats;
	const char *names[2];

	(void)state;
	for (size_t cut = 24; cut <= 24 + 3 * 76; cut++) {
		put_simple(1, 3);
		file.n = cut;
		assert_int_equal(read_one(save("cut"), seconds, &stats), (cut - 24) / 76);
		assert_int_equal(stats.broken_files, (cut - 24) % 76 != 0);
	}
	put_simple(1, 3);
	memset(file.at + 24 + 76 + 8, 0xff, 4); /* an absurd length in the second */
	names[0] = save("absurd");
	put_simple(7, 8);
	names[1] = save("next");
	assert_int_equal(read_names(2, names, NULL, seconds, &stats), 3);
	assert_int_equal(seconds[0], 1);
	assert_int_equal(seconds[1], 7);
	assert_int_equal(stats.broken_files, 1);
	assert_int_equal(stats.files, 2);
}

static void
reads_pcapng_up_to_damage(void **state)
{
	int64_t seconds[64];
	struct capture_stats stats;
	/* the length before and after, the interface, the captured length, the section */
	static const struct {
		size_t at;
		uint8_t byte;
		unsigned frames;
	} wounds[] = { { 28 + 44 + 96 + 4, 0xff, 1 }, { 28 + 44 + 96 + 92, 0, 1 },
		{ 28 + 44 + 96 + 8, 9, 1 }, { 28 + 44 + 96 + 20, 200, 1 }, { 28 + 4, 2, 0 },
		{ 28 + 44 + 2 * 96 + 8, 0, 2 } };

	(void)state;
	for (size_t i = 0; i < sizeof(wounds) / sizeof(wounds[0]); i++) {
		put_section(false);
		put_interface(1, 6, 0, false);
		put_packet(0, 1000000, 64, false);
		put_packet(0, 2000000, 64, false);
		put_section(false);
		file.at[wounds[i].at] = wounds[i].byte;
		assert_int_equal(read_one(save("ng"), seconds, &stats), wounds[i].frames);
		assert_int_equal(stats.broken_files, 1);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_both_orders_and_fractions),
		cmocka_unit_test(reads_pcapng_interfaces),
		cmocka_unit_test(survives_hostile_clocks),
		cmocka_unit_test(reads_packed),
		cmocka_unit_test(reads_packed_to_the_brim),
		cmocka_unit_test(goes_on_after_a_second_header),
		cmocka_unit_test(tells_headers_from_frames),
		cmocka_unit_test(reads_up_to_damage),
		cmocka_unit_test(reads_pcapng_up_to_damage),
	};

	return cmocka_run_group_tests(tests, make_home, remove_home);
}
