/*
 * wireguard: is this one of its messages?  Shared by UDP and what carries it in TCP.
 */
#ifndef DISSECTORS_WIREGUARD_H
#define DISSECTORS_WIREGUARD_H

#include "farhand/dissector.h"

/* How sure a whole datagram is one of WireGuard's; SURE_NONE if not. */
enum sureness wireguard_message(struct view v);

#endif
