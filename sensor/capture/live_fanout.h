/*
 * live_fanout: the frames of one interface, each to one of several sockets.
 */
#ifndef FARHAND_CAPTURE_LIVE_FANOUT_H
#define FARHAND_CAPTURE_LIVE_FANOUT_H

/* A socket that is to get no frame yet, so that it can join; then one that is.  -1: errno. */
int fanout_mute(int fd);
int fanout_unmute(int fd);

/*
 * Join the sockets that share an Ethernet interface; the n-th to join gets the frames whose
 * spread_mix (spread.h) is n modulo their number.  *group: -1 makes one and is then its number.
 * -1: errno.
 */
int fanout_join(int fd, int *group);

#endif
