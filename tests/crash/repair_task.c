/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * repair_task.c -- every kind of damage that btt_repair or opening for writing repairs. The layout is the tiny
 * one in use; its last writes are in the log and not in the map.
 *
 * Stages: between while a check has findings; done when it has none. After any cut the layout opens and each block
 * holds an allowed value. (A block that loses its place holds the value of the other block until it is marked
 * bad.) If it opens for writing, it is consistent and takes writes.
 */
#include <errno.h>
#include <string.h>

#include "crash_check.h"
#include "crash_damage.h"
#include "program.h"
#include "task.h"
#include "tiny.h"

#define LANES TINY_NFREE
#define BAD   31u /* the bit for a block that is marked bad */
#define NONE  UINT32_MAX

static const struct ns_callback none;

struct damage {
	void (*hurt)(uint8_t *image);
	int by_opening; /* repaired by opening for writing; else by btt_repair */
	int is_closed;  /* the map has all writes */
	uint32_t keep;  /* lba that keeps its place */
	/* lba that loses its place to `keep`; opening does not notice that neither may be written */
	uint32_t loser;
};

static void
write_value(struct btt *btt, unsigned lane, uint32_t lba, unsigned value)
{
	uint64_t block[TINY_LBASIZE / 8];

	value_fill(block, sizeof(block), value);
	if (btt_write(btt, lane, lba, block))
		world_fail("block %u can't be written: %s", lba, btt_errormsg());
}

/*
 * Lane 1 has written three times, the others twice. So in some logs slot 0 is the later one, in others slot 1. If the
 * process was killed, the last writes are not in the map.
 */
static void
use_tiny(struct world *w, int is_closed)
{
	struct btt *btt = task_open(w, BTT_READ_WRITE, 0);

	if (!btt || btt_set_error(btt, 0, LBA_BAD))
		world_fail("the tiny layout: %s", btt_errormsg());
	for (unsigned lane = 0; lane < LANES; lane++)
		write_value(btt, lane, LBA_C, 10 + lane);
	write_value(btt, 1, LBA_C, 10);
	write_value(btt, 0, LBA_A, 1);
	write_value(btt, 1, LBA_B, 2);
	write_value(btt, 2, LBA_C, 3);
	if (is_closed)
		btt_fini(btt);
	else
		check_drop(w, btt);
}

static void
repair_make(const struct task *task, uint8_t *image)
{
	const struct damage *damage = task->arg;
	struct world w;

	tiny_make(image);
	world_init(&w, &tiny_shape, MODEL_LINE);
	world_load(&w, image, world_hash_image(image, world_bytes(&tiny_shape)));
	use_tiny(&w, damage->is_closed);
	memcpy(image, w.durable, world_bytes(&tiny_shape));
	world_fini(&w);
	damage->hurt(image);
}

static void
deny_left(void *arg, enum btt_repair_outcome outcome, const struct btt_finding *at)
{
	(void)arg;
	if (outcome == BTT_LEFT)
		world_fail("repaired, but the check still finds: %s: %s", at->field, at->text);
}

static void
repair_run(const struct task *task, struct world *w)
{
	const struct damage *damage = task->arg;
	const uint64_t keep[1] = {damage->keep};
	const struct btt_repair_options options = {
		.mode = BTT_REPAIR_CHANGE, .keep = keep, .nkeep = damage->keep != NONE};

	if (damage->by_opening) {
		struct btt *btt = task_open(w, BTT_READ_WRITE, 0);

		if (!btt || btt_readonly_reason(btt))
			world_fail("can't be opened for writing: %s", btt_errormsg());
		check_drop(w, btt);
	} else if (btt_repair(&options, TINY_SIZE, w, &none, deny_left, NULL) != 1) {
		world_fail("can't be repaired: %s", btt_errormsg());
	}
}

static unsigned
value_written(uint32_t lba)
{
	return lba == LBA_A ? 1 : lba == LBA_B ? 2 : lba == LBA_C ? 3 : tiny_first_value(lba);
}

static uint32_t
values_allowed(const struct damage *damage, uint32_t lba, enum stage stage)
{
	uint32_t bad = 1u << BAD;

	if (lba == LBA_BAD)
		return bad;
	if (lba != damage->loser)
		return 1u << value_written(lba);
	return stage == STAGE_DONE ? bad : bad | 1u << value_written(damage->keep);
}

static uint32_t
read_value(struct btt *btt, uint32_t lba)
{
	uint64_t block[TINY_LBASIZE / 8];
	int value;

	if (btt_read(btt, 0, lba, block)) {
		if (errno != EIO)
			world_fail("block %u can't be read: %s", lba, btt_errormsg());
		return 1u << BAD;
	}
	value = value_of(block, sizeof(block));
	if (value == VALUE_TORN)
		world_fail("block %u is torn", lba);
	return 1u << value;
}

static void
expect_blocks(const struct damage *damage, struct btt *btt, enum stage stage)
{
	for (uint32_t lba = 0; lba < TINY_NLBA; lba++) {
		uint32_t allowed = values_allowed(damage, lba, stage);
		uint32_t value = read_value(btt, lba);

		if (!(value & allowed))
			world_fail("block %u holds value mask %#x, allowed is mask %#x", lba, value,
				   allowed);
	}
}

static void
note_finding(void *arg, const struct btt_finding *finding)
{
	(void)finding;
	*(enum stage *)arg = STAGE_BETWEEN;
}

/* An unfinished write is a finding too, and the only one that opening may leave. */
static enum stage
repair_check(const struct task *task, struct world *w)
{
	struct btt *btt = task_open(w, BTT_READ_ONLY, 0);
	enum stage stage = STAGE_DONE;

	if (!btt)
		world_fail("does not open: %s", btt_errormsg());
	if (btt_check_each(btt, note_finding, &stage) < 0)
		world_fail("check: %s", btt_errormsg());
	expect_blocks(task->arg, btt, stage);
	btt_fini(btt);
	return stage;
}

/* Every lane writes, the power fails, and the writes are there. */
static void
write_and_reopen(const struct damage *damage, struct world *w, struct btt *btt)
{
	uint32_t spare = damage->loser == NONE ? LBA_BAD : damage->loser;

	w->after = NULL;
	for (unsigned lane = 0; lane < LANES; lane++)
		write_value(btt, lane, spare, 10 + lane);
	check_drop(w, btt);
	world_lose_pending(w);
	btt = task_open(w, BTT_READ_WRITE, 0);
	if (!btt || btt_readonly_reason(btt))
		world_fail("written, and: %s", btt ? btt_readonly_reason(btt) : btt_errormsg());
	if (read_value(btt, spare) != 1u << (10 + LANES - 1))
		world_fail("a block does not hold its last write");
	for (uint32_t lba = 0; lba < TINY_NLBA; lba++) {
		if (lba != spare &&
		    !(read_value(btt, lba) & values_allowed(damage, lba, STAGE_BETWEEN)))
			world_fail("a write of block %u has changed block %u", spare, lba);
	}
	check_drop(w, btt);
}

static void
repair_use(const struct task *task, struct world *w, enum stage stage)
{
	const struct damage *damage = task->arg;
	struct btt *btt = task_open(w, BTT_READ_WRITE, 0);

	if (!btt)
		world_fail("does not open for writing: %s", btt_errormsg());
	expect_blocks(damage, btt, stage);
	if (stage == STAGE_DONE && btt_readonly_reason(btt))
		world_fail("done, but read-only: %s", btt_readonly_reason(btt));
	if (btt_readonly_reason(btt) || (damage->loser != NONE && stage != STAGE_DONE)) {
		check_drop(w, btt);
		return;
	}
	write_and_reopen(damage, w, btt);
}

#define DAMAGE(name, ...)                                                                        \
	{                                                                                        \
		name, &tiny_shape, &(const struct damage){__VA_ARGS__}, repair_make, repair_run, \
			repair_check, repair_use                                                 \
	}
#define BY_OPENING(name, hurt) DAMAGE("opening, " name, hurt, 1, 0, NONE, NONE)
#define BY_REPAIR(name, hurt)  DAMAGE("repair, " name, hurt, 0, 0, NONE, NONE)

static const struct task tasks[] = {
	BY_OPENING("first info block lost", damage_lose_primary),
	BY_OPENING("first info block damaged", damage_hurt_primary),
	BY_OPENING("first info block with a flag too many", damage_hurt_flags_of_primary),
	BY_OPENING("first info block without signature", damage_tear_signature_of_primary),
	BY_REPAIR("first info block lost", damage_lose_primary),
	BY_REPAIR("first info block damaged", damage_hurt_primary),
	BY_REPAIR("first info block without signature", damage_tear_signature_of_primary),
	BY_REPAIR("backup lost", damage_lose_backup),
	BY_REPAIR("backup damaged", damage_hurt_backup),
	BY_REPAIR("info blocks with different uuids", damage_rename_backup),
	BY_REPAIR("error flag", damage_flag_both),
	BY_REPAIR("error flag in the first info block", damage_flag_primary),
	BY_REPAIR("error flag in the backup", damage_flag_backup),
	BY_REPAIR("error flag in the backup alone", damage_flag_backup_and_lose_primary),
	BY_REPAIR("log in slots 0 and 2", damage_use_slots_0_and_2),
	BY_REPAIR("log in slots 0 and 2, error flag", damage_use_slots_0_and_2_and_flag),
	BY_REPAIR("padding", damage_dirty_padding),
	DAMAGE("repair, two lanes with one free block", damage_twin_free_blocks, 0, 1, NONE, NONE),
	DAMAGE("repair, a free block is mapped", damage_map_free_block, 0, 1, LBA_LOSER, NONE),
	DAMAGE("repair, a block is mapped twice", damage_map_block_twice, 0, 1, LBA_B, LBA_LOSER),
};

const struct task *
repair_task(unsigned number)
{
	return number < sizeof(tasks) / sizeof(tasks[0]) ? &tasks[number] : NULL;
}
