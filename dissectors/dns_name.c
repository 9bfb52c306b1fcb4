/*
 * dns_name: labels, and pointers back to labels already seen.
 *
 *   n label n label ... 0
 *   n label 11oooooo oooooooo      goes on at offset o of the message
 *
 * A pointer must lead before the labels it stands in, each further back than the
 * last: so there is no loop.  A large message could still hold thousands in a row,
 * to be gone through for every name in it; no honest name needs more than a few.
 */
#include "dissectors/dns_name.h"

#include "dissectors/say.h"

enum { HEADER = 12, POINTER = 0xc0, LABEL_MOST = 63, JUMPS_MOST = 32 };

struct dns_header
dns_open(struct dns_reader *r, struct view message)
{
	struct dns_header h;

	r->whole = message;
	r->rest = message;
	h.id = view_be16(&r->rest);
	h.flags = view_be16(&r->rest);
	h.questions = view_be16(&r->rest);
	h.answers = view_be16(&r->rest);
	h.authorities = view_be16(&r->rest);
	h.additionals = view_be16(&r->rest);
	return h;
}

static bool
add_label(struct dns_name *name, struct view label)
{
	if (name->n + (name->n > 0) + label.n >= DNS_NAME)
		return false;
	if (name->n > 0)
		name->at[name->n++] = '.';
	for (size_t i = 0; i < label.n; i++) {
		const uint8_t c = label.p[i];

		name->at[name->n++] = c > ' ' && c <= '~' && c != '.' ? lower(c) : '?';
	}
	return true;
}

bool
dns_take_name(struct dns_reader *r, struct dns_name *out)
{
	struct view v = r->rest;
	size_t start = (size_t)(v.p - r->whole.p);
	unsigned jumps = 0;
	uint8_t length;

	out->n = 0;
	while ((length = view_u8(&v)) != 0) {
		if (length >= POINTER) {
			const size_t to = (size_t)(length & ~POINTER) << 8 | view_u8(&v);

			if (v.bad || to >= start || to < HEADER || jumps == JUMPS_MOST)
				break;
			if (jumps++ == 0)
				r->rest = v;
			start = to;
			v = r->whole;
			view_skip(&v, to);
			continue;
		}
		if (length > LABEL_MOST || !add_label(out, view_take(&v, length)))
			break;
	}
	if (length != 0 || v.bad) {
		view_spoil(&r->rest);
		return false;
	}
	if (jumps == 0)
		r->rest = v;
	return true;
}

bool
dns_take_record(struct dns_reader *r, struct dns_record *out)
{
	size_t length;

	if (!dns_take_name(r, &out->owner))
		return false;
	out->type = view_be16(&r->rest);
	out->class = view_be16(&r->rest);
	out->ttl = view_be32(&r->rest);
	length = view_be16(&r->rest);
	out->data.whole = r->whole;
	out->data.rest = view_take(&r->rest, length);
	return !r->rest.bad;
}

bool
dns_same(const struct dns_name *a, const struct dns_name *b)
{
	return a->n == b->n && memcmp(a->at, b->at, a->n) == 0;
}

bool
dns_is_under(const struct dns_name *n, const char *suffix)
{
	const size_t length = strlen(suffix);

	return n->n > length && n->at[n->n - length - 1] == '.' &&
	    memcmp(n->at + n->n - length, suffix, length) == 0;
}

bool
dns_address(const struct dns_record *record, struct addr *out)
{
	const struct view *v = &record->data.rest;

	if (record->type == DNS_A && v->n == 4)
		*out = addr_v4(v->p);
	else if (record->type == DNS_AAAA && v->n == 16)
		*out = addr_v6(v->p);
	else
		return false;
	return true;
}
