/*
 * control: see control.h.  The thresholds are above what the handshakes of RDP,
 * VNC and AnyDesk take (4 KiB, some 10 packets) and far below the first screen.
 */
#include "detect/control.h"

#define SESSION_BYTES   (16u * 1024)
#define SESSION_PACKETS 20u
#define SESSION_INPUT   200u
#define SESSION_US      (30 * SECOND_US)

bool
control_is_named_by_bytes(const struct sight *s)
{
	static const enum obs_kind own[] = { OBS_SNI, OBS_CERT_SUBJECT, OBS_CERT_ORG,
		OBS_CERT_ISSUER, OBS_CERT_NAME, OBS_HTTP_HOST };
	struct obs o;

	if (s->product == NULL || s->sure < SURE_LIKELY)
		return false;
	if (s->by == BY_DISSECTOR || s->by == BY_NDPI)
		return true;
	if (s->by != BY_CATALOGUE)
		return false;
	if (s->sure == SURE_CERTAIN)
		return true;
	for (unsigned i = 0; i < sizeof(own) / sizeof(own[0]); i++) {
		if (obs_find(s->facts, own[i], &o))
			return true;
	}
	return false;
}

enum control
control_by_product(const struct sight *s)
{
	const struct flow *f = s->flow;
	const enum side far = side_other(s->inner);

	if (s->role != ROLE_HOST || f->verdict.registers || !product_controls(s->product->kind) ||
	    !control_is_named_by_bytes(s))
		return CONTROL_NONE;
	if (f->payload_bytes[s->inner] >= SESSION_BYTES && f->data_packets[far] >= SESSION_PACKETS)
		return CONTROL_SESSION;
	if (f->payload_bytes[0] > 0 && f->payload_bytes[1] > 0 &&
	    (f->data_packets[far] >= SESSION_INPUT || f->last_us - f->first_us >= SESSION_US))
		return CONTROL_SESSION;
	return CONTROL_ATTEMPT;
}

bool
control_by_vendor_relay(const struct sight *s)
{
	return s->product != NULL && s->peer_is_vendor;
}

bool
control_may_be_relayed(const struct sight *s)
{
	return s->inner == SIDE_CLIENT && s->product != NULL &&
	    strncmp(s->product->attack, "T1021", 5) != 0;
}

const char *
control_reason(const struct flow *f)
{
	static const char *const reasons[HOST_BYS] = {
		[HOST_BY_NONE] = "",
		[HOST_BY_BYTES] = "as the bytes say",
		[HOST_BY_PART] = "by its part of the protocol",
		[HOST_BY_BANNER] = "as it greets first",
		[HOST_BY_NAME] = "as the far end asked for a name that only viewers use",
		[HOST_BY_RHYTHM] = "as its screen answers the far end's keys, by sizes and times",
	};

	return f->verdict.host_by < HOST_BYS ? reasons[f->verdict.host_by] : "";
}

void
control_add_ndpi(struct finding *f, const struct sight *s)
{
	struct signal *g;

	if (!s->flow->verdict.ndpi_differs)
		return;
	g = finding_signal(f, "ndpi_differs", 0.0f);
	finding_say(
	    g->observed, sizeof(g->observed), "nDPI takes the flow for %s", s->flow->verdict.ndpi);
	finding_say(g->expected, sizeof(g->expected), "%s, or no product's name", s->product->name);
	g->samples = 1;
	g->from_us = s->flow->first_us;
	g->to_us = s->flow->last_us;
	g->flow[0] = s->flow->id;
}
