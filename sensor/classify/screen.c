/*
 * screen: the screen leaves in large packets, keys and pointer come in small ones, and the
 * screen answers them [research/threat.md 1.4].
 *
 *   slices  | 0 now | 1 | 2 | ... | 13 |     10 s each
 *   window  |-------0-------|                30 s; one is judged whenever a slice is full
 *               |-------1-------| ...        12 of them are remembered
 *
 *   window   host's bytes 8 times the viewer's or more; of the viewer's packets 9 of 10 small,
 *            40 small ones or more, alike in size, 5 to 200 ms apart
 *   answer   3 windows of 12 say so, none the contrary; and of the viewer's bursts in those
 *            the host answers 6 of 10 by a large packet within 15 to 250 ms
 *
 * A download has no bursts to answer, a film no keys, a call large packets both ways, a
 * registration no large ones: they stay unknown, which is better than wrong.  Each end is
 * tried as the viewer; an end is 0 if it sent the flow's first frame, as sides may be swapped.
 */
#include "classify/screen.h"

#include <stdlib.h>

enum { SLICES = 14, WINDOW_SLICES = 3, WINDOWS = SLICES - WINDOW_SLICES + 1, WINDOWS_LEAST = 3 };
enum { SMALL_BYTES = 200, KEYS_LEAST = 40, SCREEN_TIMES = 8, SMALL_OF_TEN = 9 };
enum { BURSTS_LEAST = WINDOWS_LEAST, ANSWERED_OF_TEN = 6 };

#define SPREAD_MOST 0.35 /* standard deviation of the viewer's sizes, of their mean */

#define MS              1000
#define SLICE_US        (10000 * MS)
#define BURST_GAP_US    (1000 * MS) /* a longer one ends a burst of packets */
#define GAP_LEAST_US    (5 * MS)
#define GAP_MOST_US     (200 * MS)
#define SILENCE_US      (300 * MS) /* before a burst that is to be answered */
#define ANSWER_LEAST_US (15 * MS)
#define ANSWER_MOST_US  (250 * MS)

/* What an end sent in a slice. */
struct beat {
	uint64_t bytes, squares; /* sums of sizes and of their squares */
	uint32_t packets, small;
	uint32_t gaps, short_gaps, long_gaps; /* within bursts; below GAP_LEAST, above GAP_MOST */
};

/* Its small bursts in a slice. */
struct bursts {
	uint8_t all, answered;
};

struct screen {
	int64_t slice_us;         /* start of slice 0 */
	int64_t last_us[2];       /* of each end's last packet */
	int64_t asked_us[2];      /* start of its burst that waits for an answer */
	uint32_t data_packets[2]; /* the row's, as last seen */
	struct beat beat[WINDOW_SLICES][2];
	struct bursts bursts[SLICES][2];
	uint16_t agrees[2];         /* a bit a window, the newest lowest: this end is its viewer */
	uint8_t slices;             /* full ones, as far as a window needs them */
	uint8_t sent : 2, asks : 2; /* a bit an end: it sent something; asked_us holds */
	uint16_t next;              /* spare ones: 1 + index, 0 ends the chain */
};

struct screens {
	uint64_t refused;
	uint32_t most, used;
	uint16_t spare;
	struct screen at[];
};

struct screens *
screens_new(uint32_t most)
{
	struct screens *r = calloc(1, sizeof(*r) + most * sizeof(r->at[0]));

	if (r != NULL)
		r->most = most;
	return r;
}

void
screens_free(struct screens *r)
{
	free(r);
}

uint64_t
screens_refused(const struct screens *r)
{
	return r->refused;
}

static void
start(struct screen *m, const struct flow_row *row)
{
	memset(m, 0, sizeof(*m));
	m->slice_us = row->seen_us;
	for (int end = 0; end < 2; end++)
		m->data_packets[end] = row->side[end ^ row->first].data_packets;
}

static struct screen *
take(struct screens *r, struct flow_row *row)
{
	uint16_t i = r->spare;

	if (i != 0) {
		r->spare = r->at[i - 1].next;
	} else if (r->used < r->most) {
		i = (uint16_t)++r->used;
	} else {
		r->refused++;
		return NULL;
	}
	row->screen = i;
	start(&r->at[i - 1], row);
	return &r->at[i - 1];
}

void
screen_drop(struct screens *r, struct flow_row *row)
{
	if (row->screen == 0)
		return;
	r->at[row->screen - 1].next = r->spare;
	r->spare = row->screen;
	row->screen = 0;
}

/* Is each of its sizes near their mean? */
static bool
alike(const struct beat *b)
{
	const double n = b->packets, sum = (double)b->bytes;

	return n * (double)b->squares <= sum * sum * (1 + SPREAD_MOST * SPREAD_MOST);
}

/* Does the window of slices 0 to 2 show this end as the viewer? */
static bool
window_agrees(const struct screen *m, int viewer)
{
	struct beat sum = { .bytes = 0 };
	uint64_t screen = 0;

	for (int i = 0; i < WINDOW_SLICES; i++) {
		const struct beat *b = &m->beat[i][viewer];

		screen += m->beat[i][!viewer].bytes;
		sum.bytes += b->bytes;
		sum.squares += b->squares;
		sum.packets += b->packets;
		sum.small += b->small;
		sum.gaps += b->gaps;
		sum.short_gaps += b->short_gaps;
		sum.long_gaps += b->long_gaps;
	}
	/* The median gap is within bounds if less than half of all are beyond either. */
	return sum.small >= KEYS_LEAST && screen / SCREEN_TIMES >= sum.bytes &&
	    (uint64_t)sum.small * 10 >= (uint64_t)sum.packets * SMALL_OF_TEN && alike(&sum) &&
	    2 * (uint64_t)sum.short_gaps < sum.gaps && 2 * (uint64_t)sum.long_gaps < sum.gaps;
}

/* Are the bursts of the windows that agree answered? */
static bool
is_answered(const struct screen *m, int viewer)
{
	const unsigned w = m->agrees[viewer], slices = w | w << 1 | w << 2;
	unsigned all = 0, answered = 0;

	for (int i = 0; i < SLICES; i++) {
		if ((slices >> i & 1) == 0)
			continue;
		all += m->bursts[i][viewer].all;
		answered += m->bursts[i][viewer].answered;
	}
	return all >= BURSTS_LEAST && answered * 10 >= all * ANSWERED_OF_TEN;
}

static bool
is_viewer(const struct screen *m, int end)
{
	return __builtin_popcount(m->agrees[end]) >= WINDOWS_LEAST && m->agrees[!end] == 0 &&
	    is_answered(m, end);
}

/* A slice is full.  Returns the end that is the viewer; -1: not known. */
static int
judge(struct screen *m)
{
	int viewer = -1;

	if (m->slices < WINDOW_SLICES)
		m->slices++;
	for (int end = 0; end < 2; end++) {
		const bool agrees = m->slices == WINDOW_SLICES && window_agrees(m, end);

		m->agrees[end] = (uint16_t)((m->agrees[end] << 1 | agrees) & ((1 << WINDOWS) - 1));
	}
	for (int end = 0; end < 2; end++) {
		if (is_viewer(m, end))
			viewer = end;
	}
	memmove(m->beat[1], m->beat[0], sizeof(m->beat) - sizeof(m->beat[0]));
	memset(m->beat[0], 0, sizeof(m->beat[0]));
	memmove(m->bursts[1], m->bursts[0], sizeof(m->bursts) - sizeof(m->bursts[0]));
	memset(m->bursts[0], 0, sizeof(m->bursts[0]));
	return viewer;
}

/* Close the slices that are over at now_us. */
static int
advance(struct screen *m, const struct flow_row *row)
{
	const uint64_t past = (uint64_t)row->seen_us - (uint64_t)m->slice_us;
	int viewer = -1;

	if (past >= (uint64_t)SLICES * SLICE_US) {
		start(m, row); /* so long a silence: nothing of before counts */
		return -1;
	}
	for (uint64_t n = past / SLICE_US; n > 0 && viewer < 0; n--) {
		m->slice_us += SLICE_US;
		viewer = judge(m);
	}
	return viewer;
}

/* The burst that waits is over, answered or not. */
static void
close_burst(struct screen *m, int end, bool answered)
{
	struct bursts *b = &m->bursts[0][end];

	m->asks = m->asks & ~(1u << end) & 3;
	if (b->all == UINT8_MAX)
		return;
	b->all++;
	b->answered = (uint8_t)(b->answered + answered);
}

static void
see_answer(struct screen *m, int end, int64_t now_us, uint32_t bytes)
{
	for (int asker = 0; asker < 2; asker++) {
		const int64_t past_us = now_us - m->asked_us[asker];

		if ((m->asks >> asker & 1) == 0)
			continue;
		if (past_us > ANSWER_MOST_US)
			close_burst(m, asker, false);
		else if (asker != end && bytes > SMALL_BYTES && past_us >= ANSWER_LEAST_US)
			close_burst(m, asker, true);
	}
}

static void
count(struct screen *m, int end, int64_t now_us, uint32_t bytes)
{
	struct beat *b = &m->beat[0][end];
	const bool first = (m->sent >> end & 1) == 0;
	const int64_t gap_us = first ? 0 : now_us - m->last_us[end];

	see_answer(m, end, now_us, bytes);
	if (!first && gap_us >= SILENCE_US && bytes <= SMALL_BYTES) {
		m->asked_us[end] = now_us;
		m->asks = (m->asks | 1u << end) & 3;
	}
	if (!first && gap_us < BURST_GAP_US) {
		b->gaps++;
		b->short_gaps += gap_us < GAP_LEAST_US;
		b->long_gaps += gap_us > GAP_MOST_US;
	}
	m->sent = (m->sent | 1u << end) & 3;
	m->last_us[end] = now_us;
	b->bytes += bytes;
	b->squares += (uint64_t)bytes * bytes;
	b->packets++;
	b->small += bytes <= SMALL_BYTES;
}

enum side
screen_see(struct screens *r, struct flow_row *row, enum side from, uint32_t bytes)
{
	struct screen *m = row->screen != 0 ? &r->at[row->screen - 1] : take(r, row);
	const int end = (int)(from ^ row->first);
	int viewer;

	if (m == NULL || row->side[from].data_packets == m->data_packets[end])
		return SIDE_NONE; /* no room; or a retransmission, of which its time tells nothing
				   */
	viewer = advance(m, row);
	if (viewer >= 0)
		return (enum side)(!viewer ^ row->first);
	m->data_packets[end] = row->side[from].data_packets;
	count(m, end, row->seen_us, bytes);
	return SIDE_NONE;
}
