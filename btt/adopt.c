/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * adopt.c -- a lane's records, where the thread that uses the lane has them near.
 *
 * Opening makes the records of all lanes side by side, and so on one node. A lane that is adopted has a
 * mapping of its own: its struct lane, then its group of each arena's log.
 */
#include <errno.h>
#include <sys/mman.h>

#include "btt_impl.h"

struct home {
	struct lane lane;
	struct flog_group groups[]; /* one an arena */
};

/* touched by this thread and by nobody before: with the kernel's default policy, on its node */
static struct home *
make_home(const struct btt *btt, unsigned number, uint32_t narenas)
{
	size_t size = sizeof(struct home) + narenas * sizeof(struct flog_group);
	struct home *home =
		mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (home == MAP_FAILED) {
		errormsg_set(ENOMEM, "no memory for lane %u", number);
		return NULL;
	}
	home->lane = *btt->lanes[number];
	home->lane.mapped = size;
	return home;
}

const void *
btt_adopt_lane(struct btt *btt, unsigned lane, size_t *size)
{
	uint32_t narenas = btt_is_laid_out(btt) ? btt->narenas : 0;
	struct home *home;

	if (lane >= btt->nlane) {
		errormsg_set(EINVAL, "lane %u: there are %u", lane, btt->nlane);
		return NULL;
	}
	home = make_home(btt, lane, narenas);
	if (!home)
		return NULL;
	for (uint32_t i = 0; i < narenas; i++)
		flog_move_group(&btt->arenas[i].flog, lane, &home->groups[i]);
	lane_release(btt->lanes[lane]);
	btt->lanes[lane] = &home->lane;
	*size = home->lane.mapped;
	return home;
}
