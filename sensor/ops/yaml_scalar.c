/*
 * yaml_scalar: single values of a tree: words, numbers, times, sizes.
 *
 * Numbers and booleans are read only of plain scalars and only in one
 * spelling each: YAML's many others (yes, on, 0o17, 1:30) surprise people.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "ops/yaml_tree.h"

#define SECOND_US 1000000LL

static bool
is_null(const struct yaml_node *n)
{
	return n->plain &&
	    (n->text[0] == '\0' || strcmp(n->text, "~") == 0 || strcmp(n->text, "null") == 0);
}

/* The text of a scalar; else says what was expected. */
static const char *
scalar(struct yaml *y, const struct yaml_node *n, const char *expected)
{
	if (n == NULL)
		return NULL;
	if (n->kind != TREE_SCALAR) {
		yaml_wrong(y, n, "found a %s; expected %s",
		    n->kind == TREE_LIST ? "list" : "mapping", expected);
		return NULL;
	}
	if (is_null(n)) {
		yaml_wrong(y, n, "found nothing; expected %s", expected);
		return NULL;
	}
	return n->text;
}

static bool
unexpected(struct yaml *y, const struct yaml_node *n, const char *expected)
{
	yaml_wrong(y, n, "found '%.80s'; expected %s", n->text, expected);
	return false;
}

bool
yaml_text(struct yaml *y, const struct yaml_node *n, const char **out)
{
	const char *text = scalar(y, n, "a text");

	if (text == NULL)
		return false;
	*out = text;
	return true;
}

bool
yaml_copy(struct yaml *y, const struct yaml_node *n, char *out, size_t room)
{
	const char *text = scalar(y, n, "a text");

	if (text == NULL)
		return false;
	if (strlen(text) >= room) {
		yaml_wrong(
		    y, n, "a text of %zu bytes; expected at most %zu", strlen(text), room - 1);
		return false;
	}
	strcpy(out, text);
	return true;
}

bool
yaml_name(struct yaml *y, const struct yaml_node *n, char *out, size_t room)
{
	if (n != NULL && n->kind == TREE_SCALAR && !n->plain && n->text[0] == '\0') {
		yaml_wrong(y, n, "an empty text; expected some characters");
		return false;
	}
	return yaml_copy(y, n, out, room);
}

bool
yaml_int(struct yaml *y, const struct yaml_node *n, int64_t least, int64_t most, int64_t *out)
{
	char expected[80], *end;
	const char *text, *digits;
	long long v;

	snprintf(expected, sizeof(expected), "a whole number from %lld to %lld", (long long)least,
	    (long long)most);
	text = scalar(y, n, expected);
	if (text == NULL)
		return false;
	digits = text + (text[0] == '-');
	if (!n->plain || digits[0] == '\0' || digits[strspn(digits, "0123456789")] != '\0')
		return unexpected(y, n, expected);
	errno = 0;
	v = strtoll(text, &end, 10);
	if (errno != 0 || v < least || v > most)
		return unexpected(y, n, expected);
	*out = v;
	return true;
}

bool
yaml_real(struct yaml *y, const struct yaml_node *n, double least, double most, double *out)
{
	char expected[80], *end;
	const char *text;
	double v;

	snprintf(expected, sizeof(expected), "a number from %g to %g", least, most);
	text = scalar(y, n, expected);
	if (text == NULL)
		return false;
	if (!n->plain || text[strspn(text, "+-.0123456789eE")] != '\0')
		return unexpected(y, n, expected);
	v = strtod(text, &end);
	if (end == text || *end != '\0' || !(v >= least && v <= most))
		return unexpected(y, n, expected);
	*out = v;
	return true;
}

bool
yaml_bool(struct yaml *y, const struct yaml_node *n, bool *out)
{
	const char *text = scalar(y, n, "true or false");

	if (text == NULL)
		return false;
	if (!n->plain || (strcmp(text, "true") != 0 && strcmp(text, "false") != 0))
		return unexpected(y, n, "true or false");
	*out = text[0] == 't';
	return true;
}

/* "agent, viewer or either" */
static void
list_words(const char *const *words, char *out, size_t room)
{
	size_t used = 0;

	out[0] = '\0';
	for (unsigned i = 0; words[i] != NULL && used < room; i++)
		used += (size_t)snprintf(out + used, room - used, "%s%s",
		    i == 0                     ? ""
			: words[i + 1] != NULL ? ", "
					       : " or ",
		    words[i]);
}

bool
yaml_word(struct yaml *y, const struct yaml_node *n, const char *const *words, unsigned *out)
{
	const bool is_text = n != NULL && n->kind == TREE_SCALAR && !is_null(n);
	char expected[256];

	for (unsigned i = 0; is_text && words[i] != NULL; i++) {
		if (strcmp(words[i], n->text) == 0) {
			*out = i;
			return true;
		}
	}
	list_words(words, expected, sizeof(expected));
	return scalar(y, n, expected) != NULL && unexpected(y, n, expected);
}

/* All of the next n characters digits: their value; -1 otherwise. */
static int
digits(const char **at, unsigned n)
{
	int v = 0;

	for (unsigned i = 0; i < n; i++) {
		if ((*at)[i] < '0' || (*at)[i] > '9')
			return -1;
		v = v * 10 + ((*at)[i] - '0');
	}
	*at += n;
	return v;
}

static bool
literal(const char **at, char c)
{
	if (**at != c)
		return false;
	(*at)++;
	return true;
}

/* "YYYY-MM-DD" with or without "Thh:mm:ssZ"; days that no month has are refused. */
static bool
parse_time(const char *at, int64_t *out_us)
{
	struct tm tm = { .tm_isdst = 0 }, back;
	time_t t;

	tm.tm_year = digits(&at, 4);
	if (tm.tm_year < 1970 || !literal(&at, '-') || (tm.tm_mon = digits(&at, 2)) < 1 ||
	    tm.tm_mon > 12 || !literal(&at, '-') || (tm.tm_mday = digits(&at, 2)) < 1)
		return false;
	if (literal(&at, 'T')) {
		if ((tm.tm_hour = digits(&at, 2)) < 0 || tm.tm_hour > 23 || !literal(&at, ':') ||
		    (tm.tm_min = digits(&at, 2)) < 0 || tm.tm_min > 59 || !literal(&at, ':') ||
		    (tm.tm_sec = digits(&at, 2)) < 0 || tm.tm_sec > 59 || !literal(&at, 'Z'))
			return false;
	}
	if (*at != '\0')
		return false;
	tm.tm_year -= 1900;
	tm.tm_mon -= 1;
	back = tm;
	t = timegm(&back);
	if (back.tm_mday != tm.tm_mday)
		return false;
	*out_us = (int64_t)t * SECOND_US;
	return true;
}

bool
yaml_time(struct yaml *y, const struct yaml_node *n, int64_t *out_us)
{
	static const char expected[] = "a day like 2026-11-30 or a time like 2026-11-30T12:00:00Z";
	const char *text = scalar(y, n, expected);

	if (text == NULL)
		return false;
	return parse_time(text, out_us) || unexpected(y, n, expected);
}

/* Digits, then one of the units; *out is left on overflow and on anything else. */
static bool
parse_measure(const char *text, const char *const *units, const uint64_t *factors, uint64_t *out)
{
	uint64_t v = 0;
	const char *at = text;

	for (; *at >= '0' && *at <= '9'; at++) {
		if (v > (INT64_MAX - 9) / 10)
			return false;
		v = v * 10 + (uint64_t)(*at - '0');
	}
	if (at == text)
		return false;
	for (unsigned i = 0; units[i] != NULL; i++) {
		if (strcmp(at, units[i]) != 0)
			continue;
		if (v > INT64_MAX / factors[i])
			return false;
		*out = v * factors[i];
		return true;
	}
	return false;
}

bool
yaml_duration(struct yaml *y, const struct yaml_node *n, int64_t *out_us)
{
	static const char *const units[] = { "s", "m", "h", "d", NULL };
	static const uint64_t factors[] = { SECOND_US, 60 * SECOND_US, 3600 * SECOND_US,
		86400 * SECOND_US };
	static const char expected[] = "a duration like 30s, 10m, 4h or 14d";
	const char *text = scalar(y, n, expected);
	uint64_t v;

	if (text == NULL)
		return false;
	if (!parse_measure(text, units, factors, &v))
		return unexpected(y, n, expected);
	*out_us = (int64_t)v;
	return true;
}

bool
yaml_size(struct yaml *y, const struct yaml_node *n, uint64_t *out)
{
	static const char *const units[] = { "", "B", "KiB", "MiB", "GiB", NULL };
	static const uint64_t factors[] = { 1, 1, 1u << 10, 1u << 20, 1u << 30 };
	static const char expected[] = "a size like 4096, 64KiB, 64MiB or 1GiB";
	const char *text = scalar(y, n, expected);

	if (text == NULL)
		return false;
	return parse_measure(text, units, factors, out) || unexpected(y, n, expected);
}
