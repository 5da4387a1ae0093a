/* SPDX-License-Identifier: BSD-3-Clause */
/* number.h -- numbers as text that gives the same double when it is read again. */
#ifndef BENCH_NUMBER_H
#define BENCH_NUMBER_H

struct number_text {
	char text[32];
};

/* At least nine significant digits, and as many as the value needs. "" when it is not finite. */
struct number_text number_text(double value);

/* A percentile or quantile: "99.9". */
struct number_text number_percent(double percent);

#endif
