/* SPDX-License-Identifier: BSD-3-Clause */
/* embedded.h -- files of the source tree that the build puts into bttbench; the Makefile lists them (EMBEDDED). */
#ifndef BENCH_REPORT_EMBEDDED_H
#define BENCH_REPORT_EMBEDDED_H

#include <stddef.h>

struct embedded {
	const char *name; /* without folders: "style.gp" */
	const char *text; /* a NUL follows it */
	size_t size;
};

/* embedded.c is made by embed.pl. The last one has no name. */
extern const struct embedded embedded_files[];

#endif
