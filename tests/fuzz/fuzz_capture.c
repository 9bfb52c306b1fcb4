/*
 * fuzz_capture: any bytes as a capture file: plain, gzip or zstd, pcap or pcapng.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "capture/reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

/* Frames are lent: all of each must be readable, and its time one of a calendar. */
static void
check(const struct frame *f)
{
	volatile uint8_t sum = 0;

	if (f->bytes.n > FRAME_MOST || f->wire_len < f->bytes.n || f->at_us < 0)
		abort();
	for (size_t i = 0; i < f->bytes.n; i++)
		sum = (uint8_t)(sum ^ f->bytes.p[i]);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	const atomic_bool stop = false;
	const int fd = memfd_create("capture", 0);
	char path[32], error[CAPTURE_ERROR];
	struct frame f[CAPTURE_BATCH] = { 0 };
	unsigned got;
	struct reader *r;
	bool foreign;

	if (fd < 0 || write(fd, data, n) != (ssize_t)n)
		abort();
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	r = reader_open(path, &stop, &foreign, error);
	/* A few bytes of gzip can stand for many frames. */
	for (unsigned i = 0; r != NULL && i < 10000 && reader_next(r, f) == READER_FRAME;
	     i += got) {
		got = 1 + reader_more(r, f + 1, CAPTURE_BATCH - 1);
		for (unsigned j = 0; j < got; j++)
			check(&f[j]);
	}
	reader_close(r);
	close(fd);
	return 0;
}
