/*
 * words: see words.h.  A host may call itself anything: what it says of itself
 * must not break a line or a terminal.
 */
#include "detect/words.h"

static const char account[] = "user:"; /* how the registry calls who is known by accounting only */

char *
words_printable(char *text)
{
	for (char *c = text; *c != '\0'; c++) {
		if (*c < 0x20 || *c > 0x7e)
			*c = '?';
	}
	return text;
}

char *
words_person(const struct person *who, char out[WORDS])
{
	if (!who->anonymous)
		finding_say(out, WORDS, "%s", who->id);
	else if (strncmp(who->id, account, sizeof(account) - 1) == 0)
		finding_say(out, WORDS, "the account %s", who->id + sizeof(account) - 1);
	else
		finding_say(out, WORDS, "the machine %s", who->id);
	return words_printable(out);
}

char *
words_machine(const struct endpoint *end, char out[WORDS])
{
	char addr[ADDR_TEXT], who[WORDS];

	addr_format(&end->addr, addr);
	words_person(end->who, who);
	if (end->who->anonymous && strncmp(end->who->id, account, sizeof(account) - 1) != 0)
		finding_say(out, WORDS, "the machine %s%s%.40s%s", addr,
		    end->name[0] != '\0' ? " (" : "", end->name, end->name[0] != '\0' ? ")" : "");
	else if (end->name[0] != '\0')
		finding_say(out, WORDS, "%.44s's machine %.24s (%s)", who, end->name, addr);
	else
		finding_say(out, WORDS, "%.44s's machine %s", who, addr);
	return words_printable(out);
}

char *
words_place(const struct place *p, char out[WORDS])
{
	if (!place_known(p))
		finding_say(out, WORDS, "an unknown place");
	else if (p->city[0] != '\0')
		finding_say(out, WORDS, "%s, %s", p->city, p->country);
	else
		finding_say(out, WORDS, "%s", p->country);
	return out;
}

char *
words_far(const struct addr *a, const struct place *p, const char *name, char out[WORDS])
{
	char addr[ADDR_TEXT], place[WORDS], shown[41];

	addr_format(a, addr);
	finding_say(shown, sizeof(shown), "%s", name);
	words_printable(shown);
	words_place(p, place);
	if (shown[0] != '\0' && place_known(p))
		finding_say(out, WORDS, "%s (%s, %.36s)", addr, shown, place);
	else if (shown[0] != '\0' || place_known(p))
		finding_say(out, WORDS, "%s (%s)", addr, shown[0] != '\0' ? shown : place);
	else
		finding_say(out, WORDS, "%s", addr);
	return out;
}

const char *
words_network(unsigned network_kind)
{
	static const char *const names[NETWORK_KINDS] = {
		[NETWORK_UNKNOWN] = "a network of unknown kind",
		[NETWORK_FIXED] = "a fixed access network",
		[NETWORK_MOBILE] = "a mobile network",
		[NETWORK_SATELLITE] = "a satellite network",
		[NETWORK_HOSTING] = "a hosting network",
		[NETWORK_VPN] = "a VPN or proxy network",
		[NETWORK_OFFICE] = "an office network",
		[NETWORK_SHARED] = "a shared venue's network",
	};

	return names[network_kind < NETWORK_KINDS ? network_kind : NETWORK_UNKNOWN];
}

char *
words_span(int64_t span_us, char out[WORDS])
{
	const long long s = span_us > 0 ? span_us / SECOND_US : 0;

	if (s < 60)
		finding_say(out, WORDS, "%lld s", s);
	else if (s < 3600)
		finding_say(out, WORDS, "%lld min", s / 60);
	else if (s < 86400)
		finding_say(out, WORDS, "%lld h %lld min", s / 3600, s / 60 % 60);
	else
		finding_say(out, WORDS, "%lld d %lld h", s / 86400, s / 3600 % 24);
	return out;
}

char *
words_bytes(uint64_t bytes, char out[WORDS])
{
	static const char *const unit[] = { "bytes", "kB", "MB", "GB", "TB" };
	uint64_t whole = bytes, tenth = 0;
	unsigned u = 0;

	while (whole >= 1000 && u < 4) {
		tenth = whole % 1000 / 100;
		whole /= 1000;
		u++;
	}
	if (u == 0)
		finding_say(out, WORDS, "%llu bytes", (unsigned long long)whole);
	else
		finding_say(out, WORDS, "%llu.%llu %s", (unsigned long long)whole,
		    (unsigned long long)tenth, unit[u]);
	return out;
}

char *
words_count(unsigned n, char out[WORDS])
{
	static const char *const word[] = { "no", "one", "two", "three", "four", "five", "six",
		"seven", "eight", "nine" };

	if (n < sizeof(word) / sizeof(word[0]))
		finding_say(out, WORDS, "%s", word[n]);
	else
		finding_say(out, WORDS, "%u", n);
	return out;
}

void
words_capital(char *sentence)
{
	static const char *const first[] = { "the ", "two ", "three ", "four ", "five ", "six ",
		"seven ", "eight ", "nine " };

	for (unsigned i = 0; i < sizeof(first) / sizeof(first[0]); i++) {
		if (strncmp(sentence, first[i], strlen(first[i])) == 0)
			sentence[0] = (char)(sentence[0] - 'a' + 'A');
	}
}
