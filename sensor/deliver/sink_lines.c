/*
 * sink_lines: one alert a line, to a file or to stdout.
 *
 * A line counts once it is wholly written.  Should the disk fill up in the middle
 * of one, its rest goes first when there is room again: a reader never sees two
 * lines mixed.  A pipe whose reader sleeps is never waited for, so that the other
 * sinks go on: it is written in pieces that fit where poll sees room.  One whose
 * reader has left is gone for good, as after `| head`.  After a
 * crash the last lines may be written again, with the same ids.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "deliver/sinks.h"
#include "ops/log.h"

#define RETRY_MS 200

struct lines {
	struct sink sink;
	char name[300];
	int fd;
	uint64_t acked;
	char *rest; /* of a line begun: its unwritten end, with newline */
	size_t rest_bytes;
	uint64_t rest_seq;
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

/* Write what is left of a line; true when all of it is out. */
static bool
flush(struct lines *l)
{
	size_t done = 0;

	while (done < l->rest_bytes && has_room(l, 0)) {
		const size_t left = l->rest_bytes - done;
		const ssize_t n = write(l->fd, l->rest + done, left < PIPE_BUF ? left : PIPE_BUF);

		if (n > 0) {
			done += (size_t)n;
		} else if (n == 0 || errno != EINTR) {
			note_failure(l, n == 0 ? EIO : errno);
			break;
		}
	}
	memmove(l->rest, l->rest + done, l->rest_bytes - done);
	l->rest_bytes -= done;
	if (l->rest_bytes > 0)
		return false;
	free(l->rest);
	l->rest = NULL;
	l->acked = l->rest_seq;
	tell(l, NULL, 0);
	return true;
}

static enum put
lines_put(void *self, const struct line *line)
{
	struct lines *l = self;

	if (l->rest != NULL && !flush(l))
		return PUT_LATER;
	l->rest = malloc(line->length + 1);
	if (l->rest == NULL)
		return PUT_LATER;
	memcpy(l->rest, line->body, line->length);
	l->rest[line->length] = '\n';
	l->rest_bytes = line->length + 1;
	l->rest_seq = line->seq;
	flush(l);
	return PUT_OK;
}

static void
lines_poll(void *self, int wait_ms, struct sink_state *out)
{
	struct lines *l = self;

	if (l->rest != NULL && !flush(l) && wait_ms > 0) {
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
	free(l->rest);
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
	if (l->fd != STDOUT_FILENO)
		end_last_line(l->fd);
	l->sink = (struct sink){ l->name, lines_put, lines_poll, lines_close, l };
	return &l->sink;
}
