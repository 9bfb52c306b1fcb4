/*
 * hello_bursts: what a TLS handshake's first four bursts are like; made by scripts/hello-bursts.
 *
 * The means are of logarithms, of 1 and the bytes; the matrix is the inverse of their covariance.
 */
#ifndef FARHAND_CLASSIFY_HELLO_BURSTS_H
#define FARHAND_CLASSIFY_HELLO_BURSTS_H

struct hello_bursts {
	double mean[4], inverse[4][4];
};

#define HELLO_DISTANCE_MOST 2.25 /* from the nearest */

static const struct hello_bursts hello_bursts[] = {
	{ /* TLS 1.2: 98 of 108 handshakes; 277, 3276, 185, 148 bytes */
	    .mean = { 5.6292, 8.0948, 5.2269, 5.0052 },
	    .inverse = {
		{ 5.2804, -1.2824, 0.3676, -0.9567 },
		{ -1.2824, 3.7745, -0.0215, -0.4107 },
		{ 0.3676, -0.0215, 1.7448, -0.1507 },
		{ -0.9567, -0.4107, -0.1507, 1.8780 },
	    } },
	{ /* TLS 1.3: 50 of 58 handshakes; 484, 2774, 484, 463 bytes */
	    .mean = { 6.1849, 7.9283, 6.1848, 6.1399 },
	    .inverse = {
		{ 38.1502, -13.4571, -1.4346, 1.4143 },
		{ -13.4571, 8.7694, -0.0745, -0.6586 },
		{ -1.4346, -0.0745, 1.0693, 0.2014 },
		{ 1.4143, -0.6586, 0.2014, 0.8277 },
	    } },
	{ /* with a post-quantum key share: nDPI's mean; 1850, 4903, 785, 1051 bytes */
	    .mean = { 7.5235, 8.4978, 6.6670, 6.9584 },
	    .inverse = {
		{ 38.1502, -13.4571, -1.4346, 1.4143 },
		{ -13.4571, 8.7694, -0.0745, -0.6586 },
		{ -1.4346, -0.0745, 1.0693, 0.2014 },
		{ 1.4143, -0.6586, 0.2014, 0.8277 },
	    } },
};

#endif
