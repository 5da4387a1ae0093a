/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * info.h -- reads, checks and writes info blocks.
 *
 * Each arena has two: the primary in its first page and the backup in its last page. Invariant: the
 * two are never written at the same time; the backup is durable before the primary is touched.
 */
#ifndef BTT_INFO_H
#define BTT_INFO_H

#include "btt.h"
#include "format.h"
#include "geometry.h"
#include "media/persist.h"

/*
 * An info block in the byte order of the processor. Offsets count bytes from the start of the
 * arena.
 */
struct info {
	uint8_t uuid[16], parent_uuid[16];
	uint32_t flags;
	uint16_t major, minor;
	uint32_t external_lbasize, external_nlba, internal_lbasize, internal_nlba, nfree, infosize;
	uint64_t nextoff, dataoff, mapoff, flogoff, infooff;
};

enum info_state {
	INFO_NONE,    /* no signature */
	INFO_DAMAGED, /* a signature, but a wrong checksum or a bad page */
	INFO_GOOD,    /* signature and checksum are right; the fields are not checked yet */
};

/* Fletcher-64 over the block, with zeros in place of the checksum */
uint64_t info_checksum(const struct format_info *raw);

enum info_state info_decode(const struct format_info *raw, struct info *info);
void info_encode(const struct info *info, struct format_info *raw);

/* A new info block for this geometry. The caller fills uuid, parent_uuid and nextoff. */
void info_of_geometry(struct info *info, const struct geometry *g, enum btt_flavour flavour);

/*
 * Checks that every number can be used, for an arena with `room` bytes from its start to the end of
 * the namespace. 0, or -1/EINVAL with a message that names the field and its value.
 */
int info_check(const struct info *info, uint64_t room);

/* The state as the end of a sentence: "has no signature" and so on. */
const char *info_state_text(enum info_state state);

/*
 * Checks that both describe the same arena in the same place: all fields but flags. 0, or -1/EINVAL
 * with a message that names the first field that differs, and both values.
 */
int info_check_same(const struct info *first, const struct info *backup);

/* The same for the fields that say how to read the arena: all fields but flags and the two uuids. */
int info_check_same_geometry(const struct info *first, const struct info *backup);

/*
 * Reads and decodes the block at `off`. 0 with its state, which is INFO_DAMAGED on a bad page; or
 * -1/errno.
 */
int info_read(const struct persist *media, struct persist_lane *lane, uint64_t off,
	      enum info_state *state, struct info *info);

/*
 * Stores the block at `off`: the bytes behind the signature, a fence, the signature. If the place
 * held no block, a power failure leaves no block or the whole block. The signature is not fenced.
 */
int info_store(const struct persist *media, struct persist_lane *lane, uint64_t off,
	       const struct info *info);

#endif
