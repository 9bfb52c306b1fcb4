/*
 * test_scribe: flow records into a file, many to a write; one that is full; with and
 * without a thread.
 */
#include "ecs_lab.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "scribe.h"

/* Flows 1 to n, in order, and no more. */
static void
assert_flows(const char *file, struct lab *l, uint64_t n)
{
	FILE *f = fopen(file, "r");
	char line[FLOW_LINE];

	assert_non_null(f);
	for (l->finding.flow.id = 1; l->finding.flow.id <= n; l->finding.flow.id++) {
		char *want = lab_flow(&l->record);

		assert_non_null(fgets(line, sizeof(line), f));
		line[strcspn(line, "\n")] = '\0';
		assert_string_equal(line, want);
		free(want);
	}
	assert_null(fgets(line, sizeof(line), f));
	fclose(f);
}

static void
write_many(bool own_thread)
{
	char file[] = "/tmp/farhand-flows-XXXXXX";
	struct scribe *s;
	struct stat st;
	struct lab l;

	close(mkstemp(file));
	lab_fill(&l);
	s = scribe_open(file, &lab_run, NULL, own_thread);
	assert_non_null(s);
	for (l.finding.flow.id = 1; l.finding.flow.id <= 2000; l.finding.flow.id++) {
		scribe_take(s, &l.record);
		if (l.finding.flow.id == 1000)
			scribe_flush(s);
	}
	assert_int_equal(stat(file, &st), 0);
	assert_true(st.st_size >= 10 * 65536); /* memory does not grow with them */
	scribe_close(s);
	assert_flows(file, &l, 2000);
	unlink(file);
}

static void
test_many(void **state)
{
	(void)state;
	write_many(false);
	write_many(true);
}

/* In a process of its own: read nothing of a pipe until told, then all of it. */
static pid_t
read_late(const char *pipe_path, const char *file, int go)
{
	const pid_t child = fork();
	char bytes[4096];
	ssize_t n;
	FILE *f;
	int fd;

	assert_true(child >= 0);
	if (child > 0)
		return child;
	fd = open(pipe_path, O_RDONLY);
	f = fopen(file, "w");
	n = read(go, bytes, 1);
	while (n > 0 && (n = read(fd, bytes, sizeof(bytes))) > 0)
		fwrite(bytes, 1, (size_t)n, f);
	_exit(n == 0 && fclose(f) == 0 ? 0 : 1);
}

/* While the file takes nothing the desk makes lines itself; they stand where they belong. */
static void
test_behind(void **state)
{
	char folder[] = "/tmp/farhand-flows-XXXXXX", pipe_path[64], file[64];
	int go[2], status;
	struct scribe *s;
	struct lab l;
	pid_t child;

	(void)state;
	assert_non_null(mkdtemp(folder));
	snprintf(pipe_path, sizeof(pipe_path), "%s/pipe", folder);
	snprintf(file, sizeof(file), "%s/file", folder);
	assert_int_equal(mkfifo(pipe_path, 0600), 0);
	assert_int_equal(pipe(go), 0);
	child = read_late(pipe_path, file, go[0]);
	lab_fill(&l);
	s = scribe_open(pipe_path, &lab_run, NULL, true);
	assert_non_null(s);
	for (l.finding.flow.id = 1; l.finding.flow.id <= 700; l.finding.flow.id++)
		scribe_take(s, &l.record);
	assert_int_equal(write(go[1], "", 1), 1);
	for (; l.finding.flow.id <= 3000; l.finding.flow.id++)
		scribe_take(s, &l.record);
	scribe_close(s);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	assert_flows(file, &l, 3000);
	unlink(file);
	unlink(pipe_path);
	rmdir(folder);
	close(go[0]);
	close(go[1]);
}

/* A database of countries, made by tests/mmdb.pl; without Perl's writer the test skips. */
static struct geo *
open_countries(char path[32])
{
	const char *list[1] = { path };
	char command[96];
	struct geo *g;
	int status;

	close(mkstemp(path));
	snprintf(command, sizeof(command), "perl tests/mmdb.pl country %s", path);
	status = system(command);
	if (WIFEXITED(status) && (WEXITSTATUS(status) == 77 || WEXITSTATUS(status) == 127)) {
		unlink(path);
		skip();
	}
	assert_int_equal(status, 0);
	g = geo_open(list, 1);
	unlink(path);
	assert_non_null(g);
	return g;
}

static void
write_placed(struct geo *g, bool own_thread)
{
	char file[] = "/tmp/farhand-flows-XXXXXX", line[2][FLOW_LINE];
	struct place elsewhere = { .country = "JP" };
	struct scribe *s;
	struct lab l;
	FILE *f;

	close(mkstemp(file));
	lab_fill(&l);
	l.finding.flow.end[1] = addr_v4((const uint8_t[]){ 192, 0, 2, 7 });
	l.record.place[0] = l.record.place[1] = NULL;
	s = scribe_open(file, &lab_run, g, own_thread);
	assert_non_null(s);
	scribe_take(s, &l.record);
	l.record.place[1] = &elsewhere;
	scribe_take(s, &l.record);
	scribe_close(s);
	f = fopen(file, "r");
	assert_non_null(f);
	for (int i = 0; i < 2; i++)
		assert_non_null(fgets(line[i], FLOW_LINE, f));
	fclose(f);
	unlink(file);
	assert_non_null(strstr(line[0], "\"country_iso_code\":\"DE\""));
	assert_non_null(strstr(line[1], "\"country_iso_code\":\"JP\""));
	assert_null(strstr(line[1], "\"DE\""));
}

/* Where an end is the scribe finds out, unless it is told. */
static void
test_places(void **state)
{
	char path[32] = "/tmp/farhand-geo-XXXXXX";
	struct geo *g = open_countries(path);
	struct place p;

	(void)state;
	write_placed(g, false);
	write_placed(g, true);
	assert_true(geo_find(g, &(struct addr){ .b = { [10] = 0xff, 0xff, 192, 0, 2, 7 } }, &p));
	assert_string_equal(p.country, "DE"); /* a scribe that ends leaves it open */
	geo_close(g);
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
	s = scribe_open(file, &lab_run, NULL, true);
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
	struct scribe *s = scribe_open("/dev/full", &lab_run, NULL, own_thread);
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
	assert_null(scribe_open("/nowhere/at/all", &lab_run, NULL, own_thread));
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
		cmocka_unit_test(test_behind),
		cmocka_unit_test(test_places),
		cmocka_unit_test(test_copies),
		cmocka_unit_test(test_fail),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
