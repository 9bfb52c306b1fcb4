/*
 * obs: what a dissector saw, copied out of the bytes.
 *
 * Observations are kept packed, one after the other, in a list of bounded size:
 * one block of a kilobyte, taken only for a flow that says something, copied only
 * as far as it is used.  A list that is full counts what it loses.
 */
#ifndef FARHAND_OBS_H
#define FARHAND_OBS_H

#include "farhand/addr.h"
#include "farhand/frame.h"

/* How sure a name is. */
enum sureness {
	SURE_NONE,
	SURE_GUESS,  /* one weak hint; never enough for an alert */
	SURE_LIKELY, /* one direction's bytes, or a name that was only resolved */
	SURE_CERTAIN /* bytes of the protocol that nothing else sends */
};

/*
 * Kinds of observation.  "text" and "num" say what the two fields carry.
 * Adding a kind is one line here and one in obs_kind_name (sensor/deliver/names.c).
 */
enum obs_kind {
	OBS_NONE,
	OBS_PROTOCOL,  /* text: network.protocol, e.g. "tls" */
	OBS_PRODUCT,   /* text: catalogue id, e.g. "anydesk"; num: enum sureness */
	OBS_HOST,      /* num: enum side whose screen leaves (the controlled machine) */
	OBS_CLIENT,    /* num: enum side that speaks the protocol's client part */
	OBS_REGISTERS, /* an agent announces itself ("could be controlled"): not a session */

	OBS_SERIES, /* PROBE_LIKE's, never kept.  text: a byte, how many are to go on; what stays;
		       num: what rises */

	OBS_SNI,          /* text */
	OBS_ALPN,         /* text: first offered */
	OBS_JA4,          /* text: 36 characters [FoxIO JA4, BSD-3] */
	OBS_TLS_VERSION,  /* num: 0x0303, 0x0304..., of DTLS 0xfefd... as negotiated */
	OBS_CERT_SUBJECT, /* text: common name of the first certificate */
	OBS_CERT_ORG,     /* text: its subject organisation */
	OBS_CERT_ISSUER,  /* text: its issuer's common name */
	OBS_CERT_NAME,    /* text: one DNS name of its subjectAltName */

	OBS_SSH_SOFTWARE, /* text: identification string after "SSH-2.0-" */
	OBS_SSH_SUITE, /* text: 12 hex digits of what one end offers in its KEXINIT; num: enum side
			*/
	OBS_RFB_VERSION,  /* text: "003.008" */
	OBS_RFB_OFFERED,  /* num: a security type the host offers [RFC 6143 7.1.2] */
	OBS_RFB_SECURITY, /* num: the one in use, or VeNCrypt's subtype (256 and above) */
	OBS_RDP_USER,     /* text: mstshash cookie */
	OBS_RDP_ASKED,    /* num: requested protocols */
	OBS_RDP_GRANTED,  /* num: selected protocol */
	OBS_PEER_ID,      /* text: an id the product shows in clear (RustDesk) */
	OBS_STUN_MAPPED,  /* text: 16 bytes of address; num: port */
	OBS_STUN_RELAYED, /* likewise */
	OBS_STUN_PEER,    /* likewise */
	OBS_SOFTWARE,     /* text: software named in clear (STUN SOFTWARE) */
	OBS_AUDIO,        /* num: enum side that sends sound, by the protocol's own word */
	OBS_VIDEO,        /* likewise a camera's pictures */
	OBS_SCREEN,       /* likewise its screen */

	OBS_HTTP_HOST,       /* text: lower case, no port */
	OBS_HTTP_PATH,       /* text: path asked for, without its query */
	OBS_HTTP_AGENT,      /* text: User-Agent */
	OBS_HTTP_SERVER,     /* text: Server */
	OBS_HTTP_TITLE,      /* text: title of a page */
	OBS_WS_PROTOCOL,     /* text: one subprotocol of a WebSocket [RFC 6455] */
	OBS_PROXY_TO,        /* text: host or address that a proxy was asked for; num: port */
	OBS_INNER,           /* num: bytes of this side before those of what a proxy carries */
	OBS_CARRIES,         /* text: protocol that a gateway is asked to speak, e.g. "rdp" */
	OBS_FULLY_ENCRYPTED, /* num: bits set in 100 bytes of a start that looks encrypted */

	/* By classify/starts, not dissectors; of a flow's first packets. */
	OBS_LATE_SERVER, /* num: us by which TLS's round trip to the server is more than TCP's */
	OBS_LATE_CLIENT, /* likewise to the client */
	OBS_TLS_INSIDE,  /* num: hundredths, how far its bursts are from a handshake's */
	OBS_OPENVPN_OPCODES, /* num: opcodes that followed the two that open */
	OBS_OPENVPN_ACKS,    /* num: bytes of the acknowledgements that ceased */
	OBS_WIREGUARD_GRID,  /* num: handshakes that came when due */

	OBS_DNS_NAME, /* text: the name asked for, lower case, no trailing dot */
	OBS_DNS_ADDR, /* text: 16 bytes of an address it resolved to; num: TTL, seconds */

	OBS_DHCP_TYPE,   /* num: message type, option 53; of DHCPv6 the one that means the same */
	OBS_DHCP_MAC,    /* text: 6 bytes of client hardware address */
	OBS_DHCP_ADDR,   /* text: 16 bytes of the leased (yiaddr) or used (ciaddr) address */
	OBS_DHCP_LEASE,  /* num: seconds */
	OBS_DHCP_NAME,   /* text: host name, option 12; of a full name its first label */
	OBS_DHCP_VENDOR, /* text: vendor class, option 60 */
	OBS_DHCP_ASKS,   /* text: bytes of the parameter request list, option 55 */
	OBS_DHCP_CLIENT, /* text: bytes of the client identifier, option 61 */

	OBS_ANNOUNCER,    /* num: enum side of the host that speaks of itself (mDNS, LLMNR, NBNS) */
	OBS_MDNS_NAME,    /* text: host name announced (mDNS, LLMNR, NBNS), without ".local" */
	OBS_MDNS_ADDR,    /* text: 16 bytes of its address */
	OBS_MDNS_SERVICE, /* text: service type, e.g. "_pikvm._tcp" */
	OBS_MDNS_MODEL,   /* text: what a service says its device is (TXT "model=") */

	OBS_UPNP_SERVER, /* text: what a device says it runs (SSDP SERVER) */
	OBS_UPNP_TYPE,   /* text: what it says it is (SSDP NT or ST) */
	OBS_UPNP_HOST,   /* text: host of its description (SSDP LOCATION) */

	OBS_RADIUS_STATUS, /* num: 1 start, 2 stop, 3 interim [RFC 2866 5.1] */
	OBS_RADIUS_USER,   /* text */
	OBS_RADIUS_FRAMED, /* text: 16 bytes, the address handed out */
	OBS_RADIUS_CALLER, /* text: 16 bytes, the public address the user came from */

	OBS_WINDOW, /* text: a struct window (farhand/window.h); of EVENT_WINDOW alone */

	OBS_KINDS
};

#define OBS_BYTES 1016
#define OBS_TEXT                                                                                   \
	255 /* longest text kept; longer texts are cut at the front, tails decide names            \
	     */

struct obs_list {
	uint16_t used;
	uint16_t count, lost;
	uint8_t at[OBS_BYTES];
};

/* One observation, lent from the list it was read of. */
struct obs {
	enum obs_kind kind;
	uint32_t num;
	struct view text;
};

enum { OBS_HEAD = 6 }; /* kind, num (4, native order), text length */

static inline void
obs_add(struct obs_list *l, enum obs_kind kind, uint32_t num, const void *text, size_t n)
{
	const uint8_t *p = text;
	uint8_t *w;

	if (n > OBS_TEXT) {
		p += n - OBS_TEXT;
		n = OBS_TEXT;
	}
	if ((size_t)l->used + OBS_HEAD + n > OBS_BYTES) {
		l->lost++;
		return;
	}
	w = l->at + l->used;
	w[0] = (uint8_t)kind;
	memcpy(w + 1, &num, 4);
	w[5] = (uint8_t)n;
	if (n > 0)
		memcpy(w + OBS_HEAD, p, n);
	l->used = (uint16_t)(l->used + OBS_HEAD + n);
	l->count++;
}

static inline void
obs_num(struct obs_list *l, enum obs_kind kind, uint32_t num)
{
	obs_add(l, kind, num, NULL, 0);
}

static inline void
obs_text(struct obs_list *l, enum obs_kind kind, struct view text)
{
	if (!text.bad)
		obs_add(l, kind, 0, text.p, text.n);
}

static inline void
obs_addr(struct obs_list *l, enum obs_kind kind, const struct addr *a, uint32_t num)
{
	obs_add(l, kind, num, a->b, sizeof(a->b));
}

/* Walk a list: start with *at = 0; false at the end. */
static inline bool
obs_next(const struct obs_list *l, size_t *at, struct obs *out)
{
	const uint8_t *p = l->at + *at;

	if (*at + OBS_HEAD > l->used)
		return false;
	out->kind = (enum obs_kind)p[0];
	memcpy(&out->num, p + 1, 4);
	out->text = view_of(p + OBS_HEAD, p[5]);
	*at += OBS_HEAD + p[5];
	return true;
}

/* The first observation of a kind; false, *out untouched, if there is none. */
static inline bool
obs_find(const struct obs_list *l, enum obs_kind kind, struct obs *out)
{
	struct obs o;

	for (size_t at = 0; obs_next(l, &at, &o);) {
		if (o.kind == kind) {
			*out = o;
			return true;
		}
	}
	return false;
}

/* Copy the text of the first of a kind into out, NUL-ended; "" if there is none. */
static inline bool
obs_copy_text(const struct obs_list *l, enum obs_kind kind, char *out, size_t room)
{
	struct obs o;
	size_t n;

	out[0] = '\0';
	if (!obs_find(l, kind, &o))
		return false;
	n = o.text.n < room - 1 ? o.text.n : room - 1;
	memcpy(out, o.text.p, n);
	out[n] = '\0';
	return true;
}

/* Append all of `from`. */
static inline void
obs_append(struct obs_list *to, const struct obs_list *from)
{
	struct obs o;

	for (size_t at = 0; obs_next(from, &at, &o);)
		obs_add(to, o.kind, o.num, o.text.p, o.text.n);
	to->lost = (uint16_t)(to->lost + from->lost);
}

#endif
