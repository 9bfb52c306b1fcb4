/* test_replay: which files are read, in which order, and what is let through. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sys/stat.h>
#include <zlib.h>
#include <zstd.h>

#include "caught.h"
#include "files.h"

static void
takes_directories_in_time_order(void **state)
{
	int64_t seconds[64];
	struct capture_stats stats;
	const char *names[2] = { NULL, home };
	char path[256];

	(void)state;
	snprintf(path, sizeof(path), "find '%s' -mindepth 1 -delete", home);
	assert_int_equal(system(path), 0);
	snprintf(path, sizeof(path), "%s/below", home);
	assert_int_equal(mkdir(path, 0700), 0);
	put_simple(20, 21);
	save("a.pcap");
	put_simple(10, 11);
	save("below/z.pcap");
	put_simple(15, 15);
	save("c");
	put_pcap(0xa1b2c3d4, 1, false);
	save("no-frames.pcap");
	put("a note about it", 15);
	save("README");
	put_simple(1, 1);
	save(".hidden.pcap");
	assert_int_equal(read_names(1, names + 1, NULL, seconds, &stats), 5);
	assert_int_equal(seconds[0], 10);
	assert_int_equal(seconds[2], 15);
	assert_int_equal(seconds[3], 20);
	assert_int_equal(stats.files, 4);
	assert_int_equal(stats.time_backwards, 0);
	/* but files in the order given */
	put_simple(30, 30);
	names[0] = save("late");
	assert_int_equal(read_names(2, names, NULL, seconds, &stats), 7);
	assert_int_equal(seconds[0], 30);
	assert_int_equal(seconds[1], 10);
	assert_int_equal(stats.time_backwards, 1);
}

/* What could have been a capture is told and counted, what is none is not. */
static void
counts_what_it_cannot_read_in_directories(void **state)
{
	static struct caught log;
	int64_t seconds[64];
	struct capture_stats stats;
	const char *names[] = { home };
	char path[256];

	(void)state;
	snprintf(path, sizeof(path), "find '%s' -mindepth 1 -delete", home);
	assert_int_equal(system(path), 0);
	put_simple(1, 2);
	save("a.pcap");
	put("\x1f\x8b and no more", 14);
	save("bad.gz");
	put("a note about it", 15);
	save("README");
	caught_begin(&log);
	assert_int_equal(read_names(1, names, NULL, seconds, &stats), 2);
	caught_end(&log);
	assert_int_equal(stats.files, 2);
	assert_int_equal(stats.broken_files, 1);
	assert_non_null(strstr(log.text, "bad.gz: the gzip data is damaged; left out"));
	assert_null(strstr(log.text, "README; left out"));
	if (geteuid() != 0) {
		snprintf(path, sizeof(path), "%s/shut", home);
		assert_int_equal(mkdir(path, 0), 0);
		assert_int_equal(read_names(1, names, NULL, seconds, &stats), 2);
		assert_int_equal(stats.broken_files, 2);
	}
}

/* cap.10 before cap.2, as a shell gives them. */
static void
says_when_files_are_out_of_order(void **state)
{
	static struct caught log;
	int64_t seconds[64];
	struct capture_stats stats;
	const char *names[3];

	(void)state;
	put_simple(100, 110);
	names[0] = save("cap.10");
	put_simple(20, 30);
	names[1] = save("cap.2");
	put_simple(30, 40);
	names[2] = save("cap.3");
	caught_begin(&log);
	assert_int_equal(read_names(2, names + 1, NULL, seconds, &stats), 22);
	caught_end(&log);
	assert_string_equal(log.text, "");
	caught_begin(&log);
	assert_int_equal(read_names(3, names, NULL, seconds, &stats), 33);
	caught_end(&log);
	assert_non_null(strstr(log.text, "cap.2: begins before"));
	assert_null(strstr(log.text, "cap.3: begins before"));
}

/* A clock that went mad for one frame is not followed; a wire silent for long is. */
static void
does_not_leap_with_one_frame(void **state)
{
	const uint32_t year = 366 * 86400;
	int64_t seconds[64];
	struct capture_stats stats;
	const char *name;

	(void)state;
	put_simple(10, 11);
	put_record(10 + 20 * year, 5, 60, false);
	put_record(12, 5, 60, false);
	name = save("mad");
	assert_int_equal(read_names(1, &name, NULL, seconds, &stats), 4);
	assert_int_equal(seconds[2], 11);
	assert_int_equal(seconds[3], 12);
	assert_int_equal(stats.time_leaps, 1);
	put_simple(10, 11);
	put_record(10 + year, 5, 60, false);
	put_record(11 + year, 5, 60, false);
	name = save("silent");
	assert_int_equal(read_names(1, &name, NULL, seconds, &stats), 4);
	assert_int_equal(seconds[3], 11 + year);
	assert_int_equal(stats.time_leaps, 1);
}

static void
assert_refused(const char *path, const char *bpf, const char *why)
{
	assert_null(open_names(1, &path, bpf));
	if (strstr(error, why) == NULL)
		fail_msg("\"%s\" does not say \"%s\"", error, why);
}

static void
says_why_it_cannot(void **state)
{
	char path[256];

	(void)state;
	assert_refused("/nonexistent/x.pcap", NULL, "/nonexistent/x.pcap: No such file");
	assert_refused(save("empty"), NULL, "is empty");
	put("\xd4\xc3\xb2\xa1\x02", 5);
	assert_refused(save("head"), NULL, "is no pcap or pcapng capture");
	put("\x1f\x8b and no more", 14);
	assert_refused(save("x.gz"), NULL, "gzip data is damaged");
	snprintf(path, sizeof(path), "%s/none", home);
	assert_int_equal(mkdir(path, 0700), 0);
	assert_refused(path, NULL, "no capture in this directory");
	put_simple(1, 1);
	assert_refused(save("ok"), "tcp prot 1", "filter \"tcp prot 1\"");
	assert_null(open_names(0, NULL, NULL));
}

/* One expression, each link type. */
static void
filters_by_link(void **state)
{
	static const uint8_t ip[40] = { 0x45, 0, 0, 40, 0, 0, 0, 0, 64, 6, 0, 0, 10, 0, 0, 1, 10, 0,
		0, 2 };
	int64_t seconds[64];
	struct capture_stats stats;
	const char *path;

	(void)state;
	put_section(false);
	put_interface(101, 6, 0, false);
	put_interface(1, 6, 0, false);
	put_interface(147, 6, 0, false);
	for (uint32_t i = 0; i < 3; i++)
		put_packet(i, (i + 1) * 1000000, 60, false);
	memcpy(file.at + 28 + 3 * 44 + 28, ip, sizeof(ip));
	memcpy(file.at + 28 + 3 * 44 + 92 + 28 + 12, "\x08\x00", 2);
	memcpy(file.at + 28 + 3 * 44 + 92 + 28 + 14, ip, sizeof(ip));
	path = save("links");
	assert_int_equal(read_names(1, &path, "tcp and host 10.0.0.1", seconds, &stats), 2);
	assert_int_equal(stats.received, 3);
	assert_int_equal(read_names(1, &path, "udp", seconds, &stats), 0);
	assert_int_equal(read_names(1, &path, "", seconds, &stats), 3);
}

static void
reads_standard_input(void **state)
{
	int64_t seconds[64];
	struct capture_stats stats;
	const int saved = dup(STDIN_FILENO);
	int ends[2];

	(void)state;
	assert_int_equal(pipe(ends), 0);
	put_simple(1, 5);
	assert_int_equal(write(ends[1], file.at, file.n), file.n);
	file.n = 0;
	close(ends[1]);
	assert_int_equal(dup2(ends[0], STDIN_FILENO), STDIN_FILENO);
	assert_int_equal(read_one("-", seconds, &stats), 5);
	dup2(saved, STDIN_FILENO);
	close(ends[0]);
	close(saved);
}

/* All of a batch stays whole, however the file is cut into pieces; returns the batches. */
static unsigned
read_batches(const char *path, unsigned frames)
{
	struct capture *c = open_names(1, &path, NULL);
	struct frame f[CAPTURE_BATCH];
	unsigned n, batches = 0, seen = 0;

	assert_non_null(c);
	for (; c->next(c, 0, f, &n) == CAPTURE_FRAMES; batches++) {
		for (unsigned i = 0; i < n; i++) {
			const uint8_t first = (uint8_t)(f[i].at_us / 1000000);

			assert_int_equal(f[i].ordinal, ++seen);
			for (size_t at = 0; at < f[i].bytes.n; at++)
				if (f[i].bytes.p[at] != (uint8_t)(first + at))
					fail_msg("frame %u is not what was written", seen);
		}
	}
	assert_int_equal(seen, frames);
	c->close(c);
	return batches;
}

static void
lends_batches(void **state)
{
	enum { LONG = 262144, SMALL = 1500 };
	struct bytes *plain = malloc(sizeof(*plain));
	char path[256];
	gzFile gz;

	(void)state;
	assert_non_null(plain);
	put_pcap(0xa1b2c3d4, 1, false);
	for (uint32_t i = 0; i < SMALL; i++)
		put_record(i, 5, 40 + i % 1400, false);
	for (uint32_t i = 0; i < 3; i++)
		put_record(SMALL + i, 5, LONG, false);
	memcpy(plain, &file, sizeof(*plain));
	assert_in_range(read_batches(save("plain"), SMALL + 3), SMALL / 32, SMALL / 32 + 6);
	snprintf(path, sizeof(path), "%s/batch.gz", home);
	gz = gzopen(path, "wb");
	gzwrite(gz, plain->at, (unsigned)plain->n);
	gzclose(gz);
	assert_in_range(read_batches(path, SMALL + 3), SMALL / 32, SMALL / 4);
	file.n = ZSTD_compress(file.at, sizeof(file.at), plain->at, plain->n, 1);
	assert_in_range(read_batches(save("batch.zst"), SMALL + 3), SMALL / 32, SMALL / 4);
	free(plain);

	put_section(false);
	put_interface(1, 6, 0, false);
	for (uint32_t i = 0; i < SMALL; i++)
		put_packet(0, 0, 40 + i % 1400, false);
	assert_in_range(read_batches(save("batch.ng"), SMALL), SMALL / 32, SMALL / 32 + 6);
}

static void
stops_when_told(void **state)
{
	const char *path;
	struct frame f[CAPTURE_BATCH];
	struct capture *c;
	unsigned n;

	(void)state;
	put_simple(1, 50);
	path = save("stop");
	c = open_names(1, &path, NULL);
	assert_non_null(c);
	assert_int_equal(c->next(c, 0, f, &n), CAPTURE_FRAMES);
	assert_int_equal(n, CAPTURE_BATCH);
	capture_stop(c);
	assert_int_equal(c->next(c, 0, f, &n), CAPTURE_END);
	assert_int_equal(n, 0);
	c->close(c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(takes_directories_in_time_order),
		cmocka_unit_test(counts_what_it_cannot_read_in_directories),
		cmocka_unit_test(says_when_files_are_out_of_order),
		cmocka_unit_test(does_not_leap_with_one_frame),
		cmocka_unit_test(says_why_it_cannot),
		cmocka_unit_test(filters_by_link),
		cmocka_unit_test(reads_standard_input),
		cmocka_unit_test(lends_batches),
		cmocka_unit_test(stops_when_told),
	};

	return cmocka_run_group_tests(tests, make_home, remove_home);
}
