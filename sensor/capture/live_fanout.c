/*
 * live_fanout: the frames of one interface, each to one of several sockets.
 *
 *   Ethernet 14 | tag 4 | tag 4 | IPv4: proto at 9, addresses at 12, 16 | ports
 *                               | IPv6: proto at 6, addresses at 8, 24  | ports
 *
 * spread_mix of spread.h for the kernel: PACKET_FANOUT_CBPF takes the program's answer
 * modulo the number of sockets.  The kernel has taken the outermost tag off a frame that
 * came in, and has put IPv4 fragments together (FLAG_DEFRAG); those it could not, behind
 * a second tag or of IPv6, go by their addresses alone, all of a datagram to one lane.  A
 * load behind the end of a frame ends the program with 0.
 */
#include <linux/filter.h>
#include <linux/if_packet.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

#include "capture/live_fanout.h"

enum { ETHERNET = 14, TAG = 4, TAGS = 2, IPV6_HEAD = 40, IPV6_WORDS = 8, FRAGMENT = 0x3fff };
enum { TYPE_IPV4 = 0x0800, TYPE_IPV6 = 0x86dd, TYPE_TAG = 0x8100, TYPE_QINQ = 0x88a8 };
enum { ADDRS, PORTS, PROTO, IP }; /* the program's memory */
enum { STATEMENTS_MOST = 128 };

struct program {
	unsigned short n;
	struct sock_filter at[STATEMENTS_MOST];
};

static unsigned short
put(struct program *p, unsigned code, uint32_t k)
{
	p->at[p->n] = (struct sock_filter)BPF_STMT((unsigned short)code, k);
	return p->n++;
}

/* Go to where land() says, if A is k; always. */
static unsigned short
put_if(struct program *p, uint32_t k)
{
	return put(p, BPF_JMP | BPF_JEQ | BPF_K, k);
}

static unsigned short
put_go(struct program *p)
{
	return put(p, BPF_JMP | BPF_JA, 0);
}

static void
land(struct program *p, unsigned short jump)
{
	const unsigned over = p->n - jump - 1u;

	if (p->at[jump].code == (BPF_JMP | BPF_JA))
		p->at[jump].k = over;
	else
		p->at[jump].jt = (uint8_t)over;
}

/* A is what lies `at` behind X; from the start of the frame, also where the kernel is past it. */
static void
put_load(struct program *p, unsigned size, int at)
{
	put(p, BPF_LD | size | BPF_IND, (uint32_t)(SKF_LL_OFF + at));
}

/* A ^= memory[cell], kept there. */
static void
put_xor_into(struct program *p, uint32_t cell)
{
	put(p, BPF_LDX | BPF_MEM, cell);
	put(p, BPF_ALU | BPF_XOR | BPF_X, 0);
	put(p, BPF_ST, cell);
	put(p, BPF_LDX | BPF_MEM, IP);
}

/* X and memory[IP]: where IP would begin; A: what is said to begin there. */
static void
put_find_ip(struct program *p)
{
	unsigned short found[TAGS], tag, qinq;

	for (unsigned i = 0;; i++) {
		put(p, BPF_LDX | BPF_IMM, ETHERNET + i * TAG);
		put_load(p, BPF_H, -2);
		if (i == TAGS)
			break;
		tag = put_if(p, TYPE_TAG);
		qinq = put_if(p, TYPE_QINQ);
		found[i] = put_go(p);
		land(p, tag);
		land(p, qinq);
	}
	for (unsigned i = 0; i < TAGS; i++)
		land(p, found[i]);
	put(p, BPF_STX, IP);
}

/* A: where the ports would be; returns the jump for fragments, which have none. */
static unsigned short
put_ipv4(struct program *p)
{
	unsigned short fragment;

	put_load(p, BPF_B, 9);
	put(p, BPF_ST, PROTO);
	put_load(p, BPF_W, 12);
	put(p, BPF_ST, ADDRS);
	put_load(p, BPF_W, 16);
	put_xor_into(p, ADDRS);
	put_load(p, BPF_H, 6);
	fragment = put(p, BPF_JMP | BPF_JSET | BPF_K, FRAGMENT);
	put_load(p, BPF_B, 0);
	put(p, BPF_ALU | BPF_AND | BPF_K, 15);
	put(p, BPF_ALU | BPF_LSH | BPF_K, 2);
	put(p, BPF_ALU | BPF_ADD | BPF_X, 0);
	return fragment;
}

static void
put_ipv6(struct program *p)
{
	put_load(p, BPF_B, 6);
	put(p, BPF_ST, PROTO);
	put_load(p, BPF_W, 8);
	put(p, BPF_ST, ADDRS);
	for (int i = 1; i < IPV6_WORDS; i++) {
		put_load(p, BPF_W, 8 + 4 * i);
		put_xor_into(p, ADDRS);
	}
	put(p, BPF_MISC | BPF_TXA, 0);
	put(p, BPF_ALU | BPF_ADD | BPF_K, IPV6_HEAD);
}

static void
put_ports(struct program *p)
{
	static const uint32_t with_ports[] = { IPPROTO_TCP, IPPROTO_UDP, IPPROTO_SCTP };
	unsigned short has[3], none;

	put(p, BPF_MISC | BPF_TAX, 0);
	put(p, BPF_LD | BPF_MEM, PROTO);
	for (unsigned i = 0; i < 3; i++)
		has[i] = put_if(p, with_ports[i]);
	none = put_go(p);
	for (unsigned i = 0; i < 3; i++)
		land(p, has[i]);
	put_load(p, BPF_H, 0);
	put(p, BPF_ST, PORTS);
	put_load(p, BPF_H, 2);
	put_xor_into(p, PORTS);
	land(p, none);
}

/* A ^= A >> n */
static void
put_fold(struct program *p, uint32_t n)
{
	put(p, BPF_MISC | BPF_TAX, 0);
	put(p, BPF_ALU | BPF_RSH | BPF_K, n);
	put(p, BPF_ALU | BPF_XOR | BPF_X, 0);
}

static void
put_mix(struct program *p)
{
	put(p, BPF_LD | BPF_MEM, ADDRS);
	put_fold(p, 16);
	put(p, BPF_ALU | BPF_MUL | BPF_K, 0x7feb352du);
	put_xor_into(p, PORTS);
	put(p, BPF_LD | BPF_MEM, PROTO);
	put(p, BPF_ALU | BPF_LSH | BPF_K, 16);
	put_xor_into(p, PORTS);
	put_fold(p, 15);
	put(p, BPF_ALU | BPF_MUL | BPF_K, 0x846ca68bu);
	put_fold(p, 16);
	put(p, BPF_RET | BPF_A, 0);
}

static void
make_program(struct program *p)
{
	unsigned short ipv4, ipv6, fragment, whole;

	p->n = 0;
	put(p, BPF_LD | BPF_IMM, 0);
	put(p, BPF_ST, PORTS);
	put_find_ip(p);
	ipv4 = put_if(p, TYPE_IPV4);
	ipv6 = put_if(p, TYPE_IPV6);
	put(p, BPF_RET | BPF_K, 0);
	land(p, ipv4);
	fragment = put_ipv4(p);
	whole = put_go(p);
	land(p, ipv6);
	put_ipv6(p);
	land(p, whole);
	put_ports(p);
	land(p, fragment);
	put_mix(p);
}

int
fanout_mute(int fd)
{
	struct sock_filter nothing = BPF_STMT(BPF_RET | BPF_K, 0);
	const struct sock_fprog f = { 1, &nothing };

	return setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &f, sizeof(f));
}

int
fanout_unmute(int fd)
{
	const int unused = 0;

	return setsockopt(fd, SOL_SOCKET, SO_DETACH_FILTER, &unused, sizeof(unused));
}

int
fanout_join(int fd, int *group)
{
	const bool first = *group < 0;
	const unsigned how = PACKET_FANOUT_CBPF | PACKET_FANOUT_FLAG_DEFRAG;
	const unsigned join =
	    first ? (how | PACKET_FANOUT_FLAG_UNIQUEID) << 16 : how << 16 | (unsigned)*group;
	struct program p;
	struct sock_fprog f = { 0, p.at };
	unsigned joined;
	socklen_t n = sizeof(joined);

	if (setsockopt(fd, SOL_PACKET, PACKET_FANOUT, &join, sizeof(join)) != 0)
		return -1;
	if (!first)
		return 0;
	make_program(&p);
	f.len = p.n;
	if (getsockopt(fd, SOL_PACKET, PACKET_FANOUT, &joined, &n) != 0 ||
	    setsockopt(fd, SOL_PACKET, PACKET_FANOUT_DATA, &f, sizeof(f)) != 0)
		return -1;
	*group = (int)(joined & 0xffff);
	return 0;
}
