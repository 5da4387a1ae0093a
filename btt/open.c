/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * open.c -- opens and closes a BTT: finds, checks and recovers a layout that exists. For btt_init
 * also plans the layout that the first write creates.
 *
 * Invariant: all arenas are found and checked before the first one is changed.
 */
#include "open.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <uuid/uuid.h>

#include "abi.h"
#include "geometry.h"
#include "io.h"
#include "layout.h"
#include "probe.h"
#include "recover.h"
#include "unwritten.h"

static const uint8_t null_uuid[16];

static int
check_parent(const struct arena *a, const uint8_t *parent_uuid)
{
	const uint8_t *named = a->info.parent_uuid;
	char text[UUID_STR_LEN];

	if (!parent_uuid || !memcmp(named, null_uuid, sizeof(null_uuid)) ||
	    !memcmp(named, parent_uuid, sizeof(null_uuid)))
		return 0;
	uuid_unparse(named, text);
	return errormsg_set(EINVAL,
			    "arena %u: info block: parent_uuid=%s: belongs to another namespace",
			    a->index, text);
}

/* Finds the next arena. *more = there is another one behind it. */
static int
find_arena(struct btt *btt, const struct btt_open_options *options, int *more)
{
	uint64_t off = btt->narenas * BTT_ARENA_SIZE_MAX;
	struct arena *arenas = realloc(btt->arenas, (btt->narenas + 1) * sizeof(*arenas));
	struct arena *a;
	uint32_t lbasize;

	if (!arenas)
		return errormsg_set(ENOMEM, "no memory for arena %u", btt->narenas);
	btt->arenas = arenas;
	a = &arenas[btt->narenas];
	if (arena_find(a, &btt->media, &btt->own_lane, btt->narenas, off)) {
		if (errno == ENOENT && btt->narenas)
			errno = EINVAL; /* the arena before it says that it exists */
		return -1;
	}
	lbasize = options->lbasize ? options->lbasize : arenas[0].info.external_lbasize;
	if (check_parent(a, options->parent_uuid))
		return -1;
	if (a->info.external_lbasize != lbasize)
		return errormsg_set(
			EINVAL, "arena %u: info block: external_lbasize=%u: not the requested %u",
			a->index, a->info.external_lbasize, lbasize);
	btt->narenas++;
	*more = a->info.nextoff != 0;
	return 0;
}

/* every arena has at least so many free blocks */
static unsigned
lanes_of(const struct btt *btt, unsigned maxlane)
{
	uint32_t nfree = btt_smallest_nfree(btt);

	return maxlane && maxlane < nfree ? maxlane : nfree;
}

static int
check_rotate(const struct btt *btt, const struct btt_open_options *options)
{
	uint32_t nfree = btt_smallest_nfree(btt);
	unsigned nlane = lanes_of(btt, options->maxlane);

	if (options->rotate <= nfree / nlane)
		return 0;
	return errormsg_set(
		EINVAL,
		"rotate=%ju: %u lane%s the %u free blocks of an arena (allowed: at most %u)",
		(uintmax_t)options->rotate, nlane, nlane == 1 ? " has" : "s share", nfree,
		nfree / nlane);
}

static int
open_arenas(struct btt *btt, const struct btt_open_options *options)
{
	int more = 1;

	while (more) {
		if (find_arena(btt, options, &more))
			return -1;
	}
	for (uint32_t i = 0; i < btt->narenas; i++) {
		if (arena_load(&btt->arenas[i], &btt->own_lane, lanes_of(btt, options->maxlane)))
			return -1;
	}
	if (check_rotate(btt, options))
		return -1;
	for (uint32_t i = 0; i < btt->narenas; i++) {
		if (recover_arena(&btt->arenas[i], &btt->own_lane, btt->mode))
			return -1;
		if (btt->mode == BTT_READ_WRITE &&
		    arena_restore_primary(&btt->arenas[i], &btt->own_lane))
			return -1;
	}
	return 0;
}

static void
use_layout(struct btt *btt, unsigned maxlane)
{
	btt->lbasize = btt->arenas[0].info.external_lbasize;
	btt->nlane = lanes_of(btt, maxlane);
	for (uint32_t i = 0; i < btt->narenas; i++)
		btt->nlba += btt->arenas[i].info.external_nlba;
	atomic_store_explicit(&btt->laid_out, 1, memory_order_release);
}

static int
open_lanes(struct btt *btt)
{
	if (rtt_init(&btt->io.rtt, btt->nlane))
		return errormsg_set(ENOMEM, "no memory for %u lanes", btt->nlane);
	btt->lane_records = aligned_alloc(PAD_BYTES, btt->nlane * sizeof(*btt->lane_records));
	btt->lanes = calloc(btt->nlane, sizeof(struct lane *));
	if (!btt->lane_records || !btt->lanes)
		return errormsg_set(ENOMEM, "no memory for %u lanes", btt->nlane);
	for (unsigned i = 0; i < btt->nlane; i++) {
		btt->lanes[i] = &btt->lane_records[i];
		lane_init(btt->lanes[i], i);
	}
	return 0;
}

static void
close_arenas(struct btt *btt)
{
	for (uint32_t i = 0; i < btt->narenas; i++)
		arena_fini(&btt->arenas[i]);
	free(btt->arenas);
	btt->arenas = NULL;
	btt->narenas = 0;
}

void
btt_fini(struct btt *btt)
{
	/* an entry that cannot be made durable now is still in the flog */
	if (btt->lanes && btt->mode == BTT_READ_WRITE && btt->io.commit == BTT_COMMIT_TWO_FENCE) {
		for (uint32_t i = 0; i < btt->narenas; i++)
			io_make_durable(&btt->io, &btt->arenas[i], &btt->own_lane);
	}
	close_arenas(btt);
	for (unsigned i = 0; btt->lanes && btt->lane_records && i < btt->nlane; i++)
		lane_release(btt->lanes[i]);
	free(btt->lanes);
	free(btt->lane_records);
	rtt_fini(&btt->io.rtt);
	persist_close(&btt->media);
	pthread_mutex_destroy(&btt->layout_lock);
	free(btt);
}

/* btt_fini after an opening that failed; keeps errno */
static struct btt *
abandon(struct btt *btt)
{
	int err = errno;

	btt_fini(btt);
	errno = err;
	return NULL;
}

static struct btt *
new_btt(enum btt_mode mode)
{
	struct btt *btt = calloc(1, sizeof(*btt));

	if (!btt) {
		errormsg_set(ENOMEM, "no memory to open a BTT");
		return NULL;
	}
	btt->mode = mode;
	pthread_mutex_init(&btt->layout_lock, NULL);
	return btt;
}

static int
open_media(struct btt *btt, const struct btt_open_options *options,
	   const struct persist_namespace *from)
{
	if (persist_open(&btt->media, from, options->start))
		return -1;
	btt->io.commit = btt->media.base ? options->commit : BTT_COMMIT_STRICT;
	btt->io.rotate = options->rotate ? (unsigned)options->rotate : 1;
	return 0;
}

/* the start of the BTT, and for a pool also its parent, if the caller did not name them */
static int
probe_options(struct btt_open_options *options, struct btt_probe *probe,
	      const struct persist_namespace *from)
{
	if (options->start != BTT_START_PROBE)
		return 0;
	if (probe_namespace(from, probe) || probe_choose(probe, &options->start))
		return -1;
	if (probe->is_pool && options->start == BTT_START_POOL && !options->parent_uuid)
		options->parent_uuid = probe->pool_uuid;
	return 0;
}

/* says more than the failed opening if the first layout of a pool was interrupted; keeps errno */
static void
explain_failure(const struct persist_namespace *from, const struct btt_probe *probe)
{
	int err = errno;

	if (err == EINVAL && unwritten_pool(from, probe) == 1)
		errormsg_set(err,
			     "the first layout of this pool was interrupted before any block was "
			     "written (repair completes it)");
	errno = err;
}

struct btt *
btt_open(const struct btt_open_options *options, uint64_t nssize, void *ns,
	 const struct ns_callback *ns_cbp)
{
	const struct persist_namespace from = {nssize, ns, ns_cbp, options->flags};
	struct btt_open_options found = *options;
	struct btt_probe probe;
	struct btt *btt;

	if (abi_check_options(options->flags, options->reserved, 3) ||
	    abi_check_enum("mode", options->mode, BTT_READ_ONLY + 1) ||
	    abi_check_enum("commit", options->commit, BTT_COMMIT_STRICT + 1))
		return NULL;
	if (options->rotate > BTT_ROTATE_MAX) {
		errormsg_set(EINVAL, "rotate=%ju: must be at most %u", (uintmax_t)options->rotate,
			     BTT_ROTATE_MAX);
		return NULL;
	}
	btt = new_btt(options->mode);
	if (!btt)
		return NULL;
	if (probe_options(&found, &probe, &from) || open_media(btt, &found, &from))
		return abandon(btt);
	if (open_arenas(btt, &found)) {
		if (options->start == BTT_START_PROBE)
			explain_failure(&from, &probe);
		return abandon(btt);
	}
	use_layout(btt, found.maxlane);
	return open_lanes(btt) ? abandon(btt) : btt;
}

static int
error_no_first_info(void)
{
	return errormsg_set(
		EINVAL,
		"a damaged BTT, or an interrupted formatting: the first arena has no info block, "
		"and another place has one");
}

/* no arena has an info block: the first write will create this layout */
static int
plan_layout(struct btt *btt, uint32_t lbasize, unsigned maxlane)
{
	int any = probe_signatures(&btt->media, &btt->own_lane, NULL);

	if (any)
		return any < 0 ? -1 : error_no_first_info();
	if (!geometry_is_lbasize(lbasize, BTT_FLAVOUR_PMDK))
		return errormsg_set(EINVAL, "lbasize=%u: must be at least 1", lbasize);
	if (geometry_of_namespace(&btt->planned, btt->media.size, lbasize, BTT_NFREE_DEFAULT,
				  BTT_FLAVOUR_PMDK))
		return -1;
	btt->lbasize = lbasize;
	btt->nlba = btt->planned.nlba;
	btt->nlane = maxlane && maxlane < BTT_NFREE_DEFAULT ? maxlane : BTT_NFREE_DEFAULT;
	return 0;
}

struct btt *
btt_init(uint64_t rawsize, uint32_t lbasize, uint8_t parent_uuid[16], unsigned maxlane, void *ns,
	 const struct ns_callback *ns_cbp)
{
	const struct persist_namespace from = {rawsize, ns, ns_cbp, 0};
	const struct btt_open_options options = {
		.lbasize = lbasize, .parent_uuid = parent_uuid, .maxlane = maxlane};
	struct btt *btt = new_btt(BTT_READ_WRITE);

	if (!btt)
		return NULL;
	if (parent_uuid)
		memcpy(btt->parent_uuid, parent_uuid, sizeof(btt->parent_uuid));
	if (open_media(btt, &options, &from))
		return abandon(btt);
	if (!open_arenas(btt, &options))
		use_layout(btt, maxlane);
	else if (errno != ENOENT || plan_layout(btt, lbasize, maxlane))
		return abandon(btt);
	return open_lanes(btt) ? abandon(btt) : btt;
}

int
open_write_layout(struct btt *btt)
{
	const struct btt_format_options format = {.flavour = BTT_FLAVOUR_PMDK,
						  .lbasize = btt->lbasize,
						  .parent_uuid = btt->parent_uuid};
	const struct btt_open_options options = {
		.lbasize = btt->lbasize, .parent_uuid = btt->parent_uuid, .maxlane = btt->nlane};
	/* another process may have written one since it was opened */
	int any = probe_signatures(&btt->media, &btt->own_lane, NULL);

	if (any)
		return any < 0 ? -1 : error_no_first_info();
	if (layout_write(&btt->media, &btt->own_lane, &format) || open_arenas(btt, &options)) {
		close_arenas(btt);
		return -1;
	}
	atomic_store_explicit(&btt->laid_out, 1, memory_order_release);
	return 0;
}
