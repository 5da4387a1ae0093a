/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef BENCH_CMD_RUN_ARGS_H
#define BENCH_CMD_RUN_ARGS_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "cmd.h"
#include "job_args.h"

struct ranks;

struct run_args {
	struct job_args job;
	/* a file for rows of CSV, the start of names of files; or NULL */
	const char *append;
	const char *hgrm;
	int is_format_refused; /* 1: the format can't hold this result; it is not written */
	const char *verify_state;
	int dry_run;
	int verbose;
	void (*print_keys)(FILE *out); /* --help-keys: print the keys and do not run; NULL: run */
	struct cmd_parent parent;
	int is_mpi;           /* --mpi */
	const char *mpi_each; /* the start of names of files for the result of each rank; or NULL */
	struct ranks *ranks;  /* with --mpi; the command sets it, not the command line */
};

/* The command line of bttbench run. Call run_args_free after success and after failure. */
enum cmd_exit run_args_parse(struct run_args *args, int argc, char **argv);
void run_args_free(struct run_args *args);

#endif
