/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * fuzz_info.c -- an input is a byte of options (bit 0: correct the checksum), the room of the arena in 8 bytes, then
 * the bytes of the block; zeros follow.
 *
 * A decoded block encodes to the same bytes, except those that must be zero. If the check accepts a block, its areas
 * follow each other inside the room, in 128-bit arithmetic.
 */
#include <string.h>

#include "errormsg.h"
#include "fuzz.h"
#include "info.h"
#include "fuzz_check.h"

typedef unsigned __int128 wide;

static void
require_sound(const struct info *i, uint64_t room)
{
	wide data_end = (wide)i->dataoff + (wide)i->internal_nlba * i->internal_lbasize;
	wide map_end = (wide)i->mapoff + (wide)i->external_nlba * 4;
	wide flog_end = (wide)i->flogoff + (wide)i->nfree * 64;
	wide end = (wide)i->infooff + 4096;
	unsigned align = i->major == 1 ? 64 : 4096;

	fuzz_require(i->dataoff >= 4096 && data_end <= i->mapoff && map_end <= i->flogoff);
	fuzz_require(flog_end <= i->infooff && end <= room);
	fuzz_require(i->dataoff % 4096 == 0 && i->mapoff % align == 0);
	fuzz_require(i->flogoff % align == 0 && i->infooff % align == 0);
	fuzz_require((wide)i->external_nlba + i->nfree == i->internal_nlba);
	fuzz_require(i->nfree && i->external_nlba && i->internal_nlba <= 1u << 30);
	fuzz_require(i->external_lbasize && i->external_lbasize <= i->internal_lbasize);
	fuzz_require(i->infosize == 4096 && (i->major == 1 || i->major == 2));
	fuzz_require(!i->nextoff || (i->nextoff == 512ull << 30 && end <= i->nextoff));
}

static void
require_refusal(void)
{
	fuzz_require(strstr(btt_errormsg(), "info block: ") && strchr(btt_errormsg(), '='));
}

static void
require_same_encoded(const struct info *info, const struct format_info *raw)
{
	struct format_info again;
	struct info twice;

	info_encode(info, &again);
	fuzz_require(info_decode(&again, &twice) == INFO_GOOD);
	fuzz_require(!info_check_same(info, &twice) && info->flags == twice.flags);
	fuzz_require(!memcmp(&again, raw, 120));
}

void
fuzz_info(const uint8_t *input, size_t len)
{
	struct fuzz_cursor c = {input, input + len};
	unsigned options = (unsigned)fuzz_take(&c, 1);
	uint64_t room = fuzz_take(&c, 8);
	size_t left = (size_t)(c.end - c.at);
	struct format_info raw = {0};
	struct info info;

	memcpy(&raw, c.at, left < sizeof(raw) ? left : sizeof(raw));
	if (options & 1)
		raw.checksum = le64_of(check_checksum((const uint8_t *)&raw));
	switch (info_decode(&raw, &info)) {
	case INFO_NONE:
		fuzz_require(memcmp(&raw, "BTT_ARENA_INFO\0", 16) != 0);
		break;
	case INFO_DAMAGED:
		fuzz_require(!check_is_info((const uint8_t *)&raw));
		break;
	case INFO_GOOD:
		fuzz_require(check_is_info((const uint8_t *)&raw));
		require_same_encoded(&info, &raw);
		if (!info_check(&info, room))
			require_sound(&info, room);
		else
			require_refusal();
	}
}
