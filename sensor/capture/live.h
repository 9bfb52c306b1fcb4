/*
 * live: interfaces that are captured from; live_open.c opens them, live.c reads.
 */
#ifndef FARHAND_CAPTURE_LIVE_H
#define FARHAND_CAPTURE_LIVE_H

#include <pcap/pcap.h>

#include "capture/base.h"

enum { INTERFACES_MOST = 8 };

/* A counter of libpcap's, which has 32 bits, made one of 64. */
struct wide {
	u_int last;
	uint64_t sum;
};

struct port {
	char name[64];
	pcap_t *p; /* NULL: gone */
	int fd, link;
	bool pending; /* head and bytes hold a frame */
	struct pcap_pkthdr *head;
	const u_char *bytes;
	unsigned idle; /* frames of others to hand on before it is asked again */
	int64_t last_us;
	struct wide received, dropped_kernel, dropped_interface;
};

struct live {
	struct capture_base base;
	unsigned ports, gone;
	struct port *lent; /* whose frame is out */
	uint64_t ordinal, bytes, time_backwards;
	struct port port[INTERFACES_MOST];
};

enum capture_got live_next(struct capture *c, int wait_ms, struct frame *out);
void live_stats(struct capture *c, struct capture_stats *out);
void live_close(struct capture *c);

#endif
