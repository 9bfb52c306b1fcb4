/*
 * catalogue_check: the form of each kind of fact.
 *
 * Facts are compared byte by byte with what is on the wire, so that a capital
 * letter in a domain would make it silently useless: it is refused here.
 */
#include "classify/catalogue_check.h"

#include <ctype.h>

static bool
is_lower_or_digit(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

/* Labels of 1..63 [RFC 1035 2.3.4]; '*' only in the first, and two labels after it. */
static const char *
check_domain(const char *text)
{
	const size_t n = strlen(text);
	size_t label = 0, labels = 1;
	bool star = false;

	if (n == 0 || n > 253)
		return "is no domain; expected 1 to 253 characters";
	for (size_t i = 0; i < n; i++) {
		const char c = text[i];

		if (c == '.') {
			if (label == 0 || label > 63 || i + 1 == n)
				return "is no domain; expected labels of 1 to 63 characters, no "
				       "dot at the ends";
			label = 0;
			labels++;
			continue;
		}
		if (c == '*' && labels > 1)
			return "has '*' past its first label; expected it in the first only";
		if (c != '*' && c != '-' && c != '_' && !is_lower_or_digit(c))
			return "is no domain; expected a-z, 0-9, '-', '_' and '.', in lower case";
		star = star || c == '*';
		label++;
	}
	if (label > 63)
		return "is no domain; expected labels of 1 to 63 characters";
	if (labels < (star ? 3u : 2u))
		return "is too wide; expected at least two labels without '*'";
	return NULL;
}

static const char *
check_id(const char *text)
{
	const size_t n = strlen(text);

	if (n < 2 || n > 23 || !is_lower_or_digit(text[0]))
		return "is no id; expected 2 to 23 of a-z, 0-9 and '-'";
	for (size_t i = 0; i < n; i++) {
		if (text[i] != '-' && !is_lower_or_digit(text[i]))
			return "is no id; expected 2 to 23 of a-z, 0-9 and '-'";
	}
	return NULL;
}

/* "t13d1516h2_8daaf6152771_02713d6af862" [FoxIO JA4] */
static const char *
check_ja4(const char *text)
{
	if (strlen(text) != 36 || text[10] != '_' || text[23] != '_')
		return "is no JA4; expected 10, 12 and 12 characters joined by '_'";
	for (size_t i = 0; i < 36; i++) {
		if (i != 10 && i != 23 && !is_lower_or_digit(text[i]))
			return "is no JA4; expected lower-case letters and digits";
	}
	return NULL;
}

/* Any visible text; '*' only at its end, after enough to mean something. */
static const char *
check_pattern(const char *text, bool lower)
{
	const size_t n = strlen(text);

	if (n == 0 || n > 64)
		return "is no name; expected 1 to 64 characters";
	for (size_t i = 0; i < n; i++) {
		if (!isprint((unsigned char)text[i]))
			return "is no name; expected visible characters";
		if (lower && isupper((unsigned char)text[i]))
			return "has capitals; expected lower case, the case of names is ignored";
		if (text[i] == '*' && (i + 1 < n || n < 4))
			return "has a misplaced '*'; expected it at the end, after 3 characters or "
			       "more";
	}
	return NULL;
}

static const char *
check_path(const char *text)
{
	if (text[0] != '/' || strchr(text, '?') != NULL || strlen(text) < 4)
		return "is no path; expected '/' and more, without a query";
	return check_pattern(text, false);
}

const char *
check_fact(enum fact fact, const char *text)
{
	switch (fact) {
	case FACT_ID:
		return check_id(text);
	case FACT_DOMAIN:
		return check_domain(text);
	case FACT_JA4:
		return check_ja4(text);
	case FACT_PATH:
		return check_path(text);
	default:
		return check_pattern(text, fact == FACT_HOST_NAME || fact == FACT_SERVICE);
	}
}

const char *
check_attack(const char *text)
{
	const size_t n = strlen(text);

	if ((n != 5 && n != 9) || text[0] != 'T' || (n == 9 && text[5] != '.'))
		return "is no technique; expected the form T1219 or T1219.002";
	for (size_t i = 1; i < n; i++) {
		if (i != 5 && !isdigit((unsigned char)text[i]))
			return "is no technique; expected the form T1219 or T1219.002";
	}
	return NULL;
}

static int
hex_value(char c)
{
	static const char digits[] = "0123456789abcdef";
	const char *at = strchr(digits, tolower((unsigned char)c));

	return c != '\0' && at != NULL ? (int)(at - digits) : -1;
}

bool
check_mac_block(const char *text, struct mac *out, uint8_t *nibbles)
{
	struct mac m = { { 0 } };
	unsigned n = 0;

	for (const char *c = text; *c != '\0'; c++) {
		const int v = hex_value(*c);

		if (*c == ':' && n % 2 == 0 && n > 0 && (size_t)(c - text) == n / 2 * 3 - 1)
			continue;
		if (v < 0 || n == 9 || (n > 0 && n % 2 == 0 && c[-1] != ':'))
			return false;
		m.b[n / 2] = (uint8_t)(m.b[n / 2] | (n % 2 == 0 ? v << 4 : v));
		n++;
	}
	if ((n != 6 && n != 7 && n != 9) || text[strlen(text) - 1] == ':')
		return false;
	if ((m.b[0] & 3) != 0) /* locally administered or group: registered to nobody */
		return false;
	*out = m;
	*nibbles = (uint8_t)n;
	return true;
}
