/*
 * filter: a BPF expression over frames of several link types.
 *
 * libpcap compiles an expression for one link type; a pcapng file may hold many.
 */
#include <pcap/pcap.h>
#include <stdlib.h>

#include "capture/base.h"
#include "ops/log.h"

enum { LINKS_MOST = 16, LINKTYPE_RAW = 101 };

struct compiled {
	int link;
	bool works;
	struct bpf_program program;
};

struct filter {
	char *expression;
	unsigned links;
	struct compiled link[LINKS_MOST];
};

/* Adds the expression compiled for `link`; one that does not compile is kept as such. */
static struct compiled *
compile(struct filter *f, int link, char error[CAPTURE_ERROR])
{
	struct compiled *c = &f->link[f->links++];
	/* The one value that differs between files and libpcap here. */
	pcap_t *p = pcap_open_dead(link == LINKTYPE_RAW ? DLT_RAW : link, FRAME_MOST);

	c->link = link;
	c->works =
	    p != NULL && pcap_compile(p, &c->program, f->expression, 1, PCAP_NETMASK_UNKNOWN) == 0;
	if (!c->works)
		snprintf(error, CAPTURE_ERROR, "filter \"%s\": %s", f->expression,
		    p != NULL ? pcap_geterr(p) : "out of memory");
	if (p != NULL)
		pcap_close(p);
	return c;
}

struct filter *
filter_new(const char *expression, int link, char error[CAPTURE_ERROR])
{
	struct filter *f = calloc(1, sizeof(*f));

	if (f == NULL || (f->expression = strdup(expression)) == NULL) {
		snprintf(error, CAPTURE_ERROR, "out of memory");
		free(f);
		return NULL;
	}
	if (!compile(f, link, error)->works) {
		filter_free(f);
		return NULL;
	}
	return f;
}

void
filter_free(struct filter *f)
{
	if (f == NULL)
		return;
	for (unsigned i = 0; i < f->links; i++)
		if (f->link[i].works)
			pcap_freecode(&f->link[i].program);
	free(f->expression);
	free(f);
}

static struct compiled *
compiled_for(struct filter *f, int link)
{
	char error[CAPTURE_ERROR];
	struct compiled *c;

	for (unsigned i = 0; i < f->links; i++)
		if (f->link[i].link == link)
			return &f->link[i];
	if (f->links == LINKS_MOST)
		return NULL;
	c = compile(f, link, error);
	if (!c->works)
		log_warn("frames of link type %d are left out: %s", link, error);
	return c;
}

bool
filter_passes(struct filter *f, const struct frame *frame)
{
	struct compiled *c = compiled_for(f, frame->link);
	struct pcap_pkthdr h = { .caplen = (bpf_u_int32)frame->bytes.n, .len = frame->wire_len };

	return c != NULL && c->works && pcap_offline_filter(&c->program, &h, frame->bytes.p) != 0;
}
