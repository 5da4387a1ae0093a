/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * slow.h -- a bttbench that is slower by a chosen time: the Makefile adds slow_wait() to each read and write of the
 * library in build/VARIANT/bugs/slow/bttbench. SLOW_TICKS in the environment has the time, in ticks of the TSC.
 */
#ifndef TESTS_CALIBRATE_SLOW_H
#define TESTS_CALIBRATE_SLOW_H

#include <stdint.h>
#include <stdlib.h>
#include <x86intrin.h>

static uint64_t slow_ticks;

/* Before threads start. */
static void __attribute__((constructor)) slow_read_ticks(void)
{
	const char *text = getenv("SLOW_TICKS");

	slow_ticks = text ? strtoull(text, NULL, 10) : 0;
}

static inline void
slow_wait(void)
{
	uint64_t start = __rdtsc();

	while (__rdtsc() - start < slow_ticks)
		;
}

#endif
