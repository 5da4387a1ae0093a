/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * direct.h -- memory that a process can flush itself: the callbacks that use libpmem, and the instructions that do the
 * same without a call.
 *
 * Both follow the variables of libpmem(7). Stores of 4 and 8 bytes go past the cache if PMEM_MOVNT_THRESHOLD is at most 4.
 * If it is not set, the processor decides. On an Intel Xeon with clwb, a store and a write-back of its line took 0.7 to
 * 0.75 of the time of a store past the cache. On an AMD EPYC, writes with a log that goes through the cache had 0.8 of the
 * speed.
 *
 * The instructions differ from libpmem in two points. PMEM_MOVDIR64B=1 leaves data to libpmem. On processors that have
 * only clflush, libpmem ends a copy with a fence of its own, and the instructions do not: the fence of the protocol
 * follows.
 */
#ifndef BTT_DIRECT_H
#define BTT_DIRECT_H

#include <stddef.h>
#include <stdint.h>

#include "btt.h"

enum direct_flush { DIRECT_FLUSH_NONE, DIRECT_CLFLUSH, DIRECT_CLFLUSHOPT, DIRECT_CLWB };

/* All zero: only the callbacks reach the memory. */
struct direct {
	uint8_t is_direct;   /* 1: inline instructions store to flog and map, and flush lines */
	uint8_t is_streamed; /* 1: data goes past the cache, and sfence is the fence */
	uint8_t is_small_streamed; /* 1: so do flog and map; 0: a store and a write-back of the line */
	uint8_t flush;             /* enum direct_flush */
	/*
	 * Data of stream_least to stream_most bytes, in multiples of 64, goes past the cache by `stream`. Longer data
	 * takes pieces of stream_most bytes with a fence after each (the write-combining workaround of libpmem).
	 */
	size_t stream_least, stream_most;
	int (*stream)(void *to, const void *from, size_t len); /* guard_stream_*; NULL: nsstore */
};

/* Sets nsstore, nsstore4, nsstore8, nsflush and nsdrain. */
void direct_set_callbacks(struct ns_callback *cb);

/* Chooses the instructions if `cb` has exactly those five callbacks; else all zero. */
struct direct direct_choose(const struct ns_callback *cb);

#endif
