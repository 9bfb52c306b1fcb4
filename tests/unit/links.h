/*
 * links: veth pairs fh0-fp0 and fh1-fp1 in a network namespace of the test's own.
 *
 * Needs root; tests skip without.
 */
#ifndef FARHAND_TESTS_LINKS_H
#define FARHAND_TESTS_LINKS_H

#include <linux/if_packet.h>
#include <net/if.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

static bool ready;

static inline int
make_links(void **state)
{
	(void)state;
	ready = geteuid() == 0 && unshare(CLONE_NEWNET) == 0 &&
	    system("for i in 0 1; do"
		   " ip link add fh$i type veth peer name fp$i &&"
		   /* No IPv6 address, so that the system sends nothing of its own. */
		   " for l in fh$i fp$i; do ip link set $l addrgenmode none up || exit 1; done ||"
		   " exit 1; done 2>/dev/null") == 0;
	return 0;
}

static inline void
need_links(void)
{
	if (!ready)
		skip();
}

/* For frames sent out of an interface; to close it takes longer than a block lasts. */
static inline int
sender(const char *interface)
{
	struct sockaddr_ll to = { .sll_family = AF_PACKET,
		.sll_ifindex = (int)if_nametoindex(interface) };
	const int s = socket(AF_PACKET, SOCK_RAW, 0);

	assert_true(s >= 0);
	assert_int_equal(bind(s, (struct sockaddr *)&to, sizeof(to)), 0);
	return s;
}

#endif
