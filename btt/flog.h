/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * flog.h -- free list and log: per lane the free block it writes next, and the record of its last
 * write.
 *
 * A lane's group is one cache line with two live slots, written in turn. A slot is written in
 * halves: {lba, old_map} first, then {new_map, seq} by one aligned 8-byte store, which commits it:
 * before that store the other slot, with the earlier seq, is the current one.
 *
 * Invariants
 *   F1 the current slot is the one with the later seq (1 -> 2 -> 3 -> 1); 0 is earlier than any.
 *   F2 the lane's free block is the current slot's old_map, once its new_map is (or was) in the
 * map. F3 the slot being written is never the current one.
 *
 * Threads: one group belongs to one lane and is used by that lane's thread only. Groups are padded.
 */
#ifndef BTT_FLOG_H
#define BTT_FLOG_H

#include "format.h"
#include "pad.h"
#include "media/persist.h"

/* a slot in the processor's own numbers; map numbers without flags */
struct flog_entry {
	uint32_t lba; /* pre-map */
	uint32_t old_map, new_map;
	uint32_t seq;
};

/* what a lane knows of its group */
struct flog_group {
	_Alignas(PAD_BYTES) uint64_t slot_off[2]; /* from the BTT's start */
	uint32_t free;                            /* F2: post-map block to write next */
	uint32_t seq;                             /* of the current slot */
	uint32_t next;                            /* 0 or 1: slot to write next, F3 */
	uint32_t written;                         /* 1: the lane has written a block, ever */
	uint32_t lba;                             /* pre-map block of the current slot */
	struct flog_entry current;                /* as read when opened: for recovery alone */
	int is_padding_dirty;                     /* slots 2 and 3 are not zero and not in use */
	const char *damage_field; /* what of the group can't be used; NULL = all can */
	const char *damage_why;
	uint32_t damage_value;
};

struct flog {
	const struct persist *media;
	struct flog_group *records; /* nfree of them */
	struct flog_group **groups; /* nfree: each one's record, there or where its lane has it */
	uint32_t nfree;
	uint32_t second_slot; /* 1, or 2 in a flog that a kernel before 4.15 wrote; 0 = mixed,
				 unusable */
	uint32_t entry_mask;  /* what of a map entry goes into the flog: FLOG_MASK_* */
};

#define FLOG_MASK_BARE  FORMAT_MAP_POSTMAP /* flavours uefi and kernel: block numbers */
#define FLOG_MASK_FLAGS UINT32_MAX         /* flavour pmdk: whole map entries */

struct flog_bounds {
	uint64_t off; /* of the flog, from the BTT's start */
	uint32_t nfree, external_nlba, internal_nlba;
};

/*
 * Reads all groups: finds the slots in use, the current entry of each, and what entries carry. A
 * group that can't be used gets its damage_field. 0, or -1/errno when media can't be read or memory
 * is short.
 */
int flog_load(struct flog *flog, const struct persist *media, struct persist_lane *lane,
	      const struct flog_bounds *bounds);
void flog_fini(struct flog *flog);

/* from now on a group's record is at `to`, until it is moved again or the flog is closed; its lane is idle */
void flog_move_group(struct flog *flog, uint32_t group, struct flog_group *to);

/* what any thread stored into a group becomes durable at this thread's next fence */
int flog_flush(const struct flog *flog, struct persist_lane *lane, uint32_t group);

/*
 * The two halves of a lane's next entry, stored and flushed, not fenced: pre-map block `lba` goes
 * from map entry `old_entry` (never an initial one) to the lane's free block. The second half is
 * the commit.
 */
int flog_store_half1(const struct flog *flog, struct persist_lane *lane,
		     const struct flog_group *group, uint32_t lba, uint32_t old_entry);
int flog_commit_half2(const struct flog *flog, struct persist_lane *lane,
		      const struct flog_group *group);

/* after the commit of a write of `lba`: block `freed` is the free block now, the other slot is next */
void flog_advance(struct flog_group *group, uint32_t lba, uint32_t freed);

/* stores a fresh flog: group i gets {i, F, F, 1} with F = external_nlba + i; not fenced */
int flog_store_initial(const struct persist *media, struct persist_lane *lane,
		       const struct flog_bounds *bounds, uint32_t entry_mask);

#endif
