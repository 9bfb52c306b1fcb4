/*
 * catalogue_store: how a catalogue is kept, shared by its reader and its questions.
 */
#ifndef FARHAND_CLASSIFY_CATALOGUE_STORE_H
#define FARHAND_CLASSIFY_CATALOGUE_STORE_H

#include "classify/catalogue.h"
#include "classify/lookup.h"

/* A domain that is the vendor's web site: it shields, it never matches. */
enum { NAME_WEBSITE = NAME_EITHER + 1 };

#define PRODUCTS_MAX 65535 /* numbers have 16 bits */

struct item {
	const struct product *p; /* the roll's */
	uint8_t controlled;      /* enum side */
	unsigned file; /* which file, in order, it was first in; 0: of a catalogue before only */
};

/* All products of catalogues that follow each other.  Only who loads looks into it. */
struct roll {
	struct product **product; /* own copies, and so are their texts */
	unsigned products, room;
	unsigned users; /* catalogues; the last to go frees it */
};

/* The first `nibbles` (6, 7 or 9) hex digits of a MAC address: IEEE MA-L, MA-M, MA-S. */
struct mac_block {
	struct mac m;
	uint8_t nibbles;
	bool exact;
	uint16_t product;
};

struct network {
	uint32_t asn;
	uint8_t kind; /* enum network_kind */
	unsigned file;
};

struct catalogue {
	struct roll *roll;
	unsigned files; /* read so far */
	struct item *item;
	unsigned items, item_room;
	struct mac_block *mac;
	unsigned macs, mac_room;
	uint64_t mac_thirds[4]; /* a bit for each third byte that one of them has */
	struct network *network; /* ascending by asn */
	unsigned networks, network_room;
	struct lookup lookup;
};

/* Do the first n hex digits agree? */
bool mac_block_has(const struct mac_block *b, const struct mac *m);
/* Where asn is in c->network, or belongs. */
unsigned network_place(const struct catalogue *c, uint32_t asn);

/* One without facts, that numbers products as the one before (NULL: none) did; NULL: no memory. */
struct catalogue *catalogue_new(const struct catalogue *before);
/* The roll's product that is like this one; NULL: no memory. */
const struct product *roll_product(struct roll *r, const struct product *like);

struct yaml;
/*
 * Read one file into c and close it (file: 1, 2, ... in order of reading).  Returns
 * the number of mistakes, all said; a NULL, said by yaml_open, is one.
 */
unsigned catalogue_read(struct catalogue *c, struct yaml *y, unsigned file);

#endif
