/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * geometry.h -- sizes to counts and offsets; pure arithmetic, 64-bit, no media (btt.md section 2).
 */
#ifndef BTT_GEOMETRY_H
#define BTT_GEOMETRY_H

#include <stdint.h>

#include "btt.h"

/* one arena; offsets in bytes from its start */
struct geometry {
	uint64_t arena_size;
	uint32_t external_lbasize;
	uint32_t internal_lbasize;
	uint32_t external_nlba;
	uint32_t internal_nlba;
	uint32_t nfree;
	uint64_t dataoff, mapoff, flogoff, infooff;
};

/* bytes one block takes in the data area */
uint64_t geometry_internal_lbasize(uint32_t lbasize, enum btt_flavour flavour);

/* 1 when a layout of this flavour may have such blocks */
int geometry_is_lbasize(uint32_t lbasize, enum btt_flavour flavour);

/*
 * Size of the arena that starts `off` bytes into `rawsize` bytes: at most 512 GiB, at least 16 MiB,
 * a multiple of 4 KiB; 0 = what is left is too little for one.
 */
uint64_t geometry_arena_size(uint64_t rawsize, uint64_t off);

/*
 * Fills `g` for an arena of `arena_size` bytes (from geometry_arena_size); 0, or -1/EINVAL when it
 * can't hold two blocks for every free one, or the numbers are not legal.
 */
int geometry_of_arena(struct geometry *g, uint64_t arena_size, uint32_t lbasize, uint32_t nfree,
		      enum btt_flavour flavour);

/* what a namespace becomes */
struct geometry_total {
	uint32_t narenas;
	uint64_t nlba;
	uint64_t size_unused; /* behind the last arena */
};

/* 0, or -1/errno with a message when not even one arena fits */
int geometry_of_namespace(struct geometry_total *total, uint64_t rawsize, uint32_t lbasize,
			  uint32_t nfree, enum btt_flavour flavour);

#endif
