/*
 * stream: the bytes of a file, a pipe or standard input, unpacked on the way.
 *
 *   file ─▶ packed ─▶ gzip or zstd ─▶ window[head..tail] ─▶ lent
 *     └────────────── plain ────────────▲
 *
 *   window   | room for a rest | a piece                     |
 *                        head ─┴─▶ ...                  tail ┘
 *
 * A plain file is read in pieces that stay in the processor's cache, always to the same
 * place.  When a piece is used up but for its rest, that moves to just before the next.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include "capture/stream.h"

/* The first read is small: whether a file is a capture at all is asked of many. */
enum {
	REST = STREAM_PEEK_MOST,
	PIECE = 512 * 1024,
	WINDOW = REST + PIECE,
	PAGE = 4096,
	PACKED = 256 * 1024,
	FIRST = 64 * 1024
};

enum packing { PLAIN, GZIP, ZSTD };

struct stream {
	int fd;
	bool once, over;
	const atomic_bool *stop;
	const char *trouble;
	enum packing packing;
	z_stream gzip;
	ZSTD_DStream *zstd;
	bool member;                     /* inside a gzip member or a zstd frame */
	bool held;                       /* the unpacker had more to give than there was room for */
	size_t head, tail;               /* of window */
	size_t piece;                    /* to read next at most */
	size_t packed_head, packed_tail; /* of packed */
	uint8_t *packed;                 /* NULL where plain */
	uint8_t *window;
};

/* Bytes read, 0 at the end. */
static size_t
read_file(struct stream *s, uint8_t *to, size_t room)
{
	ssize_t n;

	do
		n = read(s->fd, to, room);
	while (n < 0 && errno == EINTR && !atomic_load(s->stop));
	if (n < 0 && errno != EINTR)
		s->trouble = strerror(errno);
	return n > 0 ? (size_t)n : 0;
}

/* Are there packed bytes to work on? */
static bool
refill_packed(struct stream *s)
{
	if (s->packed_head < s->packed_tail)
		return true;
	s->packed_head = 0;
	s->packed_tail = read_file(s, s->packed, PACKED);
	if (s->packed_tail == 0 && s->member && s->trouble == NULL)
		s->trouble = "the packed file is cut short";
	return s->packed_tail > 0;
}

static size_t
read_gzip(struct stream *s, uint8_t *to, size_t room)
{
	z_stream *z = &s->gzip;
	int rc;

	z->next_out = to;
	z->avail_out = (uInt)room;
	while (z->avail_out == room && (s->held || refill_packed(s))) {
		z->next_in = s->packed + s->packed_head;
		z->avail_in = (uInt)(s->packed_tail - s->packed_head);
		rc = inflate(z, Z_NO_FLUSH);
		s->packed_head = s->packed_tail - z->avail_in;
		s->member = rc != Z_STREAM_END;
		s->held = s->member && z->avail_out == 0;
		if (rc == Z_STREAM_END)
			inflateReset(z); /* gzip files may be strung together */
		else if (rc != Z_OK && rc != Z_BUF_ERROR) {
			s->trouble = "the gzip data is damaged";
			break;
		}
	}
	return room - z->avail_out;
}

static size_t
read_zstd(struct stream *s, uint8_t *to, size_t room)
{
	ZSTD_outBuffer out = { to, room, 0 };

	while (out.pos == 0 && (s->held || refill_packed(s))) {
		ZSTD_inBuffer in = { s->packed, s->packed_tail, s->packed_head };
		const size_t rc = ZSTD_decompressStream(s->zstd, &out, &in);

		s->packed_head = in.pos;
		if (ZSTD_isError(rc)) {
			s->trouble = "the zstd data is damaged";
			break;
		}
		s->member = rc != 0;
		s->held = s->member && out.pos == room;
	}
	return out.pos;
}

/* One read into what is free of the window; false at the end. */
static bool
fill(struct stream *s)
{
	const size_t rest = s->tail - s->head;
	uint8_t *to;
	size_t room, n;

	if (s->over || s->trouble != NULL)
		return false;
	if (rest == 0 || s->tail == WINDOW) {
		memmove(s->window + REST - rest, s->window + s->head, rest);
		s->head = REST - rest;
		s->tail = REST;
	}
	to = s->window + s->tail;
	room = WINDOW - s->tail < s->piece ? WINDOW - s->tail : s->piece;
	s->piece = PIECE;
	if (s->packing == PLAIN)
		n = read_file(s, to, room);
	else
		n = s->packing == GZIP ? read_gzip(s, to, room) : read_zstd(s, to, room);
	s->tail += n;
	s->over = n == 0;
	return n > 0;
}

/* The first bytes tell how it is packed; those of a packed one move aside. */
static int
start_unpacking(struct stream *s)
{
	static const uint8_t gzip[] = { 0x1f, 0x8b }, zstd[] = { 0x28, 0xb5, 0x2f, 0xfd };
	const uint8_t *p = stream_peek(s, sizeof(zstd));

	if (p == NULL)
		return 0;
	if (memcmp(p, gzip, sizeof(gzip)) == 0)
		s->packing = GZIP;
	else if (memcmp(p, zstd, sizeof(zstd)) == 0)
		s->packing = ZSTD;
	else
		return 0;
	s->packed = malloc(PACKED);
	if (s->packed == NULL)
		return -1;
	s->packed_tail = s->tail - s->head;
	memcpy(s->packed, s->window + s->head, s->packed_tail);
	s->head = s->tail;
	s->piece = FIRST;
	s->over = false;
	if (s->packing == GZIP)
		return inflateInit2(&s->gzip, 16 + MAX_WBITS) == Z_OK ? 0 : -1;
	s->zstd = ZSTD_createDStream();
	return s->zstd != NULL ? 0 : -1;
}

struct stream *
stream_open(const char *path, const atomic_bool *stop)
{
	struct stream *s = calloc(1, sizeof(*s));
	struct stat st;

	if (s == NULL)
		return NULL;
	s->stop = stop;
	s->piece = FIRST;
	s->window = aligned_alloc(PAGE, WINDOW);
	s->fd = strcmp(path, "-") == 0 ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC);
	if (s->window == NULL || s->fd < 0 || fstat(s->fd, &st) != 0)
		goto err;
	s->once = !S_ISREG(st.st_mode) || strcmp(path, "-") == 0;
	if (start_unpacking(s) != 0) {
		errno = ENOMEM;
		goto err;
	}
	return s;
err:
	stream_close(s);
	return NULL;
}

void
stream_close(struct stream *s)
{
	const int keep = errno;

	if (s == NULL)
		return;
	if (s->packing == GZIP)
		inflateEnd(&s->gzip);
	ZSTD_freeDStream(s->zstd);
	free(s->packed);
	free(s->window);
	if (s->fd >= 0)
		close(s->fd);
	free(s);
	errno = keep;
}

bool
stream_is_once(const struct stream *s)
{
	return s->once;
}

const uint8_t *
stream_peek(struct stream *s, size_t n)
{
	while (s->tail - s->head < n)
		if (!fill(s))
			return NULL;
	return s->window + s->head;
}

const uint8_t *
stream_held(const struct stream *s, size_t *n)
{
	*n = s->tail - s->head;
	return s->window + s->head;
}

bool
stream_skip(struct stream *s, uint64_t n)
{
	while (n > s->tail - s->head) {
		n -= s->tail - s->head;
		s->head = s->tail;
		if (!fill(s))
			return false;
	}
	s->head += (size_t)n;
	return true;
}

bool
stream_is_over(struct stream *s)
{
	return stream_peek(s, 1) == NULL && s->trouble == NULL;
}

const char *
stream_trouble(const struct stream *s)
{
	return s->trouble;
}
