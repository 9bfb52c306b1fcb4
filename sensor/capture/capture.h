/*
 * capture: frames from an interface or from files, through one contract.
 *
 * The files of this folder alone include pcap.h.
 */
#ifndef FARHAND_CAPTURE_H
#define FARHAND_CAPTURE_H

#include "farhand/frame.h"

#define CAPTURE_ERROR 512

struct capture_stats {
	/* live: what reached an interface's socket was received or dropped_kernel, never both;
	   drops of the interfaces themselves are told by the first lane for all */
	uint64_t received, dropped_kernel, dropped_interface;
	uint64_t frames, bytes;       /* handed on */
	uint64_t files, broken_files; /* replay: broken ones were read up to the damage or not at
					 all, said in the log */
	uint64_t time_backwards;      /* frames earlier than the one before, same source */
	uint64_t
	    time_leaps; /* replay: frames stamped far ahead of their neighbours, given their time */
};

enum capture_got {
	CAPTURE_FRAMES, /* out[0..*n) are frames, lent until the next call */
	CAPTURE_IDLE,  /* live: nothing came for wait_ms; out->at_us is the wall clock, bytes empty,
			  ordinal 0 */
	CAPTURE_END,   /* replay: the input is over; live: told to stop */
	CAPTURE_ERROR_ /* the interface went away; said in the log */
};

#define CAPTURE_BATCH 32

/*
 * A source of frames.  Ordinals are given by the capture: 1.. over the whole run; of live
 * lanes each counts in steps of their number, so that none is given twice.
 */
struct capture {
	/* Up to CAPTURE_BATCH frames, as many as are at hand; waits for the first only. */
	enum capture_got (*next)(
	    struct capture *c, int wait_ms, struct frame out[CAPTURE_BATCH], unsigned *n);
	/* To be asked by the thread that calls next; live: costs some system calls. */
	void (*stats)(struct capture *c, struct capture_stats *out);
	void (*close)(struct capture *c);
};

struct capture_live_options {
	unsigned interfaces;
	const char *interface[8];
	const char *bpf[8];  /* one an interface; NULL or "": none */
	uint64_t ring_bytes; /* TPACKET_V3 ring, each */
	unsigned snaplen;
	bool promiscuous;
	bool immediate; /* hand packets on at once (tests), else by blocks */
};

/*
 * One source a lane, out[0..lanes): each sees of every interface the frames that
 * spread_lane (spread.h) gives it by their outermost IP header, IPv4 fragments put together
 * first; what has none goes to any.  Nothing is handed on that came before all had joined.
 * 0, or -1 after writing why into error.  lanes 1: one source that sees all.
 */
int capture_live(const struct capture_live_options *o, unsigned lanes, struct capture *out[],
    char error[CAPTURE_ERROR]);

struct capture_replay_options {
	unsigned inputs;
	const char *const
	    *input;      /* files, directories (taken in order of their first frame), "-" */
	const char *bpf; /* applied to every frame; NULL or "" none */
};

/* NULL after writing why into error: nothing there, not a capture, bad filter. */
struct capture *capture_replay(const struct capture_replay_options *o, char error[CAPTURE_ERROR]);

/*
 * Ask next() to return CAPTURE_END soon: live, after what lies in the ring by then; or without
 * it.  For all lanes of a run; safe in a signal handler.
 */
void capture_stop(struct capture *c);
void capture_stop_at_once(struct capture *c);

#endif
