/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * io.c -- the protocol: how a block is read, written and flagged so that it is all old or all new, to
 * every thread at every moment and after a power cut at any moment.
 *
 * Write, commit order `strict` (f = the lane's free block, p = the pre-map block):
 *
 *	1. wait until no lane reads f			rtt.h
 *	2. store the data into f		fence A	the data is durable before a log names f
 *	3. lock p's map line, look up p -> old
 *	4. flog half 1: p, old			fence B	the entry is whole before its seq says so
 *	5. flog half 2: f, seq			fence C	the commit: from here the write survives
 *	6. map: p -> f				fence D	the map has it before the log forgets it
 *	7. unlock; old is the lane's free block
 *
 * Invariants
 *	I1 every post-map block is in the map exactly once or free in exactly one lane.
 *	   5 and 6 swap f and old; recovery does 6 again when 5 is durable and 6 is not.
 *	I2 a block that a durable map or log names holds its data durably: A before C.
 *	I3 a lane's log entry is overwritten only when its map entry is durable: D before the next 4,
 *	   which goes to the other slot, and before the next 5, which makes this one the older.
 *	I4 a map entry that recovery finds as some log's old_map has not been changed since that log was
 *	   written: D comes before 7, so the next to change p logs after p's entry is durable.
 *	I5 the lane's free block is stored into only by that lane, and read by nobody: 1.
 *
 * A cut before C leaves the old block: the current log entry is still the one before. A cut after C
 * leaves the new one: rolled forward. An error before 5 leaves everything as it was, for the slot half
 * written is not the current one; from 5 on it is not known what is durable, and the arena turns read-only.
 *
 * Lock rule: 3 to 7 hold the lock of one map line and wait for nothing.
 */
#include "io.h"

#include <errno.h>
#include <string.h>

/* returns -1 for a map entry that does not name a block of the data area */
static int
bad_entry(const struct arena *a, uint32_t premap, uint32_t entry)
{
	return errormsg_set(EIO, "arena %u: block %u: its map entry %#x is out of range (below %u)", a->index, premap,
			    entry, a->info.internal_nlba);
}

static int
refuse_change(const struct arena *a)
{
	return errormsg_set(EROFS, "read-only: %s", a->readonly_reason);
}

/* what a completed read has returned must survive a power cut: the flag may not be durable yet */
static int
read_flagged(const struct arena *a, struct lane *lane, uint32_t premap, uint32_t entry, void *buf)
{
	if (entry & FORMAT_MAP_NORMAL) {
		if (map_flush(&a->map, &lane->media, premap) || persist_fence(a->media, &lane->media))
			return -1;
	}
	if (map_entry_is_error(entry))
		return errormsg_set(EIO, "arena %u: block %u is marked bad", a->index, premap);
	memset(buf, 0, a->info.external_lbasize);
	return 0;
}

static int
is_flagged(uint32_t entry)
{
	return map_entry_is_zero(entry) || map_entry_is_error(entry);
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
		if (is_flagged(entry)) {
			rtt_clear(io->rtt, number);
			return read_flagged(a, io->lane, premap, entry, buf);
		}
		postmap = entry & FORMAT_MAP_POSTMAP;
		if (postmap >= a->info.internal_nlba) {
			rtt_clear(io->rtt, number);
			return bad_entry(a, premap, entry);
		}
		persist_prefetch_read(a->media, arena_block_off(a, postmap), a->info.external_lbasize);
		rtt_publish(io->rtt, number, rtt_block(a->index, postmap));
		err = arena_load_entry(a, media_lane, premap, &again);
		if (err || again == entry)
			break;
		persist_count(&io->lane->read_retries, 1);
	}
	if (!err)
		err = persist_read(a->media, media_lane, buf, a->info.external_lbasize, arena_block_off(a, postmap));
	rtt_clear(io->rtt, number);
	return err;
}

/* the entry to be replaced, in full: initial made explicit */
static int
load_old(const struct arena *a, struct persist_lane *lane, uint32_t premap, uint32_t *old)
{
	if (map_load(&a->map, lane, premap, old))
		return -1;
	if (!(*old & FORMAT_MAP_NORMAL))
		*old = premap | FORMAT_MAP_NORMAL;
	return (*old & FORMAT_MAP_POSTMAP) < a->info.internal_nlba ? 0 : bad_entry(a, premap, *old);
}

/* 5 and 6: an error leaves open what is durable, so nobody may build on it */
static int
commit(struct arena *a, struct persist_lane *lane, struct flog_group *group, uint32_t premap)
{
	if (flog_commit_half2(&a->flog, lane, group) || persist_fence(a->media, lane) ||			  /* C */
	    map_store(&a->map, lane, premap, group->free | FORMAT_MAP_NORMAL) || persist_fence(a->media, lane)) { /* D */
		arena_set_readonly(a, "arena %u: media failed in the middle of a commit", a->index);
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
	uint32_t old;
	int err;

	if (atomic_load_explicit(&a->readonly, memory_order_acquire))
		return refuse_change(a);
	map_prefetch(&a->map, premap);
	persist_count(&io->lane->reader_waits, rtt_wait(io->rtt, lane->number, rtt_block(a->index, group->free)));
	if (persist_store(a->media, lane, arena_block_off(a, group->free), buf, a->info.external_lbasize) ||
	    persist_fence(a->media, lane)) /* A */
		return -1;
	lock = map_lock(&a->map, premap, &io->lane->lock_waits);
	err = load_old(a, lane, premap, &old);
	if (!err)
		err = flog_store_half1(&a->flog, lane, group, premap, old);
	if (!err)
		err = persist_fence(a->media, lane); /* B */
	if (!err)
		err = commit(a, lane, group, premap);
	map_unlock(lock);
	if (!err)
		flog_advance(group, old & FORMAT_MAP_POSTMAP);
	return err;
}

int
io_set_flag(struct arena *a, const struct io *io, uint32_t premap, uint32_t flag)
{
	struct persist_lane *lane = &io->lane->media;
	struct map_lock *lock;
	uint32_t entry;
	int err;

	if (atomic_load_explicit(&a->readonly, memory_order_acquire))
		return refuse_change(a);
	lock = map_lock(&a->map, premap, &io->lane->lock_waits);
	err = map_load(&a->map, lane, premap, &entry);
	if (!err && !(flag == FORMAT_MAP_ZERO && map_entry_is_zero(entry))) {
		err = load_old(a, lane, premap, &entry);
		if (!err)
			err = map_store(&a->map, lane, premap, (entry & FORMAT_MAP_POSTMAP) | flag);
		if (!err)
			err = persist_fence(a->media, lane);
	}
	map_unlock(lock);
	return err;
}
