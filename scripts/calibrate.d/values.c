/*
 * values CATALOGUE INSIDE CAPTURE...: the features of every scored window, as the sensor computes
 * them; INSIDE is the machine's address.
 *
 * A line of JSON each: file, flow, ends, the end taken for the host, the window's start, and the
 * values (null: not known).  All flows to one far end together are a flow of their own, whose id
 * is JOINT and more.  Made by scripts/calibrate, which finds the weights by it.
 */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "classify/catalogue.h"
#include "detect/joint.h"
#include "team.h"

#define JOINT (1ull << 40)

enum { FLOWS = 4096, JOINTS = 64 };

/* Both ends of a flow taken for the host. */
struct tried {
	uint64_t flow;
	struct session end[2];
};

struct values {
	const char *file;
	struct tried at[FLOWS];
	unsigned flows;
	struct addr inside;
	struct joint joint[JOINTS];
	unsigned joints;
};

static struct tried *
tried_of(struct values *v, uint64_t flow)
{
	for (unsigned i = 0; i < v->flows; i++) {
		if (v->at[i].flow == flow)
			return &v->at[i];
	}
	if (v->flows == FLOWS) {
		fprintf(stderr, "%s: more than %d flows\n", v->file, FLOWS);
		exit(1);
	}
	memset(&v->at[v->flows], 0, sizeof(v->at[0]));
	v->at[v->flows].flow = flow;
	return &v->at[v->flows++];
}

static void
print(const struct values *v, const struct flow *f, const struct window *w, enum side host,
    const float value[FEATURES])
{
	char client[ADDR_TEXT], server[ADDR_TEXT];

	printf("{\"file\":\"%s\",\"flow\":%" PRIu64
	       ",\"client\":\"%s\",\"server\":\"%s\",\"port\":%u,"
	       "\"proto\":%u,\"host\":\"%s\",\"at\":%" PRId64 ",\"carrier\":%u,\"values\":{",
	    v->file, f->id, addr_format(&f->end[SIDE_CLIENT], client),
	    addr_format(&f->end[SIDE_SERVER], server), f->port[SIDE_SERVER], f->proto,
	    host == SIDE_CLIENT ? "client" : "server", w->start_us, w->carrier);
	for (int i = 0; i < FEATURES; i++) {
		printf("%s\"%s\":", i > 0 ? "," : "", feature_name((enum feature)i));
		if (isnan(value[i]))
			printf("null");
		else
			printf("%.4f", (double)value[i]);
	}
	printf("}}\n");
}

static struct joint *
joint_of(struct values *v, const struct addr *peer)
{
	for (unsigned i = 0; i < v->joints; i++) {
		if (addr_equal(&v->joint[i].peer, peer))
			return &v->joint[i];
	}
	if (v->joints == JOINTS)
		return NULL;
	memset(&v->joint[v->joints], 0, sizeof(v->joint[0]));
	v->joint[v->joints].peer = *peer;
	return &v->joint[v->joints++];
}

/* True: it is the flows together that tell, not each alone. */
static bool
take_joint(struct values *v, const struct flow *f, const struct window *w)
{
	static const struct scorecard nothing;
	const enum side inner =
	    addr_equal(&f->end[SIDE_CLIENT], &v->inside) ? SIDE_CLIENT : SIDE_SERVER;
	struct joint *j = joint_of(v, &f->end[side_other(inner)]);
	struct flow several = { .proto = f->proto };
	struct window done;

	if (j == NULL)
		return false;
	if (!joint_add(j, w, inner, &done) || !joint_rules(j))
		return joint_rules(j);
	several.id = JOINT + (uint64_t)(j - v->joint);
	several.end[SIDE_CLIENT] = v->inside;
	several.end[SIDE_SERVER] = j->peer;
	for (int host = 0; host < 2; host++) {
		struct session *s = host == 0 ? &j->host : &j->viewer;
		float value[FEATURES];

		if (!joint_values(s, &done, (enum side)host, value))
			continue;
		print(v, &several, &done, (enum side)host, value);
		session_add(s, &nothing, &done, value);
	}
	return true;
}

static void
take(void *arg, const struct event *ev)
{
	static const struct scorecard nothing;
	struct values *v = arg;
	struct window w;
	struct tried *t;

	if (ev->kind != EVENT_WINDOW || !window_find(&ev->facts, &w))
		return;
	if (take_joint(v, &ev->flow, &w))
		return;
	t = tried_of(v, ev->flow.id);
	for (int host = 0; host < 2; host++) {
		float value[FEATURES];

		if (!session_values(&t->end[host], &w, (enum side)host, value))
			continue;
		print(v, &ev->flow, &w, (enum side)host, value);
		session_add(&t->end[host], &nothing, &w, value);
	}
}

static int
replay(const struct catalogue *cat, struct values *v)
{
	const struct capture_replay_options from = { .inputs = 1, .input = &v->file };
	struct team_options o = {
		.lane = { .lanes = 1,
		    .flows = 65536,
		    .head_bytes = 64 << 20,
		    .dpi_states = 4096,
		    .rhythms = FLOWS,
		    .catalogue = cat },
	};
	char error[CAPTURE_ERROR];
	struct capture *c = capture_replay(&from, error);
	struct team *t;
	int rc;

	if (c == NULL) {
		fprintf(stderr, "%s\n", error);
		return -1;
	}
	o.capture = &c;
	t = team_new(&o);
	rc = t != NULL ? team_run(t, take, v) : -1;
	team_free(t);
	c->close(c);
	return rc;
}

int
main(int argc, char **argv)
{
	static struct values v;
	struct catalogue *cat;

	if (argc < 4 || !addr_parse(argv[2], &v.inside)) {
		fprintf(stderr, "usage: values CATALOGUE INSIDE CAPTURE...\n");
		return 2;
	}
	cat = catalogue_follow(NULL, argv[1], "");
	if (cat == NULL)
		return 1;
	for (int i = 3; i < argc; i++) {
		v.file = argv[i];
		v.flows = v.joints = 0;
		if (replay(cat, &v) != 0)
			return 1;
	}
	catalogue_free(cat);
	return 0;
}
