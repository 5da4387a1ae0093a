/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * format_task.c -- btt_format with every flavour. One arena: over bytes without a signature (none is zero), and over
 * a layout in use of every flavour. Two arenas: over such bytes, and over an old layout.
 *
 * Stages. Old: the old layout with all its blocks, perhaps only through its backup. Between: neither layout; no
 * opening accepts it, and nobody formats it without being asked. Done: the new layout, every block zero; it has
 * both info blocks once it has been opened for writing. If the first arena has an info block of the new layout,
 * the new layout opens.
 *
 * Two arenas are 514 GiB, of which only a few pages exist. Blocks have 256 MiB; the bad-block marks tell
 * them apart.
 */
#include <errno.h>
#include <string.h>

#include "info.h"
#include "crash_check.h"
#include "program.h"
#include "task.h"

#define KIB         1024ull
#define GIB         (1ull << 30)
#define ONE_SIZE    ((16ull << 20) + 8192)
#define ONE_LBASIZE 4224u
#define TWO_SIZE    (514 * GIB)
#define TWO_LBASIZE (256u << 20)
#define DIRT        0xee

/* info pages of three starts, data of two blocks; then three free blocks, map, log, backup */
static const struct shape one_arena = {.size = ONE_SIZE,
				       .ranges = {{0, 24 * KIB}, {ONE_SIZE - 48 * KIB, 48 * KIB}}};

/* first arena: map, log and backup; then the info pages of the second arena for three starts */
static const struct shape two_arenas = {.size = TWO_SIZE,
					.ranges = {{0, 12 * KIB},
						   {512 * GIB - 16 * KIB, 28 * KIB},
						   {TWO_SIZE - 12 * KIB, 12 * KIB}}};

static const uint64_t starts[] = {0, 4096, 8192}; /* by flavour */
static const uint8_t old_uuid[16] = {1}, new_uuid[16] = {2};
static const struct ns_callback none;

/* Block i holds an old value, or is marked bad. */
static const unsigned old_values[] = {3, 2};
#define OLD_BAD_LBA 2u

struct format {
	int has_old;
	enum btt_flavour old, new;
};

static int
is_small(const struct world *w)
{
	return w->shape == &one_arena;
}

static struct btt_format_options
options_of(const struct world *w, enum btt_flavour flavour, enum btt_existing existing)
{
	return (struct btt_format_options){.flavour = flavour,
					   .existing = existing,
					   .start = is_small(w) ? starts[flavour] : 0,
					   .lbasize = is_small(w) ? ONE_LBASIZE : TWO_LBASIZE,
					   .nfree = is_small(w) ? 3 : 1};
}

static void
format(struct world *w, enum btt_flavour flavour, const uint8_t *uuid)
{
	struct btt_format_options options = options_of(w, flavour, BTT_REPLACE_EXISTING);

	options.uuid = uuid;
	if (btt_format(&options, w->shape->size, w, &none))
		world_fail("can't be formatted: %s", btt_errormsg());
}

static void
write_value(struct btt *btt, unsigned lane, uint64_t lba, unsigned value)
{
	uint64_t block[ONE_LBASIZE / 8];

	value_fill(block, sizeof(block), value);
	if (btt_write(btt, lane, lba, block))
		world_fail("block %ju can't be written: %s", (uintmax_t)lba, btt_errormsg());
}

static void
expect_value(struct btt *btt, uint64_t lba, unsigned value)
{
	uint64_t block[ONE_LBASIZE / 8];

	if (btt_read(btt, 0, lba, block))
		world_fail("block %ju can't be read: %s", (uintmax_t)lba, btt_errormsg());
	if (value_of(block, sizeof(block)) != (int)value)
		world_fail("block %ju holds value %d, expected %u", (uintmax_t)lba,
			   value_of(block, sizeof(block)), value);
}

static void
mark_bad(struct btt *btt, uint64_t lba)
{
	if (btt_set_error(btt, 0, lba))
		world_fail("block %ju can't be marked: %s", (uintmax_t)lba, btt_errormsg());
}

static uint64_t
lba_of_arena(const struct btt *btt, unsigned arena)
{
	struct btt_arena_info info;
	uint64_t lba = 0;

	for (unsigned i = 0; i < arena; i++) {
		btt_get_arena(btt, i, &info, sizeof(info));
		lba += info.external_nlba;
	}
	return lba;
}

/* Makes an old layout in use; its last writes are in the log and not in the map. */
static void
make_old(struct world *w, enum btt_flavour flavour)
{
	struct btt *btt;

	format(w, flavour, old_uuid);
	btt = task_open(w, BTT_READ_WRITE, BTT_START_PROBE);
	if (!btt)
		world_fail("an old layout can't be opened: %s", btt_errormsg());
	if (is_small(w)) {
		mark_bad(btt, OLD_BAD_LBA);
		write_value(btt, 0, 0, 1);
		write_value(btt, 1, 1, old_values[1]);
		write_value(btt, 0, 0, old_values[0]);
	} else {
		mark_bad(btt, 0);
		mark_bad(btt, lba_of_arena(btt, 1));
	}
	check_drop(w, btt);
}

static void
format_make(const struct task *task, uint8_t *image)
{
	const struct format *f = task->arg;
	size_t bytes = world_bytes(task->shape);
	struct world w;

	memset(image, DIRT, bytes);
	if (!f->has_old)
		return;
	world_init(&w, task->shape, MODEL_LINE);
	world_load(&w, image, world_hash_image(image, bytes));
	make_old(&w, f->old);
	memcpy(image, w.durable, bytes);
	world_fini(&w);
}

static void
format_run(const struct task *task, struct world *w)
{
	const struct format *f = task->arg;

	format(w, f->new, new_uuid);
}

/* Each arena has this many blocks marked bad; no entry of a new layout shows old data. */
static void
expect_usage(struct btt *btt, enum stage stage)
{
	struct btt_arena_usage usage;
	struct btt_arena_info info;

	for (unsigned i = 0; !btt_get_arena(btt, i, &info, sizeof(info)); i++) {
		if (btt_get_usage(btt, i, &usage, sizeof(usage)))
			world_fail("usage: %s", btt_errormsg());
		if (usage.error != (stage == STAGE_OLD))
			world_fail("arena %u: %ju blocks are marked bad", i,
				   (uintmax_t)usage.error);
		if (stage == STAGE_DONE &&
		    (info.initial_is_data ? usage.zero : usage.initial) != info.external_nlba)
			world_fail("arena %u: a block is not in its first state", i);
	}
}

struct allowed {
	enum stage stage;
	enum btt_mode mode;
};

/* An old layout may lack one info block. A new layout may have only its backup until it is opened. */
static void
check_finding(void *arg, const struct btt_finding *finding)
{
	const struct allowed *a = arg;
	int is_info = !strcmp(finding->field, "info"),
	    is_backup = !strcmp(finding->field, "backup");

	if (a->stage == STAGE_OLD && (finding->severity == BTT_WARNING || is_backup))
		return;
	if (is_info && a->mode == BTT_READ_ONLY)
		return;
	world_fail("check: arena %u: %s: %s", finding->arena, finding->field, finding->text);
}

static void
inspect(const struct world *w, struct btt *btt, struct allowed allowed)
{
	if (btt_check_each(btt, check_finding, &allowed) < 0)
		world_fail("check: %s", btt_errormsg());
	expect_usage(btt, allowed.stage);
	for (unsigned i = 0; is_small(w) && i < 2; i++)
		expect_value(btt, i, allowed.stage == STAGE_OLD ? old_values[i] : VALUE_ZERO);
}

/* Calls `each` for every page that holds an info block with one of the three starts. */
static int
any_info_page(struct world *w, uint64_t start, int (*is)(struct world *w, uint64_t off))
{
	uint64_t size = w->shape->size - start, arena = 512 * GIB;

	for (uint64_t off = 0; off < size; off += arena) {
		uint64_t len = size - off < arena ? size - off : arena;

		if (is(w, start + off) || is(w, start + off + len - 4096))
			return 1;
	}
	return 0;
}

static int
has_signature(struct world *w, uint64_t off)
{
	char page[16];

	world_read(w, page, off, sizeof(page));
	return !memcmp(page, "BTT_ARENA_INFO\0", sizeof(page));
}

static int
is_of_new(struct world *w, uint64_t off)
{
	struct format_info raw;
	struct info info;

	world_read(w, &raw, off, sizeof(raw));
	return info_decode(&raw, &info) == INFO_GOOD &&
	       !memcmp(info.uuid, new_uuid, sizeof(new_uuid));
}

/* Nothing opens the image. */
static void
check_nothing(const struct task *task, struct world *w)
{
	const struct format *f = task->arg;
	uint64_t start = options_of(w, f->new, BTT_KEEP_EXISTING).start;
	uint64_t backup = start + 512 * GIB - 4096;

	if (errno != ENOENT && errno != EINVAL)
		world_fail("opening: %s", btt_errormsg());
	if (is_small(w))
		backup = ONE_SIZE - 4096;
	if (is_of_new(w, start) || is_of_new(w, backup))
		world_fail("the first arena has an info block of the new layout, but: %s",
			   btt_errormsg());
}

static enum stage
stage_of(struct btt *btt)
{
	struct btt_arena_info info;

	btt_get_arena(btt, 0, &info, sizeof(info));
	return memcmp(info.uuid, new_uuid, sizeof(new_uuid)) ? STAGE_OLD : STAGE_DONE;
}

static enum stage
format_check(const struct task *task, struct world *w)
{
	struct btt *btt = task_open(w, BTT_READ_ONLY, BTT_START_PROBE);
	struct allowed allowed = {.mode = BTT_READ_ONLY};

	if (!btt) {
		check_nothing(task, w);
		return STAGE_BETWEEN;
	}
	allowed.stage = stage_of(btt);
	inspect(w, btt, allowed);
	btt_fini(btt);
	return allowed.stage;
}

/* Nobody takes the image for a namespace without a layout. */
static void
expect_no_silent_format(const struct task *task, struct world *w)
{
	const struct format *f = task->arg;
	struct btt_format_options options = options_of(w, f->new, BTT_KEEP_EXISTING);
	struct btt_layout info;
	struct btt *btt;
	int any = 0;

	for (unsigned i = 0; i < 3; i++)
		any |= any_info_page(w, starts[i], has_signature);
	if (any && (!btt_format(&options, w->shape->size, w, &none) || errno != EEXIST))
		world_fail("formatted over signatures without being asked");
	btt = btt_init(w->shape->size, options.lbasize, NULL, 0, w, &none);
	if (!btt)
		return;
	btt_get_layout(btt, &info, sizeof(info));
	if (info.laid_out)
		world_fail("btt_init finds a layout that btt_open does not find");
	if (any_info_page(w, 0, has_signature))
		world_fail("btt_init would format over signatures");
	btt_fini(btt);
}

/* Every lane writes, the power fails, and the writes are there. */
static void
write_and_reopen(struct world *w, struct btt *btt)
{
	w->after = NULL;
	for (unsigned lane = 0; is_small(w) && lane < 3; lane++)
		write_value(btt, lane, lane % 2, 5 + lane);
	check_drop(w, btt);
	world_lose_pending(w);
	btt = task_open(w, BTT_READ_WRITE, BTT_START_PROBE);
	if (!btt || btt_check(btt) < 0)
		world_fail("written, and: %s", btt_errormsg());
	if (is_small(w)) {
		expect_value(btt, 0, 7);
		expect_value(btt, 1, 6);
	}
	check_drop(w, btt);
}

static void
format_use(const struct task *task, struct world *w, enum stage stage)
{
	struct btt *btt = task_open(w, BTT_READ_WRITE, BTT_START_PROBE);

	if (!btt != (stage == STAGE_BETWEEN))
		world_fail("opens in one mode only: %s", btt_errormsg());
	if (!btt) {
		expect_no_silent_format(task, w);
		if (w->npieces)
			world_fail("does not open, but was changed");
		return;
	}
	if (btt_readonly_reason(btt))
		world_fail("opens read-only: %s", btt_readonly_reason(btt));
	inspect(w, btt, (struct allowed){stage, BTT_READ_WRITE});
	write_and_reopen(w, btt);
}

#define TASK(name, shape, ...)                                                              \
	{                                                                                   \
		name, &shape, &(const struct format){__VA_ARGS__}, format_make, format_run, \
			format_check, format_use                                            \
	}
#define OVER(flavour_name, flavour)                                                      \
	TASK("format uefi over " flavour_name, one_arena, 1, flavour, BTT_FLAVOUR_UEFI), \
		TASK("format kernel over " flavour_name, one_arena, 1, flavour,          \
		     BTT_FLAVOUR_KERNEL),                                                \
		TASK("format pmdk over " flavour_name, one_arena, 1, flavour, BTT_FLAVOUR_PMDK)

static const struct task tasks[] = {
	TASK("format uefi over nothing", one_arena, 0, 0, BTT_FLAVOUR_UEFI),
	TASK("format kernel over nothing", one_arena, 0, 0, BTT_FLAVOUR_KERNEL),
	TASK("format pmdk over nothing", one_arena, 0, 0, BTT_FLAVOUR_PMDK),
	OVER("uefi", BTT_FLAVOUR_UEFI),
	OVER("kernel", BTT_FLAVOUR_KERNEL),
	OVER("pmdk", BTT_FLAVOUR_PMDK),
	TASK("format two arenas over nothing", two_arenas, 0, 0, BTT_FLAVOUR_PMDK),
	TASK("format two arenas over two", two_arenas, 1, BTT_FLAVOUR_PMDK, BTT_FLAVOUR_PMDK),
};

const struct task *
format_task(unsigned number)
{
	return number < sizeof(tasks) / sizeof(tasks[0]) ? &tasks[number] : NULL;
}
