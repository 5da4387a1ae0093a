/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * age.h -- how far use has shuffled the map of a BTT. After a fill in order, neighbouring blocks lie side by side, and
 * the processor fetches the next block of a sequential read by itself. Random writes scatter them.
 */
#ifndef BENCH_AGE_H
#define BENCH_AGE_H

#include "engine/engine.h"
#include "region.h"

/*
 * Returns the share of adjacent pairs among the pairs of neighbours in the region, from 0 to 1. A pair is a block and
 * the next one. It is adjacent if the place of the next block begins where the place of the first one ends. Only pairs of
 * two blocks with written data count: a block that was never written, or is zero or bad, has a place that its next write
 * gives up. In a large region, 1024 runs of 64 pairs stand for all. NAN: no pair counts, or the engine has no map. Call
 * it while no worker writes.
 */
double age_look(const struct engine *engine, const struct region *region);

#endif
