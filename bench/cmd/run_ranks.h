/* SPDX-License-Identifier: BSD-3-Clause */
/* run_ranks.h -- bttbench run --mpi: all ranks run the jobs together, and rank 0 has the merged result. */
#ifndef BENCH_CMD_RUN_RANKS_H
#define BENCH_CMD_RUN_RANKS_H

#include "mpi/ranks.h"
#include "result/result.h"
#include "cmd.h"

/* 1 when the command line has --mpi: the ranks must be open before any error can be reported. */
int run_ranks_asked(int argc, char **argv);

/*
 * Opens the ranks, calls `run` and closes them. Only rank 0 prints, at most one error line for all ranks. Any failure and
 * any signal end all ranks. Other ranks than 0 return CMD_OK even then, if rank 0 lives to report it.
 */
enum cmd_exit run_ranks(int argc, char **argv,
			enum cmd_exit (*run)(int argc, char **argv, struct ranks *ranks));

/* 1 when this rank fails for a reason that it does not have to report: another rank has failed, or a signal came. */
int run_ranks_is_ended(struct ranks *ranks);

/* For run_options.on_signal of rank 0: prints the line about the signal. */
void run_ranks_signal(int signal_number);

/*
 * Brings the results of all ranks to rank 0; there *result becomes the merged one. `each`: PREFIX of a file for the result
 * of each rank, PREFIX.RANK.json; NULL: none.
 */
enum cmd_exit run_ranks_merge(struct ranks *ranks, const char *each, struct result *result);

#endif
