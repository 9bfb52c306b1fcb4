/*
 * live: frames from interfaces, through libpcap's TPACKET_V3 ring.
 *
 *   interface 0 ─ ring ─▶ held ─┐
 *   interface 1 ─ ring ─▶ held ─┼─▶ the earliest
 *   ...                         ┘
 *
 * What is held is a copy: a block of the ring goes back to the kernel as soon as its last
 * frame was shown.  The handles are non-blocking and polled here: asked to wait, libpcap
 * does not come back while a link is idle.  An interface that goes away is said and left
 * out; the source fails when none is left.
 */
#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "capture/live.h"
#include "ops/log.h"

enum { PASS_OVER = 4, LINE = 64, DISCARD_TURNS = 10, LEAVE_TURNS = 10, LEAVE_MS = 10 };

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

static void
hold(u_char *arg, const struct pcap_pkthdr *h, const u_char *bytes)
{
	struct port *t = (struct port *)arg;
	const size_t n = h->caplen < t->frame_most ? h->caplen : t->frame_most;
	uint8_t *to = t->room + t->used;

	memcpy(to, bytes, n);
	t->used += (n + LINE - 1) / LINE * LINE;
	t->taken++;
	t->held[t->count++] = (struct frame){
		.at_us = (int64_t)h->ts.tv_sec * 1000000 + h->ts.tv_usec,
		.link = t->link,
		.source = t->source,
		.wire_len = h->len,
		.bytes = view_of(to, n),
	};
}

/*
 * Have the next frame of each interface at hand.  To ask an empty ring costs a
 * system call, so while others are busy it is asked now and then only.
 */
static void
gather(struct live *l)
{
	for (unsigned i = 0; i < l->ports; i++) {
		struct port *t = &l->port[i];
		int rc;

		if (t->p == NULL || t->next < t->count)
			continue;
		if (t->idle > 0) {
			t->idle--;
			continue;
		}
		t->next = t->count = 0;
		t->used = 0;
		rc = pcap_dispatch(t->p, CAPTURE_BATCH, hold, (u_char *)t);
		if (rc < 0)
			leave(l, t);
		if (t->count == 0)
			t->idle = PASS_OVER;
	}
}

static struct port *
earliest(struct live *l)
{
	struct port *best = NULL;

	for (unsigned i = 0; i < l->ports; i++) {
		struct port *t = &l->port[i];

		if (t->next < t->count &&
		    (best == NULL || t->held[t->next].at_us < best->held[best->next].at_us))
			best = t;
	}
	return best;
}

static void
hand_on(struct live *l, struct port *t, struct frame *out)
{
	*out = t->held[t->next++];
	out->ordinal = l->lane + 1 + l->lanes * l->frames++;
	l->bytes += out->bytes.n;
	if (out->at_us < t->last_us)
		l->time_backwards++;
	t->last_us = out->at_us;
}

/* By time, until it cannot be known which is next: nothing more is at hand of one of them. */
static unsigned
merge(struct live *l, struct frame *out)
{
	unsigned n = 0;
	struct port *t;

	while (n < CAPTURE_BATCH && (t = earliest(l)) != NULL) {
		hand_on(l, t, &out[n++]);
		if (t->next == t->count)
			break;
	}
	return n;
}

static enum capture_got
idle(struct frame *out)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	*out = (struct frame){ .at_us = (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000 };
	return CAPTURE_IDLE;
}

/* Wait for frames or the order to stop (if not told yet); who has frames, or news, is to be asked.
 */
static void
wait_for(struct live *l, int wait_ms)
{
	struct pollfd fds[INTERFACES_MOST + 1];

	for (unsigned i = 0; i < l->ports; i++)
		fds[i] = (struct pollfd){ l->port[i].p != NULL ? l->port[i].fd : -1, POLLIN, 0 };
	fds[l->ports] = (struct pollfd){ l->leaving ? -1 : l->base.halt->wake, POLLIN, 0 };
	if (poll(fds, l->ports + 1, wait_ms) <= 0)
		return; /* interrupted is as good as nothing came */
	for (unsigned i = 0; i < l->ports; i++) {
		if (fds[i].revents != 0)
			l->port[i].idle = 0;
	}
}

/* Told to stop: what was counted by then lies in the ring, or in a block not handed out yet. */
static void
begin_to_leave(struct live *l)
{
	for (unsigned i = 0; i < l->ports; i++) {
		struct port *t = &l->port[i];

		read_counters(t);
		t->due = t->received.sum - t->dropped_kernel.sum;
		t->idle = 0;
	}
	l->leaving = true;
}

/*
 * Told to stop, and has it handed on all that came before?  A frame may be counted that
 * never comes, one from before a filter was set: hence no more than so many turns in vain.
 */
static bool
is_over(struct live *l)
{
	if (!atomic_load(&l->base.halt->told))
		return false;
	if (atomic_load(&l->base.halt->at_once))
		return true;
	if (!l->leaving)
		begin_to_leave(l);
	for (unsigned i = 0; i < l->ports; i++) {
		const struct port *t = &l->port[i];

		if (t->next < t->count)
			return false;
		if (t->p != NULL && t->taken < t->due && l->in_vain < LEAVE_TURNS)
			return false;
	}
	return true;
}

enum capture_got
live_next(struct capture *c, int wait_ms, struct frame out[CAPTURE_BATCH], unsigned *n)
{
	struct live *l = (struct live *)c;

	*n = 0;
	if (is_over(l))
		return CAPTURE_END;
	gather(l);
	*n = merge(l, out);
	if (*n == 0 && l->gone < l->ports) {
		wait_for(l, l->leaving ? LEAVE_MS : wait_ms);
		if (is_over(l))
			return CAPTURE_END;
		gather(l);
		*n = merge(l, out);
	}
	l->in_vain = *n == 0 && l->leaving ? l->in_vain + 1 : 0;
	if (*n > 0)
		return CAPTURE_FRAMES;
	return l->gone == l->ports ? CAPTURE_ERROR_ : idle(out);
}

/* The interfaces' own drops are the same for all lanes: the first tells them. */
void
live_stats(struct capture *c, struct capture_stats *out)
{
	struct live *l = (struct live *)c;

	*out = (struct capture_stats){
		.frames = l->frames, .bytes = l->bytes, .time_backwards = l->time_backwards
	};
	for (unsigned i = 0; i < l->ports; i++) {
		struct port *t = &l->port[i];

		read_counters(t);
		out->received += t->received.sum - t->dropped_kernel.sum;
		out->dropped_kernel += t->dropped_kernel.sum;
		if (l->lane == 0)
			out->dropped_interface += t->dropped_interface.sum;
	}
}

static void
overlook(u_char *arg, const struct pcap_pkthdr *h, const u_char *bytes)
{
	(void)h;
	(void)bytes;
	++*(u_int *)(void *)arg;
}

/* What the kernel counted may lie in a block it has not handed out yet. */
int
live_discard(struct port *t, int block_ms)
{
	struct pcap_stat st;
	u_int seen = 0;

	for (int i = 0; i < DISCARD_TURNS; i++) {
		if (pcap_dispatch(t->p, -1, overlook, (u_char *)&seen) < 0 ||
		    pcap_stats(t->p, &st) != 0)
			return -1;
		t->received.last = st.ps_recv;
		t->dropped_kernel.last = st.ps_drop;
		t->dropped_interface.last = st.ps_ifdrop;
		if (seen == st.ps_recv - st.ps_drop)
			break;
		(void)poll(NULL, 0, block_ms);
	}
	return 0;
}

void
live_release(struct halt *h)
{
	if (h == NULL || atomic_fetch_sub(&h->users, 1) > 1)
		return;
	if (h->wake >= 0)
		close(h->wake);
	free(h);
}

void
live_close(struct capture *c)
{
	struct live *l = (struct live *)c;

	for (unsigned i = 0; i < l->ports; i++) {
		if (l->port[i].p != NULL)
			pcap_close(l->port[i].p);
		free(l->port[i].room);
	}
	live_release(l->base.halt);
	free(l);
}
