/*
 * roles: client and server by handshake, else by port, else by who sent first.
 *
 *   SYN              its sender is the client
 *   SYN-ACK          its sender is the server
 *   to a group       the group is the server: nobody else can be
 *   well-known port  it is the server's, where the other end's is not one
 *   TCP mid-stream   a port below the systems' ephemeral ones is the server's
 *   else             the sender is the client: in UDP mostly so, in TCP a guess
 */
#include "flow/roles.h"

#define EPHEMERAL 32768 /* Linux's first; others start at 49152 (RFC 6335) */

/* Services above 1023, ranges inclusive, ascending. */
static const struct {
	uint16_t first, last;
} services[] = {
	{ 1080, 1080 },   /* SOCKS */
	{ 1194, 1194 },   /* OpenVPN */
	{ 1433, 1433 },   /* SQL Server */
	{ 1494, 1494 },   /* ICA */
	{ 1701, 1701 },   /* L2TP */
	{ 1723, 1723 },   /* PPTP */
	{ 1812, 1813 },   /* RADIUS */
	{ 1883, 1883 },   /* MQTT */
	{ 2598, 2598 },   /* ICA with session reliability */
	{ 3128, 3128 },   /* HTTP proxy */
	{ 3306, 3306 },   /* MySQL */
	{ 3389, 3389 },   /* RDP */
	{ 3478, 3481 },   /* STUN */
	{ 4000, 4000 },   /* NoMachine */
	{ 4172, 4172 },   /* PCoIP */
	{ 4500, 4500 },   /* IPsec behind NAT */
	{ 4789, 4789 },   /* VXLAN */
	{ 4899, 4899 },   /* Radmin */
	{ 5060, 5061 },   /* SIP */
	{ 5222, 5223 },   /* XMPP */
	{ 5353, 5353 },   /* mDNS */
	{ 5432, 5432 },   /* PostgreSQL */
	{ 5671, 5672 },   /* AMQP */
	{ 5800, 6063 },   /* VNC, TeamViewer, WinRM, X11 */
	{ 6379, 6379 },   /* Redis */
	{ 6568, 6568 },   /* AnyDesk */
	{ 7070, 7070 },   /* AnyDesk */
	{ 8000, 8100 },   /* HTTP, ScreenConnect */
	{ 8443, 8443 },   /* HTTPS */
	{ 9418, 9418 },   /* git */
	{ 21114, 21119 }, /* RustDesk */
	{ 51820, 51820 }, /* WireGuard */
};

static bool
is_well_known(uint16_t port)
{
	if (port < 1024)
		return port != 0;
	for (size_t i = 0; i < sizeof(services) / sizeof(services[0]); i++) {
		if (port >= services[i].first && port <= services[i].last)
			return true;
	}
	return false;
}

/* The higher, the likelier a server's. */
static int
rank(const struct packet *p, int end)
{
	if (is_well_known(p->port[end]))
		return 2;
	return p->proto == PROTO_TCP && p->port[end] < EPHEMERAL ? 1 : 0;
}

enum side
roles_of_first(const struct packet *p, enum opened_by *how)
{
	const uint8_t flags = p->tcp_flags & (TCP_SYN | TCP_ACK | TCP_RST);
	int source, target;

	if (p->proto == PROTO_TCP && flags == TCP_SYN) {
		*how = OPENED_BY_SYN;
		return SIDE_CLIENT;
	}
	if (p->proto == PROTO_TCP && flags == (TCP_SYN | TCP_ACK)) {
		*how = OPENED_BY_SYNACK;
		return SIDE_SERVER;
	}
	source = rank(p, 0);
	target = rank(p, 1);
	if (addr_is_group(&p->addr[1]) || source == target) {
		*how = OPENED_BY_FIRST;
		return SIDE_CLIENT;
	}
	*how = OPENED_BY_PORT;
	return source > target ? SIDE_SERVER : SIDE_CLIENT;
}

enum side
roles_settle(struct flow_row *row, const struct packet *p, enum side from)
{
	enum opened_by how;
	enum side now;

	/* Once there was payload others have said things of the sides: too late. */
	if (p->proto != PROTO_TCP || (p->tcp_flags & TCP_SYN) == 0 ||
	    row->side[0].payload_bytes + row->side[1].payload_bytes > 0)
		return from;
	now = roles_of_first(p, &how);
	if (how >= row->opened_by)
		return from;
	if (now != from)
		flows_swap(row, how);
	row->opened_by = how & 15;
	row->midstream = 0;
	return now;
}

/* A bit a side. */
#define SWAPPED(bits) ((((bits)&1u) * 2 | ((bits)&2u) / 2) & 3)

#define SWAP(pair)                                                                                 \
	do {                                                                                       \
		const __typeof__((pair)[0]) kept = (pair)[0];                                      \
		(pair)[0] = (pair)[1];                                                             \
		(pair)[1] = kept;                                                                  \
	} while (0)

static void
swap_young(struct flow_young *y)
{
	SWAP(y->head);
	SWAP(y->syn_us); /* of UDP the series: they share the room */
	SWAP(y->probed);
	SWAP(y->datagrams);
	SWAP(y->handshake);
	y->headless = (uint8_t)SWAPPED(y->headless);
}

void
flows_swap(struct flow_row *row, enum opened_by how)
{
	SWAP(row->side);
	SWAP(row->mac);
	if (row->wide != NULL) {
		SWAP(row->wide->end);
		SWAP(row->wide->outer);
	}
	if (row->young != NULL)
		swap_young(row->young);
	row->seq_known = SWAPPED(row->seq_known);
	row->syn_known = SWAPPED(row->syn_known);
	row->first = !row->first;
	if (row->host != SIDE_NONE)
		row->host = side_other((enum side)row->host) & 3;
	row->opened_by = how & 15;
}
