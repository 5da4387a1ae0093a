/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * verify_state.h -- the words of blockstate.h for a whole namespace, in memory or in a file.
 *
 * The file has a header of 4096 bytes, then one word per block, all in the machine's byte order. It
 * is mapped shared and locked like a namespace; a DAX device works too. It belongs to one
 * namespace. A write to that namespace without the file makes the two differ, and the next check
 * reports it.
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
	uint64_t bytes;    /* size in memory or in the file */
	int resumed;       /* 1: the file existed, with the states of an earlier run */
	struct btt_ns *ns; /* NULL: in memory */
};

struct verify_state_options {
	const char *path;   /* NULL: in memory */
	const char *option; /* of the command line, that names the path, for messages */
	int must_exist;     /* a check needs the file of a run */
	uint64_t nlba;
	uint32_t bs;
	uint8_t layout[16]; /* its uuid; zeros: not known, as on the kernel's block device */
	enum blockstate_start start; /* of all blocks, unless the file exists */
};

/*
 * Creates a state, or resumes the one in the file; 0, or -1 with one line in `why`. An existing file becomes a state
 * only where it has nothing but zeros: data of others is not changed.
 */
int verify_state_open(struct verify_state *state, const struct verify_state_options *options,
		      struct why *why);
void verify_state_close(struct verify_state *state);

#endif
