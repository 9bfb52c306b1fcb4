/*
 * live: frames from interfaces, through libpcap's TPACKET_V3 ring.
 *
 *   interface 0 ─ ring ─▶ pending ─┐
 *   interface 1 ─ ring ─▶ pending ─┼─▶ the earliest
 *   ...                            ┘
 *
 * The handles are non-blocking and polled here: asked to wait, libpcap does not
 * come back while a link is idle.  An interface that goes away is said and left
 * out; the source fails when none is left.
 */
#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "capture/live.h"
#include "ops/log.h"

enum { ASK_AGAIN = 64 };

static int64_t
frame_us(const struct pcap_pkthdr *h)
{
	return (int64_t)h->ts.tv_sec * 1000000 + h->ts.tv_usec;
}

static void
widen(struct wide *w, u_int now)
{
	const u_int step = now - w->last;

	w->last = now;
	/* A step of half the range is no wrap but a counter that began anew. */
	if (step <= UINT_MAX / 2)
		w->sum += step;
}

static void
read_counters(struct port *t)
{
	struct pcap_stat st;

	if (t->p == NULL || pcap_stats(t->p, &st) != 0)
		return;
	widen(&t->received, st.ps_recv);
	widen(&t->dropped_kernel, st.ps_drop);
	widen(&t->dropped_interface, st.ps_ifdrop);
}

static void
leave(struct live *l, struct port *t)
{
	log_error("%s: %s; no longer captured", t->name, pcap_geterr(t->p));
	read_counters(t);
	pcap_close(t->p);
	t->p = NULL;
	l->gone++;
}

/*
 * Have the next frame of each interface at hand.  To ask an empty ring costs a
 * system call, so while others are busy it is asked now and then only.
 */
static void
gather(struct live *l, bool all)
{
	for (unsigned i = 0; i < l->ports; i++) {
		struct port *t = &l->port[i];
		int rc;

		if (t->p == NULL || t->pending)
			continue;
		if (t->idle > 0 && !all) {
			t->idle--;
			continue;
		}
		rc = pcap_next_ex(t->p, &t->head, &t->bytes);
		t->pending = rc == 1;
		t->idle = rc == 0 ? ASK_AGAIN : 0;
		if (rc < 0)
			leave(l, t);
	}
}

static struct port *
earliest(struct live *l)
{
	struct port *best = NULL;

	for (unsigned i = 0; i < l->ports; i++) {
		struct port *t = &l->port[i];

		if (t->pending && (best == NULL || frame_us(t->head) < frame_us(best->head)))
			best = t;
	}
	return best;
}

static enum capture_got
hand_on(struct live *l, struct port *t, struct frame *out)
{
	const int64_t at_us = frame_us(t->head);

	out->ordinal = ++l->ordinal;
	out->at_us = at_us;
	out->link = t->link;
	out->source = (uint16_t)(t - l->port);
	out->wire_len = t->head->len;
	out->bytes = view_of(t->bytes, t->head->caplen);
	l->bytes += t->head->caplen;
	if (at_us < t->last_us)
		l->time_backwards++;
	t->last_us = at_us;
	l->lent = t;
	return CAPTURE_FRAME;
}

static enum capture_got
idle(struct frame *out)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	*out = (struct frame){ .at_us = (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000 };
	return CAPTURE_IDLE;
}

/* Wait for frames or the order to stop. */
static void
wait_for(struct live *l, int wait_ms)
{
	struct pollfd fds[INTERFACES_MOST + 1];
	nfds_t n = 0;

	for (unsigned i = 0; i < l->ports; i++)
		if (l->port[i].p != NULL)
			fds[n++] = (struct pollfd){ l->port[i].fd, POLLIN, 0 };
	fds[n++] = (struct pollfd){ l->base.wake, POLLIN, 0 };
	(void)poll(fds, n, wait_ms); /* interrupted is as good as nothing came */
}

enum capture_got
live_next(struct capture *c, int wait_ms, struct frame *out)
{
	struct live *l = (struct live *)c;
	struct port *t;

	if (l->lent != NULL)
		l->lent->pending = false;
	l->lent = NULL;
	if (atomic_load(&l->base.stop))
		return CAPTURE_END;
	gather(l, false);
	t = earliest(l);
	if (t == NULL) {
		gather(l, true);
		t = earliest(l);
	}
	if (t == NULL && l->gone < l->ports) {
		wait_for(l, wait_ms);
		if (atomic_load(&l->base.stop))
			return CAPTURE_END;
		gather(l, true);
		t = earliest(l);
	}
	if (t != NULL)
		return hand_on(l, t, out);
	return l->gone == l->ports ? CAPTURE_ERROR_ : idle(out);
}

void
live_stats(struct capture *c, struct capture_stats *out)
{
	struct live *l = (struct live *)c;

	*out = (struct capture_stats){
		.frames = l->ordinal, .bytes = l->bytes, .time_backwards = l->time_backwards
	};
	for (unsigned i = 0; i < l->ports; i++) {
		struct port *t = &l->port[i];

		read_counters(t);
		out->received += t->received.sum;
		out->dropped_kernel += t->dropped_kernel.sum;
		out->dropped_interface += t->dropped_interface.sum;
	}
}

void
live_close(struct capture *c)
{
	struct live *l = (struct live *)c;

	for (unsigned i = 0; i < l->ports; i++)
		if (l->port[i].p != NULL)
			pcap_close(l->port[i].p);
	if (l->base.wake >= 0)
		close(l->base.wake);
	free(l);
}
