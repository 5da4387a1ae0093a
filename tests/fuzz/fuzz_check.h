/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * fuzz_check.h -- an arena read a second time from its bytes, by the description of the format alone: shares no line
 * with the library. `arena` points at its first byte; of the info only where its tables are is used.
 */
#ifndef TESTS_FUZZ_FUZZ_CHECK_H
#define TESTS_FUZZ_FUZZ_CHECK_H

#include <stdint.h>

#include "btt.h"

uint64_t check_checksum(const uint8_t *page);

/* 1: the page is an info block with its signature and checksum */
int check_is_info(const uint8_t *page);

/* NULL: it may be written; else why not */
const char *check_arena(const uint8_t *arena, const struct btt_arena_info *info);

/* the rest is of arenas that may be written */

/* 1: the map has each lane's last write */
int check_is_settled(const uint8_t *arena, const struct btt_arena_info *info);

/* 1: all lanes' logs carry flags; 0: none does; -1: some do */
int check_log_flags(const uint8_t *arena, const struct btt_arena_info *info);

enum checked_block { BLOCK_IS_ZERO, BLOCK_IS_BAD, BLOCK_IS_DATA };

/* what reading the block gives; for BLOCK_IS_DATA *data is where it lies */
enum checked_block check_block(const uint8_t *arena, const struct btt_arena_info *info,
			       uint32_t premap, const uint8_t **data);

#endif
