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

#define HELLO_ANSWER_MOST 600 /* bytes of the fourth that count */

static const struct hello_bursts hello_bursts[] = {
	{ /* TLS 1.2: 104 of 108 handshakes; 281, 3248, 200, 161 bytes */
	    .mean = { 5.6416, 8.0861, 5.3024, 5.0856 },
	    .inverse = {
		{ 5.2522, -1.3047, 0.4003, -0.9381 },
		{ -1.3047, 3.7903, 0.0675, -0.2928 },
		{ 0.4003, 0.0675, 1.5843, -0.3037 },
		{ -0.9381, -0.2928, -0.3037, 1.7552 },
	    } },
	{ /* TLS 1.3: 51 of 58 handshakes; 469, 2736, 493, 360 bytes */
	    .mean = { 6.1532, 7.9145, 6.2035, 5.8882 },
	    .inverse = {
		{ 20.8941, -8.5120, 0.2325, 2.4561 },
		{ -8.5120, 8.5877, -1.3828, -2.4137 },
		{ 0.2325, -1.3828, 1.5904, 1.3589 },
		{ 2.4561, -2.4137, 1.3589, 3.1988 },
	    } },
	{ /* with a post-quantum key share: nDPI's mean; 1850, 4903, 785, 1051 bytes */
	    .mean = { 7.5235, 8.4978, 6.6670, 6.3986 },
	    .inverse = {
		{ 20.8941, -8.5120, 0.2325, 2.4561 },
		{ -8.5120, 8.5877, -1.3828, -2.4137 },
		{ 0.2325, -1.3828, 1.5904, 1.3589 },
		{ 2.4561, -2.4137, 1.3589, 3.1988 },
	    } },
};

#endif
