/*
 * http_text: the header of an HTTP/1.x message [RFC 9112], shared by what reads HTTP.
 *
 *   first line CRLF | name ":" value CRLF ... | CRLF | body
 *
 * A line may end in LF alone.
 */
#ifndef DISSECTORS_HTTP_TEXT_H
#define DISSECTORS_HTTP_TEXT_H

#include "dissectors/say.h"

enum {
	HTTP_HEADER_MOST = 6144, /* a longer header is read as far as that */
	HTTP_LINES_MOST = 128
};

struct http_text {
	struct view line; /* the first, without its end */
	struct view body; /* as far as it is there */
	size_t header;    /* bytes before the body */
	unsigned fields;
	struct view field[HTTP_LINES_MOST]; /* the lines after the first, likewise */
};

/*
 * Take a message apart.  MORE until the header is complete, or as long as one may
 * be; NO if the first line names no version, or there are more than anyone writes.
 */
enum probe http_text_read(struct view head, struct http_text *out);

/*
 * As http_text_read, of a head that asks, as far as `asks` says of its method, or answers;
 * NO if it does neither.
 */
enum probe http_text_begun(struct view head, enum probe asks, struct http_text *out);

/* The value of the first field of that name (in lower case); false if there is none. */
bool http_field(const struct http_text *t, const char *name, struct view *value);

/* Does a value hold the word (lower case), in any case, anywhere? */
bool http_has_word(struct view value, const char *word);

/* The next of a list of values separated by commas, without spaces; false at the end. */
bool http_list_next(struct view *list, struct view *out);

/* Does the message ask for a WebSocket, or agree to one [RFC 6455 4.1, 4.2]? */
bool http_is_websocket(const struct http_text *t);

/* "HTTP/1.x nnn reason": the status, or 0. */
unsigned http_status(struct view line, struct view *reason);

/* "example.org:8080", "[2001:db8::1]:443": the host without brackets; port 0 if there is none. */
bool http_authority(struct view text, struct view *host, uint32_t *port);

#endif
