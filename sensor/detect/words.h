/*
 * words: how persons, machines, places and amounts are said in a sentence.
 *
 * Each writes into out[WORDS], cut to fit, and returns it.  Names that came over
 * the wire are shown in printable ASCII only.
 */
#ifndef FARHAND_WORDS_H
#define FARHAND_WORDS_H

#include "farhand/detector.h"

#define WORDS 128

/* In place: what is not printable ASCII becomes '?'.  Returns text. */
char *words_printable(char *text);

/* "u11"; "the account bob"; "the machine 10.20.4.11" for an unnamed person */
char *words_person(const struct person *who, char out[WORDS]);
/* "u11's machine laptop-3 (10.20.4.11)"; "the machine 10.20.4.11" */
char *words_machine(const struct endpoint *end, char out[WORDS]);
/* "192.0.2.10 (relay.example.net, Frankfurt, DE)"; name "" if unknown */
char *words_far(const struct addr *a, const struct place *p, const char *name, char out[WORDS]);
/* "Nashville, US"; "US"; "an unknown place" */
char *words_place(const struct place *p, char out[WORDS]);
/* "an access network", "a mobile network", "a hosting network" ... */
const char *words_network(unsigned network_kind);
/* "2 h 10 min", "45 s" */
char *words_span(int64_t span_us, char out[WORDS]);
/* "12.3 MB", decimal units */
char *words_bytes(uint64_t bytes, char out[WORDS]);
/* "two" ... "nine", then digits */
char *words_count(unsigned n, char out[WORDS]);
/* A sentence that starts with an article or a number word gets its capital; names keep theirs. */
void words_capital(char *sentence);

#endif
