/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * persist.h -- the only door to media: every load, store, flush and fence of the library goes
 * through it.
 *
 * The functions of a read or a write are inline (persist_inline.h): one instruction each where a process can flush
 * the memory itself. persist.c has all other cases. With -DPERSIST_DOOR=extern the functions are not inline. Tests
 * then put other ones in their place, under the same sources: the crash recorder, and delays in the stress test.
 *
 * Durability
 *   P1 persist_store* and persist_zero make bytes visible and start their way to media. The bytes
 *      are durable when a later persist_fence of the same thread returns.
 *   P2 persist_store4, persist_store8 and persist_publish4 are single aligned stores: a power failure at any
 *      moment leaves all of the bytes or none of them durable.
 *   P3 On a namespace without a mapping every store is durable on return, and there is no
 *      persist_flush. A store that another thread makes there is visible before it is durable.
 *
 * Offsets count bytes from the start of the BTT. Ranges lie inside the BTT (asserted): callers
 * check numbers from media first. Functions return 0, or -1 with the errno of the namespace; EIO
 * for a bad page.
 */
#ifndef BTT_PERSIST_H
#define BTT_PERSIST_H

#include <stddef.h>
#include <stdint.h>

#include "btt.h"
#include "direct.h"

#ifndef PERSIST_DOOR
#define PERSIST_DOOR static inline
#define PERSIST_IS_INLINE
#endif

/* A namespace as the caller of the library describes it. */
struct persist_namespace {
	uint64_t size;
	void *ns;
	const struct ns_callback *cb;
	unsigned flags; /* BTT_NO_SIGBUS, PERSIST_NO_MAPPING */
};

#define PERSIST_NO_MAPPING \
	0x80000000u /* use nsread, nswrite, nszero only, and install no handler */

/* A BTT in a namespace. */
struct persist {
	uint8_t *base; /* address of its first byte if the namespace is mapped, else NULL */
	uint64_t size; /* bytes from there to the end of the namespace */
	uint64_t start;
	void *ns;
	const struct ns_callback *cb;
	unsigned flags;
	struct direct direct; /* only if the namespace is mapped */
};

/* The lane that touches media, as callbacks are told. One thread. */
struct persist_lane {
	unsigned number;
};

/* `start` is a multiple of 4096 below the size of the namespace, else EINVAL. */
int persist_open(struct persist *media, const struct persist_namespace *from, uint64_t start);

/* Gives up the handler for SIGBUS. Not after a persist_open that failed. */
void persist_close(const struct persist *media);

PERSIST_DOOR int persist_read(const struct persist *media, struct persist_lane *lane, void *buf,
			      size_t len, uint64_t off);

/* Aligned, one load, acquire. */
PERSIST_DOOR int persist_load4(const struct persist *media, struct persist_lane *lane, uint64_t off,
			       uint32_t *value);

PERSIST_DOOR int persist_store(const struct persist *media, struct persist_lane *lane, uint64_t off,
			       const void *src, size_t len);

/*
 * Aligned, one store; the value is as on media. The store may go past the cache: other threads see
 * it, and in order with later stores of this thread, from the next fence on and perhaps before.
 */
PERSIST_DOOR int persist_store4(const struct persist *media, struct persist_lane *lane,
				uint64_t off, uint32_t value);
PERSIST_DOOR int persist_store8(const struct persist *media, struct persist_lane *lane,
				uint64_t off, uint64_t value);

/*
 * Like persist_store4, but it never goes past the cache: other threads see it before any later store of
 * this thread, including the release of a lock. It is for an entry with a lock that is released
 * before the fence: a store past the cache may still be on its way then, and the next owner of the
 * lock would read the old value.
 *
 * If the namespace is mapped, it does not start the way to media: the bytes become durable by a later persist_flush
 * and a fence. A write-back here would hold up the next locked instruction of this thread.
 */
PERSIST_DOOR int persist_publish4(const struct persist *media, struct persist_lane *lane,
				  uint64_t off, uint32_t value);

/*
 * Finds the first range [*from, *to) inside [off, end) whose bytes may differ from zero; *from == end:
 * all bytes are known to be zero. It reads no data: a namespace that cannot tell has one range.
 */
int persist_find_data(const struct persist *media, uint64_t off, uint64_t end, uint64_t *from,
		      uint64_t *to);

int persist_zero(const struct persist *media, struct persist_lane *lane, uint64_t off,
		 uint64_t len);

/*
 * Visible stores of any thread to this range become durable at the next fence of this thread. Only if
 * the namespace is mapped, see P3. A range of up to 8 bytes is aligned.
 */
PERSIST_DOOR int persist_flush(const struct persist *media, struct persist_lane *lane, uint64_t off,
			       size_t len);

PERSIST_DOOR int persist_fence(const struct persist *media, struct persist_lane *lane);

/* Hints: the first bytes of the range will be read soon, or the line at `off` will be written. */
PERSIST_DOOR void persist_prefetch_read(const struct persist *media, uint64_t off, size_t len);
PERSIST_DOOR void persist_prefetch_write(const struct persist *media, uint64_t off);

#ifdef PERSIST_IS_INLINE
#include "persist_inline.h"
#endif

#endif
