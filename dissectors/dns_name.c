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

enum { HEADER = 12, RECORD = 10, POINTER = 0xc0, LABEL_MOST = 63, JUMPS_MOST = 32 };

static uint16_t
be16(const uint8_t *p)
{
	return (uint16_t)((unsigned)p[0] << 8 | p[1]);
}

struct dns_header
dns_open(struct dns_reader *r, struct view message)
{
	struct dns_header h = { 0 };
	struct view v;

	r->whole = message;
	r->rest = message;
	v = view_take(&r->rest, HEADER);
	if (v.bad)
		return h;
	h.id = be16(v.p);
	h.flags = be16(v.p + 2);
	h.questions = be16(v.p + 4);
	h.answers = be16(v.p + 6);
	h.authorities = be16(v.p + 8);
	h.additionals = be16(v.p + 10);
	return h;
}

/* Nearly all there is are small letters. */
static uint8_t
shown(uint8_t c)
{
	if (c >= 'a' && c <= 'z')
		return c;
	return c > ' ' && c <= '~' && c != '.' ? lower(c) : '?';
}

static bool
add_label(struct dns_name *name, const uint8_t *p, size_t n)
{
	uint8_t *w = name->at + name->n;

	if (name->n + (name->n > 0) + n >= DNS_NAME)
		return false;
	if (name->n > 0)
		*w++ = '.';
	for (size_t i = 0; i < n; i++)
		*w++ = shown(p[i]);
	name->n = (size_t)(w - name->at);
	return true;
}

/* Half of what reading DNS costs is here: so bare pointers, each held against `end`. */
static bool
take_name(struct dns_reader *r, struct dns_name *out)
{
	const uint8_t *const whole = r->whole.p;
	const uint8_t *at = r->rest.p, *after = NULL, *end = at + r->rest.n;
	size_t start = (size_t)(at - whole), to;
	unsigned jumps = 0;

	out->n = 0;
	while (at < end && *at != 0) {
		const uint8_t length = *at++;

		if (length >= POINTER) {
			if (at == end || jumps == JUMPS_MOST)
				return false;
			to = (size_t)(length & ~POINTER) << 8 | *at++;
			if (to >= start || to < HEADER)
				return false;
			if (jumps++ == 0)
				after = at;
			start = to;
			at = whole + to;
			end = whole + r->whole.n;
			continue;
		}
		if (length > LABEL_MOST || length > end - at || !add_label(out, at, length))
			return false;
		at += length;
	}
	if (at == end)
		return false;
	view_skip(&r->rest, (size_t)((after != NULL ? after : at + 1) - r->rest.p));
	return true;
}

bool
dns_take_name(struct dns_reader *r, struct dns_name *out)
{
	if (take_name(r, out))
		return true;
	view_spoil(&r->rest);
	return false;
}

bool
dns_take_record(struct dns_reader *r, struct dns_record *out)
{
	struct view v;

	if (!dns_take_name(r, &out->owner))
		return false;
	v = view_take(&r->rest, RECORD);
	if (v.bad)
		return false;
	out->type = be16(v.p);
	out->class = be16(v.p + 2);
	out->ttl = (uint32_t)be16(v.p + 4) << 16 | be16(v.p + 6);
	out->data.whole = r->whole;
	out->data.rest = view_take(&r->rest, be16(v.p + 8));
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
dns_is_netbios(const struct dns_name *n)
{
	if (n->n < DNS_NETBIOS || (n->n > DNS_NETBIOS && n->at[DNS_NETBIOS] != '.'))
		return false;
	for (size_t i = 0; i < DNS_NETBIOS; i++) {
		if (n->at[i] < 'a' || n->at[i] > 'p')
			return false;
	}
	return true;
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
