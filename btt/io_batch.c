/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * io_batch.c -- reads and writes of many blocks under the fences of one. io.c has the letters and the invariants.
 *
 * Write, commit order `two-fence`; each step is for all blocks before the next step begins:
 *
 *	1. wait until no lane reads a free block of the batch	one scan
 *	2. store the data into the free blocks
 *	3. lock the map lines in the order of their locks, each lock once; look up p -> old
 *	4. flog half 1: p, old; flush the map lines of p and q	fence AB
 *	5. flog half 2: f, seq					fence C
 *	6. map: p -> f, in the cache only
 *	7. unlock; old is the free block of the lane
 *
 * Commit order `strict` has fence A after 2, fence B after 4 without the flushes, fence C after 5, and fence D after 6,
 * which stores to the map as io.c does.
 *
 * Invariants: those of io.c, lane by lane.
 *   B1 Each block has a lane of its own, and so a log, a free block and a q of its own. No two blocks of a batch have
 *      the same p: of those only the last is written. So a power failure in 5 leaves any subset of the commits, and
 *      recovery completes these in any order.
 *   B2 q of one lane may be p of another in the same batch. Then AB makes the map durable at the entry of q before C
 *      commits p, as T1 asks for p and T2 for q.
 *   B3 All locks are held from 3 to 7. Every thread that holds a lock while it takes another one takes them in the order
 *      of map_lock_order and of arenas, so no circle of threads waits. Nobody waits for a reader while it holds a lock,
 *      and nobody waits for a lock while its tracking slot holds a block.
 *   B4 T4 does not hold at 3: the first lock waits for the data of all blocks. Data that is stored under the locks would
 *      keep other threads waiting for longer.
 *
 * A block that meets an error leaves the batch; the others go on. Its lock is released at 7 like the others.
 *
 * Read: load all entries; publish each block in the slot of its lane; one full fence; load the entries again; copy, and
 * clear each slot after its copy. A block that has moved meanwhile, or that has no data, is read once more by io_read_any.
 */
#include <errno.h>
#include <stdio.h>

#include "io.h"
#include "io_steps.h"

#define INDEX_BITS 6u
#define LINE_NONE  UINT64_MAX

static_assert(BTT_BATCH_MAX == 1u << INDEX_BITS, "a key ends in the number of a block");

struct part {
	struct write w;
	unsigned index; /* of its block in the batch of the caller */
};

struct batch {
	struct io_block *blocks; /* in the order of the caller */
	struct part parts[BTT_BATCH_MAX];
	struct part *end; /* of the blocks that met no error; they are in the order of locks */
	struct map_lock *locks[BTT_BATCH_MAX];
	unsigned nlocks;
	/* blocks[early[d]] is not written, because blocks[late[d]] writes the same lba */
	uint8_t early[BTT_BATCH_MAX], late[BTT_BATCH_MAX];
	unsigned ntwice;
	unsigned map_lines;   /* lines of maps flushed, or stored past the cache */
	unsigned first_error; /* the first block that failed; `text` is its message */
	char text[ERRORMSG_MAX];
};

/* Keeps the message of the thread if no earlier block has failed. */
static void
note_error(struct io_block *b, unsigned i, unsigned *first_error, char text[ERRORMSG_MAX])
{
	b->error = errno;
	if (i >= *first_error)
		return;
	*first_error = i;
	snprintf(text, ERRORMSG_MAX, "%s", btt_errormsg());
}

/* Takes a block with an error out of the batch. */
static __attribute__((noinline, cold)) void
drop(struct batch *b, struct part *part)
{
	unsigned first = part->index;

	for (unsigned d = b->ntwice; d-- > 0;) {
		if (b->late[d] == first)
			first = b->early[d];
	}
	note_error(&b->blocks[part->index], first, &b->first_error, b->text);
	for (b->end--; part < b->end; part++)
		*part = part[1];
}

static __attribute__((noinline, cold)) void
drop_in_commit(struct batch *b, struct part *part)
{
	io_error_in_commit(part->w.a);
	drop(b, part);
}

typedef int step(const struct write *w);
typedef void dropper(struct batch *b, struct part *part);

static ALWAYS_INLINE void
each(struct batch *b, step *do_step, dropper *on_error)
{
	for (struct part *part = b->parts; part < b->end;) {
		if (__builtin_expect(do_step(&part->w), 0))
			on_error(b, part);
		else
			part++;
	}
}

/* one fence for all: the arenas of a BTT are on the same media */
static ALWAYS_INLINE void
fence_all(struct batch *b, dropper *on_error)
{
	if (b->end > b->parts && __builtin_expect(fence(&b->parts[0].w), 0)) {
		while (b->end > b->parts)
			on_error(b, b->end - 1);
	}
}

static ALWAYS_INLINE int
store_if_writable(const struct write *w)
{
	return is_readonly(w->a) ? io_error_readonly(w->a) : store_data(w);
}

/* Sorts by arena, lock, block, and place in the batch. The keys are few, and often in order. */
static void
sort_keys(uint64_t keys[BTT_BATCH_MAX], unsigned n)
{
	for (unsigned k = 1; k < n; k++) {
		uint64_t key = keys[k];
		unsigned at = k;

		for (; at && keys[at - 1] > key; at--)
			keys[at] = keys[at - 1];
		keys[at] = key;
	}
}

static void
begin(struct batch *b, const struct io *io, struct io_block blocks[], unsigned n)
{
	uint64_t keys[BTT_BATCH_MAX + 1];
	struct part *part = b->parts;

	for (unsigned i = 0; i < n; i++) {
		const struct arena *a = blocks[i].a;

		map_prefetch_write(&a->map, blocks[i].premap);
		keys[i] = ((uint64_t)a->index << FORMAT_MAP_POSTMAP_BITS |
			   map_lock_order(&a->map, blocks[i].premap))
				  << INDEX_BITS |
			  i;
	}
	sort_keys(keys, n);
	keys[n] = UINT64_MAX; /* like no other */
	b->blocks = blocks;
	b->ntwice = b->map_lines = 0;
	b->first_error = n;
	for (unsigned k = 0; k < n; k++) {
		unsigned i = keys[k] % BTT_BATCH_MAX;
		const struct io_block *block = &blocks[i];

		if ((keys[k] ^ keys[k + 1]) < BTT_BATCH_MAX) { /* the same block */
			b->early[b->ntwice] = (uint8_t)i;
			b->late[b->ntwice++] = (uint8_t)(keys[k + 1] % BTT_BATCH_MAX);
			continue;
		}
		part->index = i;
		part->w.a = block->a;
		part->w.lane = &block->lane->media;
		part->w.group = next_group(io, block->a, block->lane);
		part->w.buf = block->from;
		part->w.premap = block->premap;
		part++;
	}
	b->end = part;
}

static void
wait_for_readers(struct batch *b, struct io *io)
{
	uint64_t free_blocks[BTT_BATCH_MAX];
	unsigned n = 0;

	for (const struct part *part = b->parts; part < b->end; part++)
		free_blocks[n++] = rtt_block(part->w.a->index, part->w.group->free);
	if (rtt_wait_each(&io->rtt, free_blocks, n))
		counter_add(&b->blocks[0].lane->reader_waits, 1);
}

static void
lock_and_load(struct batch *b)
{
	struct map_lock *held = NULL;
	unsigned nlocks = 0;

	for (struct part *part = b->parts; part < b->end;) {
		struct write *w = &part->w;

		if (map_lock_of(&w->a->map, w->premap) != held) {
			held = map_lock(&w->a->map, w->premap, &b->blocks[0].lane->lock_waits);
			b->locks[nlocks++] = held;
		}
		if (__builtin_expect(load_old(w->a, w->lane, w->premap, &w->old), 0)) {
			drop(b, part);
			continue;
		}
		part++;
	}
	b->nlocks = nlocks;
}

/*
 * T1 and T2. A line is not flushed twice if several blocks have it as their own. The line of a q is flushed once more
 * if neither its own block nor the block before had it.
 */
static ALWAYS_INLINE void
store_half1_and_flush(struct batch *b)
{
	uint64_t target = LINE_NONE, last = LINE_NONE;

	for (struct part *part = b->parts; part < b->end;) {
		const struct write *w = &part->w;
		const struct map *map = &w->a->map;
		uint64_t line = map_entry_off(map, w->premap) / FORMAT_LINE;
		uint64_t line_of_last = map_entry_off(map, w->group->lba) / FORMAT_LINE;
		int err = store_half1(w);

		if (!err && line != target) {
			err = flush_target(w);
			target = err ? LINE_NONE : line;
			b->map_lines++;
		}
		if (!err && line_of_last != last && line_of_last != line) {
			err = map_flush_if_good(map, w->lane, w->group->lba);
			b->map_lines++;
		}
		if (__builtin_expect(err, 0)) {
			drop_in_commit(b, part);
			continue;
		}
		last = line_of_last;
		part++;
	}
}

static ALWAYS_INLINE int
publish(const struct write *w)
{
	return map_publish(&w->a->map, w->lane, w->premap, new_entry(w));
}

static ALWAYS_INLINE int
store_map(const struct write *w)
{
	return map_store(&w->a->map, w->lane, w->premap, new_entry(w));
}

static void
commit_two_fence(struct batch *b)
{
	store_half1_and_flush(b);
	fence_all(b, drop_in_commit); /* AB */
	each(b, store_half2, drop_in_commit);
	fence_all(b, drop_in_commit); /* C */
	each(b, publish, drop_in_commit);
}

/* the data is durable already */
static void
commit_strict(struct batch *b)
{
	each(b, store_half1, drop_in_commit);
	fence_all(b, drop_in_commit); /* B */
	each(b, store_half2, drop_in_commit);
	fence_all(b, drop_in_commit); /* C */
	each(b, store_map, drop_in_commit);
	b->map_lines = (unsigned)(b->end - b->parts);
	fence_all(b, drop_in_commit); /* D */
}

int
io_write_batch(struct io *io, struct io_block blocks[], unsigned n)
{
	struct lane *counted = blocks[0].lane;
	struct batch b;

	begin(&b, io, blocks, n);
	if (!rtt_is_alone(&io->rtt))
		wait_for_readers(&b, io);
	each(&b, store_if_writable, drop);
	if (io->commit == BTT_COMMIT_STRICT)
		fence_all(&b, drop); /* A */
	lock_and_load(&b);
	if (io->commit == BTT_COMMIT_STRICT)
		commit_strict(&b);
	else
		commit_two_fence(&b);
	for (unsigned k = 0; k < b.nlocks; k++)
		map_unlock(b.locks[k]);
	for (const struct part *part = b.parts; part < b.end; part++)
		flog_advance(part->w.group, part->w.premap, freed_block(&part->w));
	if (b.end > b.parts) {
		counter_add(&counted->batches, 1);
		counter_add(&counted->batched, (uint64_t)(b.end - b.parts));
		counter_add(&counted->batch_lines, b.map_lines);
	}
	while (b.ntwice-- > 0)
		blocks[b.early[b.ntwice]].error = blocks[b.late[b.ntwice]].error;
	return b.first_error == n ? 0 : errormsg_set(blocks[b.first_error].error, "%s", b.text);
}

/* R1 of rtt.h for a block with data; 0 if io_read_any must read the block */
static int
publish_read(struct io *io, const struct io_block *b, uint32_t *entry)
{
	uint32_t postmap;

	if (arena_load_entry(b->a, &b->lane->media, b->premap, entry) ||
	    !map_entry_is_data(&b->a->map, *entry))
		return 0;
	postmap = map_entry_postmap(*entry, b->premap);
	if (postmap >= b->a->info.internal_nlba)
		return 0;
	persist_prefetch_read(b->a->media, arena_block_off(b->a, postmap),
			      b->a->info.external_lbasize);
	rtt_announce(&io->rtt, b->lane->media.number, rtt_block(b->a->index, postmap));
	return 1;
}

int
io_read_batch(struct io *io, struct io_block blocks[], unsigned n)
{
	uint32_t entries[BTT_BATCH_MAX];
	uint64_t alone = 0; /* one bit for each block that io_read_any reads */
	unsigned first_error = n;
	char text[ERRORMSG_MAX];

	for (unsigned i = 0; i < n; i++)
		map_prefetch_read(&blocks[i].a->map, blocks[i].premap);
	for (unsigned i = 0; i < n; i++) {
		if (!publish_read(io, &blocks[i], &entries[i]))
			alone |= UINT64_C(1) << i;
	}
	rtt_fence();
	for (unsigned i = 0; i < n; i++) {
		struct io_block *b = &blocks[i];
		uint32_t again, postmap;

		if (alone >> i & 1)
			continue;
		if (arena_load_entry(b->a, &b->lane->media, b->premap, &again) ||
		    again != entries[i]) {
			alone |= UINT64_C(1) << i;
			counter_add(&b->lane->read_retries, 1);
		} else {
			postmap = map_entry_postmap(again, b->premap);
			if (persist_read(b->a->media, &b->lane->media, b->to,
					 b->a->info.external_lbasize,
					 arena_block_off(b->a, postmap)))
				note_error(b, i, &first_error, text);
		}
		rtt_clear(&io->rtt, b->lane->media.number);
	}
	for (; alone; alone &= alone - 1) {
		unsigned i = (unsigned)__builtin_ctzll(alone);
		struct io_block *b = &blocks[i];

		if (io_read_any(io, b->a, b->lane, b->premap, b->to))
			note_error(b, i, &first_error, text);
	}
	return first_error == n ? 0 : errormsg_set(blocks[first_error].error, "%s", text);
}
