/*
 * pipeline: the one place where the stages meet.
 *
 *   capture -> front -> lane -> desk -> judge -> publish -> store -> courier -> sinks
 *
 * The desk runs on this thread, the courier on its own; what is before the desk, on this
 * one or on several, is the team's.
 */
#include "pipeline.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "books.h"
#include "delivery.h"
#include "ops/log.h"
#include "reload.h"
#include "setup.h"
#include "sources.h"

#define DUPLICATE_US 500 /* a SPAN port's second copy follows at once */
#define REPEAT_US    (24 * 3600 * 1000000LL)
#define HEAD_ROOM    8192 /* bytes that limits.heads counts for one */

struct pipeline {
	const struct options *o;
	struct setup setup;
	struct reload *reload; /* live */
	struct watch *watch;
	struct sources sources;
	struct team *team;
	struct books books;
	struct desk *desk;
	struct judge *judge;
	struct delivery *delivery;
	struct publish *publish;
	struct run_facts run;
	char input[512];
};

static volatile sig_atomic_t stop; /* no more frames are wanted */
static volatile int stop_waiting;  /* nor more time for the sinks */
static struct capture *stoppable[LANES_MOST];

static void
on_signal(int sig)
{
	const bool again = stop != 0;

	(void)sig;
	if (again)
		stop_waiting = 1;
	stop = 1;
	for (unsigned i = 0; i < LANES_MOST && stoppable[i] != NULL; i++)
		(again ? capture_stop_at_once : capture_stop)(stoppable[i]);
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

static void
take_event(void *arg, const struct event *ev)
{
	struct pipeline *p = arg;

	books_event(&p->books, ev);
	desk_event(p->desk, ev);
}

static void
fetch_event(void *arg, const struct event *ev, unsigned round)
{
	desk_fetch(((struct pipeline *)arg)->desk, ev, round);
}

static void
tell_health(void *arg, const struct event *ev, struct health *out)
{
	books_health(&((struct pipeline *)arg)->books, ev, out);
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
		.catalogue = editions_newest(p->setup.editions),
		.editions = is_live(p) ? p->setup.editions : NULL,
		.reader = c->lanes,
		.card = &p->setup.card,
		.geo = p->setup.geo,
		.registry = p->setup.registry,
		.judge = p->judge = judge_new(&j, take_alert, p),
		.live = is_live(p),
		.record = p->o->flows != NULL ? take_flow : NULL,
		.health = tell_health,
		.arg = p,
	};

	return p->judge != NULL && (p->desk = desk_new(&d)) != NULL ? 0 : -1;
}

static int
open_team(struct pipeline *p)
{
	const struct config *c = &p->setup.config;
	struct team_options t = {
		.lane = {
		    .lanes = c->lanes,
		    .flows = c->limits.flows,
		    .head_bytes = (uint64_t)c->limits.heads * HEAD_ROOM,
		    .dpi_states = c->limits.dpi_states,
		    .rhythms = c->limits.sessions,
		    .catalogue = editions_newest(p->setup.editions),
		    .editions = is_live(p) ? p->setup.editions : NULL,
		    .watch = p->o->flows == NULL ? p->watch : NULL, /* a record names every flow */
		    .live = is_live(p),
		},
		.duplicate_us = DUPLICATE_US,
		.capture = p->sources.capture,
		.soon = fetch_event,
	};

	if (is_live(p) && getentropy(&t.lane.seed, sizeof(t.lane.seed)) != 0) {
		log_error("no random seed: %s", strerror(errno));
		return -1;
	}
	p->books.live = is_live(p);
	p->books.team = p->team = team_new(&t);
	return p->team != NULL ? 0 : -1;
}

static int
open_reload(struct pipeline *p)
{
	const struct config *c = &p->setup.config;

	p->reload = reload_start(p->setup.editions, c->catalog, c->own_catalog);
	return p->reload != NULL ? 0 : -1;
}

static int
flow_through(struct pipeline *p)
{
	if (is_live(p))
		log_info("listening on %s", p->input);
	return team_run(p->team, take_event, p) == 0 ? EXIT_WELL : EXIT_CAPTURE;
}

static void
take_down(struct pipeline *p)
{
	memset(stoppable, 0, sizeof(stoppable));
	reload_stop(p->reload);
	team_free(p->team);
	desk_free(p->desk);
	judge_free(p->judge);
	delivery_close(p->delivery);
	sources_close(&p->sources);
	watch_free(p->watch);
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
	if (setup_read(&p->setup, o) != 0 || watch_new(p->setup.registry, &p->watch) != 0)
		goto out;
	describe_run(p);
	if (sources_open(&p->sources, o, &p->setup.config, p->watch) != 0)
		goto out;
	memcpy(stoppable, p->sources.capture, sizeof(stoppable));
	take_signals();
	if (is_live(p) && open_reload(p) != 0)
		goto out;
	if (open_judgement(p) != 0 || open_team(p) != 0)
		goto out;
	p->delivery = delivery_open(o, &p->setup.config, &p->run, p->setup.geo);
	if (p->delivery == NULL)
		goto out;
	p->publish = delivery_publish(p->delivery);
	status = flow_through(p);
	stop = 1;                   /* a signal from now on is about the waiting */
	publish_settle(p->publish); /* so that the last line can count them */
	books_end(&p->books, p->setup.registry, p->desk, p->judge, p->publish);
	if (!delivery_finish(p->delivery, &stop_waiting))
		status = EXIT_UNDELIVERED;
	else if (status == EXIT_WELL &&
	    (p->books.captured.broken_files > 0 || p->books.nothing_read))
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
		const struct catalogue *c = editions_newest(s.editions);

		printf("well: %u persons, %u products by %u facts, %u interfaces, %u databases\n",
		    registry_persons(s.registry), catalogue_count(c), catalogue_facts(c),
		    s.config.interfaces, s.config.geo_files);
		status = EXIT_WELL;
	}
	setup_free(&s);
	return status;
}
