/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * fuzz_image.c -- an input is the image (byte 0), options (byte 1), then records of 8 bytes
 * {kind, choice, offset u16, value u32}. Records with kind < 0xc0 damage the image in order. Then the damaged info
 * blocks get correct checksums, unless the options forbid it. The other records are calls.
 *
 * Properties that hold for any bytes:
 *	1. no access outside the image, and every call ends			image.c, the sanitizers
 *	2. an image that does not open, or opens read-only, does not change
 *	3. an arena is read-only exactly when fuzz_check.c says so; then it rejects calls that change data
 *	4. if check finds nothing, each block holds its last write, also after the next opening, and check finds
 *	   nothing again
 *	5. repair changes no block; a dry run reports the same repairs and changes nothing; if repair reports
 *	   "consistent", check agrees; a second repair has nothing to do
 */
#include <errno.h>
#include <string.h>

#include "fuzz_damage.h"
#include "image.h"
#include "fuzz_check.h"

#define SAMPLE       256u          /* number of blocks to read at each end */
#define LBASIZE_MOST (1u << 20)    /* larger blocks are not read */
#define IS_ERROR     0xe1e1e1e1ull /* result of a read that fails */
#define NOT_CHECKED  0xe2e2e2e2ull

struct run {
	struct image image;
	struct btt_open_options open;
	struct btt *btt;
	struct btt_layout info;
	uint8_t *buf;
	uint64_t seen[2 * SAMPLE]; /* first 8 bytes of each block, or IS_ERROR */
	uint64_t written;          /* number of writes; each has another value */
};

/* The lba of a sample; UINT64_MAX: there is none. */
static uint64_t
lba_of(const struct run *run, unsigned sample)
{
	uint64_t nlba = run->info.nlba;

	if (sample < SAMPLE)
		return sample < nlba ? sample : UINT64_MAX;
	sample -= SAMPLE;
	return SAMPLE + sample < nlba ? nlba - 1 - sample : UINT64_MAX;
}

static unsigned
sample_of(const struct run *run, uint64_t lba)
{
	return lba < SAMPLE ? (unsigned)lba : SAMPLE + (unsigned)(run->info.nlba - 1 - lba);
}

static int
open_btt(struct run *run, enum btt_mode mode)
{
	run->open.mode = mode;
	run->btt = btt_open(&run->open, run->image.size, &run->image, run->image.cb);
	if (!run->btt)
		return -1;
	btt_get_layout(run->btt, &run->info, sizeof(run->info));
	run->buf = calloc(1, run->info.lbasize + sizeof(uint64_t));
	fuzz_require(run->buf);
	return 0;
}

static void
close_btt(struct run *run)
{
	btt_fini(run->btt);
	free(run->buf);
}

static uint64_t
look(struct run *run, unsigned lane, uint64_t lba)
{
	uint64_t value = 0;

	if (btt_read(run->btt, lane, lba, run->buf)) {
		fuzz_require(errno == EIO);
		return IS_ERROR;
	}
	memcpy(&value, run->buf, run->info.lbasize < 8 ? run->info.lbasize : 8);
	return value;
}

/* The first byte of the block's arena; *premap is the block's number in it. */
static const uint8_t *
locate(const struct run *run, uint64_t lba, struct btt_arena_info *arena, uint32_t *premap)
{
	for (unsigned i = 0; !btt_get_arena(run->btt, i, arena, sizeof(*arena)); i++) {
		*premap = (uint32_t)lba;
		if (lba < arena->external_nlba)
			return run->image.bytes + arena->start;
		lba -= arena->external_nlba;
	}
	abort();
}

/* The value that look() must return, by fuzz_check.c. NOT_CHECKED in a damaged arena. */
static uint64_t
check_lba(const struct run *run, uint64_t lba)
{
	struct btt_arena_info info;
	uint32_t premap;
	const uint8_t *arena = locate(run, lba, &info, &premap), *data;
	uint64_t value = 0;

	if (info.damage)
		return NOT_CHECKED;
	switch (check_block(arena, &info, premap, &data)) {
	case BLOCK_IS_BAD:
		return IS_ERROR;
	case BLOCK_IS_DATA:
		memcpy(&value, data, run->info.lbasize < 8 ? run->info.lbasize : 8);
		/* fall through */
	default:
		return value;
	}
}

static void
look_at_all(struct run *run)
{
	for (unsigned i = 0; i < 2 * SAMPLE && run->info.lbasize <= LBASIZE_MOST; i++) {
		uint64_t lba = lba_of(run, i), expected;

		if (lba == UINT64_MAX)
			continue;
		expected = check_lba(run, lba);
		run->seen[i] = look(run, i % run->info.nlane, lba);
		fuzz_require(expected == NOT_CHECKED || run->seen[i] == expected);
	}
}

/* An arena is read-only exactly when fuzz_check.c finds a reason; else opening has recovered it. */
static void
require_arenas_as_checked(const struct run *run)
{
	struct btt_arena_info info;

	for (unsigned i = 0; i < run->info.narenas; i++) {
		const uint8_t *arena;
		const char *why;

		fuzz_require(!btt_get_arena(run->btt, i, &info, sizeof(info)));
		arena = run->image.bytes + info.start;
		why = check_arena(arena, &info);
		if (!why != !info.damage)
			fprintf(stderr, "arena %u: the library: %s; fuzz_check: %s\n", i,
				info.damage ? info.damage : "sound", why ? why : "sound");
		fuzz_require(!why == !info.damage);
		fuzz_require(why || info.initial_is_data == check_is_initial_data(arena, &info));
		fuzz_require(why || run->open.mode == BTT_READ_ONLY ||
			     check_is_settled(arena, &info));
	}
}

static void
require_all_as_seen(struct run *run)
{
	for (unsigned i = 0; i < 2 * SAMPLE && run->info.lbasize <= LBASIZE_MOST; i++) {
		if (lba_of(run, i) != UINT64_MAX)
			fuzz_require(look(run, i % run->info.nlane, lba_of(run, i)) ==
				     run->seen[i]);
	}
}

/* One call. *holds is the value of its block afterwards; after a failure the value before. */
static int
call(struct run *run, const struct record *r, uint64_t lba, uint64_t *holds)
{
	unsigned lane = r->choice % 64 % run->info.nlane;
	uint64_t value = 0, next = ++run->written << 8 | 1;

	memcpy(run->buf, &next, sizeof(next));
	switch (r->kind % 4) {
	case 0:
		*holds = 0;
		return btt_set_zero(run->btt, lane, lba);
	case 1:
		*holds = IS_ERROR;
		return btt_set_error(run->btt, lane, lba);
	default:
		memcpy(&value, &next, run->info.lbasize < 8 ? run->info.lbasize : 8);
		*holds = value;
		return btt_write(run->btt, lane, lba, run->buf);
	}
}

/* The raw map entry of the block. */
static int
is_out_of_range(const struct run *run, uint64_t lba)
{
	struct btt_arena_info info;
	uint32_t premap, entry;
	const uint8_t *arena = locate(run, lba, &info, &premap);

	memcpy(&entry, arena + info.mapoff + 4ull * premap, sizeof(entry));
	return entry >> 30 && (entry & 0x3fffffff) >= info.internal_nlba;
}

enum expectation { ANYTHING, SUCCESS, REFUSAL };

static void
run_script(struct run *run, struct fuzz_cursor c, enum expectation expected)
{
	while (c.at < c.end && run->info.lbasize <= LBASIZE_MOST) {
		struct record r = damage_take(&c);
		uint64_t lba = r.off % SAMPLE % run->info.nlba, holds;
		int err, is_bad;

		if (r.kind < FIRST_CALL)
			continue;
		if (r.choice & 0x80)
			lba = run->info.nlba - 1 - lba;
		is_bad = is_out_of_range(run, lba);
		err = call(run, &r, lba, &holds);
		fuzz_require(!err || errno == EIO || errno == EROFS);
		fuzz_require(err || !is_bad);
		fuzz_require(expected != SUCCESS || !err);
		fuzz_require(expected != REFUSAL || err);
		if (!err)
			run->seen[sample_of(run, lba)] = holds;
	}
}

static int
log_flags(const struct run *run)
{
	struct btt_arena_info info;

	fuzz_require(!btt_get_arena(run->btt, 0, &info, sizeof(info)));
	return check_log_flags(run->image.bytes + info.start, &info);
}

static void
use_sound(struct run *run, struct fuzz_cursor calls)
{
	int flags = log_flags(run);

	run_script(run, calls, SUCCESS);
	fuzz_require(flags < 0 || log_flags(run) == flags);
	require_all_as_seen(run);
	fuzz_require(btt_check(run->btt) == 1);
	close_btt(run);
	fuzz_require(!open_btt(run, BTT_READ_WRITE));
	require_all_as_seen(run);
	fuzz_require(btt_check(run->btt) == 1);
}

/* In each arena one info block is unchanged, and the other is unchanged or invalid: the layout must open. */
static int
is_one_block_sound(const struct run *run)
{
	for (unsigned i = 0; i < run->image.narenas; i++) {
		const struct image_arena *a = &run->image.arenas[i];
		const uint8_t *first = run->image.bytes + a->off;
		const uint8_t *backup = run->image.bytes + a->infooff;
		int first_is_same = !memcmp(first, a->info, sizeof(a->info));
		int backup_is_same = !memcmp(backup, a->info, sizeof(a->info));

		if (!(first_is_same && (backup_is_same || !check_is_info(backup))) &&
		    !(backup_is_same && !check_is_info(first)))
			return 0;
	}
	return 1;
}

static void
use(struct run *run, struct fuzz_cursor calls, enum btt_mode mode)
{
	int is_consistent, is_readonly;

	if (open_btt(run, mode)) {
		fuzz_require(errno == EINVAL || errno == ENOENT);
		fuzz_require(!is_one_block_sound(run));
		fuzz_require(*btt_errormsg() && run->image.stores == 0);
		return;
	}
	require_arenas_as_checked(run);
	is_readonly = btt_readonly_reason(run->btt) != NULL;
	is_consistent = btt_check(run->btt);
	fuzz_require(is_consistent >= 0);
	fuzz_require(!is_readonly || !is_consistent || mode == BTT_READ_ONLY);
	look_at_all(run);
	if (mode == BTT_READ_ONLY || (is_readonly && run->info.narenas == 1))
		run_script(run, calls, REFUSAL);
	else if (is_consistent)
		use_sound(run, calls);
	else
		run_script(run, calls, ANYTHING);
	fuzz_require(mode != BTT_READ_ONLY || run->image.stores == 0);
	close_btt(run);
}

struct steps {
	unsigned done, left;
};

static void
count_step(void *arg, enum btt_repair_outcome outcome, const struct btt_finding *at)
{
	struct steps *steps = arg;

	fuzz_require(at->field && at->text);
	steps->done += outcome == BTT_REPAIRED;
	steps->left += outcome == BTT_LEFT;
}

static int
repair_once(struct run *run, enum btt_repair_mode mode, struct steps *steps)
{
	const struct btt_repair_options options = {.mode = mode, .start = run->image.start};

	*steps = (struct steps){0};
	return btt_repair(&options, run->image.size, &run->image, run->image.cb, count_step, steps);
}

static void
repair(struct run *run)
{
	uint64_t stores = run->image.stores;
	struct steps would, did, again;
	int result, said = repair_once(run, BTT_REPAIR_DRY_RUN, &would);

	fuzz_require(run->image.stores == stores);
	if (!open_btt(run, BTT_READ_ONLY)) {
		look_at_all(run);
		close_btt(run);
	}
	result = repair_once(run, BTT_REPAIR_CHANGE, &did);
	fuzz_require(result == said && did.done == would.done && did.left == would.left);
	if (result < 0) {
		fuzz_require(run->image.stores == stores);
		return;
	}
	fuzz_require(repair_once(run, BTT_REPAIR_CHANGE, &again) == result);
	fuzz_require(again.done == 0 && again.left == did.left);
	fuzz_require(!open_btt(run, BTT_READ_WRITE));
	fuzz_require(!result || (!btt_readonly_reason(run->btt) && btt_check(run->btt) == 1));
	require_arenas_as_checked(run);
	require_all_as_seen(run);
	close_btt(run);
}

void
fuzz_image(const uint8_t *input, size_t len)
{
	struct fuzz_cursor c = {input, input + len};
	unsigned kind = (unsigned)fuzz_take(&c, 1) % IMAGE_KINDS;
	unsigned options = (unsigned)fuzz_take(&c, 1);
	static struct run run;

	memset(&run, 0, sizeof(run));
	image_open(&run.image, kind, options & MAPPED ? IMAGE_MAPPED : IMAGE_CALLBACKS);
	run.open = (struct btt_open_options){.commit = options & STRICT ? BTT_COMMIT_STRICT
									: BTT_COMMIT_TWO_FENCE,
					     .start = run.image.start,
					     .maxlane = 8};
	damage(&run.image, c, options);
	use(&run, c, options & READ_ONLY ? BTT_READ_ONLY : BTT_READ_WRITE);
	repair(&run);
	image_close(&run.image);
}
