/* SPDX-License-Identifier: BSD-3-Clause */
/* layout.h -- writes a new BTT. */
#ifndef BTT_LAYOUT_H
#define BTT_LAYOUT_H

#include "btt.h"
#include "media/persist.h"

/*
 * Lays out `media` as the options say, without a look at an old layout. Durable on return. 0 or
 * -1/errno.
 */
int layout_write(const struct persist *media, struct persist_lane *lane,
		 const struct btt_format_options *options);

#endif
