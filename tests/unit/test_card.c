/*
 * test_card: behaviour.yaml: what is read, and every way to get it wrong.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "caught.h"
#include "ops/card.h"

#define GROUPS                                                                                     \
	" groups:\n"                                                                               \
	"  size: {least: -2.5, most: 2, scale: 0.9}\n"                                             \
	"  timing: {least: -2, most: 2, scale: 1}\n"                                               \
	"  response: {least: -2, most: 3, scale: 1}\n"                                             \
	"  session: {least: -2, most: 2, scale: 1}\n"
#define SHELL                                                                                      \
	"shell:\n base: 1\n" GROUPS                                                                \
	" features: {echo: {group: response, edges: [], weights: [2], unknown: 0}}\n"
#define DESKTOP "version: \"7\"\ndesktop:\n"
#define SESSION                                                                                    \
	"session: {alike: 0.3, most: 6, likely: {windows: 6, score: 3}, sure: {windows: 8, "       \
	"score: 5}}\n"
#define ONE                                                                                        \
	" features: {led: {group: response, edges: [0.25, 0.5], weights: [1, 0, -1.5], unknown: "  \
	"-0.5}}\n"

static struct scorecard card;
static struct caught caught;

static int
read_text(const char *text)
{
	int rc;

	caught_begin(&caught);
	rc = card_read_text("F", text, strlen(text), &card);
	caught_end(&caught);
	return rc;
}

static void
wrong(const char *text, const char *message)
{
	assert_int_equal(read_text(text), -1);
	if (strstr(caught.text, message) == NULL)
		fail_msg("of \"%s\" was said: %s", text, caught.text);
}

static void
whole(void **state)
{
	const struct card *desktop = &card.card[CARD_DESKTOP];
	const struct card_feature *led = &desktop->feature[FEATURE_LED];

	(void)state;
	assert_int_equal(read_text(DESKTOP " base: -0.5\n" GROUPS ONE SHELL SESSION), 0);
	assert_string_equal(card.version, "7");
	assert_true(desktop->base == -0.5f);
	assert_true(desktop->group[FEATURES_SIZE].least == -2.5f);
	assert_true(desktop->group[FEATURES_SIZE].scale == 0.9f);
	assert_int_equal(led->bins, 3);
	assert_int_equal(led->group, FEATURES_RESPONSE);
	assert_true(led->edge[1] == 0.5f && led->weight[2] == -1.5f && led->unknown == -0.5f);
	assert_int_equal(desktop->feature[FEATURE_ECHO].bins, 0);
	assert_int_equal(card.card[CARD_SHELL].feature[FEATURE_ECHO].bins, 1);
	assert_true(card.card[CARD_SHELL].base == 1);
	assert_int_equal(card.likely.windows, 6);
	assert_true(card.sure.score == 5.0f && card.alike == 0.3f && card.most == 6.0f);
}

/* The one that is shipped. */
static void
ours(void **state)
{
	char path[512];

	(void)state;
	snprintf(path, sizeof(path), "%s/catalog/behaviour.yaml", getenv("FARHAND_ROOT"));
	caught_begin(&caught);
	assert_int_equal(card_read(path, &card), 0);
	caught_end(&caught);
	assert_string_equal(caught.text, "");
}

static void
mistakes(void **state)
{
	(void)state;
	wrong("", "F");
	wrong(DESKTOP " base: 0\n" GROUPS SHELL SESSION, "features");
	wrong("desktop:\n base: 0\n" GROUPS ONE SHELL SESSION, "version");
	wrong(DESKTOP " base: nan\n" GROUPS ONE SHELL SESSION, "F:3");
	wrong(DESKTOP " base: 0\n" ONE SHELL SESSION, "groups");
	wrong(DESKTOP " base: 0\n" GROUPS ONE SHELL, "session");
	wrong(DESKTOP " base: 0\n" GROUPS ONE SESSION, "shell");
	wrong(DESKTOP
	    " base: 0\n" GROUPS
	    " features: {led: {group: response, edges: [0.5], weights: [1], unknown: 0}}\n" SHELL
		SESSION,
	    "1 weights and 1 edges");
	wrong(DESKTOP " base: 0\n" GROUPS " features: {led: {group: response, edges: [0.5, 0.5], "
					  "weights: [1, 2, 3], unknown: 0}}\n" SHELL SESSION,
	    "edges must rise");
	wrong(DESKTOP
	    " base: 0\n" GROUPS
	    " features: {led: {group: other, edges: [], weights: [1], unknown: 0}}\n" SHELL SESSION,
	    "other");
	wrong(DESKTOP
	    " base: 0\n" GROUPS
	    " features: {colour: {group: size, edges: [], weights: [1], unknown: 0}}\n" SHELL
		SESSION,
	    "colour");
	wrong(DESKTOP " base: 0\n" GROUPS " features: {led: {group: size, edges: [1,2,3,4,5,6,7], "
					  "weights: [1,2,3,4,5,6,7,8]}}\n" SHELL SESSION,
	    "8 weights");
	wrong(DESKTOP
	    " base: 0\n" GROUPS
	    " features: {led: {group: size, edges: [], weights: [1000], unknown: 0}}\n" SHELL
		SESSION,
	    "F:");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whole),
		cmocka_unit_test(ours),
		cmocka_unit_test(mistakes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
