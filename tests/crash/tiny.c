/* SPDX-License-Identifier: BSD-3-Clause */
#include "tiny.h"

#include <string.h>

#include "info.h"

#include "program.h"

const struct shape tiny_shape = {.size = TINY_SIZE,
				 .ranges = {{0, TINY_LOW}, {TINY_BACKUP, 4096}},
				 .data = TINY_DATA,
				 .data_end = TINY_MAP};

static struct info kind = {.major = 2};
static uint32_t flog_flags;
static uint32_t free_blocks = TINY_NFREE;

void
tiny_use_nfree(uint32_t nfree)
{
	free_blocks = nfree;
}

uint32_t
tiny_nfree(void)
{
	return free_blocks;
}

void
tiny_use_pool(const uint8_t uuid[16])
{
	kind.major = kind.minor = 1;
	memcpy(kind.parent_uuid, uuid, sizeof(kind.parent_uuid));
	flog_flags = FORMAT_MAP_ZERO;
}

unsigned
tiny_first_value(uint32_t lba)
{
	return flog_flags ? VALUE_ZERO : VALUE_OLD + lba % OLD_VALUES;
}

void
tiny_make(uint8_t *image)
{
	struct info info = {
		.uuid = {1},
		.major = kind.major,
		.minor = kind.minor,
		.external_lbasize = TINY_LBASIZE,
		.external_nlba = TINY_NLBA,
		.internal_lbasize = TINY_LBASIZE,
		.internal_nlba = TINY_NLBA + free_blocks,
		.nfree = free_blocks,
		.infosize = 4096,
		.dataoff = TINY_DATA,
		.mapoff = TINY_MAP,
		.flogoff = TINY_FLOG,
		.infooff = TINY_BACKUP,
	};
	struct format_info raw;

	memcpy(info.parent_uuid, kind.parent_uuid, sizeof(info.parent_uuid));
	info_encode(&info, &raw);
	memset(image, 0, world_bytes(&tiny_shape));
	memcpy(image, &raw, sizeof(raw));
	memcpy(image + TINY_LOW, &raw, sizeof(raw));
	memset(image + TINY_DATA, 0xee, TINY_LBASIZE * (TINY_NLBA + free_blocks));
	for (uint32_t i = 0; i < TINY_NLBA; i++)
		value_fill(image + TINY_DATA + TINY_LBASIZE * i, TINY_LBASIZE,
			   VALUE_OLD + i % OLD_VALUES);
	for (uint32_t i = 0; i < free_blocks; i++) {
		const uint32_t slot[4] = {i, (TINY_NLBA + i) | flog_flags,
					  (TINY_NLBA + i) | flog_flags, 1};

		memcpy(image + TINY_FLOG + 64 * i, slot, sizeof(slot));
	}
}
