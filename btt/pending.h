/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * pending.h -- writes that are committed in the flog and not yet in the map: at most one for each
 * lane, found by pre-map block. A read-only arena keeps them beside its map.
 */
#ifndef BTT_PENDING_H
#define BTT_PENDING_H

#include <stdint.h>

struct pending_write {
	uint32_t premap, postmap;
};

struct pending {
	struct pending_write *writes;
	uint32_t count;
};

/* Allocates room for `most` writes. 0, or -1/ENOMEM. */
int pending_init(struct pending *p, uint32_t most);
void pending_fini(struct pending *p);
void pending_add(struct pending *p, uint32_t premap, uint32_t postmap);

/*
 * Call it after the last pending_add. Returns a write of the same pre-map block as another write,
 * or NULL.
 */
const struct pending_write *pending_sort(struct pending *p);

/* NULL: this block has no pending write */
const struct pending_write *pending_find(const struct pending *p, uint32_t premap);

#endif
