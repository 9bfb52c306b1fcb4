/*
 * yaml: a strict reader of small YAML files, with the line of everything.
 *
 * Alone includes yaml.h of libyaml.  The file is read whole into a tree; readers
 * then ask for keys by name.  Every mistake is written at once by log_at
 * ("FILE:LINE: what; expected ...") and counted, so that one run shows them all.
 * Keys that nobody asked for are mistakes: call yaml_done on each mapping.
 */
#ifndef FARHAND_OPS_YAML_H
#define FARHAND_OPS_YAML_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct yaml;      /* a file */
struct yaml_node; /* a value in it; lives as long as the file */

/*
 * Read a file of at most 8 MiB.  NULL when it cannot be read, is not YAML, has
 * duplicate keys, aliases, or more than one document; said by log_at.
 */
struct yaml *yaml_open(const char *path);
struct yaml *yaml_open_text(const char *name, const char *text, size_t n);
void yaml_close(struct yaml *y); /* NULL allowed */

const char *yaml_path(const struct yaml *y);
unsigned yaml_mistakes(const struct yaml *y);
/* Say a mistake at a node (NULL: the file) and count it. */
void yaml_wrong(struct yaml *y, const struct yaml_node *at, const char *form, ...)
    __attribute__((format(printf, 3, 4)));
unsigned yaml_line(const struct yaml_node *n);

const struct yaml_node *yaml_root(struct yaml *y); /* a mapping, else said; NULL if it is not */

/* The value of a key of a mapping, NULL if absent; marks the key as known.  map may be NULL. */
const struct yaml_node *yaml_get(struct yaml *y, const struct yaml_node *map, const char *key);
/* Likewise, and say so if absent. */
const struct yaml_node *yaml_need(struct yaml *y, const struct yaml_node *map, const char *key);
/* Say every key that nobody asked for, naming the known ones (or the nearest). */
void yaml_done(struct yaml *y, const struct yaml_node *map);

bool yaml_is_map(const struct yaml_node *n); /* NULL: false */
bool yaml_is_list(const struct yaml_node *n);
/* Items of a list; 0 for NULL and for a key with nothing after it.  Anything else is said. */
size_t yaml_count(struct yaml *y, const struct yaml_node *list);
const struct yaml_node *yaml_item(const struct yaml_node *list, size_t i);
/* Entries of a mapping, likewise; then by position, for keys that are data: each is marked known.
 */
size_t yaml_entries(struct yaml *y, const struct yaml_node *map);
const struct yaml_node *yaml_entry(
    const struct yaml_node *map, size_t i, const char **key, unsigned *key_line);

/* Scalars.  For NULL they leave *out and return false; for the wrong type they say so and return
 * false. */
bool yaml_text(struct yaml *y, const struct yaml_node *n, const char **out); /* lent */
bool yaml_copy(
    struct yaml *y, const struct yaml_node *n, char *out, size_t room); /* too long: said */
bool yaml_name(
    struct yaml *y, const struct yaml_node *n, char *out, size_t room); /* empty: said, too */
bool yaml_int(struct yaml *y, const struct yaml_node *n, int64_t least, int64_t most, int64_t *out);
bool yaml_real(struct yaml *y, const struct yaml_node *n, double least, double most, double *out);
bool yaml_bool(struct yaml *y, const struct yaml_node *n, bool *out);
/* One of the words (NULL-ended); gives its index. */
bool yaml_word(struct yaml *y, const struct yaml_node *n, const char *const *words, unsigned *out);
/* "2026-11-30" or "2026-11-30T12:00:00Z": microseconds since 1970 UTC. */
bool yaml_time(struct yaml *y, const struct yaml_node *n, int64_t *out_us);
/* "30s", "10m", "4h", "14d": microseconds. */
bool yaml_duration(struct yaml *y, const struct yaml_node *n, int64_t *out_us);
/* "64MiB", "4KiB", "100": bytes. */
bool yaml_size(struct yaml *y, const struct yaml_node *n, uint64_t *out);

#endif
