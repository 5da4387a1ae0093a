/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * io_steps.h -- the steps of a write. io.c puts them in order for one block, io_batch.c for many.
 */
#ifndef BTT_IO_STEPS_H
#define BTT_IO_STEPS_H

#include "io.h"
#include "rotate.h"

#define ALWAYS_INLINE inline __attribute__((always_inline))

/* EROFS and its message; returns -1 */
int io_error_readonly(const struct arena *a) __attribute__((cold));

/*
 * For an error between the first half and the unlock: the log may hold either entry now, so no write may build on it.
 * The arena turns read-only. Returns -1.
 */
int io_error_in_commit(struct arena *a) __attribute__((cold));

/* io_read for every kind of block and namespace */
int io_read_any(struct io *io, struct arena *a, struct lane *lane, uint32_t premap, void *buf);

static inline int
is_readonly(const struct arena *a)
{
	return atomic_load_explicit(&a->readonly, memory_order_acquire);
}

/* the group of the flog, with its free block, that the next write of the lane uses */
static inline struct flog_group *
next_group(const struct io *io, const struct arena *a, const struct lane *lane)
{
	unsigned number = lane->media.number;

	return io->rotate > 1 ? rotate_next(io, a, number) : a->flog.groups[number];
}

/*
 * Loads the entry to be replaced, under the lock. `readonly` is checked again: the previous owner
 * of the lock may have failed in the middle of a commit, and nobody may build on its state.
 */
static ALWAYS_INLINE int
load_old(const struct arena *a, struct persist_lane *lane, uint32_t premap, uint32_t *old)
{
	if (is_readonly(a))
		return io_error_readonly(a);
	if (map_load(&a->map, lane, premap, old))
		return -1;
	return map_entry_postmap(*old, premap) < a->info.internal_nlba
		       ? 0
		       : io_error_bad_entry(a, premap, *old);
}

/*
 * A write in progress, between its wait for readers and its unlock. The members stay in registers where the compiler
 * puts all functions with this argument into one.
 */
struct write {
	struct arena *a;
	struct persist_lane *lane;
	struct flog_group *group;
	const void *buf;
	uint32_t premap;
	uint32_t old; /* the map entry, as it is there; known once the lock is held */
};

static ALWAYS_INLINE int
store_data(const struct write *w)
{
	return persist_store(w->a->media, w->lane, arena_block_off(w->a, w->group->free), w->buf,
			     w->a->info.external_lbasize);
}

static ALWAYS_INLINE int
store_half1(const struct write *w)
{
	return flog_store_half1(&w->a->flog, w->lane, w->group, w->premap,
				map_entry_explicit(w->old, w->premap));
}

static ALWAYS_INLINE int
store_half2(const struct write *w)
{
	return flog_commit_half2(&w->a->flog, w->lane, w->group);
}

/* Stores the old entry once more (io.c says why) and flushes its line. */
static ALWAYS_INLINE int
flush_target(const struct write *w)
{
	return map_publish(&w->a->map, w->lane, w->premap, w->old) ||
	       map_flush(&w->a->map, w->lane, w->premap);
}

static ALWAYS_INLINE int
fence(const struct write *w)
{
	return persist_fence(w->a->media, w->lane);
}

/* the post-map block that the write frees */
static ALWAYS_INLINE uint32_t
freed_block(const struct write *w)
{
	return map_entry_postmap(w->old, w->premap);
}

static ALWAYS_INLINE uint32_t
new_entry(const struct write *w)
{
	return w->group->free | FORMAT_MAP_NORMAL;
}

#endif
