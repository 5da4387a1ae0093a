/* SPDX-License-Identifier: BSD-3-Clause */
/* btt.c -- the operations: from an lba of the namespace to a pre-map block of an arena. */
#include "btt.h"

#include <errno.h>
#include <string.h>

#include "io.h"
#include "open.h"

static int
ensure_layout(struct btt *btt)
{
	int err = 0;

	if (__builtin_expect(btt_is_laid_out(btt), 1))
		return 0;
	pthread_mutex_lock(&btt->layout_lock);
	if (!btt_is_laid_out(btt))
		err = open_make_layout(btt);
	pthread_mutex_unlock(&btt->layout_lock);
	return err;
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

static int
judge_call(const struct btt *btt, unsigned lane, uint64_t lba)
{
	if (__builtin_expect(lane < btt->nlane && lba < btt->nlba, 1))
		return 0;
	if (lane >= btt->nlane)
		return errormsg_set(EINVAL, "lane %u: there are %u", lane, btt->nlane);
	return errormsg_set(EINVAL, "lba %ju: there are %ju", (uintmax_t)lba, (uintmax_t)btt->nlba);
}

/* lba < nlba; at most a few arenas, so no table and no division */
static struct arena *
locate(const struct btt *btt, uint64_t lba, uint32_t *premap)
{
	struct arena *a = btt->arenas;

	while (lba >= a->info.external_nlba)
		lba -= a++->info.external_nlba;
	*premap = (uint32_t)lba;
	return a;
}

int
btt_read(struct btt *btt, unsigned lane, uint64_t lba, void *buf)
{
	uint32_t premap;
	struct arena *a;

	if (judge_call(btt, lane, lba))
		return -1;
	if (!btt_is_laid_out(btt)) {
		memset(buf, 0, btt->lbasize);
		return 0;
	}
	a = locate(btt, lba, &premap);
	return io_read(a, &(struct io){btt->lanes[lane], &btt->rtt, btt->commit}, premap, buf);
}

int
btt_write(struct btt *btt, unsigned lane, uint64_t lba, const void *buf)
{
	uint32_t premap;
	struct arena *a;

	if (judge_call(btt, lane, lba) || ensure_layout(btt))
		return -1;
	a = locate(btt, lba, &premap);
	return io_write(a, &(struct io){btt->lanes[lane], &btt->rtt, btt->commit}, premap, buf);
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

static int
set_flag(struct btt *btt, unsigned lane, uint64_t lba, uint32_t flag)
{
	uint32_t premap;
	struct arena *a = locate(btt, lba, &premap);

	return io_set_flag(a, &(struct io){btt->lanes[lane], &btt->rtt, btt->commit}, premap, flag);
}

int
btt_set_zero(struct btt *btt, unsigned lane, uint64_t lba)
{
	if (judge_call(btt, lane, lba))
		return -1;
	return btt_is_laid_out(btt) ? set_flag(btt, lane, lba, FORMAT_MAP_ZERO) : 0;
}

int
btt_set_error(struct btt *btt, unsigned lane, uint64_t lba)
{
	if (judge_call(btt, lane, lba) || ensure_layout(btt))
		return -1;
	return set_flag(btt, lane, lba, FORMAT_MAP_ERROR);
}
