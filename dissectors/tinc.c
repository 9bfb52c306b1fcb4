/*
 * tinc: the line both ends of a tinc connection open with [tinc sources, protocol_auth.c].
 *
 *   0 name 17 LF        the name of letters, digits and _, protocol 17 since 2003
 *   0 name 17.7 LF      tinc 1.1
 *
 * An invited node writes its key behind a '?' where the name would be.
 */
#include "dissectors/say.h"

enum { LINE_MOST = 80 };

static bool
is_name(struct view v)
{
	if (v.n > 0 && v.p[0] == '?')
		view_skip(&v, 1);
	for (size_t i = 0; i < v.n; i++) {
		const uint8_t c = lower(v.p[i]);

		if (!is_digit(c) && (c < 'a' || c > 'z') && c != '_')
			return false;
	}
	return v.n > 0 && !v.bad;
}

static bool
is_version(struct view v)
{
	if (!view_lit(&v, "17", 2))
		return false;
	if (v.n == 0)
		return true;
	if (!view_lit(&v, ".", 1) || v.n == 0 || v.n > 2)
		return false;
	return is_digit(v.p[0]) && (v.n == 1 || is_digit(v.p[1]));
}

static enum probe
tinc_probe(struct view head, enum side from, struct obs_list *out)
{
	enum probe said = begins(head, "0 ", 2);
	struct view line, name;

	(void)from;
	if (said == PROBE_YES)
		said = first_line(head, LINE_MOST, &line);
	if (said != PROBE_YES)
		return said;
	view_skip(&line, 2);
	name = view_until(&line, ' ');
	view_skip(&line, 1);
	if (line.bad || !is_name(name) || !is_version(line))
		return PROBE_NO;
	say_protocol(out, "tinc");
	say_product(out, "tinc", SURE_LIKELY);
	return PROBE_YES;
}

const struct dissector dissect_tinc = { "tinc", TRANSPORT_TCP, false, { 655 }, tinc_probe };
