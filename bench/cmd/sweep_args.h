/* SPDX-License-Identifier: BSD-3-Clause */
/* sweep_args.h -- the command line of bttbench sweep, and the section [study] of its job file. */
#ifndef BENCH_CMD_SWEEP_ARGS_H
#define BENCH_CMD_SWEEP_ARGS_H

#include <stddef.h>
#include <stdint.h>

#include "output/output.h"
#include "study/vary.h"
#include "cmd.h"
#include "job_args.h"

#define SWEEP_SEED_NONE UINT64_MAX

struct sweep_args {
	struct job_args job;
	struct vary *varies;
	size_t nvaries;
	uint64_t repeat; /* 0: not given */
	uint64_t seed;   /* SWEEP_SEED_NONE: not given */
	const char *metric, *pivot, *resume;
	int skip_impossible, format_namespace, yes;
};

/* Call sweep_args_free after success and after failure. */
enum cmd_exit sweep_args_parse(struct sweep_args *args, int argc, char **argv);
void sweep_args_free(struct sweep_args *args);

/* Takes the settings of [study], unless an option gave them. Its matrix is of its own keys. */
enum cmd_exit sweep_args_take_study(struct sweep_args *args, const struct job_list *list);

#endif
