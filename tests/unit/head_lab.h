/*
 * head_lab: what a client says, in pieces, to a table; and what its head then holds.
 */
#ifndef FARHAND_TESTS_HEAD_LAB_H
#define FARHAND_TESTS_HEAD_LAB_H

#include "flow_packets.h"

static uint8_t stream[2 * HEAD_BYTES]; /* what the client says */

static inline int
setup(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(stream); i++)
		stream[i] = (uint8_t)(i * 31 + i / 256);
	return setup_table(16, 1 << 20, gone_quietly, NULL);
}

static inline bool
give(struct packet p)
{
	see(p);
	return flows_head_add(table, row, from, &p);
}

/* The client's bytes [begin, end), after an ISN of `isn`. */
static inline bool
say(uint32_t isn, uint32_t begin, uint32_t end)
{
	const struct packet p =
	    with_tcp(packet_up(PROTO_TCP, 1), TCP_ACK, isn + 1 + begin, SERVER_ISN + 1);

	return give(with_payload(p, stream + begin, end - begin));
}

static inline void
expect_run(size_t n)
{
	const struct view head = flows_head(row, SIDE_CLIENT);

	assert_int_equal(head.n, n);
	assert_memory_equal(head.p, stream, n);
}

#endif
