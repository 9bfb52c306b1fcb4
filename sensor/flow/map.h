/*
 * map: large zeroed memory, touched as it is used.
 *
 * In huge pages where the system has them: a row met by chance is in a page met by chance,
 * and to find that page may cost as much as the row.
 */
#ifndef FARHAND_FLOW_MAP_H
#define FARHAND_FLOW_MAP_H

#include <stddef.h>

void *map_new(size_t bytes);            /* NULL: no memory */
void map_free(void *map, size_t bytes); /* NULL allowed */

#endif
