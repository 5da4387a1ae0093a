/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * pending.h -- writes that the flog has committed and the map does not show yet: at most one for
 * each lane, found by pre-map block. Kept beside a map that can't be mended (read-only).
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

/* room for `most`; 0, or -1/ENOMEM */
int pending_init(struct pending *p, uint32_t most);
void pending_fini(struct pending *p);
void pending_add(struct pending *p, uint32_t premap, uint32_t postmap);

/* after the last pending_add; returns a write whose pre-map block another has too, or NULL */
const struct pending_write *pending_sort(struct pending *p);

/* NULL: none for this block */
const struct pending_write *pending_find(const struct pending *p, uint32_t premap);

#endif
