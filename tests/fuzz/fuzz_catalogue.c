/*
 * fuzz_catalogue: any file as a catalogue, then any bytes as names to look up.
 *
 * The input is split at its first zero byte: YAML before, a name after.
 */
#include "classify/catalogue_store.h"

#include <stdlib.h>

#include "ops/yaml.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void
look_up(const struct catalogue *c, const char *name, size_t n)
{
	char text[256];
	struct mac m = { { 0 } };
	bool exact;

	n = n < sizeof(text) - 1 ? n : sizeof(text) - 1;
	memcpy(text, name, n);
	text[n] = '\0';
	memcpy(m.b, name, n < 6 ? n : 6);
	(void)catalogue_by_domain(c, text, n);
	(void)catalogue_by_certificate(c, text, n);
	(void)catalogue_by_alpn(c, text, n);
	(void)catalogue_by_ja4(c, text);
	(void)catalogue_by_host_name(c, text, &exact);
	(void)catalogue_by_service(c, text, &exact);
	(void)catalogue_by_mac(c, &m, &exact);
	(void)catalogue_network(c, (uint32_t)n);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	const uint8_t *zero = n > 0 ? memchr(data, 0, n) : NULL;
	const size_t yaml = zero != NULL ? (size_t)(zero - data) : n;
	struct catalogue *c = catalogue_new(NULL);

	if (c == NULL)
		abort();
	(void)catalogue_read(c, yaml_open_text("fuzz", (const char *)data, yaml), 1);
	/* again, as an operator's file over it */
	(void)catalogue_read(c, yaml_open_text("fuzz", (const char *)data, yaml), 2);
	if (zero != NULL)
		look_up(c, (const char *)zero + 1, n - yaml - 1);
	catalogue_free(c);
	return 0;
}
