/* SPDX-License-Identifier: BSD-3-Clause */
/* job_args.h -- the arguments that the commands with jobs have in common: JOBFILE, NS, --set, --output, ... */
#ifndef BENCH_CMD_JOB_ARGS_H
#define BENCH_CMD_JOB_ARGS_H

#include <stddef.h>
#include <stdint.h>

#include "engine/engine.h"
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
	const char *output; /* a file for JSON; or NULL */
	const struct output_ops *format;
	enum engine_force force;
	uint64_t status_interval_ns; /* 0: progress only on a terminal */
};

/* The options of job_args_parse. A command has those that it lists, with texts of its own or with these. */
enum {
	JOB_ARGS_KEY_SET = 0x7201,
	JOB_ARGS_KEY_OUTPUT,
	JOB_ARGS_KEY_FORMAT,
	JOB_ARGS_KEY_FORCE,
	JOB_ARGS_KEY_STATUS
};
#define JOB_ARGS_OPTION_SET                                                 \
	{                                                                   \
		"set", JOB_ARGS_KEY_SET, "KEY=VALUE", 0,                    \
			"Sets a key of every job, as for 'bttbench run'", 0 \
	}
#define JOB_ARGS_OPTION_STATUS                                                              \
	{                                                                                   \
		"status-interval", JOB_ARGS_KEY_STATUS, "TIME", 0,                          \
			"Prints the progress to standard error every TIME, even without a " \
			"terminal",                                                         \
			0                                                                   \
	}

/* For the `default:` branch of a parser: parses JOBFILE, NS and the options. ARGP_ERR_UNKNOWN for any other key. */
error_t job_args_parse(int key, char *arg, struct job_args *args);

/* After parsing: tells JOBFILE from NS. */
enum cmd_exit job_args_resolve(struct job_args *args);
void job_args_free(struct job_args *args);

/* The file of --option=path is overwritten: refuses a job file, a file that it includes and a namespace of the jobs. */
enum cmd_exit job_args_check_written(const struct job_args *args, const struct job_list *list,
				     const char *option, const char *path);

#endif
