/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * open.c -- opening and closing: a layout that is there, found, judged, recovered; for btt_init also one that
 * the first write will make.
 */
#include "open.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <uuid/uuid.h>

#include "geometry.h"
#include "io.h"
#include "layout.h"
#include "probe.h"
#include "recover.h"

static const uint8_t null_uuid[16];

static int
judge_parent(const struct arena *a, const uint8_t *parent_uuid)
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

static int
judge_lbasize(const struct arena *a, uint32_t lbasize)
{
	if (a->info.external_lbasize == lbasize)
		return 0;
	return errormsg_set(EINVAL,
			    "arena %u: info block: external_lbasize=%u: this opening wants %u",
			    a->index, a->info.external_lbasize, lbasize);
}

/* the next arena behind those that are there; *more = there is another after it */
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
			errno = EINVAL; /* an arena that another one names is missing */
		return -1;
	}
	lbasize = options->lbasize ? options->lbasize : arenas[0].info.external_lbasize;
	if (judge_parent(a, options->parent_uuid) || judge_lbasize(a, lbasize))
		return -1;
	btt->narenas++;
	*more = a->info.nextoff != 0;
	return 0;
}

/* lanes of a layout are as many as its smallest nfree */
static unsigned
lanes_of(const struct btt *btt, unsigned maxlane)
{
	uint32_t nfree = btt_smallest_nfree(btt);

	return maxlane && maxlane < nfree ? maxlane : nfree;
}

/* all arenas are found before one is changed */
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
	for (uint32_t i = 0; i < btt->narenas; i++) {
		if (recover_arena(&btt->arenas[i], &btt->own_lane, btt->mode))
			return -1;
		if (btt->mode == BTT_READ_WRITE &&
		    arena_restore_primary(&btt->arenas[i], &btt->own_lane))
			return -1;
	}
	return 0;
}

/* the layout that was found is the one in use */
static int
adopt_layout(struct btt *btt, unsigned maxlane)
{
	btt->lbasize = btt->arenas[0].info.external_lbasize;
	btt->nlane = lanes_of(btt, maxlane);
	for (uint32_t i = 0; i < btt->narenas; i++)
		btt->nlba += btt->arenas[i].info.external_nlba;
	atomic_store_explicit(&btt->laid_out, 1, memory_order_release);
	return 0;
}

static int
open_lanes(struct btt *btt)
{
	if (rtt_init(&btt->rtt, btt->nlane))
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
close_lanes(struct btt *btt)
{
	for (unsigned i = 0; btt->lanes && btt->lane_records && i < btt->nlane; i++)
		lane_release(btt->lanes[i]);
	free(btt->lanes);
	free(btt->lane_records);
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

/* what is left out of the map and can't be made durable now is left to the next opening */
static void
settle(struct btt *btt)
{
	for (uint32_t i = 0; i < btt->narenas; i++)
		io_settle(&btt->arenas[i], &btt->own_lane, btt->nlane);
}

void
btt_fini(struct btt *btt)
{
	if (btt->lanes && btt->mode == BTT_READ_WRITE && btt->commit == BTT_COMMIT_TWO_FENCE)
		settle(btt);
	close_arenas(btt);
	close_lanes(btt);
	rtt_fini(&btt->rtt);
	pthread_mutex_destroy(&btt->layout_lock);
	free(btt);
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

static struct btt *
give_up(struct btt *btt)
{
	int err = errno;

	btt_fini(btt);
	errno = err;
	return NULL;
}

/* what an opening that was not told where to look finds: the start, and in a pool the parent too */
static int
look_around(struct btt_open_options *options, struct btt_probe *probe, uint64_t nssize, void *ns,
	    const struct ns_callback *cb)
{
	if (options->start != BTT_START_PROBE)
		return 0;
	if (btt_probe(nssize, ns, cb, probe) || probe_choose(probe, &options->start))
		return -1;
	if (probe->is_pool && options->start == PROBE_POOL_START && !options->parent_uuid)
		options->parent_uuid = probe->pool_uuid;
	return 0;
}

static int
open_media(struct btt *btt, const struct btt_open_options *options, uint64_t nssize, void *ns,
	   const struct ns_callback *cb)
{
	if (persist_open(&btt->media, nssize, options->start, ns, cb))
		return -1;
	btt->commit = btt->media.base ? options->commit : BTT_COMMIT_STRICT;
	return 0;
}

struct btt *
btt_open(const struct btt_open_options *options, uint64_t nssize, void *ns,
	 const struct ns_callback *ns_cbp)
{
	struct btt *btt = new_btt(options->mode);
	struct btt_open_options found = *options;
	struct btt_probe probe;

	if (!btt)
		return NULL;
	if (look_around(&found, &probe, nssize, ns, ns_cbp) ||
	    open_media(btt, &found, nssize, ns, ns_cbp) || open_arenas(btt, &found) ||
	    adopt_layout(btt, found.maxlane) || open_lanes(btt))
		return give_up(btt);
	return btt;
}

static struct btt_open_options
init_options(const struct btt *btt, uint32_t lbasize, unsigned maxlane)
{
	return (struct btt_open_options){.mode = BTT_READ_WRITE,
					 .lbasize = lbasize,
					 .parent_uuid = btt->parent_uuid,
					 .maxlane = maxlane};
}

static int
deny_layout(void)
{
	return errormsg_set(
		EINVAL,
		"a damaged BTT, or one whose formatting was cut short: the first arena has no "
		"info block, and another place has");
}

/* no info block at all, in any arena: what the first write will lay out */
static int
plan_layout(struct btt *btt, uint32_t lbasize, unsigned maxlane)
{
	int any = probe_signatures(&btt->media, &btt->own_lane, NULL);

	if (any)
		return any < 0 ? -1 : deny_layout();
	if (!geometry_is_lbasize(lbasize, BTT_FLAVOUR_PMDK))
		return errormsg_set(EINVAL, "lbasize=%u: must be at least 512", lbasize);
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
	struct btt *btt = new_btt(BTT_READ_WRITE);
	struct btt_open_options options;
	int err;

	if (!btt)
		return NULL;
	if (parent_uuid)
		memcpy(btt->parent_uuid, parent_uuid, sizeof(btt->parent_uuid));
	options = init_options(btt, lbasize, maxlane);
	if (!parent_uuid)
		options.parent_uuid = NULL;
	if (open_media(btt, &options, rawsize, ns, ns_cbp))
		return give_up(btt);
	err = open_arenas(btt, &options);
	if (!err)
		err = adopt_layout(btt, maxlane);
	else if (errno == ENOENT)
		err = plan_layout(btt, lbasize, maxlane);
	return err || open_lanes(btt) ? give_up(btt) : btt;
}

int
open_make_layout(struct btt *btt)
{
	const struct btt_format_options format = {.flavour = BTT_FLAVOUR_PMDK,
						  .lbasize = btt->lbasize,
						  .parent_uuid = btt->parent_uuid};
	const struct btt_open_options options = init_options(btt, btt->lbasize, btt->nlane);
	int any = probe_signatures(&btt->media, &btt->own_lane,
				   NULL); /* somebody else's, since it was opened */

	if (any)
		return any < 0 ? -1 : deny_layout();
	if (layout_write(&btt->media, &btt->own_lane, &format) || open_arenas(btt, &options)) {
		close_arenas(btt);
		return -1;
	}
	atomic_store_explicit(&btt->laid_out, 1, memory_order_release);
	return 0;
}
