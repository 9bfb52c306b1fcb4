/*
 * files: capture files for tests, written byte by byte, and read back.
 */
#ifndef FARHAND_TESTS_FILES_H
#define FARHAND_TESTS_FILES_H

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "frames.h"

/* A file in the making. */
struct bytes {
	size_t n;
	uint8_t at[1 << 21];
};

static struct bytes file;
static char home[] = "/tmp/farhand-replay-XXXXXX";
static char error[CAPTURE_ERROR];

static inline void
put(const void *p, size_t n)
{
	assert_true(file.n + n <= sizeof(file.at));
	memcpy(file.at + file.n, p, n);
	file.n += n;
}

static inline void
put_number(uint64_t value, size_t n, bool big)
{
	for (size_t i = 0; i < n; i++) {
		const uint8_t b = (uint8_t)(value >> 8 * (big ? n - 1 - i : i));

		put(&b, 1);
	}
}

static inline void
put_pcap(uint32_t magic, uint32_t link, bool big)
{
	put_number(magic, 4, big);
	put_number(2, 2, big);
	put_number(4, 2, big);
	put_number(0, 8, big);
	put_number(65535, 4, big);
	put_number(link, 4, big);
}

static inline void
put_record(uint32_t seconds, uint32_t fraction, uint32_t n, bool big)
{
	put_number(seconds, 4, big);
	put_number(fraction, 4, big);
	put_number(n, 4, big);
	put_number(n + 10, 4, big);
	for (uint32_t i = 0; i < n; i++)
		put_number(seconds + i, 1, big);
}

/* A little-endian pcap of Ethernet frames at these seconds. */
static inline void
put_simple(uint32_t first, uint32_t last)
{
	put_pcap(0xa1b2c3d4, 1, false);
	for (uint32_t s = first; s <= last; s++)
		put_record(s, 5, 60, false);
}

static inline void
put_section(bool big)
{
	put_number(0x0a0d0d0a, 4, big);
	put_number(28, 4, big);
	put_number(0x1a2b3c4d, 4, big);
	put_number(1, 2, big);
	put_number(0, 2, big);
	put_number(UINT64_MAX, 8, big);
	put_number(28, 4, big);
}

static inline void
put_interface(uint32_t link, uint8_t resolution, uint64_t offset_s, bool big)
{
	put_number(1, 4, big);
	put_number(44, 4, big);
	put_number(link, 2, big);
	put_number(0, 2, big);
	put_number(96, 4, big);
	put_number(9, 2, big);
	put_number(1, 2, big);
	put(&resolution, 1);
	put("\0\0", 3);
	put_number(14, 2, big);
	put_number(8, 2, big);
	put_number(offset_s, 8, big);
	put_number(0, 4, big);
	put_number(44, 4, big);
}

static inline void
put_packet(uint32_t which, uint64_t ticks, uint32_t n, bool big)
{
	const uint32_t padded = (n + 3) / 4 * 4;

	put_number(6, 4, big);
	put_number(32 + padded, 4, big);
	put_number(which, 4, big);
	put_number(ticks >> 32, 4, big);
	put_number(ticks & 0xffffffff, 4, big);
	put_number(n, 4, big);
	put_number(n, 4, big);
	for (uint32_t i = 0; i < padded; i++)
		put_number(i, 1, big);
	put_number(32 + padded, 4, big);
}

/* Write what was made; the name is good until the next but three. */
static inline const char *
save(const char *name)
{
	static char path[4][256];
	static unsigned turn;
	char *to = path[turn++ % 4];
	FILE *f;

	snprintf(to, sizeof(path[0]), "%s/%s", home, name);
	f = fopen(to, "wb");
	assert_non_null(f);
	assert_int_equal(fwrite(file.at, 1, file.n, f), file.n);
	fclose(f);
	file.n = 0;
	return to;
}

static inline struct capture *
open_names(unsigned n, const char *const *names, const char *bpf)
{
	const struct capture_replay_options o = { n, names, bpf };

	return capture_replay(&o, error);
}

/* Read to the end: the seconds of the frames, and how it went. */
static inline unsigned
read_names(unsigned n, const char *const *names, const char *bpf, int64_t *seconds,
    struct capture_stats *stats)
{
	struct frames s = { .c = open_names(n, names, bpf) };
	struct frame f;
	unsigned frames = 0;

	if (s.c == NULL)
		fail_msg("%s", error);
	while (frames_next(&s, 0, &f) == CAPTURE_FRAMES) {
		assert_int_equal(f.ordinal, frames + 1);
		assert_true(f.wire_len >= f.bytes.n);
		if (frames < 64)
			seconds[frames] = f.at_us / 1000000;
		frames++;
	}
	assert_int_equal(frames_next(&s, 0, &f), CAPTURE_END);
	s.c->stats(s.c, stats);
	assert_int_equal(stats->frames, frames);
	s.c->close(s.c);
	return frames;
}

static inline unsigned
read_one(const char *path, int64_t *seconds, struct capture_stats *stats)
{
	return read_names(1, &path, NULL, seconds, stats);
}

static inline int
make_home(void **state)
{
	(void)state;
	return mkdtemp(home) == NULL;
}

static inline int
remove_home(void **state)
{
	char command[128];

	(void)state;
	snprintf(command, sizeof(command), "rm -r '%s'", home);
	return system(command);
}

#endif
