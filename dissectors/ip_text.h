/*
 * ip_text: an IP address written as text, as RADIUS attributes hold it.  The C
 * library's reader is out of a dissector's reach.
 */
#ifndef DISSECTORS_IP_TEXT_H
#define DISSECTORS_IP_TEXT_H

#include "farhand/obs.h"

/*
 * Read "192.0.2.1", "2001:db8::1", "::ffff:192.0.2.1" [RFC 4291 2.2]; false, and
 * *out untouched, if the text is not exactly one.
 */
bool ip_text_read(struct view text, struct addr *out);

#endif
