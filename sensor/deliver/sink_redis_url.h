/*
 * sink_redis_url: where a Redis server is.
 */
#ifndef FARHAND_SINK_REDIS_URL_H
#define FARHAND_SINK_REDIS_URL_H

struct redis_address {
	char path[108]; /* Unix socket; "" for TCP */
	char host[128];
	int port;
	int db;
};

/*
 * Read redis://HOST[:PORT][/DB], with [ADDRESS] for IPv6, or unix:/PATH[?db=DB].
 * NULL, or what is wrong with it (static); then *out is undefined.
 */
const char *redis_address_parse(const char *url, struct redis_address *out);

#endif
