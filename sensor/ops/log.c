/*
 * log: messages to stderr.
 *
 *   level=warn msg="redis: refused"                       what happens
 *   people.yaml:12: unknown key 'adress'; expected ...    a mistake in a file
 *
 * A line is made whole in a buffer and written by one call, so that the lines
 * of the threads never mix.  Text may come off the wire: what could forge a
 * line or move a terminal's cursor is escaped.  The journal adds the time.
 */
#include "ops/log.h"

#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

#define LINE_BYTES 1024

static atomic_int most_level = LOG_LEVEL_INFO;

struct line_out {
	char at[LINE_BYTES];
	size_t n;
};

/* Append, leaving room for the closing quote and the newline. */
static void
line_char(struct line_out *l, char c)
{
	if (l->n < LINE_BYTES - 2)
		l->at[l->n++] = c;
}

static void
line_text(struct line_out *l, const char *text)
{
	for (; *text != '\0'; text++)
		line_char(l, *text);
}

/* Append text with control characters, and with quoted also quotes, escaped. */
static void
line_escaped(struct line_out *l, const char *text, bool quoted)
{
	for (; *text != '\0'; text++) {
		const unsigned char c = (unsigned char)*text;
		char code[8];

		if (c < 0x20 || c == 0x7f) {
			snprintf(code, sizeof(code), "\\x%02x", c);
			line_text(l, code);
		} else {
			if (quoted && (c == '"' || c == '\\'))
				line_char(l, '\\');
			line_char(l, (char)c);
		}
	}
}

static void
line_write(struct line_out *l)
{
	size_t done = 0;

	l->at[l->n++] = '\n';
	while (done < l->n) {
		const ssize_t n = write(STDERR_FILENO, l->at + done, l->n - done);

		if (n <= 0) /* nobody to tell */
			return;
		done += (size_t)n;
	}
}

static void
log_line(enum log_level level, const char *form, va_list args)
{
	static const char *const names[] = { "error", "warn", "info", "debug" };
	struct line_out l = { .n = 0 };
	char text[LINE_BYTES];

	if ((int)level > atomic_load_explicit(&most_level, memory_order_relaxed))
		return;
	vsnprintf(text, sizeof(text), form, args);
	line_text(&l, "level=");
	line_text(&l, names[level]);
	line_text(&l, " msg=\"");
	line_escaped(&l, text, true);
	l.at[l.n++] = '"';
	line_write(&l);
}

void
log_set_level(enum log_level most)
{
	atomic_store(&most_level, (int)most);
}

void
log_error(const char *form, ...)
{
	va_list args;

	va_start(args, form);
	log_line(LOG_LEVEL_ERROR, form, args);
	va_end(args);
}

void
log_warn(const char *form, ...)
{
	va_list args;

	va_start(args, form);
	log_line(LOG_LEVEL_WARN, form, args);
	va_end(args);
}

void
log_info(const char *form, ...)
{
	va_list args;

	va_start(args, form);
	log_line(LOG_LEVEL_INFO, form, args);
	va_end(args);
}

void
log_debug(const char *form, ...)
{
	va_list args;

	va_start(args, form);
	log_line(LOG_LEVEL_DEBUG, form, args);
	va_end(args);
}

void
log_at(const char *file, unsigned line, const char *form, ...)
{
	struct line_out l = { .n = 0 };
	char text[LINE_BYTES], number[16];
	va_list args;

	va_start(args, form);
	vsnprintf(text, sizeof(text), form, args);
	va_end(args);
	line_escaped(&l, file, false);
	if (line > 0) {
		snprintf(number, sizeof(number), ":%u", line);
		line_text(&l, number);
	}
	line_text(&l, ": ");
	line_escaped(&l, text, false);
	line_write(&l);
}
