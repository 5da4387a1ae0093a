/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * repair_steps.h -- the steps of btt_repair that have a file of their own; each returns 0 or
 * -1/errno.
 */
#ifndef BTT_REPAIR_STEPS_H
#define BTT_REPAIR_STEPS_H

struct repair;

/* repair_flog.c: moves slots 0 and 2 to 0 and 1, and clears unused slots. */
int repair_flog(struct repair *r);

/*
 * repair_owners.c: resolves blocks with several owners as `keep` says, and lanes that share a free
 * block.
 */
int repair_owners(struct repair *r);

#endif
