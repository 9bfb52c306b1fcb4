/*
 * path: what a flow shows of a tunnel or proxy between the endpoint and its far end.
 */
#ifndef FARHAND_PATH_H
#define FARHAND_PATH_H

#include "farhand/detector.h"

enum path_sign {
	PATH_OPENVPN,   /* its bytes */
	PATH_OPCODES,   /* the order of its messages, under a mask */
	PATH_WIREGUARD, /* its bytes */
	PATH_GRID,      /* its lengths and its clock, under other bytes */
	PATH_INSIDE,    /* a TLS handshake inside TLS */
	PATH_OWN_LATE,  /* it serves, and answers later by TLS than by TCP */
	PATH_FAR_LATE,  /* its far end serves, and does */
	PATH_HAND_LATE, /* who is the client does: a slow machine does too */
	PATH_SEALED,    /* it looks encrypted from its first byte, and nobody names it */
	PATH_ACKS,      /* small messages of one size, and then none */
	PATH_SIGNS
};

/* A bit a sign. */
uint32_t path_signs(const struct sight *s);

/* A connection of TLS whose handshake was timed: one that could show INSIDE and LATE. */
bool path_is_tls(const struct sight *s);

/* Nats of a sign, and how it is said: "OpenVPN by its bytes". */
float path_weight(enum path_sign sign);
const char *path_words(enum path_sign sign);

struct path_link {
	uint16_t mtu; /* 0: any of a range */
	float weight;
	const char *name;
};

/*
 * What the endpoint's SYN says of its link, by MSS; NULL: nothing unusual, or not its own: at
 * the inside it is the company's VPN.  *mtu, bytes, where it is not NULL.
 */
const struct path_link *path_link(const struct sight *s, uint16_t *mtu);

/* Routers between the endpoint and the mirror, by the TTL of its first packet. */
unsigned path_hops(const struct sight *s);

#endif
