/* SPDX-License-Identifier: BSD-3-Clause */
/* qualify_args.h -- the command line of bttbench qualify. */
#ifndef BENCH_CMD_QUALIFY_ARGS_H
#define BENCH_CMD_QUALIFY_ARGS_H

#include <stddef.h>
#include <stdint.h>

#include "cmd.h"
#include "job_args.h"

struct qualify_args {
	const char *ns, *profile, *dir;
	struct job_args job; /* only --set, --force and --status-interval */
	int list, resume, yes, keep_going;
};

/* Call qualify_args_free after success and after failure. */
enum cmd_exit qualify_args_parse(struct qualify_args *args, int argc, char **argv);
void qualify_args_free(struct qualify_args *args);

#endif
