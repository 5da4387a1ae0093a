/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * layout.c -- writes a new BTT.
 *
 * Order, so that a power failure leaves the old state, no BTT, or the whole new layout (with
 * several arenas also signatures in later arenas only, which opening reports as damage):
 *	1. destroy old signatures			fence	btt_format only
 *	2. zero maps and flogs, write flogs		fence
 *	3. backup info blocks, the first arena last	fence before and after the first arena
 *	4. primary info blocks, the first arena last	fence before and after the first arena
 * Invariant: if the first arena has an info block, everything behind it is in place. info_store
 * puts a fence before each signature, so a failure leaves no info block or a whole one.
 *
 * The data area is left alone: every map entry is initial and reads as zeros.
 */
#include "layout.h"

#include <errno.h>
#include <string.h>
#include <uuid/uuid.h>

#include "abi.h"
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

enum copy { PRIMARY, BACKUP };

static int
write_info(const struct layout *l, uint32_t arena, enum copy copy)
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
	return info_store(l->media, l->lane, off + (copy == BACKUP ? g.infooff : 0), &info);
}

static int
fence(const struct layout *l)
{
	return persist_fence(l->media, l->lane);
}

/* from the last arena to the second; a fence; the first arena; a fence */
static int
write_infos(const struct layout *l, enum copy copy)
{
	for (uint32_t arena = l->narenas; arena-- > 1;) {
		if (write_info(l, arena, copy))
			return -1;
	}
	return fence(l) || write_info(l, 0, copy) || fence(l) ? -1 : 0;
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

/* before any change: a call with a wrong option changes nothing */
static int
check_options(const struct btt_format_options *options, uint64_t nssize)
{
	struct geometry_total total;

	if (abi_check_options(options->flags, options->reserved) ||
	    abi_check_enum("flavour", options->flavour, BTT_FLAVOUR_PMDK + 1) ||
	    abi_check_enum("existing", options->existing, BTT_REPLACE_EXISTING + 1))
		return -1;
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

/* the old BTT that starts at `start`: EEXIST, or its signatures destroyed durably */
static int
clear_place(const struct btt_format_options *options, const struct persist_namespace *from,
	    struct persist_lane *lane, uint64_t start)
{
	int replace = options->existing == BTT_REPLACE_EXISTING, any;
	struct persist media;

	if (persist_open(&media, from, start))
		return -1;
	any = probe_signatures(&media, lane, replace ? destroy_page : NULL);
	if (any > 0 && !replace)
		any = errormsg_set(EEXIST, "the namespace already holds a BTT, or traces of one");
	if (any > 0 && persist_fence(&media, lane))
		any = -1;
	persist_close(&media);
	return any < 0 ? -1 : 0;
}

int
btt_format(const struct btt_format_options *options, uint64_t nssize, void *ns,
	   const struct ns_callback *ns_cbp)
{
	const struct persist_namespace from = {nssize, ns, ns_cbp, options->flags};
	struct persist_lane lane = {0};
	struct persist media;
	int err;

	if (check_options(options, nssize))
		return -1;
	for (unsigned i = 0; i <= BTT_PLACES; i++) { /* the usual places and the new one */
		uint64_t start = i < BTT_PLACES ? probe_starts[i] : options->start;

		if (start < nssize && clear_place(options, &from, &lane, start))
			return -1;
	}
	if (persist_open(&media, &from, options->start))
		return -1;
	err = layout_write(&media, &lane, options);
	persist_close(&media);
	return err;
}
