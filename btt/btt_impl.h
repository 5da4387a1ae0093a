/* SPDX-License-Identifier: BSD-3-Clause */
/* btt_impl.h -- what is behind struct btt; for btt.c, check.c and their like. */
#ifndef BTT_IMPL_H
#define BTT_IMPL_H

#include <pthread.h>
#include <stdatomic.h>

#include "arena.h"
#include "btt.h"
#include "geometry.h"
#include "lane.h"
#include "media/persist.h"
#include "rtt.h"

struct btt {
	struct persist media;
	enum btt_mode mode;
	enum btt_commit commit;
	uint32_t lbasize; /* these three never change, not even when the first write makes the
			     layout */
	unsigned nlane;
	uint64_t nlba;
	struct lane *lane_records; /* nlane of them */
	struct lane **lanes;       /* nlane: each one's record, there or where its user has it */
	struct rtt rtt;
	struct persist_lane own_lane; /* for what no caller's lane does: opening, checking */

	_Atomic int laid_out; /* 1: the arenas below may be used; 0: the first write makes them */
	uint32_t narenas;
	struct arena *arenas;
	pthread_mutex_t layout_lock;
	uint8_t parent_uuid[16]; /* for that layout */
	struct geometry_total planned;
};

/* of all arenas; UINT32_MAX when there are none */
static inline uint32_t
btt_smallest_nfree(const struct btt *btt)
{
	uint32_t nfree = UINT32_MAX;

	for (uint32_t i = 0; i < btt->narenas; i++) {
		if (btt->arenas[i].info.nfree < nfree)
			nfree = btt->arenas[i].info.nfree;
	}
	return nfree;
}

static inline int
btt_is_laid_out(const struct btt *btt)
{
	return atomic_load_explicit(&btt->laid_out, memory_order_acquire);
}

#endif
