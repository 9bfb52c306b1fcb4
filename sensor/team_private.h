/*
 * What the files of the team share.
 */
#ifndef FARHAND_TEAM_PRIVATE_H
#define FARHAND_TEAM_PRIVATE_H

#include <pthread.h>
#include <stdatomic.h>

#include "team.h"

enum {
	CRATES = 32,
	CRATES_AT_ONCE = 4, /* to wake another thread for each costs more */
	CRATE_PARCELS = 512,
	CRATE_BYTES = 512 * 1024,
	EVENT_RING_BYTES = 4 * 1024 * 1024,
	MAIL_RING_BYTES = 1024 * 1024,
	LIVE_WAIT_MS = 10,
	SOON = 8 /* events the caller is told of ahead of their turn */
};

/* Kinds of record in a lane's ring to the merger. */
enum { TOLD_EVENT, TOLD_SO_FAR };

/* After all that happened by a key's major. */
#define MINOR_SO_FAR UINT64_MAX

/*
 * Replay: a stretch of the capture, packets and their payload copied.  A tick, if there is
 * one, comes before its packets.  All lanes read it; each writes `opened` of its own parcels.
 */
struct crate {
	unsigned parcels, used; /* used: of bytes */
	bool ticks, over;
	int64_t tick_us;                 /* over: the clock */
	uint64_t tick_last;              /* the last frame before the tick; over: of all */
	uint64_t tick_by;                /* the frame that made it tick */
	uint64_t last;                   /* the last frame this crate covers */
	struct front_counts tick_counts; /* up to tick_last */
	unsigned listed[LANES_MOST];
	uint16_t list[LANES_MOST][CRATE_PARCELS]; /* which parcels are a lane's */
	unsigned opened[LANES_MOST];              /* by each lane: flows, of these */
	_Alignas(CACHE_LINE) struct parcel parcel[CRATE_PARCELS];
	unsigned char bytes[CRATE_BYTES];
};

/* One lane, its thread, and what it tells the others. */
struct member {
	struct team *team;
	unsigned index;
	struct lane *lane;
	struct front *front; /* live */
	pthread_t thread;
	struct ring told;             /* to the merger */
	struct ring mail[LANES_MOST]; /* live: from each other lane, parcels of this one's */
	/* The merger's: events of `told` that come soon, the last of them at ahead - 1. */
	const struct event *soon[SOON];
	uint64_t ahead, handed; /* events met ahead of their turn, and handed on */

	pthread_mutex_t mutex; /* of what follows: as of its last tick */
	struct capture_stats captured;
	struct front_counts counts;
	uint64_t opened;

	/* The lane's, live. */
	uint64_t mail_lost; /* parcels that a full ring of another's refused */
	int64_t now_us;     /* its clock, by its own frames and by mail */
};

struct team {
	struct team_options o;
	unsigned lanes;
	struct member member[LANES_MOST];
	atomic_bool failed; /* an interface went away */
	atomic_uint ended;  /* live: lanes that fetch no more frames */

	void (*fn)(void *arg, const struct event *ev); /* while running: the caller's */
	void *arg;
	struct queue *queue; /* of a team of one: events not handed on yet */
	struct front *front; /* replay: the reader's; a team of one: its own */

	/* replay: the reader's */
	struct crate *crate;        /* [CRATES] */
	struct gate filled, merged; /* crates so far */
	pthread_t reader;

	/* the merger's */
	struct ring_key key; /* of the event that is being handed on */
	unsigned so_far;     /* lanes that are done with the crate being merged */
	uint64_t opened;     /* flows, by the crates that are done */
	int64_t now_us;
};

/* A lane's events go into its ring. */
void team_tell_event(void *arg, struct ring_key key, const struct event *ev);
/* Nothing before this key will come from this lane any more.  To be flushed. */
void team_so_far(struct member *m, uint64_t major);
/* Take down, for the others to read, what was counted; opened: live, flows of this lane. */
void team_note(
    struct member *m, struct capture *c, const struct front_counts *counts, uint64_t opened);

/* team_replay.c, team_live.c: 0, or -1 after log_error. */
int team_replay_open(struct team *t);
void team_replay_close(struct team *t);
int team_live_open(struct team *t);
void team_live_close(struct team *t);
/* A team of one: the lane's events go to the caller, on its thread, a few later. */
int team_solo_open(struct team *t);
void team_solo_close(struct team *t);
void team_solo_event(void *arg, struct ring_key key, const struct event *ev);
void team_solo_counts(const struct team *t, struct front_counts *out, uint64_t *opened);
int team_solo_run(struct team *t);
/* What the threads do: of a team, of a member. */
void *team_replay_reader(void *team);
void *team_replay_lane(void *member);
void *team_live_lane(void *member);
/* In place of a reader: nothing will come. */
void team_replay_over(struct team *t);

#endif
