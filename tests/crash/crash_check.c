/* SPDX-License-Identifier: BSD-3-Clause */
#include "crash_check.h"

#include <string.h>

#include "tiny.h"

#define CLOSER      2u /* this thread has stored nothing; it closes the layout */
#define SPARE_LBA   18u
#define KILL_ONE_IN 8 /* one in this many images that are used again after recovery */

void
check_init(struct check *c, enum model model)
{
	for (unsigned i = 0; i <= CHECK_DEPTH; i++)
		world_init(&c->worlds[i], &tiny_shape, model);
	world_init(&c->last, &tiny_shape, model);
}

void
check_fini(struct check *c)
{
	for (unsigned i = 0; i <= CHECK_DEPTH; i++)
		world_fini(&c->worlds[i]);
	world_fini(&c->last);
	free(c->seen.slots);
}

struct btt *
check_open(struct world *w, const struct check *c)
{
	static const struct ns_callback none;
	const struct btt_open_options options = {.mode = BTT_READ_WRITE,
						 .commit = c->commit,
						 .maxlane = c->lanes,
						 .rotate = c->rotate};
	struct btt *btt;

	w->is_recovering = 1;
	btt = btt_open(&options, w->shape->size, w, &none);
	w->is_recovering = 0;
	if (!btt)
		world_fail("can't be opened: %s", btt_errormsg());
	if (btt_readonly_reason(btt))
		world_fail("opens read-only: %s", btt_readonly_reason(btt));
	return btt;
}

void
check_drop(struct world *w, struct btt *btt)
{
	w->is_dead = 1;
	btt_fini(btt);
	w->is_dead = 0;
}

static void
complain(void *arg, const struct btt_finding *finding)
{
	(void)arg;
	if (finding->severity == BTT_ERROR)
		world_fail("check: lane %jd, block %jd, post-map %jd: %s: %s",
			   (intmax_t)finding->lane, (intmax_t)finding->premap,
			   (intmax_t)finding->postmap, finding->field, finding->text);
}

static int
read_value(struct btt *btt, unsigned lane, uint32_t lba)
{
	uint64_t block[TINY_LBASIZE / 8];

	if (btt_read(btt, lane, lba, block))
		world_fail("block %u can't be read: %s", lba, btt_errormsg());
	return value_of(block, sizeof(block));
}

static void
write_value(struct btt *btt, unsigned lane, uint32_t lba, unsigned value)
{
	uint64_t block[TINY_LBASIZE / 8];

	value_fill(block, sizeof(block), value);
	if (btt_write(btt, lane, lba, block))
		world_fail("block %u can't be written: %s", lba, btt_errormsg());
}

/* The layout is consistent, and every block holds an allowed value. */
static void
inspect(struct check *c, struct btt *btt, const uint32_t *allowed, int *values)
{
	c->opened++;
	if (btt_check_each(btt, complain, NULL) != 1)
		world_fail("check: not consistent: %s", btt_errormsg());
	for (unsigned i = 0; i < PROGRAM_BLOCKS; i++) {
		values[i] = read_value(btt, i % c->lanes, c->lba[i]);
		if (values[i] == VALUE_TORN)
			world_fail("block %u is torn", c->lba[i]);
		if (!(allowed[i] >> values[i] & 1))
			world_fail("block %u holds value %d, allowed is mask %#x", c->lba[i],
				   values[i], allowed[i]);
	}
}

static void
inspect_again(void *arg, const uint8_t *image, uint64_t hash)
{
	struct check *c = arg;
	struct btt *btt;
	int values[PROGRAM_BLOCKS];

	world_load(&c->last, image, hash);
	btt = check_open(&c->last, c);
	inspect(c, btt, c->allowed, values);
	check_drop(&c->last, btt);
}

/* The lanes write the program's blocks, or a spare block so that those stay as recovery left them. */
enum where { AGAIN_SAME, AGAIN_SPARE, WHERES };

/*
 * Each lane writes all its free blocks once more, in an order and to blocks that `choice` decides. Then the power fails:
 * every block holds its last write.
 */
static void
write_again(struct check *c, struct world *w, struct btt *btt, uint64_t choice, enum where where)
{
	for (unsigned i = 0; i < c->lanes * c->rotate; i++) {
		unsigned lane = (unsigned)(choice + i) % c->lanes;
		unsigned block = (unsigned)(i + (choice >> (16 + i))) % PROGRAM_BLOCKS;
		uint32_t lba = where == AGAIN_SAME ? c->lba[block] : SPARE_LBA;

		write_value(btt, lane, lba, VALUE_AGAIN + lane);
		if (where == AGAIN_SAME)
			c->allowed[block] = 1u << (VALUE_AGAIN + lane);
	}
	world_end_images(w, inspect_again, c);
}

/* The process is killed, and another process opens the memory it left. */
static struct btt *
kill_and_open(struct check *c, struct world *w, struct btt *btt)
{
	int values[PROGRAM_BLOCKS];

	check_drop(w, btt);
	w->thread = 1;
	btt = check_open(w, c);
	inspect(c, btt, c->allowed, values);
	c->killed++;
	return btt;
}

static void
use_again(struct check *c, struct world *w, struct btt *btt, uint64_t hash)
{
	uint32_t allowed[PROGRAM_BLOCKS];
	enum where where = (enum where)(hash / 64 % WHERES);

	memcpy(allowed, c->allowed, sizeof(allowed));
	write_again(c, w, btt, hash, where);
	if (hash / c->lanes % KILL_ONE_IN == 0) {
		btt = kill_and_open(c, w, btt);
		write_again(c, w, btt, hash + 1, where);
	}
	w->thread = CLOSER;
	btt_fini(btt);
	for (unsigned i = 0; i < w->npieces && !c->is_killed; i++) {
		if (w->pieces[i].at >= TINY_MAP && w->pieces[i].at < TINY_FLOG)
			world_fail("closed, but a part of the map is not durable");
	}
	memcpy(c->allowed, allowed, sizeof(allowed));
}

static void check_image(void *arg, const uint8_t *image, uint64_t hash);

/* A power cut inside a recovery. */
static void
cut_inside(struct world *w)
{
	struct check *c = w->arg;

	if (!w->npieces && w->durable_hash == w->visible_hash)
		return; /* nothing new since the last cut */
	c->depth++;
	world_each_image(w, check_image, c);
	c->depth--;
}

static void
recover(struct check *c, struct world *w, uint64_t hash, int *values)
{
	struct btt *btt;

	w->arg = c;
	w->after = c->depth < CHECK_DEPTH ? cut_inside : NULL;
	btt = check_open(w, c);
	w->after = NULL;
	c->is_mended = w->visible_hash != hash;
	for (unsigned i = 0; i < w->npieces; i++) {
		if (w->pieces[i].captured >> w->thread & 1)
			world_fail("opened, but a store of the recovery is not durable");
	}
	inspect(c, btt, c->allowed, values);
	use_again(c, w, btt, hash);
}

static void
agree(const struct check *c, const uint8_t *image, const int *values)
{
	int expected[PROGRAM_BLOCKS];
	const char *wrong = tiny_replay(image, c->lba, PROGRAM_BLOCKS, expected);

	if (wrong)
		world_fail("independent recovery: %s", wrong);
	for (unsigned i = 0; i < PROGRAM_BLOCKS; i++) {
		if (values[i] != expected[i])
			world_fail("block %u: the library recovers value %d, independent recovery "
				   "gives %d",
				   c->lba[i], values[i], expected[i]);
	}
}

static uint64_t
key_of(const struct check *c, uint64_t hash)
{
	hash = world_mix(hash, (uint64_t)c->allowed[0] << 32 | c->allowed[1]);
	hash = world_mix(hash, c->allowed[2]);
	return world_mix(hash, (uint64_t)c->lba[1] << 8 | (uint64_t)c->commit << 4 | c->depth);
}

static void
check_image(void *arg, const uint8_t *image, uint64_t hash)
{
	struct check *c = arg;
	struct world *w = &c->worlds[c->depth];
	int values[PROGRAM_BLOCKS];

	c->images++;
	if (!seen_add(&c->seen, key_of(c, hash)))
		return;
	c->distinct++;
	c->nested += c->depth > 0;
	world_load(w, image, hash);
	recover(c, w, hash, values);
	agree(c, image, values);
	if (c->sample && !c->depth)
		sample_take(c->sample, c, image, hash);
}

void
check_cut(struct check *c, const struct world *w, const uint32_t allowed[PROGRAM_BLOCKS])
{
	memcpy(c->allowed, allowed, sizeof(c->allowed));
	c->depth = 0;
	world_each_image(w, check_image, c);
}

void
check_kill(struct check *c, const struct world *w, const uint32_t allowed[PROGRAM_BLOCKS])
{
	struct world *copy = &c->worlds[0];
	uint64_t hash =
		world_mix(world_mix(w->durable_hash, w->visible_hash), world_pending_hash(w));
	int values[PROGRAM_BLOCKS];

	memcpy(c->allowed, allowed, sizeof(c->allowed));
	c->depth = 0;
	if (!seen_add(&c->seen, key_of(c, hash) + 1))
		return;
	c->killed++;
	c->is_killed = 1;
	world_copy(copy, w);
	copy->thread = WORLD_THREADS - 1;
	recover(c, copy, hash, values);
	c->is_killed = 0;
}
