/* SPDX-License-Identifier: BSD-3-Clause */
/* open.h -- what an opening leaves to the first write. */
#ifndef BTT_OPEN_H
#define BTT_OPEN_H

#include "btt_impl.h"

/*
 * Lays out what btt_init planned and opens it: the lock `layout_lock` held, not laid out yet. 0 or -1/errno,
 * then as before.
 */
int open_make_layout(struct btt *btt);

#endif
