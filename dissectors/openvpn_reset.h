/*
 * openvpn_reset: the messages that open an OpenVPN session, as UDP and TCP carry them.
 */
#ifndef DISSECTORS_OPENVPN_RESET_H
#define DISSECTORS_OPENVPN_RESET_H

#include "farhand/dissector.h"

/* A whole message.  NO, or YES with what it says. */
enum probe openvpn_reset(struct view message, enum side from, struct obs_list *out);

#endif
