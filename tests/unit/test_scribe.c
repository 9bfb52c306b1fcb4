/*
 * test_scribe: flow records into a file, many to a write; one that is full; with and
 * without a thread.
 */
#include "ecs_lab.h"

#include <sys/stat.h>
#include <unistd.h>

#include "scribe.h"

static void
write_many(bool own_thread)
{
	char file[] = "/tmp/farhand-flows-XXXXXX", line[FLOW_LINE];
	struct scribe *s;
	struct stat st;
	struct lab l;
	FILE *f;

	close(mkstemp(file));
	lab_fill(&l);
	s = scribe_open(file, &lab_run, own_thread);
	assert_non_null(s);
	for (l.finding.flow.id = 1; l.finding.flow.id <= 2000; l.finding.flow.id++) {
		scribe_take(s, &l.record);
		if (l.finding.flow.id == 1000)
			scribe_flush(s);
	}
	assert_int_equal(stat(file, &st), 0);
	assert_true(st.st_size >= 10 * 65536); /* memory does not grow with them */
	scribe_close(s);
	f = fopen(file, "r");
	assert_non_null(f);
	for (l.finding.flow.id = 1; l.finding.flow.id <= 2000; l.finding.flow.id++) {
		char *want = lab_flow(&l.record);

		assert_non_null(fgets(line, sizeof(line), f));
		line[strcspn(line, "\n")] = '\0';
		assert_string_equal(line, want);
		free(want);
	}
	assert_null(fgets(line, sizeof(line), f));
	fclose(f);
	unlink(file);
}

static void
test_many(void **state)
{
	(void)state;
	write_many(false);
	write_many(true);
}

/* A record is told as it was when it was taken, whatever becomes of what it points to. */
static void
test_copies(void **state)
{
	char file[] = "/tmp/farhand-flows-XXXXXX", line[FLOW_LINE], *want;
	struct scribe *s;
	struct lab l;
	FILE *f;

	(void)state;
	close(mkstemp(file));
	lab_fill(&l);
	lab_bend(&l);
	want = lab_flow(&l.record);
	s = scribe_open(file, &lab_run, true);
	scribe_take(s, &l.record);
	l.record.ours[0] = false;
	l.record.self = NULL;
	l.record.person = NULL;
	scribe_take(s, &l.record);
	memset(l.place, 0xee, sizeof(l.place));
	memset(&l.end, 0xee, sizeof(l.end));
	memset(&l.finding.flow, 0xee, sizeof(l.finding.flow));
	memset(&l.facts, 0xee, sizeof(l.facts));
	scribe_flush(s);
	f = fopen(file, "r");
	assert_non_null(fgets(line, sizeof(line), f));
	line[strcspn(line, "\n")] = '\0';
	assert_string_equal(line, want);
	assert_non_null(fgets(line, sizeof(line), f));
	assert_null(strstr(line, "\"user\":{"));
	assert_null(strstr(line, "\"host\":{"));
	fclose(f);
	free(want);
	scribe_close(s);
	unlink(file);
}

static void
fail_to_write(bool own_thread)
{
	struct scribe *s = scribe_open("/dev/full", &lab_run, own_thread);
	struct lab l;

	assert_non_null(s);
	lab_fill(&l);
	scribe_take(s, &l.record);
	assert_false(scribe_failed(s));
	scribe_flush(s);
	assert_true(scribe_failed(s));
	for (unsigned i = 0; i < 1000; i++)
		scribe_take(s, &l.record);
	scribe_flush(s);
	assert_true(scribe_failed(s));
	scribe_close(s);
	assert_null(scribe_open("/nowhere/at/all", &lab_run, own_thread));
}

static void
test_fail(void **state)
{
	(void)state;
	fail_to_write(false);
	fail_to_write(true);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_copies),
		cmocka_unit_test(test_fail),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
