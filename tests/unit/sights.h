/*
 * sights: what detectors are shown in tests, and what they answered.
 */
#ifndef FARHAND_TEST_SIGHTS_H
#define FARHAND_TEST_SIGHTS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "detect/detect.h"

#define START_US (20000 * DAY_US)
#define KEPT     16

static const struct product anydesk = { "anydesk", "AnyDesk", PRODUCT_REMOTE_DESKTOP, "T1219.002" };
static const struct product teamviewer = { "teamviewer", "TeamViewer", PRODUCT_REMOTE_DESKTOP,
	"T1219.002" };
static const struct product vnc = { "vnc", "VNC", PRODUCT_REMOTE_DESKTOP, "T1021.005" };
static const struct product ssh = { "ssh", "SSH", PRODUCT_SHELL, "T1021.004" };
static const struct product jetkvm = { "jetkvm", "JetKVM", PRODUCT_IP_KVM, "T1219.003" };

/* All findings of one detector since the test began; texts are copied, `person` is not. */
struct heard {
	const char *rule;
	unsigned count;
	struct finding at[KEPT];
	char persons[KEPT][160];
};

/* One sight and all it points to. */
struct stage {
	struct detect *detect;
	struct heard heard;
	struct sight s;
	struct flow flow;
	struct obs_list facts;
	struct place peer_place, egress_place;
	struct endpoint end;
	struct person who;
};

static inline void
hear(void *arg, const struct finding *f)
{
	struct heard *h = arg;
	size_t at = 0;

	if (strcmp(f->by->rule, h->rule) != 0 || h->count >= KEPT)
		return;
	h->at[h->count] = *f;
	for (unsigned i = 0; i < f->persons; i++)
		at += (size_t)snprintf(h->persons[h->count] + at, sizeof(h->persons[0]) - at,
		    "%s%s", i > 0 ? "," : "", f->person[i]->id);
	assert_true(f->message[0] != '\0' && f->key[0] != '\0' && f->signals > 0);
	assert_true(f->persons >= 1);
	h->count++;
}

static inline struct addr
address(const char *text)
{
	struct addr a = { { 0 } };

	assert_true(addr_parse(text, &a));
	return a;
}

static inline void
place_set(struct place *p, const char *country, const char *city, enum network_kind network)
{
	memset(p, 0, sizeof(*p));
	snprintf(p->country, sizeof(p->country), "%s", country);
	snprintf(p->city, sizeof(p->city), "%s", city);
	p->network = (uint8_t)network;
}

/* A named person's machine at 10.20.4.<id>, at the inside. */
static inline void
stage_person(struct stage *t, const char *id, uint32_t endpoint)
{
	char text[ADDR_TEXT];

	memset(&t->who, 0, sizeof(t->who));
	memset(&t->end, 0, sizeof(t->end));
	snprintf(t->who.id, sizeof(t->who.id), "%s", id);
	t->end.id = endpoint;
	snprintf(text, sizeof(text), "10.20.%u.%u", endpoint / 250, endpoint % 250 + 1);
	t->end.addr = address(text);
	t->end.who = &t->who;
}

static inline void
stage_claim(struct stage *t, const char *country, const char *city)
{
	t->who.has_claim = true;
	place_set(&t->who.claimed, country, city, NETWORK_UNKNOWN);
}

static inline struct stage *
stage_new(const char *rule)
{
	struct stage *t = calloc(1, sizeof(*t));

	assert_non_null(t);
	t->detect = detect_new(64);
	assert_non_null(t->detect);
	t->heard.rule = rule;
	t->s = (struct sight){
		.now_us = START_US,
		.vantage = VANTAGE_INSIDE,
		.end = &t->end,
		.who = &t->who,
		.flow = &t->flow,
		.facts = &t->facts,
		.peer_place = &t->peer_place,
		.egress_place = &t->egress_place,
		.peer_name = "",
		.device_fact = "",
		.device_value = "",
	};
	stage_person(t, "u11", 1);
	return t;
}

static inline void
stage_free(struct stage *t)
{
	detect_free(t->detect);
	free(t);
}

static inline void
show(struct stage *t)
{
	detect_see(t->detect, &t->s, hear, &t->heard);
}

/* An hour's session by bytes in which `end` is the server and the controlled machine. */
static inline void
stage_session(struct stage *t, const struct product *p, const char *peer)
{
	struct flow *f = &t->flow;

	memset(f, 0, sizeof(*f));
	memset(&t->facts, 0, sizeof(t->facts));
	f->id = 7;
	f->first_us = t->s.now_us - HOUR_US;
	f->last_us = t->s.now_us;
	f->end[SIDE_CLIENT] = address(peer);
	f->end[SIDE_SERVER] = t->end.addr;
	f->payload_bytes[SIDE_SERVER] = 50000000;
	f->payload_bytes[SIDE_CLIENT] = 300000;
	f->data_packets[SIDE_SERVER] = 40000;
	f->data_packets[SIDE_CLIENT] = 6000;
	f->verdict.host = SIDE_SERVER;
	t->s.kind = SIGHT_FLOW;
	t->s.phase = EVENT_FLOW_UPDATE;
	t->s.inner = SIDE_SERVER;
	t->s.role = ROLE_HOST;
	t->s.product = p;
	t->s.by = BY_DISSECTOR;
	t->s.sure = SURE_CERTAIN;
	t->s.peer = f->end[SIDE_CLIENT];
}

/* Only the greeting was exchanged. */
static inline void
stage_attempt(struct stage *t)
{
	t->flow.first_us = t->flow.last_us - SECOND_US;
	for (int i = 0; i < 2; i++) {
		t->flow.payload_bytes[i] = 24;
		t->flow.data_packets[i] = 2;
	}
}

static inline void
stage_egress(struct stage *t, const char *egress, const char *country, const char *city,
    enum network_kind network)
{
	t->s.kind = SIGHT_EGRESS;
	t->end.egress = address(egress);
	t->end.egress_by = EGRESS_LEASE;
	t->s.peer = t->end.egress;
	place_set(&t->egress_place, country, city, network);
}

static inline bool
speaks_of(const struct finding *f, const char *text)
{
	for (unsigned i = 0; i < f->against; i++) {
		if (strstr(f->speaks_against[i], text) != NULL)
			return true;
	}
	return false;
}

static inline const struct signal *
signal_of(const struct finding *f, const char *name)
{
	for (unsigned i = 0; i < f->signals; i++) {
		if (strcmp(f->signal[i].name, name) == 0)
			return &f->signal[i];
	}
	return NULL;
}

#endif
