/*
 * reader: the frames of one capture file, pcap or pcapng, packed or not.
 *
 * Files are strung together by cat and by rotation, even of both formats: where
 * a frame may begin, a file may too.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "capture/format.h"

struct reader *
reader_open(const char *path, const atomic_bool *stop, bool *foreign, char error[CAPTURE_ERROR])
{
	const char *name = strcmp(path, "-") == 0 ? "standard input" : path;
	struct reader *r = calloc(1, sizeof(*r));

	*foreign = false;
	if (r == NULL || (r->in = stream_open(path, stop)) == NULL) {
		snprintf(error, CAPTURE_ERROR, "%s: %s", name, strerror(errno));
		free(r);
		return NULL;
	}
	if (pcap_begin(r) || pcapng_begin(r))
		return r;
	*foreign = stream_trouble(r->in) == NULL;
	if (!*foreign)
		snprintf(error, CAPTURE_ERROR, "%s: %s", name, stream_trouble(r->in));
	else
		snprintf(error, CAPTURE_ERROR, "%s: %s", name,
		    stream_is_over(r->in) ? "is empty" : "is no pcap or pcapng capture");
	reader_close(r);
	return NULL;
}

void
reader_close(struct reader *r)
{
	if (r == NULL)
		return;
	stream_close(r->in);
	free(r->face);
	free(r);
}

bool
reader_is_once(const struct reader *r)
{
	return stream_is_once(r->in);
}

const char *
reader_trouble(const struct reader *r)
{
	return r->trouble;
}

unsigned
reader_more(struct reader *r, struct frame *out, unsigned n)
{
	return r->pcapng ? pcapng_more(r, out, n) : pcap_more(r, out, n);
}

enum reader_got
reader_next(struct reader *r, struct frame *out)
{
	enum reader_got got;

	do {
		if (!stream_skip(r->in, r->owed))
			return format_broken(r, "ends in the middle of a frame");
		r->owed = 0;
		if (stream_is_over(r->in))
			return READER_END;
		if (pcap_begin(r) || pcapng_begin(r)) {
			got = READER_FRAME;
			out->bytes.p = NULL;
			continue;
		}
		got = r->pcapng ? pcapng_next_record(r, out) : pcap_next_record(r, out);
	} while (got == READER_FRAME && out->bytes.p == NULL);
	return got;
}
