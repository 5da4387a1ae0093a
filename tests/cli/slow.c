/* SPDX-License-Identifier: BSD-3-Clause */
/* slow.c -- for LD_PRELOAD: every copy of libpmem takes SLOW_US microseconds longer, as on a host with a bad module. */
#include <dlfcn.h>
#include <stddef.h>
#include <stdlib.h>
#include <time.h>

static double
now_us(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec * 1e6 + (double)ts.tv_nsec / 1e3;
}

void *pmem_memcpy_nodrain(void *to, const void *from, size_t size);

void *
pmem_memcpy_nodrain(void *to, const void *from, size_t size)
{
	void *(*copy)(void *, const void *, size_t);
	const char *slow_us = getenv("SLOW_US");
	double end = now_us() + (slow_us ? atof(slow_us) : 0);

	*(void **)&copy = dlsym(RTLD_NEXT, "pmem_memcpy_nodrain");
	while (now_us() < end) {
	}
	return copy(to, from, size);
}
