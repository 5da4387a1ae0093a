/* SPDX-License-Identifier: BSD-3-Clause */
/* version.h -- what was built: the release and the commit it was built from. */
#ifndef BENCH_VERSION_H
#define BENCH_VERSION_H

extern const char bttbench_version[];
extern const char bttbench_commit[];

#endif
