/*
 * der: tag, length, value [X.690 8.1, 10.1].
 *
 *   tag | 00..7f: length        | value
 *       | 81 n, 82 n n, 83 n n n: longer ones, in the shortest form
 */
#include "dissectors/der.h"

static size_t
take_length(struct view *v)
{
	const uint8_t first = view_u8(v);
	const unsigned bytes = first & 0x7f;
	size_t length = 0;

	if (first < 0x80)
		return first;
	if (bytes == 0 || bytes > 3) {
		view_spoil(v);
		return 0;
	}
	for (unsigned i = 0; i < bytes; i++)
		length = length << 8 | view_u8(v);
	if (length < 0x80 || length >> (8 * (bytes - 1)) == 0)
		view_spoil(v);
	return length;
}

struct view
der_take(struct view *v, uint8_t tag, uint8_t *got)
{
	size_t length;

	*got = view_u8(v);
	if ((*got & 0x1f) == 0x1f || (tag != 0 && *got != tag))
		view_spoil(v);
	length = take_length(v);
	return view_take(v, length);
}
