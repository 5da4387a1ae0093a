/* SPDX-License-Identifier: BSD-3-Clause */
#include "unwritten.h"

#include <errno.h>
#include <string.h>

#include "errormsg.h"
#include "flog.h"
#include "geometry.h"
#include "info.h"
#include "probe.h"

struct btt_format_options
unwritten_options(const struct btt_probe *probe)
{
	return (struct btt_format_options){.flavour = BTT_FLAVOUR_PMDK,
					   .start = BTT_START_POOL,
					   .lbasize = probe->pool_block_size,
					   .parent_uuid = probe->pool_uuid};
}

/* 1 when no place of an info block has a signature, except a damaged one at the very start */
static int
has_no_info(const struct persist *media, struct persist_lane *lane)
{
	for (uint64_t off = 0, size; (size = geometry_arena_size(media->size, off)) != 0;
	     off += size) {
		uint64_t pages[3] = {off};
		unsigned count = 1 + geometry_backups(media->size, off, &pages[1]);

		for (unsigned i = 0; i < count; i++) {
			enum info_state state;
			struct info info;

			if (info_read(media, lane, pages[i], &state, &info))
				return -1;
			if (state != (pages[i] ? INFO_NONE : INFO_DAMAGED))
				return 0;
		}
	}
	return 1;
}

/* 1 when all `len` bytes are zero, 0 when not or when a page cannot be read, -1/errno */
static int
is_zero(const struct persist *media, struct persist_lane *lane, uint64_t off, uint64_t len)
{
	static const uint8_t zeros[FORMAT_PAGE];
	uint8_t page[FORMAT_PAGE];

	for (uint64_t at = 0, part; at < len; at += part) {
		part = len - at < sizeof(page) ? len - at : sizeof(page);
		if (persist_read(media, lane, page, part, off + at))
			return errno == EIO ? 0 : -1;
		if (memcmp(page, zeros, part) != 0)
			return 0;
	}
	return 1;
}

/* 1 when each word of the log is zero or the word of a new log, 0 when not, -1/errno */
static int
is_new_flog(const struct persist *media, struct persist_lane *lane, uint64_t off,
	    const struct geometry *g)
{
	for (uint32_t i = 0; i < g->nfree; i++) {
		uint32_t block = (g->external_nlba + i) | FORMAT_MAP_ZERO;
		const uint32_t first[FORMAT_FLOG_GROUP / sizeof(le32)] = {i, block, block, 1};
		le32 group[FORMAT_FLOG_GROUP / sizeof(le32)];

		if (persist_read(media, lane, group, sizeof(group),
				 off + (uint64_t)i * FORMAT_FLOG_GROUP))
			return errno == EIO ? 0 : -1;
		for (unsigned w = 0; w < FORMAT_FLOG_GROUP / sizeof(le32); w++) {
			if (le32_get(group[w]) && le32_get(group[w]) != first[w])
				return 0;
		}
	}
	return 1;
}

/* 1 when no table of the layout that the pool would get shows a write, 0, or -1/errno */
static int
has_no_write(const struct persist *media, struct persist_lane *lane, uint32_t lbasize)
{
	struct geometry g;
	int result = 0;

	for (uint64_t off = 0, size; (size = geometry_arena_size(media->size, off)) != 0;
	     off += size) {
		if (geometry_of_arena(&g, size, lbasize, BTT_NFREE_DEFAULT, BTT_FLAVOUR_PMDK))
			break;
		result = is_zero(media, lane, off + g.mapoff, g.flogoff - g.mapoff);
		if (result == 1)
			result = is_new_flog(media, lane, off + g.flogoff, &g);
		if (result != 1)
			break;
	}
	return result;
}

int
unwritten_pool(const struct persist_namespace *from, const struct btt_probe *probe)
{
	struct persist_namespace unmapped = *from;
	struct persist_lane lane = {0};
	struct persist media;
	int result;

	unmapped.flags |= PERSIST_NO_MAPPING;
	if (!probe->is_pool || probe->places[2].found != BTT_FOUND_DAMAGE ||
	    !geometry_is_lbasize(probe->pool_block_size, BTT_FLAVOUR_PMDK))
		return 0;
	if (persist_open(&media, &unmapped, BTT_START_POOL))
		return -1;
	result = has_no_info(&media, &lane);
	if (result == 1)
		result = has_no_write(&media, &lane, probe->pool_block_size);
	persist_close(&media);
	return result;
}
