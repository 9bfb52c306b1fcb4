/*
 * flow_facts: what a flow's bytes told, in its record.
 */
#ifndef FARHAND_FLOW_FACTS_H
#define FARHAND_FLOW_FACTS_H

#include "deliver/pen.h"
#include "farhand/obs.h"

/* The object tls; ja4 and alpn; and the rest. */
void flow_facts_tls(struct pen *p, const struct obs_list *l);
void flow_facts_names(struct pen *p, const struct obs_list *l);
void flow_facts_others(struct pen *p, const struct obs_list *l);

#endif
