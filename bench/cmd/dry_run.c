/* SPDX-License-Identifier: BSD-3-Clause */
#include "dry_run.h"
#include "job/job_key.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "human.h"
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
	if (*device_node_doubt(&plan->ns->nodes).text)
		fprintf(arg, "# namespace %s: %s; taken: node %s\n", plan->ns->spec,
			device_node_doubt(&plan->ns->nodes).text, human_index(plan->ns->node).text);
	fputc('\n', arg);
}

enum cmd_exit
dry_run(struct job_list *list, const struct target_list *targets)
{
	enum cmd_exit code = CMD_OK;
	char *text = NULL;
	struct why why;
	size_t size;
	FILE *out = open_memstream(&text,
				   &size); /* an error in the last job must not leave half a file */

	if (!out)
		return cmd_fail("--dry-run: %s", strerror(errno));
	fputs("# bttbench run --dry-run: every key of the jobs, and where their workers go\n\n",
	      out);
	if (plan_jobs(list, targets, print_job, out, &why))
		code = cmd_fail("%s", why.text);
	if (fclose(out) && !code)
		code = cmd_fail("--dry-run: %s", strerror(errno));
	if (!code)
		fputs(text, stdout);
	free(text);
	return code ? code : cmd_finish_output(CMD_OK);
}
