/* SPDX-License-Identifier: BSD-3-Clause */
/* fault.h -- makes the pages that a job uses present before its load, so that the load measures no page faults. */
#ifndef BENCH_FAULT_H
#define BENCH_FAULT_H

#include "engine/engine.h"
#include "region.h"
#include "why.h"

/*
 * Checks that the memory or disk space for the pages of `region` is there, before anything touches them: a sparse
 * file on tmpfs would otherwise end in a kill. `writes`: 1 if the load or its fill writes. `engine` is open. 0, or -1
 * with one line in `why`.
 */
int fault_check_space(const struct engine *engine, const struct region *region, int writes,
		      struct why *why);

/*
 * Makes the pages present that hold the blocks of `region` now; plain memory (dram:) and the pool of engine=pmemblk
 * become present as a whole. `writes`: 1 if the load writes. Does nothing for an engine without mapped memory. Returns
 * early if is_stopped returns non-zero. Pages that can't be had are left to the ops of the load, which then fail.
 */
void fault_region(const struct engine *engine, const struct region *region, int writes,
		  int (*is_stopped)(void));

#endif
