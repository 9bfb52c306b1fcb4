/*
 * config_read: what the readers of configuration share, sensor/people included.
 */
#ifndef FARHAND_OPS_CONFIG_READ_H
#define FARHAND_OPS_CONFIG_READ_H

#include "ops/config.h"
#include "ops/yaml.h"

/* A path, made relative to the folder of the file; "-" stays.  NULL: *out stays. */
void config_path(struct yaml *y, const struct yaml_node *n, char *out, size_t room);
/* A prefix or a single address; false after saying what is wrong.  NULL: false. */
bool config_prefix(struct yaml *y, const struct yaml_node *n, struct prefix *out);
/* The section `ranges`. */
void config_read_ranges(struct yaml *y, const struct yaml_node *list, struct config *c);

#endif
