/*
 * ssh: the identification line that both sides open with [RFC 4253 4.2].
 *
 *   SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3 CR LF
 *
 * Client and server write the same kind of line, so nothing is said of sides.
 */
#include "dissectors/say.h"

enum { LINE_MOST = 255 };

static bool
is_line(struct view v)
{
	for (size_t i = 0; i < v.n; i++) {
		if (v.p[i] < ' ' || v.p[i] > '~')
			return false;
	}
	return v.n > 0;
}

static enum probe
ssh_probe(struct view head, enum side from, struct obs_list *out)
{
	enum probe said = begins(head, "SSH-", 4);
	struct view line, version;

	(void)from;
	if (said == PROBE_YES)
		said = first_line(head, LINE_MOST, &line);
	if (said != PROBE_YES)
		return said;
	if (line.n > 0 && line.p[line.n - 1] == '\r')
		line.n--;
	view_skip(&line, 4);
	version = view_until(&line, '-');
	view_skip(&line, 1);
	if (line.bad || version.n < 3 || !is_digit(version.p[0]) || version.p[1] != '.' ||
	    !is_line(line))
		return PROBE_NO;
	say_protocol(out, "ssh");
	say_product(out, "ssh", SURE_CERTAIN);
	obs_text(out, OBS_SSH_SOFTWARE, line);
	return PROBE_YES;
}

const struct dissector dissect_ssh = { "ssh", TRANSPORT_TCP, false, { 22, 2222 }, ssh_probe };
