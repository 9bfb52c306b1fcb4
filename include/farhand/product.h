/*
 * product: an entry of the catalogue: a remote-access tool, an IP-KVM, a VPN.
 */
#ifndef FARHAND_PRODUCT_H
#define FARHAND_PRODUCT_H

#include <stdbool.h>
#include <stdint.h>

enum product_kind {
	PRODUCT_NONE,
	PRODUCT_REMOTE_DESKTOP, /* screen and input of a machine: T1219.002, T1021 */
	PRODUCT_RMM,            /* management suites with remote control: T1219.002 */
	PRODUCT_IP_KVM,         /* hardware: T1219.003 */
	PRODUCT_IDE_TUNNEL,     /* T1219.001 */
	PRODUCT_SHELL,          /* SSH, Telnet */
	PRODUCT_VPN,
	PRODUCT_OVERLAY, /* mesh VPNs */
	PRODUCT_PROXY,
	PRODUCT_CARRIER, /* what others ride on: STUN, meetings */
	PRODUCT_KINDS
};

struct product {
	const char *id;   /* "anydesk": stable, used in configuration and output */
	const char *name; /* "AnyDesk" */
	enum product_kind kind;
	const char *attack; /* first MITRE ATT&CK technique id, e.g. "T1219.002"; "" if none */
};

/* Does this kind put someone's hands on a machine? */
static inline bool
product_controls(enum product_kind k)
{
	return k == PRODUCT_REMOTE_DESKTOP || k == PRODUCT_RMM || k == PRODUCT_IP_KVM ||
	    k == PRODUCT_IDE_TUNNEL;
}

#endif
