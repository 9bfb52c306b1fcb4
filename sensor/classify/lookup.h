/*
 * lookup: texts of several kinds, found whole, by prefix, or by domain suffix.
 *
 *   key         fact kind + text, hashed from its end: one walk from the end of
 *               "relay-1.net.anydesk.com" hashes com, anydesk.com, net.anydesk.com ...
 *   "router*.teamviewer.com"  is kept as the suffix teamviewer.com with the
 *               pattern router* for the label before it
 *   "jetkvm-*"  is hashed from its start: one walk along the text asks for prefixes, at the
 *               lengths that any has
 *
 * No walk goes past the longest text of its kind, so that what a lookup costs depends neither
 * on how many facts there are nor on how long a stranger's name is.
 */
#ifndef FARHAND_CLASSIFY_LOOKUP_H
#define FARHAND_CLASSIFY_LOOKUP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum fact {
	FACT_ID,
	FACT_NDPI,
	FACT_DOMAIN,
	FACT_CERTIFICATE,
	FACT_ALPN,
	FACT_JA4,
	FACT_HOST_NAME,
	FACT_SERVICE,
	FACT_PATH,
	FACT_TITLE,
	FACT_WEBSOCKET,
	FACT_AGENT,
	FACT_SERVER,
	FACTS
};

#define LOOKUP_TEXT   255 /* longest text */
#define LOOKUP_PREFIX 64  /* longest before a '*' */

/* One fact and whose it is. */
struct entry {
	uint8_t fact;
	uint8_t use; /* of a domain: see catalogue_read.c */
	bool prefix; /* text is the start of a name, not all of it; LOOKUP_PREFIX at most */
	bool exact, weak;
	uint16_t product;
	uint16_t length;
	uint32_t hash;
	char *text;  /* own copy */
	char *label; /* domain: pattern of the label before text; NULL: none.  Own copy */
};

/* Where an entry is; its hash is kept beside, so that a miss touches no entry. */
struct slot {
	uint32_t hash;
	uint32_t entry; /* 1 + index, 0: free */
};

struct lookup {
	struct entry *entry;
	uint32_t entries, entry_room;
	struct slot *slot;
	uint32_t slots;                 /* a power of two, at least twice the entries */
	uint16_t longest[FACTS];        /* text that is no prefix */
	uint64_t prefix_lengths[FACTS]; /* bit n: there is one of n + 1 characters */
};

void lookup_free(struct lookup *l);

/*
 * Add a fact.  `text` as people write it: a domain may have '*' in its first
 * label, any other may end in one.  *product is the owner of the same fact if it
 * was there before (nothing is added), else 0.  False when out of memory.
 */
bool lookup_add(struct lookup *l, const struct entry *like, const char *text, unsigned *product);

/* The entry of this whole text, or of its longest known prefix; NULL: none. */
const struct entry *lookup_find(const struct lookup *l, enum fact fact, const char *text, size_t n);

/* The longest domain that name is, or is below of; NULL: none. */
const struct entry *lookup_domain(const struct lookup *l, const char *name, size_t n);

#endif
