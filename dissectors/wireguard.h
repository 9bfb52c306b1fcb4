/*
 * wireguard: is this one of its messages?  Shared by UDP and what carries it in TCP.
 */
#ifndef DISSECTORS_WIREGUARD_H
#define DISSECTORS_WIREGUARD_H

#include "farhand/dissector.h"

/* How sure a whole message is one of WireGuard's handshake; SURE_NONE if not. */
enum sureness wireguard_handshake(struct view v);

/* Has it the form of data, whatever its first four bytes? */
bool wireguard_data(struct view v, uint32_t *counter);

#endif
