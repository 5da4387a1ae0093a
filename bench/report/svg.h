/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * svg.h -- puts a picture that gnuplot wrote as SVG into a page.
 *
 * Only elements and attributes that draw are let through: no script, no style sheet, no link to another file, no event
 * handler. Each id gets a prefix, so that several pictures on one page do not share gradients or markers. The picture
 * loses its fixed size and scales with the page.
 */
#ifndef BENCH_REPORT_SVG_H
#define BENCH_REPORT_SVG_H

#include <stdio.h>

#include "why.h"

/*
 * Writes the SVG with `label` as its text for screen readers. `prefix` is letters, digits and '-'. 0, or -1 with a line
 * in `why` when the text is no SVG, or has more than the parts named above; then some of it may have been written.
 */
int svg_inline(const char *svg, const char *prefix, const char *label, FILE *out, struct why *why);

#endif
