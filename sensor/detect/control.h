/*
 * control: what a flow shows of someone's hands on the endpoint.
 */
#ifndef FARHAND_CONTROL_H
#define FARHAND_CONTROL_H

#include "farhand/detector.h"

enum control {
	CONTROL_NONE,    /* not remote control of this endpoint, or not known by bytes */
	CONTROL_ATTEMPT, /* a handshake, and no more so far */
	CONTROL_SESSION  /* a screen left and input came, or it lasted */
};

/*
 * Session: the endpoint sent 16 KiB and the far end 20 packets with payload; or
 * both sent payload and 30 s passed, or 200 packets of input came.  Never more
 * than NONE where the flow was named by a resolved address alone, or is a mere
 * registration.
 */
enum control control_by_product(const struct sight *s);

/* Few flows have a product, and every flow is asked about. */
static inline enum control
control_of(const struct sight *s)
{
	return s->product != NULL ? control_by_product(s) : CONTROL_NONE;
}

/* The product was named by what the flow itself said, not by whom its address belongs to. */
bool control_is_named_by_bytes(const struct sight *s);

/*
 * The far end is, by its name, the vendor's own relay: who sits behind it is unknown.
 * A private relay may carry the product's name too; only the vendor's domains count.
 */
bool control_by_vendor_relay(const struct sight *s);

/*
 * The endpoint dialled out with a brokered product: the far end may be a relay
 * that unrelated customers share.  RDP and VNC (T1021) have no brokers.
 */
bool control_may_be_relayed(const struct sight *s);

/* How the controlled end is known, to follow a comma: "as the bytes say"; "" if it is not. */
const char *control_reason(const struct flow *f);

/* Where nDPI takes the flow for another product, that is evidence, without weight. */
void control_add_ndpi(struct finding *f, const struct sight *s);

#endif
