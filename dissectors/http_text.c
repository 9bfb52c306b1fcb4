/*
 * http_text: see http_text.h.
 */
#include "dissectors/http_text.h"

/* The next line without its end; false, *v untouched, if none is complete. */
static bool
next_line(struct view *v, struct view *line)
{
	const uint8_t *end = v->n > 0 ? memchr(v->p, '\n', v->n) : NULL;

	if (end == NULL)
		return false;
	*line = view_of(v->p, (size_t)(end - v->p));
	view_skip(v, line->n + 1);
	if (line->n > 0 && line->p[line->n - 1] == '\r')
		line->n--;
	return true;
}

enum probe
http_text_read(struct view head, struct http_text *out)
{
	struct view rest = head, line;

	out->fields = 0;
	if (!next_line(&rest, &out->line))
		return head.n > HTTP_HEADER_MOST ? PROBE_NO : PROBE_MORE;
	if (!http_has_word(out->line, "http/1."))
		return PROBE_NO;
	while (out->fields < HTTP_LINES_MOST) {
		if (!next_line(&rest, &line)) {
			out->header = (size_t)(rest.p - head.p);
			out->body = view_of(rest.p, 0);
			return head.n > HTTP_HEADER_MOST ? PROBE_YES : PROBE_MORE;
		}
		if (line.n > 0) {
			out->field[out->fields++] = line;
			continue;
		}
		out->header = (size_t)(rest.p - head.p);
		out->body = rest;
		return PROBE_YES;
	}
	return PROBE_NO;
}

enum probe
http_text_begun(struct view head, enum probe asks, struct http_text *out)
{
	static const char answer[] = "HTTP/1.";
	const enum probe answers = begins(head, answer, sizeof(answer) - 1);

	if (asks == PROBE_YES || answers == PROBE_YES)
		return http_text_read(head, out);
	return asks == PROBE_MORE || answers == PROBE_MORE ? PROBE_MORE : PROBE_NO;
}

static bool
is_space(uint8_t c)
{
	return c == ' ' || c == '\t';
}

static struct view
trim(struct view v)
{
	while (v.n > 0 && is_space(v.p[0]))
		view_skip(&v, 1);
	while (v.n > 0 && is_space(v.p[v.n - 1]))
		v.n--;
	return v;
}

/* The n bytes at p against a word in lower case. */
static bool
same_word(const uint8_t *p, const char *word, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (lower(p[i]) != (uint8_t)word[i])
			return false;
	}
	return true;
}

bool
http_field(const struct http_text *t, const char *name, struct view *value)
{
	const size_t n = strlen(name);

	for (unsigned i = 0; i < t->fields; i++) {
		struct view line = t->field[i];

		if (line.n <= n || line.p[n] != ':' || !same_word(line.p, name, n))
			continue;
		view_skip(&line, n + 1);
		*value = trim(line);
		return true;
	}
	return false;
}

bool
http_has_word(struct view value, const char *word)
{
	const size_t n = strlen(word);

	for (size_t i = 0; i + n <= value.n; i++) {
		if (same_word(value.p + i, word, n))
			return true;
	}
	return false;
}

bool
http_list_next(struct view *list, struct view *out)
{
	const uint8_t *end = list->n > 0 ? memchr(list->p, ',', list->n) : NULL;
	const size_t n = end != NULL ? (size_t)(end - list->p) : list->n;

	if (list->n == 0)
		return false;
	*out = trim(view_of(list->p, n));
	view_skip(list, end != NULL ? n + 1 : n);
	return true;
}

bool
http_is_websocket(const struct http_text *t)
{
	struct view value;

	return http_field(t, "upgrade", &value) && http_has_word(value, "websocket");
}

unsigned
http_status(struct view line, struct view *reason)
{
	unsigned status = 0;

	if (!view_lit(&line, "HTTP/1.", 7))
		return 0;
	view_skip(&line, 1); /* minor version */
	if (view_u8(&line) != ' ')
		return 0;
	for (unsigned i = 0; i < 3; i++) {
		const uint8_t c = view_u8(&line);

		if (!is_digit(c))
			return 0;
		status = status * 10 + (unsigned)(c - '0');
	}
	if (line.bad || (line.n > 0 && line.p[0] != ' '))
		return 0;
	*reason = trim(line);
	return status;
}

static bool
read_port(struct view digits, uint32_t *port)
{
	uint32_t n = 0;

	if (digits.n == 0 || digits.n > 5)
		return false;
	for (size_t i = 0; i < digits.n; i++) {
		if (!is_digit(digits.p[i]))
			return false;
		n = n * 10 + (uint32_t)(digits.p[i] - '0');
	}
	*port = n;
	return n > 0 && n <= 65535;
}

bool
http_authority(struct view text, struct view *host, uint32_t *port)
{
	const bool bracket = text.n > 0 && text.p[0] == '[';

	*port = 0;
	view_skip(&text, bracket ? 1 : 0);
	*host = text;
	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] != (bracket ? ']' : ':'))
			continue;
		host->n = i;
		break;
	}
	view_skip(&text, host->n);
	if (bracket && !view_lit(&text, "]", 1))
		return false;
	if (view_lit(&text, ":", 1) && !read_port(text, port))
		return false;
	return is_plain(*host);
}
