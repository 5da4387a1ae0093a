/* SPDX-License-Identifier: BSD-3-Clause */
/* pad.h -- how far apart lies what different threads write. */
#ifndef BTT_PAD_H
#define BTT_PAD_H

#define PAD_BYTES 128 /* two lines: the processor fetches them in pairs */

#endif
