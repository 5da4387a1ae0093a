/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * io.c -- the protocol: how a block is read, written and flagged so that it is all old or all new,
 * to every thread at every moment and after a power cut at any moment.
 *
 * Write, commit order `strict` (f = the lane's free block, p = the pre-map block):
 *
 *	1. wait until no lane reads f		rtt.h
 *	2. store the data into f		fence A	 the data is durable before a log names f
 *	3. lock p's map line, look up p -> old
 *	4. flog half 1: p, old			fence B	 the entry is whole before its seq says so
 *	5. flog half 2: f, seq			fence C	 the commit: from here the write survives
 *	6. map: p -> f				fence D	 the map has it before the log forgets it
 *	7. unlock; old is the lane's free block
 *
 * Invariants
 *	I1 every post-map block is in the map exactly once or free in exactly one lane.
 *	   5 and 6 swap f and old; recovery does 6 again when 5 is durable and 6 is not.
 *	I2 a block that a durable map or log names holds its data durably: A before C.
 *	I3 a lane's log entry is overwritten only when its map entry is durable: D before the
 *	   lane's next 4, which goes to the other slot, and before its next 5, which makes this
 *	   entry the older one.
 *	I4 a map entry that recovery finds as some log's old_map has not been changed since that
 *	   log was written: D comes before 7, so the next to change p logs after p is durable.
 *	I5 the lane's free block is stored into only by that lane, and read by nobody: 1.
 *
 * A cut before C leaves the old block: the current log entry is still the one before. A cut after
 * C leaves the new one: rolled forward. An error before 4 leaves everything as it was; from 4 on
 * the log can't be trusted or it is not known what is durable, and the arena turns read-only.
 *
 * Lock rule: 3 to 7 hold the lock of one map line and wait for nothing.
 */
#include "io.h"

#include <errno.h>
#include <string.h>

static int
bad_entry(const struct arena *a, uint32_t premap, uint32_t entry)
{
	return errormsg_set(EIO, "arena %u: block %u: its map entry %#x is out of range (below %u)",
			    a->index, premap, entry, a->info.internal_nlba);
}

static int
refuse_change(const struct arena *a)
{
	return errormsg_set(EROFS, "read-only: %s", arena_readonly_reason(a));
}

static int
is_readonly(const struct arena *a)
{
	return atomic_load_explicit(&a->readonly, memory_order_acquire);
}

/*
 * What a completed read has returned must survive a power cut, and a flag is seen before it is
 * durable. Whoever sets it holds the line's lock until it is: a lock that is free after the flag
 * was seen says so.
 */
static int
make_flag_durable(const struct arena *a, struct persist_lane *lane, uint32_t premap)
{
	if (!map_is_locked(&a->map, premap))
		return 0;
	return map_flush(&a->map, lane, premap) || persist_fence(a->media, lane) ? -1 : 0;
}

static int
read_flagged(const struct arena *a, struct lane *lane, uint32_t premap, uint32_t entry, void *buf)
{
	if ((entry & FORMAT_MAP_NORMAL) && make_flag_durable(a, &lane->media, premap))
		return -1;
	if (map_entry_is_error(entry))
		return errormsg_set(EIO, "arena %u: block %u is marked bad", a->index, premap);
	memset(buf, 0, a->info.external_lbasize);
	return 0;
}

static int
is_flagged(uint32_t entry)
{
	return (entry & FORMAT_MAP_NORMAL) != FORMAT_MAP_NORMAL;
}

int
io_read(struct arena *a, const struct io *io, uint32_t premap, void *buf)
{
	struct persist_lane *media_lane = &io->lane->media;
	unsigned number = media_lane->number;
	uint32_t entry, again, postmap;
	int err;

	if (arena_load_entry(a, media_lane, premap, &entry))
		return -1;
	for (;; entry = again) {
		postmap = map_entry_postmap(entry, premap);
		if (postmap >= a->info.internal_nlba) {
			rtt_clear(io->rtt, number);
			return bad_entry(a, premap, entry);
		}
		if (is_flagged(entry)) {
			rtt_clear(io->rtt, number);
			return read_flagged(a, io->lane, premap, entry, buf);
		}
		err = 0;
		if (rtt_is_alone(io->rtt))
			break;
		persist_prefetch_read(a->media, arena_block_off(a, postmap),
				      a->info.external_lbasize); /* during the fence */
		rtt_publish(io->rtt, number, rtt_block(a->index, postmap));
		err = arena_load_entry(a, media_lane, premap, &again);
		if (err || again == entry)
			break;
		persist_count(&io->lane->read_retries, 1);
	}
	if (!err)
		err = persist_read(a->media, media_lane, buf, a->info.external_lbasize,
				   arena_block_off(a, postmap));
	rtt_clear(io->rtt, number);
	return err;
}

/*
 * The entry to be replaced. The lock is held: where the one who held it before failed in the middle
 * of a commit, nobody may build on what it left.
 */
static int
load_old(const struct arena *a, struct persist_lane *lane, uint32_t premap, uint32_t *old)
{
	if (is_readonly(a))
		return refuse_change(a);
	if (map_load(&a->map, lane, premap, old))
		return -1;
	return map_entry_postmap(*old, premap) < a->info.internal_nlba ? 0
								       : bad_entry(a, premap, *old);
}

/* 4 to 6: an error leaves open what the log says, so nobody may build on it */
static int
commit(struct arena *a, struct persist_lane *lane, struct flog_group *group, uint32_t premap,
       uint32_t old)
{
	if (flog_store_half1(&a->flog, lane, group, premap, old) ||
	    persist_fence(a->media, lane) ||                                             /* B */
	    flog_commit_half2(&a->flog, lane, group) || persist_fence(a->media, lane) || /* C */
	    map_store(&a->map, lane, premap, group->free | FORMAT_MAP_NORMAL) ||
	    persist_fence(a->media, lane)) { /* D */
		arena_condemn(a, "arena %u: media failed in the middle of a commit", a->index);
		return -1;
	}
	return 0;
}

int
io_write(struct arena *a, const struct io *io, uint32_t premap, const void *buf)
{
	struct persist_lane *lane = &io->lane->media;
	struct flog_group *group = &a->flog.groups[lane->number];
	struct map_lock *lock;
	uint32_t old = 0;
	int err;

	if (is_readonly(a))
		return refuse_change(a);
	map_prefetch_write(&a->map, premap);
	persist_count(&io->lane->reader_waits,
		      (uint64_t)rtt_wait(io->rtt, lane->number, rtt_block(a->index, group->free)));
	if (persist_store(a->media, lane, arena_block_off(a, group->free), buf,
			  a->info.external_lbasize) ||
	    persist_fence(a->media, lane)) /* A */
		return -1;
	lock = map_lock(&a->map, premap, &io->lane->lock_waits);
	err = load_old(a, lane, premap, &old);
	if (!err)
		err = commit(a, lane, group, premap, map_entry_explicit(old, premap));
	map_unlock(lock);
	if (!err)
		flog_advance(group, map_entry_postmap(old, premap));
	return err;
}

int
io_set_flag(struct arena *a, const struct io *io, uint32_t premap, uint32_t flag)
{
	struct persist_lane *lane = &io->lane->media;
	struct map_lock *lock;
	uint32_t old = 0;
	int err;

	if (is_readonly(a))
		return refuse_change(a);
	lock = map_lock(&a->map, premap, &io->lane->lock_waits);
	err = load_old(a, lane, premap, &old);
	if (!err && !(flag == FORMAT_MAP_ZERO && map_entry_is_zero(old))) {
		err = map_store(&a->map, lane, premap, map_entry_postmap(old, premap) | flag);
		if (!err)
			err = persist_fence(a->media, lane);
	}
	map_unlock(lock);
	return err;
}
