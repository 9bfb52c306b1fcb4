/*
 * sink_redis_url: where a Redis server is.
 *
 *   redis://10.0.0.5:6379/0   redis://[2001:db8::5]   unix:/run/redis/redis.sock?db=2
 *
 * User and password have no place in a URL, which stands in logs.
 */
#include "deliver/sink_redis_url.h"

#include <stdlib.h>
#include <string.h>

#define DEFAULT_PORT 6379
#define MOST_DB      65535

/* A decimal number up to most, and nothing else; -1 otherwise. */
static int
read_number(const char *text, long most)
{
	char *end;
	long n;

	if (text[0] < '0' || text[0] > '9')
		return -1;
	n = strtol(text, &end, 10);
	return *end == '\0' && n <= most ? (int)n : -1;
}

static int
copy(char *out, size_t room, const char *text, size_t n)
{
	if (n == 0 || n >= room)
		return -1;
	memcpy(out, text, n);
	out[n] = '\0';
	return 0;
}

static const char *
parse_unix(const char *path, struct redis_address *out)
{
	const char *query = strchr(path, '?');

	if (path[0] != '/')
		return "the socket's path must be absolute, as in unix:/run/redis/redis.sock";
	if (query != NULL) {
		if (strncmp(query, "?db=", 4) != 0)
			return "only ?db=NUMBER may follow the socket's path";
		out->db = read_number(query + 4, MOST_DB);
		if (out->db < 0)
			return "the database is not a number";
	}
	if (copy(out->path, sizeof(out->path), path,
		query != NULL ? (size_t)(query - path) : strlen(path)) != 0)
		return "the socket's path is longer than 107 characters";
	return NULL;
}

static const char *
parse_tcp(const char *at, struct redis_address *out)
{
	const char *slash = strchr(at, '/'), *colon, *host = at;
	char authority[160];
	size_t n = slash != NULL ? (size_t)(slash - at) : strlen(at);

	if (copy(authority, sizeof(authority), at, n) != 0)
		return "the host is missing or too long";
	if (strchr(authority, '@') != NULL)
		return "user and password do not belong in the URL; use user and password_file";
	host = authority;
	n = strcspn(authority, ":");
	if (authority[0] == '[') {
		host = authority + 1;
		n = strcspn(host, "]");
		if (host[n] != ']')
			return "an IPv6 address needs [ and ]";
	}
	colon = host + n + (authority[0] == '[');
	if (*colon != '\0' && *colon != ':')
		return "a colon and the port are expected after the host";
	out->port = *colon == ':' ? read_number(colon + 1, 65535) : DEFAULT_PORT;
	if (out->port <= 0)
		return "the port is not a number from 1 to 65535";
	if (copy(out->host, sizeof(out->host), host, n) != 0)
		return "the host is missing or too long";
	if (slash != NULL && slash[1] != '\0')
		out->db = read_number(slash + 1, MOST_DB);
	return out->db < 0 ? "the database is not a number" : NULL;
}

const char *
redis_address_parse(const char *url, struct redis_address *out)
{
	memset(out, 0, sizeof(*out));
	if (strncmp(url, "unix:", 5) == 0)
		return parse_unix(strncmp(url, "unix://", 7) == 0 ? url + 7 : url + 5, out);
	if (strncmp(url, "redis://", 8) == 0)
		return parse_tcp(url + 8, out);
	if (strncmp(url, "rediss://", 9) == 0)
		return "TLS is not built in; use a Unix socket, or a TLS proxy such as stunnel";
	return "redis://HOST:PORT/DB or unix:/PATH expected";
}
