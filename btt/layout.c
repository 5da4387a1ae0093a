/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * layout.c -- writes a new BTT.
 *
 * Order, so that a power failure leaves the old state, no BTT, or the whole new layout (with
 * several arenas also signatures in later arenas only, which opening reports as damage):
 *	1. destroy old signatures			fence	btt_format only
 *	2. write maps and flogs				fence
 *	3. backup info blocks, the first arena last	fence before and after the first arena
 *	4. primary info blocks, the first arena last	fence before and after the first arena
 * Invariant: if the first arena has an info block, everything behind it is in place. info_store
 * puts a fence before each signature, so a failure leaves no info block or a whole one.
 *
 * The data area is left alone, and no block may show its old bytes. In flavour pmdk every map entry is
 * initial, which reads as zeros. In flavours uefi and kernel an initial entry shows the block of the
 * same number: it stays only where that block is known to be zero, like a hole of a file. Every other
 * entry gets the zero flag. So a sparse file stays sparse.
 */
#include "layout.h"

#include <errno.h>
#include <stdlib.h>
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

/* a large store for namespaces where each store has its price */
#define CHUNK_ENTRIES (1u << 18)

/* Stores entries [first, end) with the zero flag; both are the start of a map line, or the end. */
static int
store_zero_entries(const struct layout *l, uint64_t mapoff, uint32_t first, uint32_t end)
{
	uint32_t most = end - first < CHUNK_ENTRIES ? end - first : CHUNK_ENTRIES, count;
	size_t room = (size_t)FORMAT_LINE * ((most - 1) / FORMAT_MAP_ENTRIES_LINE + 1);
	le32 *chunk = malloc(room);
	int err = chunk ? 0 : errormsg_set(ENOMEM, "no memory to write a map");

	for (; !err && first < end; first += count) {
		count = end - first < most ? end - first : most;
		memset(chunk, 0, room); /* the last line behind the last entry */
		for (uint32_t i = 0; i < count; i++)
			chunk[i] = le32_of((first + i) | FORMAT_MAP_ZERO);
		err = persist_store(
			l->media, l->lane, mapoff + sizeof(le32) * (uint64_t)first, chunk,
			(count * sizeof(le32) + FORMAT_LINE - 1) / FORMAT_LINE * FORMAT_LINE);
	}
	free(chunk);
	return err;
}

/* the entry of the block at `at` in the data area, rounded down to the start of a map line */
static uint32_t
entry_line(const struct geometry *g, uint64_t at)
{
	uint64_t premap =
		at / g->internal_lbasize / FORMAT_MAP_ENTRIES_LINE * FORMAT_MAP_ENTRIES_LINE;

	return premap < g->external_nlba ? (uint32_t)premap : g->external_nlba;
}

/*
 * A range of so many bytes is read, because the namespace may be wrong about it: a read through a mapping
 * turns a hole of a file in tmpfs into a page or a huge page.
 */
#define SHORT_RANGE (4ull << 20)

/* 1 when all bytes are zero, 0 when not or when a page cannot be read, -1/errno */
static int
is_zero(const struct layout *l, uint64_t off, uint64_t end)
{
	static const uint8_t zeros[FORMAT_PAGE];
	uint8_t page[FORMAT_PAGE];

	for (uint64_t len; off < end; off += len) {
		len = end - off < sizeof(page) ? end - off : sizeof(page);
		if (persist_read(l->media, l->lane, page, len, off))
			return errno == EIO ? 0 : -1;
		if (memcmp(page, zeros, len) != 0)
			return 0;
	}
	return 1;
}

/* Finds the next range [*left, *right) in [off, end) with old data; *left == end: none. */
static int
find_old_data(const struct layout *l, uint64_t off, uint64_t end, uint64_t *left, uint64_t *right)
{
	int zero = 1;

	for (*left = *right = off; zero && *left < end; off = *right) {
		if (persist_find_data(l->media, off, end, left, right))
			return -1;
		zero = *right - *left <= SHORT_RANGE ? is_zero(l, *left, *right) : 0;
		if (zero < 0)
			return -1;
	}
	return 0;
}

/* Finds the next entries [*first, *end), from entry `from` on, whose blocks may hold old data. */
static int
find_old_entries(const struct layout *l, uint64_t off, const struct geometry *g, uint32_t from,
		 uint32_t *first, uint32_t *end)
{
	const uint64_t block = g->internal_lbasize, data = off + g->dataoff;
	uint64_t last = data + g->external_nlba * block, left = last, right = last;

	if (l->options->flavour != BTT_FLAVOUR_PMDK &&
	    find_old_data(l, data + from * block, last, &left, &right))
		return -1;
	*first = left < last ? entry_line(g, left - data) : g->external_nlba;
	*end = entry_line(g, right - data + block * FORMAT_MAP_ENTRIES_LINE - 1);
	return 0;
}

/* Fills everything from the map to the backup: zeros, and zero flags for old data. */
static int
write_map(const struct layout *l, uint64_t off, const struct geometry *g)
{
	uint64_t mapoff = off + g->mapoff, at, to;
	uint32_t from = 0, first, end;

	do {
		if (find_old_entries(l, off, g, from, &first, &end))
			return -1;
		at = mapoff + ((uint64_t)from + FORMAT_MAP_ENTRIES_LINE - 1) /
				      FORMAT_MAP_ENTRIES_LINE * FORMAT_LINE;
		to = first < g->external_nlba ? mapoff + sizeof(le32) * (uint64_t)first
					      : off + g->infooff;
		if (at < to && persist_zero(l->media, l->lane, at, to - at))
			return -1;
		if (first < end && store_zero_entries(l, mapoff, first, end))
			return -1;
		from = end;
	} while (first < g->external_nlba);
	return 0;
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
	if (write_map(l, off, &g))
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

	if (abi_check_options(options->flags, options->reserved, 4) ||
	    abi_check_enum("flavour", options->flavour, BTT_FLAVOUR_PMDK + 1) ||
	    abi_check_enum("existing", options->existing, BTT_REPLACE_EXISTING + 1))
		return -1;
	if (!geometry_is_lbasize(options->lbasize, options->flavour))
		return errormsg_set(EINVAL,
				    "lbasize=%u: not a sector size of flavour %s (allowed: %s)",
				    options->lbasize, btt_flavour_name(options->flavour),
				    options->flavour == BTT_FLAVOUR_PMDK
					    ? "at least 1"
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
