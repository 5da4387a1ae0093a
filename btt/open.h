/* SPDX-License-Identifier: BSD-3-Clause */
/* open.h -- the part of opening that btt_init leaves to the first write. */
#ifndef BTT_OPEN_H
#define BTT_OPEN_H

#include "btt_impl.h"

/*
 * Writes the layout that btt_init planned and opens it. The caller holds `layout_lock`, and nothing
 * is laid out yet. 0; or -1/errno, and the BTT is as before.
 */
int open_write_layout(struct btt *btt);

#endif
