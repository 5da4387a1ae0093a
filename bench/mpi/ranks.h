/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * ranks.h -- the processes that mpirun started, seen by one of them. Only ranks_mpi.c knows MPI; a build without MPI has
 * ranks_none.c in its place.
 *
 * A rank that fails tells all others at once, with a message that they look for wherever they wait. Then all ranks meet
 * once more in ranks_close, and end.
 *
 * Threads: only the thread that opened the ranks calls.
 */
#ifndef BENCH_MPI_RANKS_H
#define BENCH_MPI_RANKS_H

#include <stddef.h>

#include "run/peers.h"
#include "why.h"

struct ranks;

/* Connects to the other ranks. NULL with a line in `why`: this build has no MPI, or memory runs out. */
struct ranks *ranks_open(struct why *why);

/* The number of this rank, from 0; of all ranks; "HOST (rank N)". */
int ranks_number(const struct ranks *ranks);
int ranks_count(const struct ranks *ranks);
const char *ranks_name(const struct ranks *ranks, int rank);

/* What the phases of a run need. */
const struct run_peers *ranks_peers(const struct ranks *ranks);

/*
 * Brings a text of every rank to rank 0: texts[i] is that of rank i, and the caller frees all and the array. NULL on the
 * other ranks. 0, or -1 with a line: another rank has failed, a signal came, or memory ran out.
 */
int ranks_gather(struct ranks *ranks, const char *text, char ***texts, struct why *why);

/* 1 when another rank has failed. */
int ranks_is_over(struct ranks *ranks);

/*
 * The last call of every rank; frees `ranks`. `failure`: the line of an error that this rank has, NULL: none. On rank 0,
 * `first` gets "HOST (rank N): line" of the first other rank that has one, else "".
 */
void ranks_close(struct ranks *ranks, const char *failure, struct why *first);

#endif
