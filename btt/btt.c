/* SPDX-License-Identifier: BSD-3-Clause */
/* btt.c -- the operations: from an lba of the BTT to a pre-map block of an arena. */
#include "btt.h"

#include <errno.h>
#include <string.h>

#include "io.h"
#include "open.h"

#define TEXT_OF(number)              #number
#define VERSION(major, minor, patch) TEXT_OF(major) "." TEXT_OF(minor) "." TEXT_OF(patch)

const char *
btt_version(void)
{
	return VERSION(BTT_VERSION_MAJOR, BTT_VERSION_MINOR, BTT_VERSION_PATCH);
}

static __attribute__((noinline, cold)) int
lay_out(struct btt *btt)
{
	int err = 0;

	pthread_mutex_lock(&btt->layout_lock);
	if (!btt_is_laid_out(btt))
		err = open_write_layout(btt);
	pthread_mutex_unlock(&btt->layout_lock);
	return err;
}

static inline int
ensure_layout(struct btt *btt)
{
	return btt_is_laid_out(btt) ? 0 : lay_out(btt);
}

unsigned
btt_nlane(struct btt *btt)
{
	return btt->nlane;
}

size_t
btt_nlba(struct btt *btt)
{
	return btt->nlba;
}

static __attribute__((noinline, cold)) int
error_call(const struct btt *btt, unsigned lane, uint64_t lba)
{
	if (lane >= btt->nlane)
		return errormsg_set(EINVAL, "lane %u: there are %u", lane, btt->nlane);
	return errormsg_set(EINVAL, "lba %ju: there are %ju", (uintmax_t)lba, (uintmax_t)btt->nlba);
}

static inline int
check_call(const struct btt *btt, unsigned lane, uint64_t lba)
{
	return lane < btt->nlane && lba < btt->nlba ? 0 : error_call(btt, lane, lba);
}

/* lba < nlba; there are at most a few arenas, so a loop beats a division */
static struct arena *
locate(const struct btt *btt, uint64_t lba, uint32_t *premap)
{
	struct arena *a = btt->arenas;

	while (lba >= a->info.external_nlba)
		lba -= a++->info.external_nlba;
	*premap = (uint32_t)lba;
	return a;
}

/* before the first write */
static __attribute__((noinline, cold)) int
read_nothing(struct btt *btt, unsigned lane, void *buf)
{
	memset(buf, 0, btt->lbasize);
	counter_add(&btt->lanes[lane]->zero_reads, 1);
	return 0;
}

int
btt_read(struct btt *btt, unsigned lane, uint64_t lba, void *buf)
{
	uint32_t premap;
	struct arena *a;

	if (check_call(btt, lane, lba))
		return -1;
	if (!btt_is_laid_out(btt))
		return read_nothing(btt, lane, buf);
	a = locate(btt, lba, &premap);
	return io_read(&btt->io, a, btt->lanes[lane], premap, buf);
}

int
btt_write(struct btt *btt, unsigned lane, uint64_t lba, const void *buf)
{
	uint32_t premap;
	struct arena *a;

	if (check_call(btt, lane, lba) || ensure_layout(btt))
		return -1;
	a = locate(btt, lba, &premap);
	return io_write(&btt->io, a, btt->lanes[lane], premap, buf);
}

static __attribute__((noinline, cold)) int
error_lane_twice(unsigned lane)
{
	return errormsg_set(EINVAL, "lane %u: twice in one batch", lane);
}

static int
check_batch(const struct btt *btt, const unsigned lane[], const uint64_t lba[], unsigned n)
{
	unsigned least = 0;
	int is_ascending = 1;

	for (unsigned i = 0; i < n; i++) {
		if (check_call(btt, lane[i], lba[i]))
			return -1;
		is_ascending &= lane[i] >= least;
		least = lane[i] + 1;
	}
	for (unsigned i = 1; i < n && !is_ascending; i++) {
		for (unsigned j = 0; j < i; j++) {
			if (lane[i] == lane[j])
				return error_lane_twice(lane[i]);
		}
	}
	return 0;
}

static __attribute__((noinline, cold)) int
error_batch_size(unsigned n)
{
	return errormsg_set(EINVAL, "batch of %u blocks: must be 1 to %u", n, BTT_BATCH_MAX);
}

static __attribute__((noinline, cold)) int
error_of_all(int error[], unsigned n)
{
	for (unsigned i = 0; error && i < n; i++)
		error[i] = errno;
	return -1;
}

static inline void
locate_block(const struct btt *btt, struct io_block *block, unsigned lane, uint64_t lba)
{
	block->a = locate(btt, lba, &block->premap);
	block->lane = btt->lanes[lane];
	block->error = 0;
}

static inline void
copy_errors(int error[], const struct io_block blocks[], unsigned n)
{
	for (unsigned i = 0; error && i < n; i++)
		error[i] = blocks[i].error;
}

int
btt_write_batch(struct btt *btt, const unsigned lane[], const uint64_t lba[],
		const void *const buf[], unsigned n, int error[])
{
	struct io_block blocks[BTT_BATCH_MAX];
	int err;

	if (n - 1 >= BTT_BATCH_MAX)
		return error_batch_size(n);
	if (check_batch(btt, lane, lba, n) || ensure_layout(btt))
		return error_of_all(error, n);
	for (unsigned i = 0; i < n; i++) {
		locate_block(btt, &blocks[i], lane[i], lba[i]);
		blocks[i].from = buf[i];
	}
	err = io_write_batch(&btt->io, blocks, n);
	copy_errors(error, blocks, n);
	return err;
}

int
btt_read_batch(struct btt *btt, const unsigned lane[], const uint64_t lba[], void *const buf[],
	       unsigned n, int error[])
{
	struct io_block blocks[BTT_BATCH_MAX];
	int err = 0;

	if (n - 1 >= BTT_BATCH_MAX)
		return error_batch_size(n);
	if (check_batch(btt, lane, lba, n))
		return error_of_all(error, n);
	if (!btt_is_laid_out(btt)) {
		for (unsigned i = 0; i < n; i++) {
			read_nothing(btt, lane[i], buf[i]);
			if (error)
				error[i] = 0;
		}
		return 0;
	}
	for (unsigned i = 0; i < n; i++) {
		locate_block(btt, &blocks[i], lane[i], lba[i]);
		blocks[i].to = buf[i];
	}
	err = io_read_batch(&btt->io, blocks, n);
	copy_errors(error, blocks, n);
	return err;
}

int
btt_locate(const struct btt *btt, uint64_t lba, uint64_t *ns_off)
{
	struct persist_lane any = {0};
	uint32_t premap, entry, postmap;
	const struct arena *a;

	if (check_call(btt, 0, lba))
		return -1;
	if (!btt_is_laid_out(btt))
		return errormsg_set(ENOENT, "no BTT: nothing has been written yet");
	a = locate(btt, lba, &premap);
	if (arena_load_entry(a, &any, premap, &entry))
		return -1;
	postmap = map_entry_postmap(entry, premap);
	if (postmap >= a->info.internal_nlba)
		return io_error_bad_entry(a, premap, entry);
	*ns_off = btt->media.start + arena_block_off(a, postmap);
	return (entry & FORMAT_MAP_NORMAL) != FORMAT_MAP_NORMAL;
}

void
btt_prefetch(const struct btt *btt, uint64_t lba)
{
	uint32_t premap;
	const struct arena *a;

	if (lba >= btt->nlba || !btt_is_laid_out(btt))
		return;
	a = locate(btt, lba, &premap);
	map_prefetch_read(&a->map, premap);
}

int
btt_set_zero(struct btt *btt, unsigned lane, uint64_t lba)
{
	uint32_t premap;
	struct arena *a;

	if (check_call(btt, lane, lba))
		return -1;
	if (!btt_is_laid_out(btt)) { /* all blocks read as zeros */
		counter_add(&btt->lanes[lane]->idle_zeroes, 1);
		return 0;
	}
	a = locate(btt, lba, &premap);
	return io_set_flag(a, btt->lanes[lane], premap, FORMAT_MAP_ZERO);
}

int
btt_set_error(struct btt *btt, unsigned lane, uint64_t lba)
{
	uint32_t premap;
	struct arena *a;

	if (check_call(btt, lane, lba) || ensure_layout(btt))
		return -1;
	a = locate(btt, lba, &premap);
	return io_set_flag(a, btt->lanes[lane], premap, FORMAT_MAP_ERROR);
}
