/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * fuzz_check.h -- an independent reading of an arena from its bytes. It follows the description of the format and
 * shares no line with the library. `arena` points to the first byte; of the info only the table offsets are used.
 */
#ifndef TESTS_FUZZ_FUZZ_CHECK_H
#define TESTS_FUZZ_FUZZ_CHECK_H

#include <stdint.h>

#include "btt.h"

uint64_t check_checksum(const uint8_t *page);

/* 1: the page is an info block with its signature and checksum */
int check_is_info(const uint8_t *page);

/* NULL when the arena may be written; else the reason. */
const char *check_arena(const uint8_t *arena, const struct btt_arena_info *info);

/* The other functions need an arena that may be written. */

/* 1: the map contains the last write of each lane. */
int check_is_settled(const uint8_t *arena, const struct btt_arena_info *info);

/* 1: the logs of all lanes carry flags; 0: none does; -1: some do. */
int check_log_flags(const uint8_t *arena, const struct btt_arena_info *info);

/*
 * 1: a block with an initial map entry is the data of the block of its number. 0: it is zeros, because a log carries the
 * zero flag in its new entry, which only libpmemblk's flavour does.
 */
int check_is_initial_data(const uint8_t *arena, const struct btt_arena_info *info);

enum checked_block { BLOCK_IS_ZERO, BLOCK_IS_BAD, BLOCK_IS_DATA };

/* The result of a read of the block; with BLOCK_IS_DATA *data points to the data. */
enum checked_block check_block(const uint8_t *arena, const struct btt_arena_info *info,
			       uint32_t premap, const uint8_t **data);

#endif
