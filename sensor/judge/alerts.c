/*
 * alerts: see alerts.h.
 */
#include "judge/alerts.h"

#include <assert.h>
#include <math.h>
#include <openssl/evp.h>

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
	unsigned n = DIGEST;
	const int ok = EVP_Digest(text, strlen(text), out, &n, EVP_sha256(), NULL);

	assert(ok == 1 && n == DIGEST);
	(void)ok;
}

void
alerts_id(const char *key, int64_t day, uint32_t n, char out[ALERT_ID])
{
	uint8_t digest[DIGEST];
	char text[256];

	finding_say(text, sizeof(text), "%s|%lld|%u", key, (long long)day, n);
	alerts_digest(text, digest);
	for (unsigned i = 0; i < (ALERT_ID - 1) / 2; i++)
		finding_say(out + 2 * i, 3, "%02x", digest[i]);
}
