/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * unwritten.h -- recognises the layout of a PMEMBLK pool that a power failure interrupted before any block was
 * written.
 *
 * libpmemblk lays out the BTT of a pool at the first write: maps, logs, then the first info block, then
 * the backup. If the power fails while it writes the first info block, libpmemblk takes the pool for an
 * empty one. That is right if every other place for an info block holds none, every map is zero, and
 * every group of a log holds nothing but words of its first entry: then no block has ever been written.
 */
#ifndef BTT_UNWRITTEN_H
#define BTT_UNWRITTEN_H

#include "btt.h"
#include "media/persist.h"

/*
 * 1 if the namespace is such a pool: the first info block is damaged, and there is nothing else. 0 if
 * not, -1/errno. It reads all maps and logs.
 */
int unwritten_pool(const struct persist_namespace *from, const struct btt_probe *probe);

/* The options that lay out this pool as libpmemblk would. */
struct btt_format_options unwritten_options(const struct btt_probe *probe);

#endif
