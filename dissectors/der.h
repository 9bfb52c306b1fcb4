/*
 * der: one element at a time of ASN.1 in its distinguished encoding [X.690].
 */
#ifndef DISSECTORS_DER_H
#define DISSECTORS_DER_H

#include "farhand/view.h"

enum {
	DER_OCTETS = 0x04,
	DER_OID = 0x06,
	DER_UTF8 = 0x0c,
	DER_BMP = 0x1e,
	DER_SEQUENCE = 0x30,
	DER_SET = 0x31,
	DER_CONTEXT_0 = 0xa0,
	DER_CONTEXT_3 = 0xa3
};

/*
 * Step over the next element.  Its body is bad if it is not there, not in DER, or
 * of another tag than `tag`; 0 takes any.
 */
struct view der_take(struct view *v, uint8_t tag, uint8_t *got);

/* The same, when the tag is of no further interest. */
static inline struct view
der_expect(struct view *v, uint8_t tag)
{
	uint8_t got;

	return der_take(v, tag, &got);
}

#endif
