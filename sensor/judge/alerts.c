/*
 * alerts: see alerts.h.
 */
/* SHA256_Init and its like: an EVP digest costs three times the hash itself. */
#define OPENSSL_SUPPRESS_DEPRECATED
#include "judge/alerts.h"

#include <math.h>
#include <openssl/sha.h>

uint8_t
alerts_severity(enum level level, enum band band)
{
	static const uint8_t by_level[LEVELS] = { 1, 21, 47, 73 };
	static const uint8_t by_band[BANDS] = { 0, 0, 73, 99 };
	const uint8_t a = by_level[level], b = by_band[band];

	return a > b ? a : b;
}

uint8_t
alerts_risk(uint8_t severity, double probability)
{
	const uint8_t risk = (uint8_t)lround(100 * probability);

	return risk > severity ? risk : severity;
}

uint8_t
alerts_confidence(const struct finding *f)
{
	double sure = 100 / (1 + exp(-(double)f->llr)) - 5.0 * f->against;

	if (f->near_certain)
		sure = fmax(sure, 95);
	return (uint8_t)lround(fmin(fmax(sure, 0), 99));
}

void
alerts_key(const struct finding *f, char out[sizeof(((struct alert *)0)->key)])
{
	finding_say(out, sizeof(((struct alert *)0)->key), "%s|%s|%s", f->by->rule,
	    f->persons > 1 ? "*" : f->who->id, f->key);
}

void
alerts_digest(const char *text, uint8_t out[DIGEST])
{
	SHA256_CTX sha;

	SHA256_Init(&sha);
	SHA256_Update(&sha, text, strlen(text));
	SHA256_Final(out, &sha);
}

void
alerts_id(const char *key, int64_t day, uint32_t n, char out[ALERT_ID])
{
	static const char hex[] = "0123456789abcdef";
	uint8_t digest[DIGEST];
	char text[256];

	finding_say(text, sizeof(text), "%s|%lld|%u", key, (long long)day, n);
	alerts_digest(text, digest);
	for (unsigned i = 0; i < ALERT_ID - 1; i++)
		out[i] = hex[digest[i / 2] >> (i % 2 == 0 ? 4 : 0) & 0x0f];
	out[ALERT_ID - 1] = '\0';
}
