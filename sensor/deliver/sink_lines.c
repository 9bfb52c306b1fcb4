/*
 * sink_lines: one alert a line, to a file or to stdout.
 *
 * Lines gather until they are polled for, and go out in one write.  A line counts
 * once it is wholly written.  Should the disk fill up in the middle of one, its rest
 * goes first when there is room again: a reader never sees two lines mixed.  A pipe
 * whose reader sleeps is never waited for, so that the other sinks go on: it is
 * written in pieces that fit where poll sees room.  One whose reader has left is gone
 * for good, as after `| head`.  After a crash the last lines may be written again,
 * with the same ids.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "deliver/sinks.h"
#include "ops/log.h"

#define RETRY_MS    200
#define WRITE_BYTES 65536 /* that gather, or one line if that is longer */

struct lines {
	struct sink sink;
	char name[300];
	int fd;
	bool in_pieces; /* no plain file: more than there is room for would be waited for */
	uint64_t acked, newest;
	char *text; /* unwritten, each line with its newline; the first may have been begun */
	size_t used, room;
	const char *trouble;
	bool gone;
};

static void
tell(struct lines *l, const char *trouble, int error)
{
	if (trouble != NULL && l->trouble == NULL)
		log_warn("%s: %s; alerts wait in the store", l->name, strerror(error));
	else if (trouble == NULL && l->trouble != NULL)
		log_info("%s: written again", l->name);
	l->trouble = trouble;
}

static bool
has_room(const struct lines *l, int wait_ms)
{
	struct pollfd p = { .fd = l->fd, .events = POLLOUT };

	return poll(&p, 1, wait_ms) > 0;
}

/* Why a write failed, if that is worth telling. */
static void
note_failure(struct lines *l, int error)
{
	if (error == EAGAIN)
		return; /* no room after all */
	l->gone = error == EPIPE;
	tell(l, l->gone ? "gone" : error == ENOSPC ? "full" : "unwritable", error);
}

/* Some of it has gone out.  Lines come without holes: what is unwritten tells what is not. */
static void
advance(struct lines *l, size_t written)
{
	const char *at = l->text;

	l->used -= written;
	memmove(l->text, l->text + written, l->used);
	l->acked = l->newest;
	while ((at = memchr(at, '\n', l->used - (size_t)(at - l->text))) != NULL) {
		l->acked--;
		at++;
	}
}

/* Write what is unwritten; true when all of it is out. */
static bool
flush(struct lines *l)
{
	size_t done = 0;

	while (done < l->used && (!l->in_pieces || has_room(l, 0))) {
		const size_t left = l->used - done;
		const size_t most = l->in_pieces && left > PIPE_BUF ? PIPE_BUF : left;
		const ssize_t n = write(l->fd, l->text + done, most);

		if (n > 0) {
			done += (size_t)n;
		} else if (n == 0 || errno != EINTR) {
			note_failure(l, n == 0 ? EIO : errno);
			break;
		}
	}
	if (done > 0)
		advance(l, done);
	if (l->used > 0)
		return false;
	tell(l, NULL, 0);
	return true;
}

static bool
make_room(struct lines *l, size_t bytes)
{
	char *wide;

	if (bytes <= l->room)
		return true;
	wide = realloc(l->text, bytes > WRITE_BYTES ? bytes : WRITE_BYTES);
	if (wide == NULL)
		return false;
	l->text = wide;
	l->room = bytes > WRITE_BYTES ? bytes : WRITE_BYTES;
	return true;
}

static enum put
lines_put(void *self, const struct line *line)
{
	const size_t bytes = line->length + 1;
	struct lines *l = self;

	/* What could not be written goes out, or is heard of, by poll. */
	if (l->used > 0 && l->used + bytes > WRITE_BYTES && !flush(l))
		return PUT_LATER;
	if (!make_room(l, l->used + bytes))
		return PUT_LATER;
	memcpy(l->text + l->used, line->body, line->length);
	l->text[l->used + line->length] = '\n';
	l->used += bytes;
	l->newest = line->seq;
	return PUT_OK;
}

static void
lines_poll(void *self, int wait_ms, struct sink_state *out)
{
	struct lines *l = self;

	if (l->used > 0 && !flush(l) && wait_ms > 0) {
		/* A full disk says that it has room; then only time helps. */
		if (l->trouble != NULL)
			poll(NULL, 0, wait_ms < RETRY_MS ? wait_ms : RETRY_MS);
		else if (has_room(l, wait_ms))
			flush(l);
	}
	*out = (struct sink_state){ .acked = l->acked, .trouble = l->trouble, .gone = l->gone };
}

static void
lines_close(void *self)
{
	struct lines *l = self;

	if (l->fd != STDOUT_FILENO)
		close(l->fd);
	free(l->text);
	free(l);
}

/* A file that ends within a line (a crash, a full disk) gets its newline first. */
static void
end_last_line(int fd)
{
	char last;

	if (lseek(fd, -1, SEEK_END) >= 0 && read(fd, &last, 1) == 1 && last != '\n' &&
	    write(fd, "\n", 1) != 1)
		log_warn("alert file: cannot end its last line: %s", strerror(errno));
}

struct sink *
sink_lines_open(const char *path)
{
	struct lines *l = calloc(1, sizeof(*l));
	struct stat st;

	if (l == NULL) {
		log_error("%s: no memory", path);
		return NULL;
	}
	if (strcmp(path, "-") == 0) {
		l->fd = STDOUT_FILENO;
		strcpy(l->name, "stdout");
	} else {
		l->fd = open(path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0640);
		snprintf(l->name, sizeof(l->name), "file %s", path);
	}
	if (l->fd < 0) {
		log_error("%s: cannot write alerts: %s", path, strerror(errno));
		free(l);
		return NULL;
	}
	l->in_pieces = fstat(l->fd, &st) != 0 || !S_ISREG(st.st_mode);
	if (l->fd != STDOUT_FILENO)
		end_last_line(l->fd);
	l->sink = (struct sink){ l->name, lines_put, lines_poll, lines_close, l };
	return &l->sink;
}
