/*
 * ecs_parts: what alerts and flow records have in common.
 */
#ifndef FARHAND_ECS_PARTS_H
#define FARHAND_ECS_PARTS_H

#include "deliver/ecs.h"
#include "deliver/field.h"

/* @timestamp and ecs.version: what each document opens with. */
void ecs_open(struct doc *d, int64_t at_us);

/* start, end and duration (nanoseconds) into an event object. */
void ecs_span(struct doc *d, json_t *event, int64_t start_us, int64_t end_us);

/* geo and as, where known; place may be NULL. */
void ecs_place(struct doc *d, json_t *in, const struct place *p);

/* source (the client's side) and destination (the server's). */
void ecs_sides(struct doc *d, const struct flow *f, const struct place *const place[2]);

/* network; ours: which ends are endpoints of ours. */
void ecs_network(struct doc *d, const struct flow *f, const struct product *p, const bool ours[2]);

void ecs_observer(struct doc *d, const struct run_facts *run);

/* product {id, name, kind}; nothing for NULL. */
void ecs_product(struct doc *d, json_t *in, const struct product *p);

#endif
