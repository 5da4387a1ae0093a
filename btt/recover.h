/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * recover.h -- what opening an arena does after a power cut, or makes sure of without one.
 *
 * A flog entry whose old_map is still in the map is a write that was cut between its commit and its
 * map entry: it is rolled forward. An entry whose new_map, or any third block, is in the map needs
 * nothing. Entries and map are compared without their flags, so that logs of every flavour are
 * understood.
 *
 * The arena becomes read-only, with the reason, when it can't be trusted: the error flag, a flog
 * group that can't be read, two lanes with one free block, a free block that is also mapped.
 */
#ifndef BTT_RECOVER_H
#define BTT_RECOVER_H

#include "arena.h"

/*
 * Every flog group of a loaded arena, in any order. A writable, sound arena has its map mended,
 * durably; else what is pending is kept beside it (arena.pending), and nothing is stored. 0 or
 * -1/errno.
 */
int recover_arena(struct arena *a, struct persist_lane *lane, enum btt_mode mode);

/* brings what is pending into the map, durably, and forgets it; 0 or -1/errno */
int recover_mend_map(struct arena *a, struct persist_lane *lane);

#endif
