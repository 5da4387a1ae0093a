/* SPDX-License-Identifier: BSD-3-Clause */
/* dry_run.c -- see dry_run.h. */
#include "dry_run.h"
#include "job/job_key.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "run/plan.h"

static void
print_key(void *arg, const char *key, const char *value)
{
	fprintf(arg, "%s%s%s\n", key, job_key_sign(value), value);
}

static void
print_job(void *arg, const struct plan_job *plan)
{
	fprintf(arg, "[%s]\n", plan->job->name);
	job_each_key(plan->job, print_key, arg);
	for (unsigned i = 0; i < plan->count; i++)
		fprintf(arg, "# worker %u: lane %u, cpu %d, core %d, node %d\n", i,
			plan->lane_first + i, plan->places[i].cpu, plan->places[i].core,
			plan->places[i].node);
	fputc('\n', arg);
}

/* the whole text, or NULL after a line that says why not */
static char *
plan_text(struct job_list *list, const struct target_list *targets)
{
	char *text = NULL;
	struct why why;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	int err;

	if (!out) {
		cmd_fail("--dry-run: %s", strerror(errno));
		return NULL;
	}
	fputs("# bttbench run --dry-run: every key of the jobs, and where their workers go\n\n",
	      out);
	err = plan_jobs(list, targets, print_job, out, &why);
	if (err)
		cmd_fail("%s", why.text);
	if (fclose(out) && !err)
		err = (int)cmd_fail("--dry-run: %s", strerror(errno));
	if (!err)
		return text;
	free(text);
	return NULL;
}

enum cmd_exit
dry_run(struct job_list *list, const struct target_list *targets)
{
	char *text = plan_text(list, targets);

	if (!text)
		return CMD_FAILED;
	fputs(text, stdout);
	free(text);
	return cmd_finish_output(CMD_OK);
}
