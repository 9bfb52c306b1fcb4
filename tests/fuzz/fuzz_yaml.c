/*
 * fuzz_yaml: any text as YAML, as farhand.yaml, as people.yaml, and as behaviour.yaml.
 *
 * Readers that take a path get one of a file in memory.  What they accept is
 * used: addresses are looked up among the persons read.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "ops/card.h"
#include "ops/yaml.h"
#include "people/registry.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static bool
any_product(void *arg, const char *id)
{
	(void)arg;
	return id[0] != 'x';
}

/* Ask every value to be everything. */
static void
walk(struct yaml *y, const struct yaml_node *n)
{
	const struct yaml_node *child;
	const char *text;
	char room[8];
	int64_t i;
	uint64_t size;
	double d;

	yaml_text(y, n, &text);
	yaml_copy(y, n, room, sizeof(room));
	yaml_int(y, n, -10, INT64_MAX, &i);
	yaml_real(y, n, -90, 90, &d);
	yaml_time(y, n, &i);
	yaml_duration(y, n, &i);
	yaml_size(y, n, &size);
	yaml_get(y, n, "key");
	for (size_t at = yaml_is_list(n) ? yaml_count(y, n) : 0; at > 0; at--)
		walk(y, yaml_item(n, at - 1));
	for (size_t at = 0; yaml_is_map(n) && (child = yaml_entry(n, at, &text, NULL)) != NULL;
	     at++)
		walk(y, child);
	yaml_done(y, n);
}

static void
use_people(const struct config *cfg, const char *path)
{
	struct registry *r = registry_new(cfg, path, any_product, NULL);
	const struct mac m = { { 2, 0, 0, 0, 0, 1 } };

	if (r == NULL)
		return;
	for (uint8_t i = 0; i < 40; i++) {
		const uint8_t four[4] = { 10, 0, 0, i };
		const struct addr a = addr_v4(four);

		registry_named(r, &a, "host", i);
		registry_account(r, "u1", &a, &a, i % 2 == 0, i);
		registry_lease(r, &m, &a, "lt", "", VANTAGE_SITE, 0, i, i + 1);
		registry_at(r, &a, &m, VANTAGE_SITE, 0, i);
		registry_range(r, &a, i);
	}
	registry_free(r);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static struct config cfg;
	static struct scorecard card;
	struct yaml *y = yaml_open_text("f", (const char *)data, n);
	const int fd = memfd_create("f", 0);
	char path[32];

	if (y != NULL && yaml_root(y) != NULL)
		walk(y, yaml_root(y));
	yaml_close(y);
	if (fd < 0 || write(fd, data, n) != (ssize_t)n)
		abort();
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	card_read(path, &card);
	config_default(&cfg);
	config_read(path, &cfg);
	cfg.limits.endpoints = 16;
	use_people(&cfg, path);
	close(fd);
	return 0;
}
