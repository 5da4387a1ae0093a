/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * layout.c -- writing a fresh BTT.
 *
 * Order, so that a power cut leaves the old state, nothing, or the whole new layout (with several
 * arenas also signatures in arenas other than the first, which opening calls damage):
 *	1. old signatures are destroyed			fence	btt_format alone
 *	2. maps zeroed, flogs zeroed and written	fence
 *	3. backup info blocks, the first arena's last	fence before it and after it
 *	4. primary info blocks, the first arena's last	fence before it and after it
 * Whoever finds an info block of the first arena finds everything behind it in place. A block's
 * signature is stored behind a fence of its own: a cut leaves no block or a whole one.
 *
 * The data area is left alone: every map entry is initial, and reads as zeros.
 */
#include "layout.h"

#include <errno.h>
#include <string.h>
#include <uuid/uuid.h>

#include "errormsg.h"
#include "flog.h"
#include "format.h"
#include "geometry.h"
#include "info.h"
#include "probe.h"

struct layout {
	const struct persist *media;
	struct persist_lane *lane;
	const struct btt_format_options *options;
	uint32_t nfree;
	uint32_t narenas;
	uint8_t uuid[16];
};

static int
geometry_at(const struct layout *l, uint32_t arena, struct geometry *g)
{
	uint64_t size = geometry_arena_size(l->media->size, arena * BTT_ARENA_SIZE_MAX);

	return geometry_of_arena(g, size, l->options->lbasize, l->nfree, l->options->flavour);
}

static int
write_tables(const struct layout *l, uint32_t arena)
{
	uint64_t off = arena * BTT_ARENA_SIZE_MAX;
	uint32_t mask = l->options->flavour == BTT_FLAVOUR_PMDK ? FLOG_MASK_FLAGS : FLOG_MASK_BARE;
	struct flog_bounds bounds;
	struct geometry g;

	if (geometry_at(l, arena, &g))
		return -1;
	bounds = (struct flog_bounds){off + g.flogoff, g.nfree, g.external_nlba, g.internal_nlba};
	if (persist_zero(l->media, l->lane, off + g.mapoff, g.infooff - g.mapoff))
		return -1;
	return flog_store_initial(l->media, l->lane, &bounds, mask);
}

enum which { PRIMARY, BACKUP };

static int
write_info(const struct layout *l, uint32_t arena, enum which which)
{
	uint64_t off = arena * BTT_ARENA_SIZE_MAX;
	struct geometry g;
	struct info info;

	if (geometry_at(l, arena, &g))
		return -1;
	info_of_geometry(&info, &g, l->options->flavour);
	info.nextoff = arena + 1 < l->narenas ? BTT_ARENA_SIZE_MAX : 0;
	memcpy(info.uuid, l->uuid, sizeof(info.uuid));
	if (l->options->parent_uuid)
		memcpy(info.parent_uuid, l->options->parent_uuid, sizeof(info.parent_uuid));
	return info_store(l->media, l->lane, off + (which == BACKUP ? g.infooff : 0), &info);
}

static int
fence(const struct layout *l)
{
	return persist_fence(l->media, l->lane);
}

/* from the last arena to the second, then the first behind a fence of its own */
static int
write_infos(const struct layout *l, enum which which)
{
	for (uint32_t arena = l->narenas; arena-- > 1;) {
		if (write_info(l, arena, which))
			return -1;
	}
	return fence(l) || write_info(l, 0, which) || fence(l) ? -1 : 0;
}

int
layout_write(const struct persist *media, struct persist_lane *lane,
	     const struct btt_format_options *options)
{
	struct layout l = {.media = media, .lane = lane, .options = options};
	struct geometry_total total;

	l.nfree = options->nfree ? options->nfree : BTT_NFREE_DEFAULT;
	if (geometry_of_namespace(&total, media->size, options->lbasize, l.nfree, options->flavour))
		return -1;
	l.narenas = total.narenas;
	if (options->uuid)
		memcpy(l.uuid, options->uuid, sizeof(l.uuid));
	else
		uuid_generate(l.uuid);
	for (uint32_t arena = 0; arena < l.narenas; arena++) {
		if (write_tables(&l, arena))
			return -1;
	}
	return fence(&l) || write_infos(&l, BACKUP) || write_infos(&l, PRIMARY) ? -1 : 0;
}

/* sizes and numbers first: a call that is refused changes nothing */
static int
judge_options(const struct btt_format_options *options, uint64_t nssize)
{
	struct geometry_total total;

	if (!geometry_is_lbasize(options->lbasize, options->flavour))
		return errormsg_set(EINVAL,
				    "lbasize=%u: not a sector size of flavour %s (allowed: %s)",
				    options->lbasize, btt_flavour_name(options->flavour),
				    options->flavour == BTT_FLAVOUR_PMDK
					    ? "at least 512"
					    : "512, 520, 528, 4096, 4104, 4160, 4224");
	if (options->start % FORMAT_PAGE || options->start >= nssize)
		return errormsg_set(
			EINVAL,
			"offset=%ju: must be a multiple of 4096 inside the namespace of %ju bytes",
			(uintmax_t)options->start, (uintmax_t)nssize);
	return geometry_of_namespace(&total, nssize - options->start, options->lbasize,
				     options->nfree ? options->nfree : BTT_NFREE_DEFAULT,
				     options->flavour);
}

static int
destroy_page(const struct persist *media, struct persist_lane *lane, uint64_t off)
{
	return persist_zero(media, lane, off, FORMAT_PAGE);
}

/* all the places where a BTT could start, the new one among them: EEXIST, or destroyed durably */
static int
clear_old(const struct btt_format_options *options, uint64_t nssize, void *ns,
	  const struct ns_callback *cb, struct persist_lane *lane)
{
	int replace = options->existing == BTT_REPLACE_EXISTING;
	struct persist media;

	for (unsigned i = 0; i <= BTT_PLACES; i++) {
		uint64_t start = i < BTT_PLACES ? probe_starts[i] : options->start;
		int any;

		if (start >= nssize)
			continue;
		if (persist_open(&media, nssize, start, ns, cb))
			return -1;
		any = probe_signatures(&media, lane, replace ? destroy_page : NULL);
		if (any < 0)
			return -1;
		if (any && !replace)
			return errormsg_set(EEXIST,
					    "there is a BTT, or what is left of one, already");
		if (any && persist_fence(&media, lane))
			return -1;
	}
	return 0;
}

int
btt_format(const struct btt_format_options *options, uint64_t nssize, void *ns,
	   const struct ns_callback *ns_cbp)
{
	struct persist_lane lane = {0};
	struct persist media;

	if (judge_options(options, nssize) || clear_old(options, nssize, ns, ns_cbp, &lane) ||
	    persist_open(&media, nssize, options->start, ns, ns_cbp))
		return -1;
	return layout_write(&media, &lane, options);
}
