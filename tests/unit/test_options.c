/*
 * The command line: what it gives, and what is refused.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <getopt.h>

#include "caught.h"
#include "setup.h"

static struct caught caught;
static struct options options;

/* Read a command line of words parted by single spaces. */
static int
read_line(const char *line)
{
	static char text[1024];
	static char *argv[64];
	int argc = 0, status, rc;

	snprintf(text, sizeof(text), "farhand %s", line);
	for (char *word = strtok(text, " "); word != NULL; word = strtok(NULL, " "))
		argv[argc++] = word;
	argv[argc] = NULL;
	options_free(&options);
	optind = 0; /* getopt begins anew */
	caught_begin(&caught);
	rc = options_read(argc, argv, &options, &status);
	caught_end(&caught);
	assert_true(rc == 0 || status == 1);
	return rc;
}

static void
wrong(const char *line, const char *message)
{
	if (read_line(line) == 0 || strstr(caught.text, message) == NULL)
		fail_msg("of \"%s\" was said: %s", line, caught.text);
}

static void
live_as_tcpdump(void **state)
{
	(void)state;
	assert_int_equal(
	    read_line("live -n -i a0 -i b0 -s 96 -B 4096 -p -c f.yaml tcp[12] - 5 > -v"), 0);
	assert_int_equal(options.interfaces, 2);
	assert_string_equal(options.interface[1], "b0");
	assert_int_equal(options.snaplen, 96);
	assert_int_equal(options.ring_bytes, 4096 * 1024);
	assert_false(options.promiscuous);
	assert_string_equal(options.bpf, "tcp[12] - 5 > -v");
	assert_int_equal(options.patience_ms, 5000); /* its store keeps the rest */
	assert_int_equal(read_line("live -ia0 -s0"), 0);
	assert_int_equal(options.snaplen, 262144); /* tcpdump's: all of it */
	assert_true(options.promiscuous);
	assert_null(options.bpf);
}

static void
replay_and_check(void **state)
{
	(void)state;
	assert_int_equal(read_line("replay a.pcap --flows - -f tcp b.pcap -"), 0);
	assert_int_equal(options.inputs, 3);
	assert_int_equal(options.patience_ms, 300000);
	assert_string_equal(options.input[2], "-");
	assert_string_equal(options.bpf, "tcp");
	assert_int_equal(read_line("check -i a0 -s 96 --flows x --vantage site -f tcp"), 0);
}

static void
mistakes_are_told(void **state)
{
	(void)state;
	wrong("", "live, replay or check?");
	wrong("lvie", "'lvie' is none of live, replay, check");
	wrong("live -j", "farhand: unknown option -j;");
	wrong("live --snap 5", "farhand: unknown option --snap;");
	wrong("live -i", "farhand: -i needs a value;");
	wrong("live --geo", "farhand: --geo needs a value;");
	wrong("live --immediate=1", "farhand: --immediate takes no value;");
	wrong("live -s 5", "found '5'; expected a number from 64 to 262144");
	wrong("live -B -7", "found '-7'; expected a number from 256 to");
	wrong("live --flows x", "--flows is for replay");
	wrong("live --vantage site", "--vantage is for replay");
	wrong("live -f tcp", "-f is for replay");
	wrong("replay -i a0 x", "-i is for live");
	wrong("replay -p x", "-p is for live");
	wrong("replay --lanes 3 x", "farhand: --lanes 3: 1, 2, 4 or 8");
	wrong("replay --lanes 9 x", "farhand: found '9'; expected a number from 1 to 8");
	wrong("replay --immediate x", "--immediate is for live");
	wrong("replay", "replay needs a file");
	wrong("check x", "what is 'x' for?");
	wrong("replay -f tcp -f udp x", "a filter is given twice");
	wrong("live --geo a --geo b --geo c --geo d --geo e", "too many databases: e");
}

static void
filter_files(void **state)
{
	char path[] = "/tmp/farhand-test-XXXXXX", line[128];

	(void)state;
	caught_write(path, "tcp # and not udp\n and port 22\n");
	snprintf(line, sizeof(line), "live -F %s", path);
	assert_int_equal(read_line(line), 0);
	assert_string_equal(options.bpf, "tcp              \n and port 22\n");
	snprintf(line, sizeof(line), "live -F %s udp", path);
	wrong(line, "a filter is given twice");
	snprintf(line, sizeof(line), "replay -f udp -F %s x", path);
	wrong(line, "a filter is given twice");
	unlink(path);
	wrong(line, "cannot read the filter file");
	/* Not an empty filter, which would let everything pass. */
	wrong("live -F /tmp", "cannot read a filter from /tmp");
}

/* Cut short they would name something else. */
static void
long_names_are_refused(void **state)
{
	static const char *const words[] = { "--people", "--catalog", "--geo", "--redis" };
	char line[512];
	struct setup s;

	(void)state;
	for (int i = 0; i < 4; i++) {
		snprintf(line, sizeof(line), "check %s %0300d", words[i], 0);
		assert_int_equal(read_line(line), 0);
		caught_begin(&caught);
		assert_int_equal(setup_read(&s, &options), -1);
		caught_end(&caught);
		setup_free(&s);
		assert_non_null(strstr(caught.text, "too long; expected at most 255 bytes"));
		assert_non_null(strstr(caught.text, words[i]));
	}
}

static int
free_options(void **state)
{
	(void)state;
	options_free(&options);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(live_as_tcpdump),
		cmocka_unit_test(replay_and_check),
		cmocka_unit_test(mistakes_are_told),
		cmocka_unit_test(filter_files),
		cmocka_unit_test(long_names_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, free_options);
}
