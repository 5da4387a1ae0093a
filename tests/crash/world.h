/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * world.h -- a model of persistent memory and the caches in front of it: the visible bytes, the durable bytes, and
 * the stores between the two.
 *
 * A store is kept in pieces: an aligned word of up to 8 bytes, or a bulk of many words. A piece is pending until a
 * thread that captured it executes a fence. A thread captures a piece when it flushes the line after the piece
 * became visible to it, or when it made the store itself (persist.h: a store starts its own way to media). A store of
 * persist_publish4 is different: nobody captures it before a flush, not even its own thread. A fence of another thread
 * drains nothing. After a power cut each pending piece may be durable or not:
 *
 *	MODEL_LINE	cached stores: a prefix of the stores to one line, in their order
 *	MODEL_WORD	any subset, within one line too
 *	MODEL_LATE	like MODEL_WORD; and other threads see non-temporal stores only after the fence. They
 *			see persist_publish4 at once.
 *
 * Bulks (data, zeroed ranges, info blocks) tear in five ways: nothing, all, the first word, the last word, and random
 * words. If a bulk changes three words or fewer (an info block stored over itself), any subset of them is tried. This is
 * enough: either nobody reads a pending bulk, because recovery reads no data (asserted), or the bulk has a checksum, and
 * then one torn word is enough.
 *
 * Memory is sparse: only the ranges of `size` bytes exist. Access to other bytes is a failure.
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
	struct range ranges[WORLD_RANGES]; /* ascending; unused ones have length 0 */
	uint64_t data, data_end;           /* never read while recovering */
};

struct piece {
	uint32_t at, len; /* offset in the compact image */
	uint32_t heap;    /* its bytes, as an offset into the heap */
	uint8_t mask;     /* bytes of a word that still count */
	uint8_t captured; /* one bit per thread */
	uint8_t owner;
	uint8_t is_hidden; /* other threads do not see it yet */
};

struct world {
	const struct shape *shape;
	enum model model;
	uint8_t *visible, *durable; /* compact: low bytes, then high bytes */
	uint64_t visible_hash, durable_hash;
	struct piece pieces[WORLD_PIECES];
	unsigned npieces;
	uint32_t heap_used;
	uint8_t *heap;
	unsigned thread;                /* the running thread */
	uint64_t loaded[WORLD_THREADS]; /* hash of all bytes that the thread has loaded */
	uint64_t events[WORLD_THREADS]; /* stores, flushes, fences and loads of the thread */
	uint64_t all_events;
	int is_recovering;                   /* data may not be read */
	int is_dead;                         /* the process was killed: nothing reaches memory */
	void (*before)(struct world *world); /* before each event */
	void (*after)(struct world *world);  /* after each event except loads */
	void *arg;
};

size_t world_bytes(const struct shape *shape);
/* Starts with zeroed memory. */
void world_init(struct world *w, const struct shape *shape, enum model model);
void world_fini(struct world *w);

/* Both images become `image` with the given hash; nothing is pending. */
void world_load(struct world *w, const uint8_t *image, uint64_t hash);
/* Copies all of `from`, pending pieces too. */
void world_copy(struct world *w, const struct world *from);

/* The place of a namespace offset in the compact image. */
size_t world_compact(const struct world *w, uint64_t off, uint64_t len);

enum store_kind { STORE_STREAMED, STORE_PUBLISHED };
void world_store(struct world *w, enum store_kind kind, uint64_t off, const void *src, size_t len);
void world_read(struct world *w, void *buf, uint64_t off, size_t len);
void world_flush(struct world *w, uint64_t off, size_t len);
void world_fence(struct world *w);
/* A power cut that loses all pending pieces. */
void world_lose_pending(struct world *w);

/* Calls `each` with every image that a power cut may leave now. Image and hash are valid during the call. */
void world_each_image(const struct world *w,
		      void (*each)(void *arg, const uint8_t *image, uint64_t hash), void *arg);

/* The same for two images: all pending pieces lost, and all durable. */
void world_end_images(const struct world *w,
		      void (*each)(void *arg, const uint8_t *image, uint64_t hash), void *arg);

uint64_t world_pending_hash(const struct world *w);
uint64_t world_hash_image(const uint8_t *image, size_t bytes);
uint64_t world_mix(uint64_t a, uint64_t b);

/* Reports a violation, or a case that the model does not cover: prints the place and exits with 1. */
void world_fail(const char *format, ...) __attribute__((noreturn, format(printf, 1, 2)));
/* Printed by world_fail after the message. */
extern void (*world_fail_context)(void);

#endif
