/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * world.h -- persistent memory and the caches before it, as a model: what is visible, what is
 * durable, and the stores between the two.
 *
 * A store is kept in pieces: an aligned word of up to 8 bytes, or a bulk of many words. A piece is
 * pending until a thread that captured it fences: by a flush of its line after it was visible to that
 * thread, or by having stored it (persist.h: a store starts its own way to media). Another thread's
 * fence drains nothing. At a power cut any pending piece may be durable or not:
 *
 *	MODEL_LINE	stores to the cache: of one line a prefix, in the order of the stores
 *	MODEL_WORD	any subset, in one line too
 *	MODEL_LATE	as MODEL_WORD, and stores past the cache are seen by other threads from the
 *			fence on only; persist_publish4 is seen at once
 *
 * Bulks (data, zeroed ranges, info blocks) are torn in five ways: nothing, all, the first word, the
 * last word, and words drawn at random. Where a bulk changes three words or fewer (an info block stored
 * over itself) any subset of these is tried. More is not needed where nobody reads a bulk that is pending,
 * as no recovery reads data (asserted), or where what is read has a checksum: one torn word is enough.
 *
 * Memory is sparse: of `size` bytes the ranges exist, and touching others is a failure.
 */
#ifndef TESTS_CRASH_WORLD_H
#define TESTS_CRASH_WORLD_H

#include <stddef.h>
#include <stdint.h>

enum model { MODEL_LINE, MODEL_WORD, MODEL_LATE, MODELS };

#define WORLD_THREADS 4
#define WORLD_PIECES  64
#define WORLD_HEAP    (192u << 10)
#define WORLD_RANGES  4

struct range {
	uint64_t off, len;
};

struct shape {
	uint64_t size;
	struct range ranges[WORLD_RANGES]; /* ascending; what is not used has no length */
	uint64_t data, data_end;           /* never read while recovering */
};

struct piece {
	uint32_t at, len; /* compact */
	uint32_t heap;    /* its bytes */
	uint8_t mask;     /* bytes of a word that still count */
	uint8_t captured; /* a bit per thread */
	uint8_t owner;
	uint8_t is_hidden; /* others do not see it yet */
};

struct world {
	const struct shape *shape;
	enum model model;
	uint8_t *visible, *durable; /* compact: low bytes, then the high ones */
	uint64_t visible_hash, durable_hash;
	struct piece pieces[WORLD_PIECES];
	unsigned npieces;
	uint32_t heap_used;
	uint8_t *heap;
	unsigned thread;                /* who runs */
	uint64_t loaded[WORLD_THREADS]; /* hash of all that a thread has loaded */
	uint64_t events[WORLD_THREADS]; /* stores, flushes, fences, loads it has made */
	uint64_t all_events;
	int is_recovering;                   /* data may not be read */
	int is_dead;                         /* the process was killed: nothing reaches memory */
	void (*before)(struct world *world); /* each event */
	void (*after)(struct world *world);  /* each event but loads */
	void *arg;
};

size_t world_bytes(const struct shape *shape);
/* zeroed */
void world_init(struct world *w, const struct shape *shape, enum model model);
void world_fini(struct world *w);

/* both images are `image`, whose hash is given; nothing pending */
void world_load(struct world *w, const uint8_t *image, uint64_t hash);
/* all of `from`, what is pending too */
void world_copy(struct world *w, const struct world *from);

/* where an offset of the namespace lies */
size_t world_compact(const struct world *w, uint64_t off, uint64_t len);

enum store_kind { STORE_STREAMED, STORE_CACHED };
void world_store(struct world *w, enum store_kind kind, uint64_t off, const void *src, size_t len);
void world_read(struct world *w, void *buf, uint64_t off, size_t len);
void world_flush(struct world *w, uint64_t off, size_t len);
void world_fence(struct world *w);
/* a power cut: what is pending is lost */
void world_lose_pending(struct world *w);

/* calls `each` with every image that a power cut may leave now; image and hash are for the call */
void world_each_image(const struct world *w,
		      void (*each)(void *arg, const uint8_t *image, uint64_t hash), void *arg);

/* the same for what is pending all lost, and all durable */
void world_end_images(const struct world *w,
		      void (*each)(void *arg, const uint8_t *image, uint64_t hash), void *arg);

uint64_t world_pending_hash(const struct world *w);
uint64_t world_hash_image(const uint8_t *image, size_t bytes);
uint64_t world_mix(uint64_t a, uint64_t b);

/* the exploration has found a violation, or a thing it has no model for: prints where, exits 1 */
void world_fail(const char *format, ...) __attribute__((noreturn, format(printf, 1, 2)));
/* printed by world_fail behind the message */
extern void (*world_fail_context)(void);

#endif
