/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * flog.h -- free list and log: for each lane the free block that it writes next, and the record of
 * its last write. A lane has one group of the flog, or several that it uses in turn (rotate.h).
 *
 * A group is one cache line with two live slots that are written in turn. A slot is
 * written in halves: {lba, old_map} first, then {new_map, seq} with one aligned 8-byte store. That
 * store is the commit: before it, the other slot with the earlier seq is the current one.
 *
 * Invariants
 *   F1 The current slot is the one with the later seq (1 -> 2 -> 3 -> 1); 0 is earlier than any
 *      other.
 *   F2 The free block of the group is old_map of the current slot, once new_map is (or was) in the
 *      map.
 *   F3 The slot that is being written is never the current one.
 *
 * Lock rule: none. One group belongs to one lane, and only the thread of that lane uses it. Groups
 * are padded.
 */
#ifndef BTT_FLOG_H
#define BTT_FLOG_H

#include <endian.h>
#include <stddef.h>

#include "format.h"
#include "pad.h"
#include "media/persist.h"

/* A slot in the byte order of the processor. */
struct flog_entry {
	uint32_t lba; /* pre-map */
	uint32_t old_map, new_map;
	uint32_t seq;
};

/* The state of a group in memory. */
struct flog_group {
	_Alignas(PAD_BYTES) uint64_t slot_off[2]; /* from the BTT's start */
	uint32_t free;                            /* F2: the post-map block to write next */
	uint32_t seq;                             /* of the current slot */
	uint32_t next;                            /* 0 or 1: slot to write next, F3 */
	uint16_t written;                         /* 1: the lane has ever written a block */
	uint16_t may_be_read; /* 1: a write freed `free`, and no scan has found it unread since */
	uint32_t lba;         /* pre-map block of the current slot */
	uint32_t turn; /* in the first group of a lane: the group to write next, see rotate.h */
	struct flog_entry current; /* as read when opened; for recovery only */
	int is_padding_dirty;      /* slots 2 and 3 are unused and not zero */
	const char *damage_field;  /* the field that cannot be used; NULL = sound */
	const char *damage_why;
	uint32_t damage_value;
};

struct flog {
	const struct persist *media;
	struct flog_group *records; /* nfree of them */
	struct flog_group **groups; /* nfree: the record of each, in `records` or moved */
	uint32_t nfree;
	uint32_t second_slot; /* 1, or 2 in a flog that a kernel before 4.15 wrote; 0 = mixed,
				 unusable */
	uint32_t entry_mask;  /* the bits of a map entry that the flog keeps: FLOG_MASK_* */
};

#define FLOG_MASK_BARE  FORMAT_MAP_POSTMAP /* flavours uefi and kernel: block numbers */
#define FLOG_MASK_FLAGS UINT32_MAX         /* flavour pmdk: whole map entries */

struct flog_bounds {
	uint64_t off; /* of the flog, from the BTT's start */
	uint32_t nfree, external_nlba, internal_nlba;
};

/*
 * Reads all groups: finds the slots in use, the current entry of each group, and the entry mask. A
 * group that cannot be used gets a damage_field. 0, or -1/errno when media cannot be read or memory
 * is short.
 */
int flog_load(struct flog *flog, const struct persist *media, struct persist_lane *lane,
	      const struct flog_bounds *bounds);
void flog_fini(struct flog *flog);

/*
 * Moves the record of a group to `to`, which must live until the next move or flog_fini. The lane
 * is idle.
 */
void flog_move_group(struct flog *flog, uint32_t group, struct flog_group *to);

/* Visible stores of any thread to the group become durable at the next fence of this thread. */
int flog_flush(const struct flog *flog, struct persist_lane *lane, uint32_t group);

static inline uint32_t
flog_seq_next(uint32_t seq)
{
	return seq == FORMAT_FLOG_SEQ_MAX ? 1 : seq + 1;
}

/* two le32 side by side on media */
static inline uint64_t
flog_half(uint32_t first, uint32_t second)
{
	return htole64((uint64_t)second << 32 | first);
}

/*
 * Store the two halves of the next entry of a lane, flushed and not fenced: pre-map block `lba`
 * goes from map entry `old_entry` (never an initial one) to the free block of the lane. The second
 * half is the commit.
 */
static inline int
flog_store_half1(const struct flog *flog, struct persist_lane *lane, const struct flog_group *group,
		 uint32_t lba, uint32_t old_entry)
{
	return persist_store8(flog->media, lane, group->slot_off[group->next],
			      flog_half(lba, old_entry & flog->entry_mask));
}

static inline int
flog_commit_half2(const struct flog *flog, struct persist_lane *lane,
		  const struct flog_group *group)
{
	uint32_t new_entry = (group->free | FORMAT_MAP_NORMAL) & flog->entry_mask;

	return persist_store8(flog->media, lane,
			      group->slot_off[group->next] + offsetof(struct format_flog, new_map),
			      flog_half(new_entry, flog_seq_next(group->seq)));
}

/*
 * Call it after the commit of a write of `lba`: `freed` becomes the free block, the other slot is
 * next.
 */
void flog_advance(struct flog_group *group, uint32_t lba, uint32_t freed);

/* 1 when the page looks like the last one of a flog: written groups first, then zeros, their padding zero. */
int flog_is_end(const uint8_t page[FORMAT_PAGE]);

/* Stores a new flog: group i gets {i, F, F, 1} with F = external_nlba + i. Not fenced. */
int flog_store_initial(const struct persist *media, struct persist_lane *lane,
		       const struct flog_bounds *bounds, uint32_t entry_mask);

#endif
