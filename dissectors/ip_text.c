/*
 * ip_text: four decimal numbers; or eight groups of hex, of which one run of zeros
 * is "::" and the last two may be written as four decimals.
 */
#include "dissectors/ip_text.h"

#include "dissectors/say.h"

static bool
read_v4(struct view v, uint8_t out[4])
{
	for (unsigned i = 0; i < 4; i++) {
		unsigned value = 0, digits = 0;

		if (i > 0 && !view_lit(&v, ".", 1))
			return false;
		while (v.n > 0 && is_digit(*v.p) && digits < 3) {
			value = value * 10 + (unsigned)(view_u8(&v) - '0');
			digits++;
		}
		if (digits == 0 || value > 255)
			return false;
		out[i] = (uint8_t)value;
	}
	return v.n == 0;
}

static int
hex_value(uint8_t c)
{
	const uint8_t l = lower(c);

	if (is_digit(c))
		return c - '0';
	return l >= 'a' && l <= 'f' ? l - 'a' + 10 : -1;
}

/* One group of up to four hex digits; false if there is none. */
static bool
take_group(struct view *v, uint8_t out[2])
{
	unsigned value = 0, digits = 0;

	while (v->n > 0 && hex_value(*v->p) >= 0 && digits < 4) {
		value = value << 4 | (unsigned)hex_value(view_u8(v));
		digits++;
	}
	out[0] = (uint8_t)(value >> 8);
	out[1] = (uint8_t)value;
	return digits > 0;
}

static bool
read_v6(struct view v, uint8_t out[16])
{
	size_t at = 0, gap = 16;

	if (view_lit(&v, "::", 2))
		gap = 0;
	while (v.n > 0) {
		if (at <= 12 && memchr(v.p, ':', v.n) == NULL && read_v4(v, out + at)) {
			at += 4;
			break;
		}
		if (at > 14 || !take_group(&v, out + at))
			return false;
		at += 2;
		if (gap == 16 && view_lit(&v, "::", 2))
			gap = at;
		else if (v.n > 0 && (!view_lit(&v, ":", 1) || v.n == 0))
			return false;
	}
	if (gap == 16)
		return at == 16;
	if (at > 14)
		return false;
	/* What was read after the gap belongs at the end. */
	memmove(out + 16 - (at - gap), out + gap, at - gap);
	memset(out + gap, 0, 16 - at);
	return true;
}

bool
ip_text_read(struct view text, struct addr *out)
{
	uint8_t raw[16] = { 0 };

	if (text.bad || text.n == 0)
		return false;
	if (read_v4(text, raw))
		*out = addr_v4(raw);
	else if (memchr(text.p, ':', text.n) != NULL && read_v6(text, raw))
		*out = addr_v6(raw);
	else
		return false;
	return true;
}
