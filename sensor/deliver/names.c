/*
 * names: enumerations as words.  They are part of the output format: change
 * none, add at will, and tell docs/formats.md and the schemas.
 */
#include "deliver/names.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static const char *
word(const char *const *names, size_t count, unsigned at)
{
	return at < count && names[at] != NULL ? names[at] : "unknown";
}

const char *
action_name(enum alert_action a)
{
	static const char *const names[ALERT_ACTIONS] = {
		[ALERT_INVENTORY] = "inventory",
		[ALERT_CASE_OPENED] = "case-opened",
		[ALERT_CASE_UPDATED] = "case-updated",
		[ALERT_CASE_CLOSED] = "case-closed",
	};

	return word(names, COUNT(names), a);
}

const char *
band_name(enum band b)
{
	static const char *const names[BANDS] = { "note", "review", "alert", "urgent" };

	return word(names, COUNT(names), b);
}

const char *
by_name(enum by b)
{
	static const char *const names[BYS] = { "none", "dissector", "catalogue", "ndpi",
		"behaviour" };

	return word(names, COUNT(names), b);
}

const char *
family_name(enum family f)
{
	static const char *const names[FAMILIES] = { "remote-desktop", "laptop-farm",
		"geo-consistency" };

	return word(names, COUNT(names), f);
}

const char *
group_name(enum group g)
{
	static const char *const names[GROUPS] = {
		[GROUP_CONTROL] = "control",
		[GROUP_RELAY] = "relay",
		[GROUP_OPERATOR] = "operator",
		[GROUP_EGRESS] = "egress",
		[GROUP_PATH] = "path",
		[GROUP_PHYSICS] = "physics",
		[GROUP_GEO] = "geo",
		[GROUP_BEHAVIOUR] = "behaviour",
		[GROUP_INVENTORY] = "inventory",
	};

	return word(names, COUNT(names), g);
}

const char *
host_by_name(enum host_by h)
{
	static const char *const names[HOST_BYS] = { "none", "bytes", "part", "banner", "name",
		"rhythm" };

	return word(names, COUNT(names), h);
}

const char *
level_name(enum level l)
{
	static const char *const names[LEVELS] = { "inventory", "low", "medium", "high" };

	return word(names, COUNT(names), l);
}

const char *
network_kind_name(enum network_kind k)
{
	static const char *const names[NETWORK_KINDS] = { "unknown", "fixed", "mobile", "satellite",
		"hosting", "vpn", "office", "shared" };

	return word(names, COUNT(names), k);
}

const char *
obs_kind_name(enum obs_kind k)
{
	static const char *const names[OBS_KINDS] = {
		[OBS_PROTOCOL] = "protocol",
		[OBS_PRODUCT] = "product",
		[OBS_HOST] = "host",
		[OBS_CLIENT] = "client",
		[OBS_REGISTERS] = "registers",
		[OBS_SERIES] = "series",
		[OBS_SNI] = "sni",
		[OBS_ALPN] = "alpn",
		[OBS_JA4] = "ja4",
		[OBS_TLS_VERSION] = "tls_version",
		[OBS_CERT_SUBJECT] = "cert_subject",
		[OBS_CERT_ORG] = "cert_org",
		[OBS_CERT_ISSUER] = "cert_issuer",
		[OBS_CERT_NAME] = "cert_name",
		[OBS_SSH_SOFTWARE] = "ssh_software",
		[OBS_SSH_SUITE] = "ssh_suite",
		[OBS_RFB_VERSION] = "rfb_version",
		[OBS_RFB_OFFERED] = "rfb_offered",
		[OBS_RFB_SECURITY] = "rfb_security",
		[OBS_RDP_USER] = "rdp_user",
		[OBS_RDP_ASKED] = "rdp_asked",
		[OBS_RDP_GRANTED] = "rdp_granted",
		[OBS_PEER_ID] = "peer_id",
		[OBS_STUN_MAPPED] = "stun_mapped",
		[OBS_STUN_RELAYED] = "stun_relayed",
		[OBS_STUN_PEER] = "stun_peer",
		[OBS_SOFTWARE] = "software",
		[OBS_AUDIO] = "audio",
		[OBS_VIDEO] = "video",
		[OBS_SCREEN] = "screen",
		[OBS_HTTP_HOST] = "http_host",
		[OBS_HTTP_PATH] = "http_path",
		[OBS_HTTP_AGENT] = "http_agent",
		[OBS_HTTP_SERVER] = "http_server",
		[OBS_HTTP_TITLE] = "http_title",
		[OBS_WS_PROTOCOL] = "ws_protocol",
		[OBS_PROXY_TO] = "proxy_to",
		[OBS_INNER] = "inner",
		[OBS_CARRIES] = "carries",
		[OBS_FULLY_ENCRYPTED] = "fully_encrypted",
		[OBS_LATE_SERVER] = "late_server",
		[OBS_LATE_CLIENT] = "late_client",
		[OBS_TLS_INSIDE] = "tls_inside",
		[OBS_OPENVPN_OPCODES] = "openvpn_opcodes",
		[OBS_OPENVPN_ACKS] = "openvpn_acks",
		[OBS_WIREGUARD_GRID] = "wireguard_grid",
		[OBS_DNS_NAME] = "dns_name",
		[OBS_DNS_ADDR] = "dns_addr",
		[OBS_DHCP_TYPE] = "dhcp_type",
		[OBS_DHCP_MAC] = "dhcp_mac",
		[OBS_DHCP_ADDR] = "dhcp_addr",
		[OBS_DHCP_LEASE] = "dhcp_lease",
		[OBS_DHCP_NAME] = "dhcp_name",
		[OBS_DHCP_VENDOR] = "dhcp_vendor",
		[OBS_DHCP_ASKS] = "dhcp_asks",
		[OBS_DHCP_CLIENT] = "dhcp_client",
		[OBS_ANNOUNCER] = "announcer",
		[OBS_MDNS_NAME] = "mdns_name",
		[OBS_MDNS_ADDR] = "mdns_addr",
		[OBS_MDNS_SERVICE] = "mdns_service",
		[OBS_MDNS_MODEL] = "mdns_model",
		[OBS_UPNP_SERVER] = "upnp_server",
		[OBS_UPNP_TYPE] = "upnp_type",
		[OBS_UPNP_HOST] = "upnp_host",
		[OBS_RADIUS_STATUS] = "radius_status",
		[OBS_RADIUS_USER] = "radius_user",
		[OBS_RADIUS_FRAMED] = "radius_framed",
		[OBS_RADIUS_CALLER] = "radius_caller",
	};

	return word(names, COUNT(names), k);
}

const char *
opened_by_name(enum opened_by o)
{
	static const char *const names[OPENED_BYS] = { "syn", "synack", "bytes", "port", "first" };

	return word(names, COUNT(names), o);
}

const char *
product_kind_name(enum product_kind k)
{
	static const char *const names[PRODUCT_KINDS] = {
		[PRODUCT_REMOTE_DESKTOP] = "remote-desktop",
		[PRODUCT_RMM] = "rmm",
		[PRODUCT_IP_KVM] = "ip-kvm",
		[PRODUCT_IDE_TUNNEL] = "ide-tunnel",
		[PRODUCT_SHELL] = "shell",
		[PRODUCT_VPN] = "vpn",
		[PRODUCT_OVERLAY] = "overlay",
		[PRODUCT_PROXY] = "proxy",
		[PRODUCT_CARRIER] = "carrier",
	};

	return word(names, COUNT(names), k);
}

const char *
role_name(enum role r)
{
	static const char *const names[] = { "unknown", "host", "viewer" };

	return word(names, COUNT(names), r);
}

const char *
sureness_name(enum sureness s)
{
	static const char *const names[] = { "none", "guess", "likely", "certain" };

	return word(names, COUNT(names), s);
}

const char *
tunnel_name(enum tunnel t)
{
	static const char *const names[TUNNELS] = { "none", "gre", "erspan", "vxlan", "geneve",
		"ipip", "gtpu" };

	return word(names, COUNT(names), t);
}

const char *
transport_name(uint8_t proto)
{
	switch (proto) {
	case PROTO_ICMP:
		return "icmp";
	case PROTO_TCP:
		return "tcp";
	case PROTO_UDP:
		return "udp";
	case PROTO_GRE:
		return "gre";
	case PROTO_ESP:
		return "esp";
	case PROTO_AH:
		return "ah";
	case PROTO_ICMPV6:
		return "ipv6-icmp";
	case PROTO_SCTP:
		return "sctp";
	default:
		return NULL;
	}
}
