/*
 * office: a desk over the real catalogue, registry and judge, and what it told.
 */
#ifndef FARHAND_TEST_OFFICE_H
#define FARHAND_TEST_OFFICE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "caught.h"
#include "desk.h"

#define START_US (20710LL * DAY_US) /* 2026-09-14 */
#define KEPT     16

struct alert_kept {
	const char *rule;
	enum level level;
	char who[PERSON_ID], message[240];
};

struct office {
	struct config config;
	struct catalogue *catalogue;
	struct registry *registry;
	struct judge *judge;
	struct desk *desk;
	struct event ev;
	unsigned asked; /* for the sensor's health */
	unsigned count;
	struct alert_kept at[KEPT];
};

static inline void
keep(void *arg, const struct alert *a)
{
	struct office *o = arg;
	struct alert_kept *k = &o->at[o->count];

	if (a->finding == NULL || o->count >= KEPT)
		return;
	k->rule = a->finding->by->rule;
	k->level = a->finding->level;
	memcpy(k->who, a->who->id, sizeof(k->who));
	memcpy(k->message, a->finding->message, sizeof(k->message));
	o->count++;
}

static inline bool
is_product(void *arg, const char *id)
{
	return catalogue_by_id(arg, id) != 0;
}

static inline void
give_health(void *arg, const struct event *ev, struct health *out)
{
	struct office *o = arg;

	assert_ptr_equal(ev, &o->ev);
	out->frames = ev->ordinal;
	o->asked++;
}

static inline struct office *
office_new(const char *people)
{
	char path[] = "/tmp/farhand-test-XXXXXX", catalog[4096];
	struct office *o = calloc(1, sizeof(*o));
	struct judge_options j = { .cases = 64,
		.close_us = 14 * DAY_US,
		.repeat_us = DAY_US,
		.vantages = 1u << VANTAGE_INSIDE };
	struct desk_options d = { 0 };

	assert_non_null(o);
	config_default(&o->config);
	o->config.limits.endpoints = o->config.limits.subjects = 64;
	snprintf(catalog, sizeof(catalog), "%s/catalog", getenv("FARHAND_ROOT"));
	o->catalogue = catalogue_load(catalog);
	assert_non_null(o->catalogue);
	caught_write(path, people);
	o->registry =
	    registry_new(&o->config, people[0] != '\0' ? path : NULL, is_product, o->catalogue);
	unlink(path);
	assert_non_null(o->registry);
	d.judge = o->judge = judge_new(&j, keep, o);
	d.config = &o->config;
	d.catalogue = o->catalogue;
	d.registry = o->registry;
	d.health = give_health;
	d.arg = o;
	o->desk = desk_new(&d);
	assert_non_null(o->desk);
	return o;
}

static inline void
office_free(struct office *o)
{
	desk_free(o->desk);
	judge_free(o->judge);
	registry_free(o->registry);
	catalogue_free(o->catalogue);
	free(o);
}

static inline struct addr
address(const char *text)
{
	struct addr a = { { 0 } };

	assert_true(addr_parse(text, &a));
	return a;
}

static inline void
happen(struct office *o, enum event_kind kind, int64_t at_us)
{
	o->ev.kind = kind;
	o->ev.at_us = at_us;
	o->ev.ordinal++;
	desk_event(o->desk, &o->ev);
}

/* A flow of ours with a far end, of a minute, up to at_us. */
static inline struct flow *
flow_of(struct office *o, const char *ours, const char *far, int64_t at_us)
{
	struct flow *f = &o->ev.flow;

	memset(&o->ev, 0, offsetof(struct event, facts));
	memset(&o->ev.facts, 0, sizeof(o->ev.facts));
	f->id = (uint64_t)at_us;
	f->first_us = at_us - MINUTE_US;
	f->last_us = at_us;
	f->end[SIDE_CLIENT] = address(ours);
	f->end[SIDE_SERVER] = address(far);
	f->proto = PROTO_TCP;
	for (int i = 0; i < 2; i++) {
		f->payload_bytes[i] = 50000;
		f->data_packets[i] = 300;
	}
	f->verdict.host = SIDE_NONE;
	return f;
}

/* Ours dials out and is controlled with a product its bytes name. */
static inline void
session(struct office *o, const char *ours, const char *far, const char *product, int64_t at_us)
{
	struct flow *f = flow_of(o, ours, far, at_us);

	f->verdict.product = (uint16_t)catalogue_by_id(o->catalogue, product);
	f->verdict.by = BY_DISSECTOR;
	f->verdict.sure = SURE_CERTAIN;
	f->verdict.host = SIDE_CLIENT;
	happen(o, EVENT_FLOW_UPDATE, at_us);
}

/* The VPN gateway says where an account comes from. */
static inline void
account(struct office *o, const char *user, const char *framed, const char *caller, int64_t at_us)
{
	const struct addr a = address(framed), b = address(caller);

	flow_of(o, "10.20.0.1", "10.20.0.5", at_us);
	obs_add(&o->ev.facts, OBS_RADIUS_STATUS, 1, NULL, 0);
	obs_add(&o->ev.facts, OBS_RADIUS_USER, 0, user, strlen(user));
	obs_addr(&o->ev.facts, OBS_RADIUS_FRAMED, &a, 0);
	obs_addr(&o->ev.facts, OBS_RADIUS_CALLER, &b, 0);
	happen(o, EVENT_MESSAGE, at_us);
}

/* The DHCP server gives an address (5), or the machine gives it back (7). */
static inline void
dhcp(struct office *o, uint32_t type, const char *mac, const char *given, int64_t at_us)
{
	const struct addr a = address(given);
	struct mac m;

	assert_true(mac_parse(mac, &m));
	flow_of(o, "10.20.0.1", "10.20.0.5", at_us);
	obs_add(&o->ev.facts, OBS_DHCP_TYPE, type, NULL, 0);
	obs_add(&o->ev.facts, OBS_DHCP_MAC, 0, m.b, 6);
	obs_add(&o->ev.facts, OBS_DHCP_LEASE, 86400, NULL, 0);
	obs_addr(&o->ev.facts, OBS_DHCP_ADDR, &a, 0);
	happen(o, EVENT_MESSAGE, at_us);
}

static inline unsigned
told(const struct office *o, const char *rule)
{
	unsigned n = 0;

	for (unsigned i = 0; i < o->count; i++)
		n += strcmp(o->at[i].rule, rule) == 0 ? 1 : 0;
	return n;
}

#endif
