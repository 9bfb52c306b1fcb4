/*
 * pipeline: the one place where the stages meet.
 *
 *   capture -> lane -> desk -> judge -> publish -> store -> courier -> sinks
 *
 * Capture, lane and desk run on this thread, the courier on its own.
 */
#include "pipeline.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "capture/capture.h"
#include "delivery.h"
#include "desk.h"
#include "lane.h"
#include "ops/log.h"
#include "setup.h"

#define IDLE_MS       100
#define DUPLICATE_US  500 /* a SPAN port's second copy follows at once */
#define REPEAT_US     (24 * 3600 * 1000000LL)
#define ONE_WAY_SHARE 0.5F

struct pipeline {
	const struct options *o;
	struct setup setup;
	struct capture *capture;
	struct lane *lane;
	struct desk *desk;
	struct judge *judge;
	struct delivery *delivery;
	struct publish *publish;
	struct run_facts run;
	char input[512];
	struct capture_stats captured;
	uint64_t dropped_told;
	uint64_t unreadable_told;
	bool one_way_told;
	bool nothing_read; /* all frames so far were of link types we do not read */
};

static volatile sig_atomic_t stop; /* no more frames are wanted */
static volatile int stop_waiting;  /* nor more time for the sinks */
static struct capture *stoppable;

static void
on_signal(int sig)
{
	(void)sig;
	if (stop)
		stop_waiting = 1;
	stop = 1;
	if (stoppable != NULL)
		capture_stop(stoppable);
}

/* Only once there is a capture to stop: before that, a signal's own way is the right one. */
static void
take_signals(void)
{
	struct sigaction act = { .sa_handler = on_signal };

	sigaction(SIGINT, &act, NULL);
	sigaction(SIGTERM, &act, NULL);
	act.sa_handler = SIG_IGN;
	sigaction(SIGPIPE, &act, NULL);
}

static bool
is_live(const struct pipeline *p)
{
	return p->o->command == COMMAND_LIVE;
}

/* What an operator must hear while it happens; each once per change. */
static void
watch(struct pipeline *p, const struct health *h)
{
	const uint64_t dropped = h->dropped_kernel + h->dropped_interface;

	if (dropped > p->dropped_told) {
		log_warn("packets dropped: %" PRIu64 " by the kernel, %" PRIu64
			 " by the interface; findings may be missed",
		    h->dropped_kernel, h->dropped_interface);
		p->dropped_told = dropped * 2;
	}
	if (!p->one_way_told && h->one_way_share > ONE_WAY_SHARE) {
		log_warn("%.0f %% of the TCP flows are seen in one direction only: "
			 "does the mirror copy both?",
		    (double)h->one_way_share * 100);
		p->one_way_told = true;
	}
	if (h->link_unknown > p->unreadable_told) {
		log_warn("%" PRIu64 " of %" PRIu64 " frames are of a link type that is not read",
		    h->link_unknown, h->frames);
		p->unreadable_told = h->link_unknown * 2;
	}
	p->nothing_read = h->frames > 0 && h->link_unknown == h->frames;
}

static void
take_event(void *arg, const struct event *ev)
{
	struct pipeline *p = arg;
	struct health h = { 0 };

	lane_health(p->lane, &h);
	if (ev->kind == EVENT_TICK || ev->kind == EVENT_END) {
		p->capture->stats(p->capture, &p->captured);
		publish_retry(p->publish);
	}
	h.dropped_kernel = p->captured.dropped_kernel;
	h.dropped_interface = p->captured.dropped_interface;
	h.findings_suppressed = judge_suppressed(p->judge);
	if (ev->kind == EVENT_TICK || ev->kind == EVENT_END)
		watch(p, &h);
	desk_event(p->desk, ev, &h);
}

static void
take_alert(void *arg, const struct alert *a)
{
	publish_alert(((struct pipeline *)arg)->publish, a);
}

static void
take_flow(void *arg, const struct flow_record *r)
{
	publish_flow(((struct pipeline *)arg)->publish, r);
}

static int
open_capture(struct pipeline *p)
{
	const struct config *c = &p->setup.config;
	char error[CAPTURE_ERROR] = "";

	if (is_live(p)) {
		struct capture_live_options l = {
			.interfaces = c->interfaces,
			.ring_bytes = c->limits.ring_bytes,
			.snaplen = c->limits.snaplen,
			.promiscuous = p->o->promiscuous,
			.immediate = p->o->immediate,
		};

		for (unsigned i = 0; i < c->interfaces; i++) {
			l.interface[i] = c->interface[i].name;
			l.bpf[i] = p->o->bpf != NULL ? p->o->bpf : c->interface[i].bpf;
		}
		if (c->interfaces == 0)
			snprintf(error, sizeof(error), "no interface: name one with -i");
		else
			p->capture = capture_live(&l, error);
	} else {
		const struct capture_replay_options r = {
			.inputs = (unsigned)p->o->inputs,
			.input = (const char *const *)p->o->input,
			.bpf = p->o->bpf,
		};

		p->capture = capture_replay(&r, error);
	}
	if (p->capture == NULL)
		log_error("%s", error);
	stoppable = p->capture;
	return p->capture != NULL ? 0 : -1;
}

static void
describe_run(struct pipeline *p)
{
	const struct config *c = &p->setup.config;
	const int n = is_live(p) ? (int)c->interfaces : p->o->inputs;
	size_t at = 0;

	for (int i = 0; i < n && at < sizeof(p->input); i++) {
		const char *one = is_live(p) ? c->interface[i].name : p->o->input[i];

		at += (size_t)snprintf(
		    p->input + at, sizeof(p->input) - at, "%s%s", i > 0 ? " " : "", one);
	}
	p->run.mode = is_live(p) ? "live" : "replay";
	p->run.sensor = c->sensor;
	p->run.input = p->input;
	p->run.reference = c->reference;
	geo_versions(p->setup.geo, p->run.geo_country, p->run.geo_city, p->run.geo_asn);
}

static unsigned
vantages_of(const struct pipeline *p)
{
	const struct config *c = &p->setup.config;
	unsigned set = 0;

	if (!is_live(p))
		return 1u << c->replay_vantage;
	for (unsigned i = 0; i < c->interfaces; i++)
		set |= 1u << c->interface[i].vantage;
	return set;
}

static bool
anyone_claims(const struct registry *r)
{
	for (unsigned i = 0; i < registry_persons(r); i++) {
		if (registry_person(r, i)->has_claim)
			return true;
	}
	return false;
}

/* Does the operator name any hosting or VPN range? */
static bool
knows_networks(const struct config *c)
{
	for (unsigned i = 0; i < c->ranges; i++) {
		if (c->range[i].network == NETWORK_HOSTING || c->range[i].network == NETWORK_VPN)
			return true;
	}
	return false;
}

static int
open_judgement(struct pipeline *p)
{
	const struct config *c = &p->setup.config;
	const struct judge_options j = {
		.cases = c->limits.endpoints,
		.close_us = c->case_close_us,
		.repeat_us = REPEAT_US,
		.vantages = vantages_of(p),
		.has_people = anyone_claims(p->setup.registry),
		.lacks_places = p->run.geo_country[0] == '\0' && p->run.geo_city[0] == '\0',
		.lacks_networks = p->run.geo_asn[0] == '\0' && !knows_networks(c),
	};
	const struct desk_options d = {
		.config = c,
		.catalogue = p->setup.catalogue,
		.geo = p->setup.geo,
		.registry = p->setup.registry,
		.judge = p->judge = judge_new(&j, take_alert, p),
		.live = is_live(p),
		.record = p->o->flows != NULL ? take_flow : NULL,
		.arg = p,
	};
	struct lane_options l = {
		.flows = { .rows = c->limits.flows, .heads = c->limits.heads },
		.catalogue = p->setup.catalogue,
		.duplicate_us = DUPLICATE_US,
	};

	if (is_live(p) && getentropy(&l.flows.seed, sizeof(l.flows.seed)) != 0) {
		log_error("no random seed: %s", strerror(errno));
		return -1;
	}
	if (p->judge == NULL || (p->desk = desk_new(&d)) == NULL)
		return -1;
	return (p->lane = lane_new(&l, take_event, p)) != NULL ? 0 : -1;
}

static int
flow_through(struct pipeline *p)
{
	struct frame f;

	if (is_live(p))
		log_info("listening on %s", p->input);
	for (;;) {
		switch (p->capture->next(p->capture, IDLE_MS, &f)) {
		case CAPTURE_FRAME:
			lane_frame(p->lane, &f);
			if (!stop)
				break;
			/* fall through */
		case CAPTURE_END:
			lane_end(p->lane);
			return EXIT_WELL;
		case CAPTURE_IDLE:
			lane_idle(p->lane, f.at_us);
			break;
		case CAPTURE_ERROR_:
			lane_end(p->lane);
			return EXIT_CAPTURE;
		}
	}
}

static void
tell_count(void *arg, const char *name, uint64_t n)
{
	char *text = arg;
	const size_t at = strlen(text);

	if (at < 400)
		snprintf(text + at, 512 - at, " %s=%" PRIu64, name, n);
}

/* What happened besides the ordinary; the log names only what did. */
static void
tell_odd(const struct pipeline *p, char *counts)
{
	const struct {
		const char *name;
		uint64_t n;
	} odd[] = {
		{ "time_backwards", p->captured.time_backwards },
		{ "time_leaps", p->captured.time_leaps },
		{ "endpoints_evicted", registry_evicted(p->setup.registry) },
		{ "subjects_evicted", desk_evicted(p->desk) },
	};

	for (unsigned i = 0; i < sizeof(odd) / sizeof(odd[0]); i++) {
		if (odd[i].n > 0)
			tell_count(counts, odd[i].name, odd[i].n);
	}
}

static void
tell_end(struct pipeline *p)
{
	const char *const *blind = judge_not_observable(p->judge);
	struct publish_stats s;
	char counts[512] = "";

	publish_stats(p->publish, &s);
	lane_counts(p->lane, tell_count, counts);
	tell_odd(p, counts);
	log_info("frames=%" PRIu64 " bytes=%" PRIu64 "%s alerts=%" PRIu64 " repeated=%" PRIu64
		 " suppressed=%" PRIu64,
	    p->captured.frames, p->captured.bytes, counts, s.alerts, s.repeats,
	    judge_suppressed(p->judge));
	for (; blind != NULL && *blind != NULL; blind++)
		log_info("not observable here: %s", *blind);
}

static void
take_down(struct pipeline *p)
{
	stoppable = NULL;
	lane_free(p->lane);
	desk_free(p->desk);
	judge_free(p->judge);
	delivery_close(p->delivery);
	if (p->capture != NULL)
		p->capture->close(p->capture);
	setup_free(&p->setup);
	free(p);
}

int
pipeline_run(const struct options *o)
{
	struct pipeline *p = calloc(1, sizeof(*p));
	int status = EXIT_START;

	if (p == NULL)
		return EXIT_START;
	p->o = o;
	if (setup_read(&p->setup, o) != 0)
		goto out;
	describe_run(p);
	if (open_capture(p) != 0)
		goto out;
	take_signals();
	if (open_judgement(p) != 0)
		goto out;
	p->delivery = delivery_open(o, &p->setup.config, &p->run);
	if (p->delivery == NULL)
		goto out;
	p->publish = delivery_publish(p->delivery);
	status = flow_through(p);
	stop = 1; /* a signal from now on is about the waiting */
	p->capture->stats(p->capture, &p->captured);
	tell_end(p);
	if (!delivery_finish(p->delivery, &stop_waiting))
		status = EXIT_UNDELIVERED;
	else if (status == EXIT_WELL && (p->captured.broken_files > 0 || p->nothing_read))
		status = EXIT_CAPTURE;
out:
	take_down(p);
	return status;
}

int
pipeline_check(const struct options *o)
{
	struct setup s;
	int status = EXIT_START;

	if (setup_read(&s, o) == 0 && delivery_check(&s.config)) {
		printf("well: %u persons, %u products, %u interfaces, %u databases\n",
		    registry_persons(s.registry), catalogue_count(s.catalogue), s.config.interfaces,
		    s.config.geo_files);
		status = EXIT_WELL;
	}
	setup_free(&s);
	return status;
}
