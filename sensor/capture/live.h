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
	uint16_t source;
	unsigned idle; /* turns to pass over it while others are busy */
	int64_t last_us;
	struct wide received, dropped_kernel, dropped_interface; /* received: dropped ones too */
	uint64_t taken;                                          /* out of the ring */
	uint64_t due; /* told to stop: as many must be taken */

	/* What was copied out of the ring and is not yet handed on: held[next..count). */
	struct frame held[CAPTURE_BATCH];
	unsigned next, count;
	uint8_t *room; /* for CAPTURE_BATCH frames of frame_most bytes */
	size_t frame_most, used;
};

struct live {
	struct capture_base base;
	unsigned lane, lanes;
	unsigned ports, gone;
	bool leaving;     /* told to stop, and `due` is known */
	unsigned in_vain; /* leaving: times nothing came, on end */
	uint64_t frames, bytes, time_backwards;
	struct port port[INTERFACES_MOST];
};

enum capture_got live_next(
    struct capture *c, int wait_ms, struct frame out[CAPTURE_BATCH], unsigned *n);
void live_stats(struct capture *c, struct capture_stats *out);
void live_close(struct capture *c);

/* Take no account of what came by now; blocks come after block_ms.  -1: it cannot be read. */
int live_discard(struct port *t, int block_ms);

void live_release(struct halt *h); /* one user less; NULL allowed */

#endif
