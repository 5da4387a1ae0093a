/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * probe.h -- finds out whether a namespace holds a BTT, and where. It reads only, and accepts any
 * bytes.
 */
#ifndef BTT_PROBE_H
#define BTT_PROBE_H

#include "btt.h"
#include "media/persist.h"

extern const uint64_t probe_starts[BTT_PLACES];

/* Fills `probe`. It uses no mapping and installs no handler. 0 or -1/errno. */
int probe_namespace(const struct persist_namespace *from, struct btt_probe *probe);

/*
 * Chooses the start to open, or to report the damage of. 0, or -1/ENOENT when every place is empty, or
 * -1/EINVAL for a part of a pool set.
 */
int probe_choose(const struct btt_probe *probe, uint64_t *start);

/*
 * 1 when a page where this BTT could have an info block holds a signature, 0 when none does,
 * -1/errno. Calls `each`, unless NULL, for every page that does.
 */
int probe_signatures(const struct persist *media, struct persist_lane *lane,
		     int (*each)(const struct persist *media, struct persist_lane *lane,
				 uint64_t off));

#endif
