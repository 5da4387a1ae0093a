/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * probe.h -- is there a BTT, and where: looking only, on whatever bytes the namespace holds.
 */
#ifndef BTT_PROBE_H
#define BTT_PROBE_H

#include "btt.h"
#include "media/persist.h"

extern const uint64_t probe_starts[BTT_PLACES];

#define PROBE_POOL_START 8192 /* of the BTT in a PMEMBLK pool */

/* where to open a BTT, or to be told what is wrong with it; 0, or -1/ENOENT when there is nothing
 */
int probe_choose(const struct btt_probe *probe, uint64_t *start);

/*
 * 1 when any page where this BTT could have an info block holds a signature, 0 when none does,
 * -1/errno. `each`, unless NULL, is called for every page that does.
 */
int probe_signatures(const struct persist *media, struct persist_lane *lane,
		     int (*each)(const struct persist *media, struct persist_lane *lane,
				 uint64_t off));

#endif
