/*
 * ecs_farhand: an alert's own object `farhand`: why, how sure, what next.
 */
#ifndef FARHAND_ECS_FARHAND_H
#define FARHAND_ECS_FARHAND_H

#include "deliver/ecs_parts.h"

/* The family of an alert; of one without finding, by its first rule's name. */
enum family ecs_family(const struct alert *a);

void ecs_farhand(struct pen *p, const struct alert *a, const struct run_facts *run);

#endif
