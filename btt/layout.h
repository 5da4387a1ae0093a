/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * layout.h -- writing a fresh BTT.
 */
#ifndef BTT_LAYOUT_H
#define BTT_LAYOUT_H

#include "btt.h"
#include "media/persist.h"

/* lays out `media` as the options say, looking at nothing that is there; durable on return */
int layout_write(const struct persist *media, struct persist_lane *lane,
		 const struct btt_format_options *options);

#endif
