/*
 * reader: the frames of one capture file, pcap or pcapng, packed or not.
 *
 * libpcap's own reader refuses pcapng files whose interfaces differ in link type
 * or snap length, and cannot go on after a second file header; hence this one.
 */
#ifndef FARHAND_CAPTURE_READER_H
#define FARHAND_CAPTURE_READER_H

#include "capture/base.h"
#include "capture/stream.h"

enum reader_got { READER_FRAME, READER_END, READER_BROKEN };

struct reader;

/*
 * NULL after writing why into error: it cannot be read, or (*foreign) was read
 * and is no capture.  A file of nothing but its header is one.
 */
struct reader *reader_open(
    const char *path, const atomic_bool *stop, bool *foreign, char error[CAPTURE_ERROR]);
void reader_close(struct reader *r);         /* NULL allowed */
bool reader_is_once(const struct reader *r); /* see stream_is_once */

/* Fills at_us, link, wire_len and bytes; lent until the next call. */
enum reader_got reader_next(struct reader *r, struct frame *out);
/*
 * Up to n frames more, of those that lie whole in what was read: nothing that was lent is
 * taken back for them.  0: only reader_next can tell.
 */
unsigned reader_more(struct reader *r, struct frame *out, unsigned n);
/* After READER_BROKEN: what is wrong with the file. */
const char *reader_trouble(const struct reader *r);

#endif
