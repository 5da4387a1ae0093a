/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * info.h -- the info block: reading, judging and writing it.
 *
 * Each arena has two, the primary in its first page and the backup in its last. Both are never in
 * flight at once: the backup is durable before the primary is touched.
 */
#ifndef BTT_INFO_H
#define BTT_INFO_H

#include "btt.h"
#include "format.h"
#include "geometry.h"
#include "media/persist.h"

/* an info block in the processor's own numbers, offsets in bytes from the arena's start */
struct info {
	uint8_t uuid[16], parent_uuid[16];
	uint32_t flags;
	uint16_t major, minor;
	uint32_t external_lbasize, external_nlba, internal_lbasize, internal_nlba, nfree, infosize;
	uint64_t nextoff, dataoff, mapoff, flogoff, infooff;
};

enum info_state {
	INFO_NONE,    /* no signature */
	INFO_DAMAGED, /* a signature, but a wrong checksum */
	INFO_GOOD,    /* signature and checksum; not yet judged */
};

/* Fletcher-64 over the block, its checksum field counting as zero */
uint64_t info_checksum(const struct format_info *raw);

enum info_state info_decode(const struct format_info *raw, struct info *info);
void info_encode(const struct info *info, struct format_info *raw);

/* a fresh info block for this geometry; uuid, parent uuid and nextoff are the caller's to fill */
void info_of_geometry(struct info *info, const struct geometry *g, enum btt_flavour flavour);

/*
 * Whether every number is one that can be used, for an arena with `room` bytes from its start to
 * the namespace's end. 0, or -1/EINVAL with a message naming the field and its value.
 */
int info_judge(const struct info *info, uint64_t room);

/* what a message says of it: "has no signature", … */
const char *info_state_text(enum info_state state);

/*
 * Whether both describe the same arena in the same place: all fields but flags. 0, or -1/EINVAL with a
 * message naming the first field that is another, and both its values.
 */
int info_require_same(const struct info *first, const struct info *backup);

/* state of the block at `off`; -1/errno when it can't be read, a bad page being INFO_DAMAGED */
int info_read(const struct persist *media, struct persist_lane *lane, uint64_t off,
	      enum info_state *state, struct info *info);

/*
 * Stores the block at `off`: what is behind the signature, a fence, the signature. Where none was,
 * a cut leaves none or the whole block. The signature itself is not fenced.
 */
int info_store(const struct persist *media, struct persist_lane *lane, uint64_t off,
	       const struct info *info);

#endif
