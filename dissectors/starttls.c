/*
 * starttls: the TLS that a client begins after a word in clear, in the same stream.
 *
 *   lines, the last of them   [tag] STARTTLS   SMTP, IMAP, NNTP [RFC 3207, 9051, 4642]
 *                             STLS             POP3 [RFC 2595]
 *                             AUTH TLS         FTP [RFC 4217]
 *                             PROXY TCP4 ...   HAProxy's, before anything else [PROXY
 * protocol, 2.1] 0 0 0 8 04 d2 16 2f       PostgreSQL's SSLRequest [its manual, 55.7] 20 0 0 1
 * flags*4 most*4 charset 0*23       MySQL's; of the flags CLIENT_SSL [its protocol, 41]
 *
 *   then 16 3 minor ...
 *
 * The client's side alone is read: what it offers, and whom it wants.
 */
#include "dissectors/say.h"
#include "dissectors/tls_flight.h"
#include "dissectors/tls_hello.h"

enum {
	LINE_MOST = 512,
	LINES_MOST = 16,
	POSTGRES_BYTES = 8,
	MYSQL_BYTES = 36,
	MYSQL_ZEROS = 23,
	CLIENT_SSL = 0x08, /* of the second byte of flags */
	RECORD_BYTES = 5   /* before the first message */
};

/* A line as words: "a1 STARTTLS" has two. */
struct words {
	struct view first, second;
};

static bool
is_word(struct view v, const char *want)
{
	const size_t n = strlen(want);

	if (v.n != n)
		return false;
	for (size_t i = 0; i < n; i++)
		if (lower(v.p[i]) != (uint8_t)want[i])
			return false;
	return true;
}

static bool
is_one_of(struct view v, const char *const *words, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (is_word(v, words[i]))
			return true;
	return false;
}

static struct view
take_word(struct view *v)
{
	size_t n = 0;
	struct view word;

	while (n < v->n && v->p[n] != ' ')
		n++;
	word = view_take(v, n);
	if (v->n > 0)
		view_skip(v, 1);
	return word;
}

/* YES and the line's words, without its end; NO if it is no text. */
static enum probe
take_line(struct view *head, struct words *out)
{
	const size_t most = head->n < LINE_MOST ? head->n : LINE_MOST;
	struct view line;
	size_t n = 0;

	while (n < most && head->p[n] >= ' ' && head->p[n] <= '~')
		n++;
	if (n == most || (head->p[n] == '\r' && n + 1 == head->n))
		return most < LINE_MOST ? PROBE_MORE : PROBE_NO;
	line = view_take(head, n);
	if (head->p[0] == '\r')
		view_skip(head, 1);
	if (view_u8(head) != '\n')
		return PROBE_NO;
	out->first = take_word(&line);
	out->second = take_word(&line);
	return PROBE_YES;
}

/* Whose first line is it?  NULL: of nobody who turns to TLS so. */
static const char *
who_opens(const struct words *w)
{
	static const char *const smtp[] = { "ehlo", "lhlo" };
	static const char *const ftp[] = { "auth", "feat" };
	static const char *const pop3[] = { "capa", "stls" };
	static const char *const nntp[] = { "capabilities", "starttls", "mode" };
	static const char *const imap[] = { "capability", "starttls", "id" };

	if (is_one_of(w->first, smtp, 2))
		return "smtp";
	if (is_one_of(w->first, ftp, 2))
		return "ftp";
	if (is_one_of(w->first, pop3, 2))
		return "pop3";
	if (is_one_of(w->first, nntp, 3))
		return "nntp";
	if (is_word(w->first, "proxy"))
		return "tls";
	return is_one_of(w->second, imap, 3) ? "imap" : NULL;
}

/* Does the client speak TLS after this line? */
static bool
turns(const struct words *w)
{
	static const char *const plain[] = { "starttls", "stls", "proxy" };

	if (is_one_of(w->first, plain, 3) || is_word(w->second, "starttls"))
		return true;
	return is_word(w->first, "auth") &&
	    (is_word(w->second, "tls") || is_word(w->second, "ssl"));
}

/* Skip the lines before the TLS; says who they were of. */
static enum probe
skip_lines(struct view *head, const char **who)
{
	struct words words;
	enum probe said;
	bool turned = false;

	*who = NULL;
	if (head->n > 0 && !is_digit(head->p[0]) &&
	    (lower(head->p[0]) < 'a' || lower(head->p[0]) > 'z'))
		return PROBE_NO;
	for (unsigned n = 0; n < LINES_MOST; n++) {
		if (turned && head->n > 0 && head->p[0] == 0x16)
			return PROBE_YES;
		said = take_line(head, &words);
		if (said != PROBE_YES)
			return said;
		if (*who == NULL)
			*who = who_opens(&words);
		if (*who == NULL)
			return PROBE_NO;
		turned = turns(&words);
	}
	return PROBE_NO;
}

static enum probe
skip_mysql(struct view *head)
{
	struct view v = *head;
	const enum probe said = begins(v, "\x20\0\0\1", 4);
	uint8_t flags;

	if (said != PROBE_YES)
		return said;
	if (v.n < MYSQL_BYTES)
		return PROBE_MORE;
	view_skip(&v, 5);
	flags = view_u8(&v);
	view_skip(&v, 7);
	for (unsigned i = 0; i < MYSQL_ZEROS; i++)
		if (view_u8(&v) != 0)
			return PROBE_NO;
	view_skip(head, MYSQL_BYTES);
	return (flags & CLIENT_SSL) != 0 ? PROBE_YES : PROBE_NO;
}

/* Skip what is said before the TLS. */
static enum probe
skip_opening(struct view *head, const char **who)
{
	enum probe said = begins(*head, "\0\0\0\x08\x04\xd2\x16\x2f", POSTGRES_BYTES);

	if (said != PROBE_NO) {
		*who = "postgresql";
		if (said == PROBE_YES)
			view_skip(head, POSTGRES_BYTES);
		return said;
	}
	said = skip_mysql(head);
	if (said != PROBE_NO) {
		*who = "mysql";
		return said;
	}
	return skip_lines(head, who);
}

static enum probe
starttls_probe(struct view head, enum side from, struct obs_list *out)
{
	const char *who;
	enum probe said;

	if (from != SIDE_CLIENT)
		return PROBE_NO;
	said = skip_opening(&head, &who);
	if (said != PROBE_YES)
		return said;
	if (head.n > RECORD_BYTES && head.p[RECORD_BYTES] != TLS_CLIENT_HELLO)
		return PROBE_NO;
	say_protocol(out, who);
	return tls_read(head, from, TLS_JA4, out);
}

const struct dissector dissect_starttls = { "starttls", TRANSPORT_TCP, false,
	{ 21, 25, 110, 143, 587, 3306, 5432 }, starttls_probe };
