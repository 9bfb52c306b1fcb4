/*
 * ecs_parts: what alerts and flow records have in common.
 */
#ifndef FARHAND_ECS_PARTS_H
#define FARHAND_ECS_PARTS_H

#include "deliver/ecs.h"
#include "deliver/pen.h"

/* @timestamp and ecs.version: what each document opens with. */
void ecs_open(struct pen *p, int64_t at_us);

/* start, end and duration (nanoseconds) into an event object. */
void ecs_span(struct pen *p, int64_t start_us, int64_t end_us);

/* geo and as, where known; place may be NULL. */
void ecs_place(struct pen *p, const struct place *place);

/* source (the client's side) and destination (the server's). */
void ecs_sides(struct pen *p, const struct flow *f, const struct place *const place[2]);

/* ours: which ends are endpoints of ours. */
void ecs_network(
    struct pen *p, const struct flow *f, const struct product *product, const bool ours[2]);

void ecs_observer(struct pen *p, const struct run_facts *run);

/* host and user; nothing for NULL. */
void ecs_host(struct pen *p, const struct endpoint *e);
void ecs_user(struct pen *p, const char *id);

#endif
