/* SPDX-License-Identifier: BSD-3-Clause */
#include "geometry.h"

#include <errno.h>

#include "errormsg.h"
#include "format.h"

static uint64_t
round_up(uint64_t n, uint64_t to)
{
	return (n + to - 1) / to * to;
}

const char *
btt_flavour_name(enum btt_flavour flavour)
{
	static const char *const names[] = {"uefi", "kernel", "pmdk"};

	return flavour < sizeof(names) / sizeof(names[0]) ? names[flavour] : "unknown";
}

uint64_t
geometry_internal_lbasize(uint32_t lbasize, enum btt_flavour flavour)
{
	if (flavour != BTT_FLAVOUR_PMDK)
		return round_up(lbasize, 64);
	return round_up(lbasize < 512 ? 512 : lbasize, 256);
}

int
geometry_is_lbasize(uint32_t lbasize, enum btt_flavour flavour)
{
	switch (lbasize) {
	case 512:
	case 520:
	case 528:
	case 4096:
	case 4104:
	case 4160:
	case 4224:
		return 1;
	default:
		return flavour == BTT_FLAVOUR_PMDK && lbasize >= 512 && lbasize <= UINT32_MAX - 256;
	}
}

uint64_t
geometry_arena_size(uint64_t rawsize, uint64_t off)
{
	uint64_t left = off < rawsize ? (rawsize - off) / FORMAT_PAGE * FORMAT_PAGE : 0;

	if (left < BTT_ARENA_SIZE_MIN)
		return 0;
	return left < BTT_ARENA_SIZE_MAX ? left : BTT_ARENA_SIZE_MAX;
}

int
geometry_of_arena(struct geometry *g, uint64_t arena_size, uint32_t lbasize, uint32_t nfree,
		  enum btt_flavour flavour)
{
	uint64_t block = geometry_internal_lbasize(lbasize, flavour);
	uint64_t flogsize = round_up((uint64_t)FORMAT_FLOG_GROUP * nfree, FORMAT_PAGE);
	uint64_t fixed =
		3ull * FORMAT_PAGE + flogsize; /* two info blocks, and rounding of the map */
	uint64_t nlba;

	errno = EINVAL;
	if (nfree == 0 || arena_size < fixed)
		return -1;
	nlba = (arena_size - fixed) / (block + sizeof(le32));
	if (nlba < 2ull * nfree || nlba > FORMAT_NLBA_MAX)
		return -1;
	*g = (struct geometry){
		.arena_size = arena_size,
		.external_lbasize = lbasize,
		.internal_lbasize = (uint32_t)block,
		.external_nlba = (uint32_t)nlba - nfree,
		.internal_nlba = (uint32_t)nlba,
		.nfree = nfree,
		.dataoff = FORMAT_PAGE,
		.infooff = arena_size - FORMAT_PAGE,
	};
	g->flogoff = g->infooff - flogsize;
	g->mapoff = g->flogoff - round_up(sizeof(le32) * (uint64_t)g->external_nlba, FORMAT_PAGE);
	return 0;
}

/* not even the first arena fits */
static int
error_too_small(uint64_t rawsize, uint32_t lbasize, uint32_t nfree)
{
	if (!geometry_arena_size(rawsize, 0))
		return errormsg_set(EINVAL, "%ju bytes are too few for a BTT (at least %llu)",
				    (uintmax_t)rawsize, BTT_ARENA_SIZE_MIN);
	return errormsg_set(
		EINVAL,
		"%ju bytes cannot hold two blocks of %u bytes for each of %u free blocks, "
		"or hold more than 2^30 blocks",
		(uintmax_t)rawsize, lbasize, nfree);
}

int
geometry_of_namespace(struct geometry_total *total, uint64_t rawsize, uint32_t lbasize,
		      uint32_t nfree, enum btt_flavour flavour)
{
	uint64_t off = 0, size;
	struct geometry g;

	*total = (struct geometry_total){0};
	while ((size = geometry_arena_size(rawsize, off)) != 0) {
		if (geometry_of_arena(&g, size, lbasize, nfree, flavour))
			break;
		total->narenas++;
		total->nlba += g.external_nlba;
		off += size;
	}
	total->size_unused = rawsize - off;
	return total->narenas ? 0 : error_too_small(rawsize, lbasize, nfree);
}
