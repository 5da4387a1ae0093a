/* SPDX-License-Identifier: BSD-3-Clause */
/* run_args.h -- the command line of bttbench run. */
#ifndef BENCH_CMD_RUN_ARGS_H
#define BENCH_CMD_RUN_ARGS_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "engine/engine.h"
#include "cmd.h"

struct output_ops;

struct run_args {
	const char *jobfile; /* NULL: the built-in job */
	const char *ns;      /* for the jobs that name none */
	char **sets;         /* "KEY=VALUE", in order */
	size_t nsets;
	const char *output;
	const struct output_ops *format;
	const char *verify_state;
	enum engine_force force;
	uint64_t status_interval_ns; /* 0: only where standard error is a terminal */
	int dry_run;
	void (*print_keys)(FILE *out); /* that, and no run; NULL: a run */
	struct cmd_parent parent;
	const char *words[2]; /* as given: JOBFILE and NS, either, both or none */
	int nwords;
};

/* CMD_OK, or another exit code after one line that says why; run_args_free in any case */
enum cmd_exit run_args_parse(struct run_args *args, int argc, char **argv);
void run_args_free(struct run_args *args);

#endif
