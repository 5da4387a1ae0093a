/* SPDX-License-Identifier: BSD-3-Clause */
/* terminal.h -- the width of the terminal behind a stream. */
#ifndef BENCH_TERMINAL_H
#define BENCH_TERMINAL_H

#include <stdio.h>

#define TERMINAL_WIDTH     80 /* of a stream that is no terminal, or a terminal of unknown width */
#define TERMINAL_WIDTH_MIN 40 /* narrower terminals count as this wide */

/*
 * Returns the columns of the terminal that `out` writes to, from the kernel or else from the
 * variable COLUMNS. A user may resize a terminal at any time, so a caller that prints for long asks
 * again.
 */
unsigned terminal_width(FILE *out);

#endif
