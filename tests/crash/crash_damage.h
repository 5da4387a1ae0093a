/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * crash_damage.h -- damages the bytes of the tiny layout in use (repair_task.c).
 */
#ifndef TESTS_CRASH_CRASH_DAMAGE_H
#define TESTS_CRASH_CRASH_DAMAGE_H

#include <stdint.h>

/* three written blocks, one marked bad, and one that loses its place to another block */
enum { LBA_A = 0, LBA_B = 1, LBA_C = 16, LBA_BAD = 9, LBA_LOSER = 3 };

void damage_lose_primary(uint8_t *image);
void damage_hurt_primary(uint8_t *image);
void damage_hurt_flags_of_primary(uint8_t *image);
void damage_tear_signature_of_primary(uint8_t *image);
void damage_lose_backup(uint8_t *image);
void damage_hurt_backup(uint8_t *image);
void damage_rename_backup(uint8_t *image);
void damage_flag_both(uint8_t *image);
void damage_flag_backup(uint8_t *image);
void damage_flag_primary(uint8_t *image);
void damage_flag_backup_and_lose_primary(uint8_t *image);
void damage_use_slots_0_and_2(uint8_t *image);
void damage_use_slots_0_and_2_and_flag(uint8_t *image);
void damage_dirty_padding(uint8_t *image);
void damage_twin_free_blocks(uint8_t *image);
void damage_map_free_block(uint8_t *image);
void damage_map_block_twice(uint8_t *image);

#endif
