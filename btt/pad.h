/* SPDX-License-Identifier: BSD-3-Clause */
/* pad.h -- the distance between data that different threads write. */
#ifndef BTT_PAD_H
#define BTT_PAD_H

#define PAD_BYTES 128 /* two lines: the processor fetches lines in pairs */

#endif
