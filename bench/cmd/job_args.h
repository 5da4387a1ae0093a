/* SPDX-License-Identifier: BSD-3-Clause */
/* job_args.h -- the arguments of commands that load jobs: JOBFILE, NS and --set. */
#ifndef BENCH_CMD_JOB_ARGS_H
#define BENCH_CMD_JOB_ARGS_H

#include <stddef.h>

#include "job/job.h"
#include "cmd.h"

#define JOB_ARGS_NS "dram:1G" /* the default of NS */

struct job_args {
	const char *jobfile; /* NULL: the built-in job */
	const char *ns;      /* namespace of the jobs that name none */
	char **sets;         /* --set "KEY=VALUE", in the order given */
	size_t nsets;
	const char *words[2]; /* the arguments that are not options: JOBFILE, NS, or both */
	int nwords;
};

/* For ARGP_KEY_ARG and for --set of a parser. Return 0, CMD_SAID or ENOMEM. */
error_t job_args_add_word(struct job_args *args, char *word);
error_t job_args_add_set(struct job_args *args, char *set);

/* After parsing: tells JOBFILE from NS. */
enum cmd_exit job_args_resolve(struct job_args *args);
void job_args_free(struct job_args *args);

/* The file of --option=path is overwritten: refuses a job file, a file that it includes and a namespace of the jobs. */
enum cmd_exit job_args_check_written(const struct job_args *args, const struct job_list *list,
				     const char *option, const char *path);

#endif
