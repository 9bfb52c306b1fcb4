/*
 * roles: which end of a flow is the client.
 */
#ifndef FARHAND_FLOW_ROLES_H
#define FARHAND_FLOW_ROLES_H

#include "flow/flows.h"

/* Who sent a flow's first packet, and *how we know. */
enum side roles_of_first(const struct packet *p, enum opened_by *how);

/* A SYN that comes late may correct what was assumed; returns who sent the packet now. */
enum side roles_settle(struct flow_row *row, const struct packet *p, enum side from);

#endif
