/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * persist.h -- the only door to media: every load, store, flush and fence of the library goes
 * through it.
 *
 * ns/persist.c stands behind it for real namespaces; the crash recorder of the tests takes its
 * place at link time, under the same sources.
 *
 * Durability. persist_store* and persist_zero make bytes visible and start their way to media; they
 * are durable when a later persist_fence of the same thread returns. persist_store4 and
 * persist_store8 are single aligned stores: all of it or nothing of it is durable, whatever moment
 * the power fails. On a namespace reached by callbacks alone every store is durable when it
 * returns.
 *
 * Offsets count from the start of the BTT. Ranges must lie inside it (asserted): what comes from
 * media is checked before it gets here. All return 0, or -1/errno as the namespace said.
 */
#ifndef BTT_PERSIST_H
#define BTT_PERSIST_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include "btt.h"

struct persist {
	uint8_t *base; /* address of the BTT's first byte when mapped as one piece, else NULL */
	uint64_t size; /* bytes of the BTT */
	uint64_t start;
	void *ns;
	const struct ns_callback *cb;
};

/* on whose behalf media is touched: the number callbacks are told, and who pays; used by one thread
 */
struct persist_lane {
	unsigned number;
	_Atomic uint64_t fences, lines_flushed, bytes_stored;
};

/* a counter that one thread writes and any may read: no locked instruction */
static inline void
persist_count(_Atomic uint64_t *counter, uint64_t n)
{
	atomic_store_explicit(counter, atomic_load_explicit(counter, memory_order_relaxed) + n,
			      memory_order_relaxed);
}

/* start: a multiple of 4096 below nssize */
int persist_open(struct persist *media, uint64_t nssize, uint64_t start, void *ns,
		 const struct ns_callback *cb);

int persist_read(const struct persist *media, struct persist_lane *lane, void *buf, size_t len,
		 uint64_t off);

/* aligned, one load, acquire */
int persist_load4(const struct persist *media, struct persist_lane *lane, uint64_t off,
		  uint32_t *value);

int persist_store(const struct persist *media, struct persist_lane *lane, uint64_t off,
		  const void *src, size_t len);

/*
 * Aligned, one store; values are as they lie on media. It may be one past the cache: other threads
 * see it, and in order with this thread's later stores, from the next fence on and perhaps before.
 */
int persist_store4(const struct persist *media, struct persist_lane *lane, uint64_t off,
		   uint32_t value);
int persist_store8(const struct persist *media, struct persist_lane *lane, uint64_t off,
		   uint64_t value);

/*
 * persist_store4 that never goes past the cache: before any later store of this thread, a lock's
 * release among them, other threads see it. For an entry whose lock is given up before the fence: a
 * store past the cache may still be on its way then, and the next owner would read the old value.
 */
int persist_publish4(const struct persist *media, struct persist_lane *lane, uint64_t off,
		     uint32_t value);

int persist_zero(const struct persist *media, struct persist_lane *lane, uint64_t off,
		 uint64_t len);

/* stores of any thread that are visible in this range become durable at the next fence of this one
 */
int persist_flush(const struct persist *media, struct persist_lane *lane, uint64_t off, size_t len);

int persist_fence(const struct persist *media, struct persist_lane *lane);

/* hints: the first bytes of the range are about to be read, or the line at `off` written */
void persist_prefetch_read(const struct persist *media, uint64_t off, size_t len);
void persist_prefetch_write(const struct persist *media, uint64_t off);

#endif
