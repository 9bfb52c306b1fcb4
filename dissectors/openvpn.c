/*
 * openvpn: the reset that opens a session, over UDP.  See openvpn_reset.
 */
#include "dissectors/openvpn_reset.h"

const struct dissector dissect_openvpn = { "openvpn", TRANSPORT_UDP, false, { 1194 },
	openvpn_reset };
