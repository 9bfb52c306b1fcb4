/*
 * certificate: names out of X.509.
 *
 *   SEQUENCE ( SEQUENCE ( [0] version, serial, algorithm, issuer, validity, subject,
 *                         key, ..., [3] SEQUENCE of SEQUENCE ( oid, critical, OCTETS ) ) ... )
 *   name: SEQUENCE of SET of SEQUENCE ( oid, string )
 */
#include "dissectors/certificate.h"

#include "dissectors/der.h"
#include "dissectors/say.h"

enum { NAMES_MOST = 12, SAN_DNS = 0x82 };

static const uint8_t common_name[] = { 0x55, 0x04, 0x03 };
static const uint8_t organisation[] = { 0x55, 0x04, 0x0a };
static const uint8_t alternative_name[] = { 0x55, 0x1d, 0x11 };

static bool
is_oid(struct view v, const uint8_t *oid)
{
	return v.n == 3 && memcmp(v.p, oid, 3) == 0;
}

/* Two bytes a character; all names seen in this old form are ASCII. */
static void
say_bmp(struct obs_list *out, enum obs_kind kind, struct view v)
{
	uint8_t text[OBS_TEXT];
	size_t n = 0;

	while (v.n >= 2 && n < sizeof(text)) {
		const uint16_t c = view_be16(&v);

		text[n++] = c < 0x80 ? (uint8_t)c : '?';
	}
	obs_add(out, kind, 0, text, n);
}

/* Say the first attribute `oid` of a name. */
static void
say_attribute(struct view name, const uint8_t *oid, enum obs_kind kind, struct obs_list *out)
{
	while (name.n > 0) {
		struct view set = der_expect(&name, DER_SET);
		struct view pair = der_expect(&set, DER_SEQUENCE);
		const struct view type = der_expect(&pair, DER_OID);
		uint8_t tag;
		const struct view text = der_take(&pair, 0, &tag);

		if (text.bad || !is_oid(type, oid))
			continue;
		if (tag == DER_BMP)
			say_bmp(out, kind, text);
		else
			obs_text(out, kind, text);
		return;
	}
}

static void
say_alternatives(struct view octets, struct obs_list *out)
{
	struct view names = der_expect(&octets, DER_SEQUENCE);

	for (unsigned said = 0; names.n > 0 && said < NAMES_MOST;) {
		uint8_t tag;
		const struct view name = der_take(&names, 0, &tag);

		if (name.bad || tag != SAN_DNS)
			continue;
		say_host_name(out, OBS_CERT_NAME, name);
		said++;
	}
}

static void
read_extensions(struct view v, struct obs_list *out)
{
	struct view all = der_expect(&v, DER_SEQUENCE);

	while (all.n > 0) {
		struct view one = der_expect(&all, DER_SEQUENCE);
		const struct view type = der_expect(&one, DER_OID);
		uint8_t tag;
		struct view value = der_take(&one, 0, &tag);

		if (tag != DER_OCTETS) /* the critical flag comes first */
			value = der_expect(&one, DER_OCTETS);
		if (!value.bad && is_oid(type, alternative_name))
			say_alternatives(value, out);
	}
}

void
certificate_read(struct view der, enum certificate_part part, struct obs_list *out)
{
	struct view outer = der_expect(&der, DER_SEQUENCE);
	struct view body = der_expect(&outer, DER_SEQUENCE);
	struct view issuer, subject;
	uint8_t tag;

	der_take(&body, 0, &tag);
	if (tag == DER_CONTEXT_0)
		der_take(&body, 0, &tag); /* that was the version, this the serial */
	der_expect(&body, DER_SEQUENCE);
	issuer = der_expect(&body, DER_SEQUENCE);
	der_expect(&body, DER_SEQUENCE);
	subject = der_expect(&body, DER_SEQUENCE);
	if (body.bad)
		return;
	say_attribute(subject, common_name, OBS_CERT_SUBJECT, out);
	if (part == CERTIFICATE_ALL)
		say_attribute(subject, organisation, OBS_CERT_ORG, out);
	say_attribute(issuer, common_name, OBS_CERT_ISSUER, out);
	while (part == CERTIFICATE_ALL && body.n > 0) {
		const struct view element = der_take(&body, 0, &tag);

		if (!element.bad && tag == DER_CONTEXT_3)
			read_extensions(element, out);
	}
}
