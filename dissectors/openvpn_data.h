/*
 * openvpn_data: OpenVPN's data as versions since 2.4 send it (P_DATA_V2, AEAD), over UDP and TCP.
 *
 *   48 | peer*3, ffffff: none | number*4 seal*16 data
 */
#ifndef DISSECTORS_OPENVPN_DATA_H
#define DISSECTORS_OPENVPN_DATA_H

#include "dissectors/sealed.h"

enum { OPENVPN_PEER = 4, OPENVPN_PEERS = 0x10000, OPENVPN_NO_PEER = 0xffffff };

static inline bool
openvpn_data(struct view v, uint32_t *number)
{
	const uint8_t op = view_u8(&v) >> 3;
	const uint32_t peer = view_be24(&v);

	*number = view_be32(&v);
	return !v.bad && op == 9 && (peer < OPENVPN_PEERS || peer == OPENVPN_NO_PEER) &&
	    *number > 0 && looks_sealed(v);
}

#endif
