/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * verify_state.h -- the words of blockstate.h for a whole namespace, in memory or in a file.
 *
 * The file: 4096 bytes of header, then one word a block, in the machine's byte order. It is mapped
 * shared and locked like a namespace (a DAX device will do as well), and belongs to one namespace:
 * what is written to that without it makes the two differ, which the next check then reports.
 */
#ifndef BENCH_VERIFY_STATE_H
#define BENCH_VERIFY_STATE_H

#include <stddef.h>
#include <stdint.h>

#include "blockstate.h"
#include "ns.h"
#include "why.h"

struct verify_state {
	blockstate *blocks;
	uint64_t nlba;
	uint64_t tag;      /* of this namespace's stamps */
	uint64_t bytes;    /* memory or file that it takes */
	int resumed;       /* 1: the file was there, and says what blocks hold */
	struct btt_ns *ns; /* NULL: in memory */
};

struct verify_state_options {
	const char *path; /* NULL: in memory */
	uint64_t nlba;
	uint32_t bs;
	enum blockstate_start start; /* of blocks that no file knows */
};

/* makes a new one, or takes up the one in the file; 0, or -1 with one line in `why` */
int verify_state_open(struct verify_state *state, const struct verify_state_options *options,
		      struct why *why);
void verify_state_close(struct verify_state *state);

#endif
