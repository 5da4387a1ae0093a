/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * adopt.c -- moves the records of a lane to memory near the thread that uses the lane.
 *
 * Opening puts the records of all lanes side by side, and so on one NUMA node. An adopted lane has
 * a mapping: its struct lane, then its groups of the flog of each arena. The calling thread touches
 * the mapping first, so the default policy of the kernel places it on the node of that thread.
 */
#include <errno.h>
#include <sys/mman.h>

#include "btt_impl.h"

struct home {
	struct lane lane;
	struct flog_group groups[]; /* io.rotate for each arena */
};

const void *
btt_adopt_lane(struct btt *btt, unsigned lane, size_t *size)
{
	uint32_t narenas = btt_is_laid_out(btt) ? btt->narenas : 0;
	unsigned rotate = btt->io.rotate;
	size_t bytes = sizeof(struct home) + narenas * rotate * sizeof(struct flog_group);
	struct home *home;

	if (lane >= btt->nlane) {
		errormsg_set(EINVAL, "lane %u: there are %u", lane, btt->nlane);
		return NULL;
	}
	home = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (home == MAP_FAILED) {
		errormsg_set(ENOMEM, "no memory for lane %u", lane);
		return NULL;
	}
	home->lane = *btt->lanes[lane];
	home->lane.mapped = bytes;
	for (uint32_t i = 0; i < narenas * rotate; i++)
		flog_move_group(&btt->arenas[i / rotate].flog, lane + i % rotate * btt->nlane,
				&home->groups[i]);
	lane_release(btt->lanes[lane]);
	btt->lanes[lane] = &home->lane;
	*size = bytes;
	return home;
}
