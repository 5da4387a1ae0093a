/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * io.c -- the protocol: reads, writes and flags a block so that it is all old or all new, to every
 * thread at every moment, and after a power failure at any moment.
 *
 * f = the free block of the lane, p = the pre-map block, q = the pre-map block that the lane wrote
 * before p. A lane that rotates (rotate.h) has an f, a q and a log for each of its groups, and "the lane" below is
 * the group at hand.
 *
 * Write, commit order `strict`:
 *
 *	1. wait until no lane reads f		rtt.h
 *	2. store the data into f		fence A  the data is durable before a log names f
 *	3. lock the map line of p, look up p -> old
 *	4. flog half 1: p, old			fence B  the entry is whole before it is valid
 *	5. flog half 2: f, seq			fence C  the commit: from here the write survives
 *	6. map: p -> f				fence D  the map has it before the log forgets it
 *	7. unlock; old is the free block of the lane
 *
 * Invariants
 *   I1 Every post-map block is in the map exactly once or free in exactly one lane. 5 and 6 swap f
 *      and old; recovery repeats 6 when 5 is durable and 6 is not.
 *   I2 A block that a durable map or log names holds its data durably: A before C.
 *   I3 A log entry is overwritten only when its map entry is durable: D comes before the next 4 of
 *      the lane, which goes to the other slot, and before the next 5, which makes this entry the
 *      older one.
 *   I4 If recovery finds a map entry equal to old_map of a log, nobody has changed the entry since
 *      that log was written: D comes before 7, so the next thread that changes p logs after p is
 *      durable.
 *   I5 Only its lane stores into the free block, and nobody reads it: 1.
 *
 * Write, commit order `two-fence`:
 *
 *	1. wait until no lane reads f
 *	2. lock the map line of p, look up p -> old
 *	3. store the data into f; flog half 1: p, old;
 *	   map: p -> old, once more;
 *	   flush the map lines of p and q	fence AB the data, the entry, and every map store
 *						 that this log entry builds on or forgets
 *	4. flog half 2: f, seq			fence C  the commit: from here the write survives
 *	5. map: p -> f, in the cache only	the log keeps it until the next 3 of the lane
 *	6. unlock; old is the free block of the lane
 *
 * Invariants: I1, I2 (AB before C) and I5 as above, and in place of I3 and I4
 *   T1 A log entry is durable only when the durable map[p] is at its old_map or later. The thread
 *      that stored old there held the lock before this thread, so the flush of the line of p by
 *      this thread covers that store, and AB comes before C.
 *   T2 A log entry is overwritten only when its map entry is durable: AB covers the line of q and
 *      comes before the C that makes the entry of q the older one. This thread makes that flush
 *      itself, so it does not matter which thread used the lane when q was written. Opening takes q
 *      from the log: the process that wrote it may have been killed before its fence.
 *   T3 The next owner of the lock sees 5, durable or not: 5 is a store to the cache
 *      (persist_publish4), and 6 releases it.
 *   T4 No write-back is on its way at 1 and 2, which have locked instructions and would wait for it: C has drained
 *      the flushes of 3, and 5 makes none. T1 and T2 need none at 5, since each flushes the line itself. Closing
 *      flushes the last line of each lane (io_make_durable).
 *
 * The store of old in 3 changes no byte: it makes the line of p dirty in the cache of this core before the flush. On an
 * Intel Xeon, a store to a line that clwb has met clean waits for this line, and 5 is such a store: that took a sixth to
 * a third of a write.
 *
 * So an acknowledged write is in the durable map, or it is the current log entry of its lane and
 * recovery rolls it forward: by T1 map[p] is old then. If another lane wrote p since, its T1 made
 * the store of this lane durable first, and the log entry matches nothing.
 *
 * An initial map entry (no flag) names the block of its own number. In flavours uefi and kernel that
 * block is read and tracked like any other; nothing stores an initial entry, so every later entry of
 * p is in a log or has a flag.
 *
 * Zero and error: one map store under the lock of p, past the cache or not, and a fence before the
 * unlock, in both orders. The entry keeps its post-map block, so logs of p stay valid.
 *
 * A power failure before C leaves the old block: the current log entry is still the previous one. A
 * failure after C leaves the new block: recovery rolls it forward. An error before half 1 leaves
 * everything unchanged. An error later leaves the log, or the durable state, unknown, and the arena
 * turns read-only.
 *
 * Lock rule: from lock to unlock one map line is locked, and the thread waits for nothing. A batch locks several lines
 * (io_batch.c), and its wait for readers comes before.
 */
#include "io.h"

#include <errno.h>
#include <string.h>

#include "io_steps.h"

int
io_error_bad_entry(const struct arena *a, uint32_t premap, uint32_t entry)
{
	return errormsg_set(EIO, "arena %u: block %u: its map entry %#x is out of range (below %u)",
			    a->index, premap, entry, a->info.internal_nlba);
}

int
io_error_readonly(const struct arena *a)
{
	return errormsg_set(EROFS, "read-only: %s", arena_readonly_reason(a));
}

int
io_error_in_commit(struct arena *a)
{
	arena_mark_damaged(a, "arena %u: media failed in the middle of a commit", a->index);
	return -1;
}

/*
 * The result of a completed read must survive a power failure, and a flag is visible before it is
 * durable. The thread that sets it holds the lock of the line until it is durable. So if the lock
 * is free after the flag was seen, the flag is durable. That thread is of this process: docs/proof.md
 * names the gap after the kill of an earlier one.
 */
static int
make_flag_durable(const struct arena *a, struct lane *lane, uint32_t premap)
{
	if (!map_is_locked(&a->map, premap))
		return 0;
	if (!a->media->base) { /* nothing can be flushed: wait for the thread that stores */
		map_unlock(map_lock(&a->map, premap, &lane->lock_waits));
		return 0;
	}
	if (map_flush(&a->map, &lane->media, premap) || persist_fence(a->media, &lane->media))
		return -1;
	counter_add(&lane->flags_saved, 1);
	return 0;
}

static int
read_flagged(const struct arena *a, struct lane *lane, uint32_t premap, uint32_t entry, void *buf)
{
	if (!map_entry_is_initial(entry) && make_flag_durable(a, lane, premap))
		return -1;
	if (map_entry_is_error(entry))
		return errormsg_set(EIO, "arena %u: block %u is marked bad", a->index, premap);
	memset(buf, 0, a->info.external_lbasize);
	counter_add(&lane->zero_reads, 1);
	return 0;
}

__attribute__((noinline)) int
io_read_any(struct io *io, struct arena *a, struct lane *lane, uint32_t premap, void *buf)
{
	unsigned number = lane->media.number;
	uint32_t entry, again = 0, postmap;
	int err;

	if (arena_load_entry(a, &lane->media, premap, &entry))
		return -1;
	for (;; entry = again) {
		postmap = map_entry_postmap(entry, premap);
		if (postmap >= a->info.internal_nlba) {
			rtt_clear(&io->rtt, number);
			return io_error_bad_entry(a, premap, entry);
		}
		if (!map_entry_is_data(&a->map, entry)) {
			rtt_clear(&io->rtt, number);
			return read_flagged(a, lane, premap, entry, buf);
		}
		if (rtt_is_alone(&io->rtt))
			return persist_read(a->media, &lane->media, buf, a->info.external_lbasize,
					    arena_block_off(a, postmap));
		persist_prefetch_read(a->media, arena_block_off(a, postmap),
				      a->info.external_lbasize); /* while the fence waits */
		rtt_publish(&io->rtt, number, rtt_block(a->index, postmap));
		err = arena_load_entry(a, &lane->media, premap, &again);
		if (err || again == entry)
			break;
		counter_add(&lane->read_retries, 1);
	}
	if (!err)
		err = persist_read(a->media, &lane->media, buf, a->info.external_lbasize,
				   arena_block_off(a, postmap));
	rtt_clear(&io->rtt, number);
	return err;
}

int
io_read(struct io *io, struct arena *a, struct lane *lane, uint32_t premap, void *buf)
{
	uint32_t entry, postmap;

	/* the most frequent case, apart: the compiler makes neither a loop nor a large frame for it */
	if (!rtt_is_alone(&io->rtt) || !a->map.media->base || a->pending.count)
		return io_read_any(io, a, lane, premap, buf);
	if (map_load(&a->map, &lane->media, premap, &entry))
		return -1;
	postmap = entry & FORMAT_MAP_POSTMAP;
	if ((entry & FORMAT_MAP_NORMAL) != FORMAT_MAP_NORMAL || postmap >= a->info.internal_nlba)
		return io_read_any(io, a, lane, premap, buf);
	return persist_read(a->media, &lane->media, buf, a->info.external_lbasize,
			    arena_block_off(a, postmap));
}

/* the data is durable already */
static ALWAYS_INLINE int
commit_strict(const struct write *w)
{
	if (store_half1(w) || fence(w) || /* B */
	    store_half2(w) || fence(w) || /* C */
	    map_store(&w->a->map, w->lane, w->premap, new_entry(w)) || fence(w) /* D */)
		return io_error_in_commit(w->a);
	return 0;
}

/* T1 and T2: the map stores that other writes left unfenced */
static ALWAYS_INLINE int
flush_map_lines(const struct write *w)
{
	const struct map *map = &w->a->map;

	if (flush_target(w))
		return -1;
	return map_is_one_line(w->premap, w->group->lba)
		       ? 0
		       : map_flush_if_good(map, w->lane, w->group->lba);
}

static ALWAYS_INLINE int
commit_two_fence(const struct write *w)
{
	if (store_data(w))
		return -1;
	if (store_half1(w) || flush_map_lines(w) || fence(w) || /* AB */
	    store_half2(w) || fence(w) ||                       /* C */
	    map_publish(&w->a->map, w->lane, w->premap, new_entry(w)))
		return io_error_in_commit(w->a);
	return 0;
}

/* Step 1. Returns the group with the free block. */
static ALWAYS_INLINE struct flog_group *
take_free_block(struct io *io, const struct arena *a, struct lane *lane)
{
	unsigned number = lane->media.number;
	struct flog_group *group = a->flog.groups[number];

	if (__builtin_expect(io->rotate > 1, 0))
		return rotate_take(io, a, lane);
	if (!rtt_is_alone(&io->rtt) && rtt_wait(&io->rtt, number, rtt_block(a->index, group->free)))
		counter_add(&lane->reader_waits, 1);
	return group;
}

int
io_write(struct io *io, struct arena *a, struct lane *lane, uint32_t premap, const void *buf)
{
	struct write w = {a, &lane->media, NULL, buf, premap, 0};
	struct map_lock *lock;
	int err;

	if (is_readonly(a))
		return io_error_readonly(a);
	map_prefetch_write(&a->map, premap);
	w.group = take_free_block(io, a, lane);
	if (io->commit == BTT_COMMIT_STRICT && (store_data(&w) || fence(&w) /* A */))
		return -1;
	lock = map_lock(&a->map, premap, &lane->lock_waits);
	err = load_old(a, w.lane, premap, &w.old);
	if (!err)
		err = io->commit == BTT_COMMIT_STRICT ? commit_strict(&w) : commit_two_fence(&w);
	map_unlock(lock);
	if (err)
		return -1;
	counter_add(&lane->writes[io->commit == BTT_COMMIT_TWO_FENCE &&
				  !map_is_one_line(premap, w.group->lba)],
		    1);
	flog_advance(w.group, premap, freed_block(&w));
	return 0;
}

int
io_make_durable(const struct io *io, const struct arena *a, struct persist_lane *lane)
{
	for (unsigned i = 0; i < io->rtt.nlane * io->rotate; i++) {
		if (map_flush_if_good(&a->map, lane, a->flog.groups[i]->lba))
			return -1;
	}
	return persist_fence(a->media, lane);
}

int
io_set_flag(struct arena *a, struct lane *lane, uint32_t premap, uint32_t flag)
{
	struct map_lock *lock;
	uint32_t old = 0;
	int err;

	if (is_readonly(a))
		return io_error_readonly(a);
	lock = map_lock(&a->map, premap, &lane->lock_waits);
	err = load_old(a, &lane->media, premap, &old);
	if (!err && flag == FORMAT_MAP_ZERO && map_entry_is_zero(&a->map, old)) {
		counter_add(&lane->idle_zeroes, 1);
	} else if (!err) {
		err = map_store(&a->map, &lane->media, premap,
				map_entry_postmap(old, premap) | flag);
		if (!err)
			err = persist_fence(a->media, &lane->media);
		if (!err)
			counter_add(&lane->flags_set, 1);
	}
	map_unlock(lock);
	return err;
}
