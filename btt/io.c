/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * io.c -- the protocol: how a block is read, written and flagged so that it is all old or all new,
 * to every thread at every moment and after a power cut at any moment.
 *
 * f = the lane's free block, p = the pre-map block, q = the one that the lane wrote before p.
 *
 * Write, commit order `strict`:
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
 * Write, commit order `two-fence`:
 *
 *	1. wait until no lane reads f
 *	2. lock p's map line, look up p -> old
 *	3. store the data into f; flog half 1: p, old;
 *	   flush p's map line and q's		fence AB the data, the entry, and every map store
 *						 that this log entry builds on or forgets
 *	4. flog half 2: f, seq			fence C	 the commit: from here the write survives
 *	5. map: p -> f, flushed, not fenced	the log has it until the lane's next 3
 *	6. unlock; old is the lane's free block
 *
 * Invariants: I1, I2 (AB before C) and I5 as above, and in place of I3 and I4
 *	T1 a log entry is durable only when the durable map[p] is at its old_map or later: whoever
 *	   stored old there had the lock before this thread, so this thread's flush of p's line
 *	   takes that store along, and AB comes before C.
 *	T2 a lane's log entry is overwritten only when its map entry is durable: AB, which covers
 *	   q's line, comes before the C that makes q's entry the older one. The flush is this
 *	   thread's own, so it does not matter which thread drove the lane when it wrote q. An
 *	   opening takes q from the log: whoever wrote it may have been killed before its fence.
 *	T3 5 is seen by the next owner of the lock, whatever is durable: it is a store to the cache
 *	   (persist_publish4), and 6 releases it.
 * So an acknowledged write is in the durable map, or it is its lane's current log entry and
 * recovery rolls it forward: map[p] is old then by T1. Another lane that wrote p since has by its
 * own T1 made this lane's store durable first, and the entry matches nothing.
 *
 * Zero and error: under p's lock one map store, past the cache or not, and a fence before the
 * unlock, in both orders. It keeps the post-map block, so logs of p stay what they were.
 *
 * A cut before C leaves the old block: the current log entry is still the one before. A cut after
 * C leaves the new one: rolled forward. An error before half 1 leaves everything as it was; from
 * there on the log can't be trusted or it is not known what is durable, and the arena turns
 * read-only.
 *
 * Lock rule: from lock to unlock one map line is locked, and nothing is waited for.
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
	uint32_t entry, again = 0, postmap;
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

/* a write under way, between its wait for readers and its unlock */
struct write {
	struct arena *a;
	struct persist_lane *lane;
	struct flog_group *group;
	const void *buf;
	uint32_t premap;
	uint32_t old; /* map entry, explicit; known once the lock is held */
};

static int
store_data(const struct write *w)
{
	return persist_store(w->a->media, w->lane, arena_block_off(w->a, w->group->free), w->buf,
			     w->a->info.external_lbasize);
}

static int
store_half1(const struct write *w)
{
	return flog_store_half1(&w->a->flog, w->lane, w->group, w->premap, w->old);
}

static int
store_half2(const struct write *w)
{
	return flog_commit_half2(&w->a->flog, w->lane, w->group);
}

static int
fence(const struct write *w)
{
	return persist_fence(w->a->media, w->lane);
}

static uint32_t
new_entry(const struct write *w)
{
	return w->group->free | FORMAT_MAP_NORMAL;
}

/* an error within a commit leaves open what the log says, so nobody may build on it */
static int
condemn(const struct write *w)
{
	arena_condemn(w->a, "arena %u: media failed in the middle of a commit", w->a->index);
	return -1;
}

/* the data is durable */
static int
commit_strict(const struct write *w)
{
	if (store_half1(w) || fence(w) || /* B */
	    store_half2(w) || fence(w) || /* C */
	    map_store(&w->a->map, w->lane, w->premap, new_entry(w)) || fence(w) /* D */)
		return condemn(w);
	return 0;
}

/* T1 and T2: the map stores that other writes have left unfenced */
static int
flush_map_lines(const struct write *w)
{
	const struct map *map = &w->a->map;

	if (map_flush(map, w->lane, w->premap))
		return -1;
	return map_is_one_line(w->premap, w->group->lba) ? 0
							 : map_settle(map, w->lane, w->group->lba);
}

static int
commit_two_fence(const struct write *w)
{
	if (store_data(w))
		return -1;
	if (store_half1(w) || flush_map_lines(w) || fence(w) || /* AB */
	    store_half2(w) || fence(w) ||                       /* C */
	    map_publish(&w->a->map, w->lane, w->premap, new_entry(w)))
		return condemn(w);
	return 0;
}

static int
commit_locked(struct write *w, const struct io *io)
{
	struct map_lock *lock = map_lock(&w->a->map, w->premap, &io->lane->lock_waits);
	uint32_t old = 0;
	int err = load_old(w->a, w->lane, w->premap, &old);

	w->old = map_entry_explicit(old, w->premap);
	if (!err)
		err = io->commit == BTT_COMMIT_STRICT ? commit_strict(w) : commit_two_fence(w);
	map_unlock(lock);
	return err;
}

int
io_write(struct arena *a, const struct io *io, uint32_t premap, const void *buf)
{
	struct flog_group *group = a->flog.groups[io->lane->media.number];
	struct write w = {a, &io->lane->media, group, buf, premap, 0};

	if (is_readonly(a))
		return refuse_change(a);
	map_prefetch_write(&a->map, premap);
	persist_count(
		&io->lane->reader_waits,
		(uint64_t)rtt_wait(io->rtt, w.lane->number, rtt_block(a->index, group->free)));
	if (io->commit == BTT_COMMIT_STRICT && (store_data(&w) || fence(&w) /* A */))
		return -1;
	if (commit_locked(&w, io))
		return -1;
	flog_advance(group, premap, map_entry_postmap(w.old, premap));
	return 0;
}

int
io_settle(const struct arena *a, struct persist_lane *lane, unsigned nlane)
{
	for (unsigned i = 0; i < nlane; i++) {
		if (map_settle(&a->map, lane, a->flog.groups[i]->lba))
			return -1;
	}
	return persist_fence(a->media, lane);
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
