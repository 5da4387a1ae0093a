/* SPDX-License-Identifier: BSD-3-Clause */
/* study_matrix.h -- a sweep as matrices of two keys. */
#ifndef BENCH_STUDY_MATRIX_H
#define BENCH_STUDY_MATRIX_H

#include "output/wrap.h"
#include "ranking.h"
#include "study_text.h"

/* A sweep that is printed. */
struct study_page {
	const struct result *result;
	const struct study_view *view;
	struct metric metric;
	struct page page;
};

/* Prints a matrix of medians for each combination of the other keys. 0, or -1/errno. */
int study_print_matrices(const struct study_page *p, const struct ranking *best);

#endif
