/*
 * shelf: see shelf.h.
 *
 *   seq  first ........ kept ......................... last
 *        ids alone      id and text
 *
 * Rows stand in a ring by seq and in chains by id, which is looked up before each is
 * added; both grow with what is held.
 */
#include "deliver/shelf.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "farhand/alert.h"

#define ROWS_LEAST 256       /* a power of two */
#define IDS_MOST   (1 << 20) /* ids remembered where texts need not be */
#define SINKS_MOST 8
#define SINK_NAME  512

struct row {
	char id[ALERT_ID];
	uint8_t severity;
	uint16_t rule_at, case_at, body_at; /* in text, behind the id again; each NUL-ended */
	uint32_t length;                    /* of the body */
	uint32_t chain;                     /* 1 + the next row, 0 none */
	char *text;                         /* stays where it is while rows move; NULL: let go */
};

struct cursor {
	char sink[SINK_NAME];
	uint64_t seq;
	bool asked;
};

struct shelf {
	uint64_t first, kept, last; /* rows are first..last, those from kept on with their text */
	uint32_t rows;              /* a power of two; row of seq: seq % rows */
	struct row *row;
	uint32_t *bucket; /* [rows]: 1 + the first row of a chain, 0 none */
	unsigned cursors;
	struct cursor cursor[SINKS_MOST];
};

static uint32_t *
bucket_of(const struct shelf *s, const char *id)
{
	uint64_t h = 14695981039346656037u;

	for (; *id != '\0'; id++)
		h = (h ^ (uint8_t)*id) * 1099511628211u;
	return &s->bucket[(h ^ h >> 32) & (s->rows - 1)];
}

static void
chain_in(struct shelf *s, uint32_t at)
{
	uint32_t *bucket = bucket_of(s, s->row[at].id);

	s->row[at].chain = *bucket;
	*bucket = at + 1;
}

static void
chain_out(struct shelf *s, uint32_t at)
{
	uint32_t *link = bucket_of(s, s->row[at].id);

	while (*link != at + 1)
		link = &s->row[*link - 1].chain;
	*link = s->row[at].chain;
}

static bool
has_id(const struct shelf *s, const char *id)
{
	for (uint32_t i = *bucket_of(s, id); i != 0; i = s->row[i - 1].chain) {
		if (strcmp(s->row[i - 1].id, id) == 0)
			return true;
	}
	return false;
}

static struct row *
row_of(const struct shelf *s, uint64_t seq)
{
	return &s->row[seq & (s->rows - 1)];
}

/* Twice the room. */
static bool
grow(struct shelf *s)
{
	struct shelf wide = *s;

	if (s->rows > UINT32_MAX / 4)
		return false;
	wide.rows = s->rows * 2;
	wide.row = calloc(wide.rows, sizeof(*wide.row));
	wide.bucket = calloc(wide.rows, sizeof(*wide.bucket));
	if (wide.row == NULL || wide.bucket == NULL) {
		free(wide.row);
		free(wide.bucket);
		return false;
	}
	for (uint64_t seq = s->first; seq <= s->last; seq++) {
		*row_of(&wide, seq) = *row_of(s, seq);
		chain_in(&wide, (uint32_t)(seq & (wide.rows - 1)));
	}
	free(s->row);
	free(s->bucket);
	*s = wide;
	return true;
}

static bool
set_text(struct row *row, const struct line *line)
{
	const size_t id = strlen(line->id) + 1, rule = strlen(line->rule) + 1;
	const size_t case_id = strlen(line->case_id) + 1, lead = id + rule + case_id;

	assert(id <= sizeof(row->id) && lead <= UINT16_MAX);
	row->text = line->length < UINT32_MAX ? malloc(lead + line->length + 1) : NULL;
	if (row->text == NULL)
		return false;
	memcpy(row->id, line->id, id);
	memcpy(row->text, line->id, id);
	memcpy(row->text + id, line->rule, rule);
	memcpy(row->text + id + rule, line->case_id, case_id);
	memcpy(row->text + lead, line->body, line->length);
	row->text[lead + line->length] = '\0';
	row->rule_at = (uint16_t)id;
	row->case_at = (uint16_t)(id + rule);
	row->body_at = (uint16_t)lead;
	row->length = (uint32_t)line->length;
	row->severity = (uint8_t)line->severity;
	return true;
}

int
shelf_put(struct shelf *s, const struct line *line)
{
	if (has_id(s, line->id))
		return 1;
	if (s->last + 1 - s->first == s->rows && !grow(s))
		return -1;
	if (!set_text(row_of(s, line->seq), line))
		return -1;
	s->last = line->seq;
	chain_in(s, (uint32_t)(line->seq & (s->rows - 1)));
	return 0;
}

unsigned
shelf_after(const struct shelf *s, uint64_t seq, struct line *out, unsigned most)
{
	unsigned n = 0;

	for (seq = seq + 1 < s->kept ? s->kept : seq + 1; seq <= s->last && n < most; seq++) {
		const struct row *row = row_of(s, seq);

		out[n++] = (struct line){
			.seq = seq,
			.id = row->text,
			.rule = row->text + row->rule_at,
			.case_id = row->text + row->case_at,
			.severity = row->severity,
			.body = row->text + row->body_at,
			.length = row->length,
		};
	}
	return n;
}

static struct cursor *
cursor_of(struct shelf *s, const char *sink)
{
	unsigned i = 0;

	while (i < s->cursors && strcmp(s->cursor[i].sink, sink) != 0)
		i++;
	if (i == s->cursors) {
		assert(i < SINKS_MOST && strlen(sink) < SINK_NAME);
		strcpy(s->cursor[i].sink, sink);
		s->cursors++;
	}
	return &s->cursor[i];
}

uint64_t
shelf_cursor(struct shelf *s, const char *sink)
{
	struct cursor *c = cursor_of(s, sink);

	c->asked = true;
	return c->seq;
}

void
shelf_set_cursor(struct shelf *s, const char *sink, uint64_t seq)
{
	cursor_of(s, sink)->seq = seq;
}

/* What all who asked have; nothing if nobody did. */
static uint64_t
delivered(const struct shelf *s)
{
	uint64_t least = UINT64_MAX;

	for (unsigned i = 0; i < s->cursors; i++) {
		if (s->cursor[i].asked && s->cursor[i].seq < least)
			least = s->cursor[i].seq;
	}
	return least != UINT64_MAX ? least : 0;
}

void
shelf_trim(struct shelf *s, uint64_t keep)
{
	const uint64_t have = delivered(s);

	while (s->kept <= have && s->kept + keep <= s->last) {
		struct row *row = row_of(s, s->kept++);

		free(row->text);
		row->text = NULL;
	}
	while (s->first < s->kept && s->last - s->first >= IDS_MOST)
		chain_out(s, (uint32_t)(s->first++ & (s->rows - 1)));
}

struct shelf *
shelf_new(void)
{
	struct shelf *s = calloc(1, sizeof(*s));

	if (s == NULL)
		return NULL;
	s->first = s->kept = 1;
	s->rows = ROWS_LEAST;
	s->row = calloc(s->rows, sizeof(*s->row));
	s->bucket = calloc(s->rows, sizeof(*s->bucket));
	if (s->row == NULL || s->bucket == NULL) {
		shelf_free(s);
		return NULL;
	}
	return s;
}

void
shelf_free(struct shelf *s)
{
	if (s == NULL)
		return;
	for (uint64_t seq = s->kept; seq <= s->last; seq++)
		free(row_of(s, seq)->text);
	free(s->row);
	free(s->bucket);
	free(s);
}
