/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * btt_impl.h -- struct btt, for the files that implement functions of btt.h.
 *
 * Lock rule: `layout_lock` covers the change of `laid_out` from 0 to 1, and everything that this
 * change fills in. A thread that has read 1 (acquire) needs no lock.
 */
#ifndef BTT_IMPL_H
#define BTT_IMPL_H

#include <pthread.h>
#include <stdatomic.h>

#include "arena.h"
#include "btt.h"
#include "geometry.h"
#include "io.h"
#include "lane.h"
#include "media/persist.h"

struct btt {
	struct persist media;
	enum btt_mode mode;
	/* these three never change, not even when the first write lays out a BTT */
	uint32_t lbasize;
	unsigned nlane;
	uint64_t nlba;
	struct lane *lane_records; /* nlane of them */
	struct lane **lanes;       /* the record of each lane, here or moved by adopt.c */
	struct io io;
	struct persist_lane own_lane; /* for opening and checking */

	_Atomic int laid_out; /* 1: the arenas below may be used; 0: the first write creates them */
	uint32_t narenas;
	struct arena *arenas;
	pthread_mutex_t layout_lock;
	uint8_t parent_uuid[16]; /* for that layout */
	struct geometry_total planned;
};

/* the smallest nfree of all arenas; UINT32_MAX without arenas */
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
