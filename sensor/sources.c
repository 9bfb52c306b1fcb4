/*
 * sources: from options and configuration to captures.
 */
#include "sources.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ops/log.h"

#define FILTER_ROOM 65536

/* What an interface's frames are filtered by: what the operator asks for, and who is watched. */
static int
write_filter(char **out, const struct config *c, const struct watch *w, const char *asked)
{
	char watched[FILTER_ROOM] = "";

	if (c->capture_endpoints && w == NULL)
		log_warn(
		    "capture: endpoints has no effect: by accounts, leases, hardware addresses "
		    "and names any address may be an endpoint's");
	else if (c->capture_endpoints && !watch_filter(w, watched, FILTER_ROOM))
		log_warn("capture: endpoints has no effect: there are too many for a filter");
	if (asked[0] == '\0' && watched[0] == '\0')
		return 0;
	if (asked[0] != '\0' && watched[0] != '\0')
		return asprintf(out, "(%s) and (%s)", asked, watched) < 0 ? -1 : 0;
	*out = strdup(asked[0] != '\0' ? asked : watched);
	return *out != NULL ? 0 : -1;
}

static int
open_live(struct sources *s, const struct options *o, const struct config *c, const struct watch *w,
    char error[CAPTURE_ERROR])
{
	struct capture_live_options l = {
		.interfaces = c->interfaces,
		.ring_bytes = c->limits.ring_bytes,
		.snaplen = c->limits.snaplen,
		.promiscuous = o->promiscuous,
		.immediate = o->immediate,
	};

	if (c->interfaces == 0) {
		snprintf(error, CAPTURE_ERROR, "no interface: name one with -i");
		return -1;
	}
	for (unsigned i = 0; i < c->interfaces; i++) {
		const char *asked = o->bpf != NULL ? o->bpf : c->interface[i].bpf;

		if (write_filter(&s->filter[i], c, w, asked) != 0) {
			snprintf(error, CAPTURE_ERROR, "no memory for a filter");
			return -1;
		}
		l.interface[i] = c->interface[i].name;
		l.bpf[i] = s->filter[i];
	}
	if (capture_live(&l, c->lanes, s->capture, error) != 0)
		return -1;
	s->n = c->lanes;
	return 0;
}

int
sources_open(
    struct sources *s, const struct options *o, const struct config *c, const struct watch *w)
{
	const struct capture_replay_options r = {
		.inputs = (unsigned)o->inputs,
		.input = (const char *const *)o->input,
		.bpf = o->bpf,
	};
	char error[CAPTURE_ERROR] = "";

	memset(s, 0, sizeof(*s));
	if (o->command == COMMAND_LIVE)
		(void)open_live(s, o, c, w, error);
	else
		s->n = (s->capture[0] = capture_replay(&r, error)) != NULL;
	if (s->n == 0)
		log_error("%s", error);
	return s->n > 0 ? 0 : -1;
}

void
sources_close(struct sources *s)
{
	for (unsigned i = 0; i < s->n; i++)
		s->capture[i]->close(s->capture[i]);
	for (unsigned i = 0; i < CONFIG_INTERFACES; i++)
		free(s->filter[i]);
}
