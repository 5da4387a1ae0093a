/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * geometry.h -- counts and offsets of a layout, from the size of the namespace. Pure arithmetic in
 * 64 bits, no access to media.
 */
#ifndef BTT_GEOMETRY_H
#define BTT_GEOMETRY_H

#include <stdint.h>

#include "btt.h"

/* One arena. Offsets count bytes from its start. */
struct geometry {
	uint64_t arena_size;
	uint32_t external_lbasize;
	uint32_t internal_lbasize;
	uint32_t external_nlba;
	uint32_t internal_nlba;
	uint32_t nfree;
	uint64_t dataoff, mapoff, flogoff, infooff;
};

/* bytes of a block in the data area */
uint64_t geometry_internal_lbasize(uint32_t lbasize, enum btt_flavour flavour);

/* 1 when a layout of this flavour may have blocks of `lbasize` bytes */
int geometry_is_lbasize(uint32_t lbasize, enum btt_flavour flavour);

/*
 * Size of the arena that starts `off` bytes into `rawsize` bytes: at most 512 GiB, at least 16 MiB,
 * a multiple of 4 KiB. 0 = the rest is too small for an arena.
 */
uint64_t geometry_arena_size(uint64_t rawsize, uint64_t off);

/*
 * Fills `places` with the offsets, from the start of `rawsize` bytes, where the arena at `off` may have its
 * backup info block, and returns their number, 1 or 2; 0 = no arena. The first one follows from
 * geometry_arena_size. PMDK does not round the last arena down to 4 KiB: if its size is a multiple of
 * 64, its tables and its backup end at the last byte. (PMDK cannot use any other size.)
 */
unsigned geometry_backups(uint64_t rawsize, uint64_t off, uint64_t places[2]);

/*
 * Fills `g` for an arena of `arena_size` bytes (from geometry_arena_size). 0; or -1/EINVAL when the
 * arena cannot hold two blocks for every free block, or would hold more than 2^30 blocks.
 */
int geometry_of_arena(struct geometry *g, uint64_t arena_size, uint32_t lbasize, uint32_t nfree,
		      enum btt_flavour flavour);

/* A layout of a whole namespace. */
struct geometry_total {
	uint32_t narenas;
	uint64_t nlba;
	uint64_t size_unused; /* bytes behind the last arena */
};

/* 0, or -1/EINVAL with a message when not even one arena fits */
int geometry_of_namespace(struct geometry_total *total, uint64_t rawsize, uint32_t lbasize,
			  uint32_t nfree, enum btt_flavour flavour);

#endif
