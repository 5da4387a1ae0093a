/* SPDX-License-Identifier: BSD-3-Clause */
/* version.h -- the release of this build and its commit. */
#ifndef BENCH_VERSION_H
#define BENCH_VERSION_H

extern const char bttbench_version[];
extern const char bttbench_commit[];

#endif
