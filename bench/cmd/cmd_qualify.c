/* SPDX-License-Identifier: BSD-3-Clause */
/* cmd_qualify.c -- bttbench qualify NS -o DIR: qualifies a server. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>
#include <uuid/uuid.h>

#include "engine/content.h"
#include "human.h"
#include "output/qualification.h"
#include "output/wrap.h"
#include "report/embedded.h"
#include "result/read.h"
#include "study/qualify.h"
#include "cmd.h"
#include "output_file.h"
#include "qualify_args.h"
#include "qualify_files.h"
#include "run_targets.h"
#include "saved_result.h"
#include "terminal.h"

#define WAIT_MS       10000u /* for a namespace that another process uses */
#define WAIT_QUIET_MS 1000u  /* until a message says so */
#define WAIT_STEP_MS  10u

struct qualification {
	struct qualify_args args;
	struct qualify_files files;
	struct profile profile;
	struct target_list targets;
	struct result result, old;
	uint8_t layout_uuid[16]; /* of every layout that this qualification makes */
	int has_old;
};

/* quick, standard or full; any other name is the path of a file. */
static enum cmd_exit
load_profile(struct qualification *q)
{
	struct job_input from = {.name = q->args.profile};
	char name[64];
	struct why why;

	snprintf(name, sizeof(name), "%.50s.ini", from.name);
	for (const struct embedded *e = embedded_files; e->name && !from.text; e++)
		if (!strcmp(e->name, name))
			from.text = e->text;
	if (!profile_load(&q->profile, &from, q->args.job.sets, q->args.job.nsets, &why))
		return CMD_OK;
	if (!from.text && access(from.name, F_OK))
		return cmd_usage(
			"--profile=%s: no such profile (allowed: quick, standard, full, or "
			"the path of a file)",
			from.name);
	return cmd_usage("%s", why.text);
}

/* A result that is there is never replaced: --resume goes on with it. */
static enum cmd_exit
read_old(struct qualification *q)
{
	FILE *file = fopen(q->files.result, "re");
	struct why why;
	int err;

	if (!file && errno != ENOENT)
		return cmd_fail("%s: %s", q->files.result, strerror(errno));
	if (!file)
		return CMD_OK;
	if (!q->args.resume) {
		fclose(file);
		return cmd_usage("--output=%s: has a result.json (allowed: --resume, or another "
				 "folder)",
				 q->args.dir);
	}
	err = result_read(&q->old, file, q->files.result, &why);
	fclose(file);
	q->has_old = !err;
	return err ? cmd_fail("%s", why.text) : CMD_OK;
}

/*
 * A qualification that was killed in the step recovery had a child. The child ends with it, but holds the lock of the
 * namespace (ns.h) a moment longer. If the lock stays, the open after this fails and says so.
 */
static void
wait_for_lock(const char *spec)
{
	const struct timespec step = {0, WAIT_STEP_MS * 1000000L};
	int fd = open(spec, O_RDONLY | O_NONBLOCK | O_CLOEXEC);

	if (fd < 0)
		return;
	for (unsigned ms = 0; ms < WAIT_MS && flock(fd, LOCK_SH | LOCK_NB) && errno == EWOULDBLOCK;
	     ms += WAIT_STEP_MS) {
		if (ms == WAIT_QUIET_MS)
			cmd_warn("%s: in use by another process; --resume waits for %u s", spec,
				 WAIT_MS / 1000);
		nanosleep(&step, NULL);
	}
	close(fd);
}

/* The layouts have a uuid from the id of the result. So a later process knows them as those of this qualification. */
static void
name_result(struct qualification *q)
{
	static const uuid_t space = {0x5c, 0x0b, 0x7d, 0x1a, 0x52, 0x6e, 0x4b, 0x0f,
				     0x9a, 0x41, 0x61, 0x8e, 0x2f, 0x30, 0x4d, 0x77};

	q->result.started_at = (uint64_t)time(NULL);
	if (q->has_old)
		memcpy(q->result.id, q->old.id, sizeof(q->result.id));
	else
		result_name(&q->result);
	uuid_generate_sha1(q->layout_uuid, space, q->result.id, strlen(q->result.id));
	q->targets.targets[0].layout_uuid = q->layout_uuid;
}

/* 1 if the BTT of the target is one that this qualification has made before it was interrupted. */
static int
is_own_layout(const struct qualification *q, const struct target *target)
{
	const struct btt_open_options open = {.mode = BTT_READ_ONLY, .start = BTT_START_PROBE};
	struct btt *btt =
		btt_open(&open, target->facts.size, target->ns, btt_ns_callbacks(target->ns));
	struct btt_arena_info arena;
	int is_own;

	if (!btt)
		return 0;
	is_own = !btt_get_arena(btt, 0, &arena, sizeof(arena)) &&
		 !memcmp(arena.uuid, q->layout_uuid, sizeof(arena.uuid));
	btt_fini(btt);
	return is_own;
}

/*
 * Data that is not ours needs --force. A process of this qualification that was killed has left a layout of ours, or the
 * remains of one.
 */
static enum cmd_exit
check_content(const struct qualification *q, const struct target *target)
{
	struct content content;

	if (content_find(target, &content))
		return cmd_fail("%s: can't read the existing content: %s", target->spec,
				strerror(errno));
	if (content.kind == CONTENT_NONE || q->args.job.force ||
	    (q->has_old &&
	     (content.kind == CONTENT_BTT_REMAINS || content.kind == CONTENT_UNKNOWN ||
	      (content.kind == CONTENT_BTT && is_own_layout(q, target)))))
		return CMD_OK;
	return cmd_fail("%s: holds %s (--force destroys it)", target->spec, content.name);
}

static enum cmd_exit
confirm(const struct qualification *q, const struct target *target)
{
	char answer[8];

	if (q->args.yes)
		return CMD_OK;
	if (!isatty(STDIN_FILENO) || !isatty(STDERR_FILENO))
		return cmd_usage("%s: all its data would be lost (allowed: with --yes)",
				 target->spec);
	fprintf(stderr, "bttbench: %s: %s of data will be lost. Qualify it? [y/N] ", target->spec,
		human_size(target->facts.size).text);
	if (fgets(answer, sizeof(answer), stdin) && (answer[0] == 'y' || answer[0] == 'Y'))
		return CMD_OK;
	return cmd_fail("%s: nothing was changed", target->spec);
}

static enum cmd_exit
allow_format(struct qualification *q)
{
	struct target *target = &q->targets.targets[0];
	enum cmd_exit code;

	if (!target->ns)
		return cmd_usage("%s: a block device or a pool set (allowed: a device DAX, a file "
				 "or dram:SIZE)",
				 target->spec);
	if (target->facts.kind == BTT_NS_DRAM)
		return CMD_OK;
	if (target->facts.mode == BTT_NS_READ_ONLY)
		return cmd_fail("%s: can't be written", target->spec);
	code = check_content(q, target);
	if (!code)
		code = confirm(q, target);
	target->may_format = 1;
	return code;
}

static int
save(void *arg, const struct result *result, struct why *why)
{
	const struct qualification *q = arg;

	return qualify_files_save(&q->files, result, why);
}

static enum cmd_exit
measure(struct qualification *q)
{
	int terminal = isatty(STDERR_FILENO);
	const struct qualify_options options = {
		.targets = &q->targets,
		.profile = &q->profile,
		.old = q->has_old ? &q->old : NULL,
		.old_name = q->files.result,
		.stamps = q->files.stamps,
		.keep_going = q->args.keep_going,
		.progress = terminal || q->args.job.status_interval_ns ? stderr : NULL,
		.rewrite = terminal,
		.status_interval_ns = q->args.job.status_interval_ns,
		.save = save,
		.arg = q,
	};
	enum cmd_exit code;
	struct why why;

	if (qualify_run(&options, &q->result, &why))
		return cmd_fail("%s", why.text);
	if (q->result.interrupted_by) {
		cmd_warn("qualify: a signal ended it; 'bttbench qualify --resume' with the same "
			 "options goes on");
		return saved_result_exit(&q->result);
	}
	code = qualify_files_finish(&q->files, &q->result);
	if (!code && output_qualification_text(&q->result, terminal_width(stdout), stdout))
		code = cmd_fail("standard output: %s", strerror(errno));
	return code ? code : cmd_finish_output(saved_result_exit(&q->result));
}

static enum cmd_exit
print_list(const struct qualification *q)
{
	const struct result_qualification *plan = &q->result.qualification;
	const struct page page = {.out = stdout, .width = terminal_width(stdout)};
	double total_s = 0;

	for (size_t i = 0; i < plan->nsteps; i++) {
		const struct result_step *step = &plan->steps[i];

		printf("%-13s %7s", step->name,
		       step->state == RESULT_STEP_SKIPPED ? "-"
							  : human_length(step->planned_s).text);
		if (step->visits)
			printf("  %llu visit%s", (unsigned long long)step->visits,
			       step->visits == 1 ? "" : "s");
		putchar('\n');
		wrap_print(&page, "", "%s", qualify_purpose(step->name));
		total_s += step->state == RESULT_STEP_SKIPPED ? 0 : step->planned_s;
	}
	printf("%-13s %7s  on %s, about; a step that waits for a steady state can take longer\n",
	       "total", human_length(total_s).text, q->targets.targets[0].spec);
	return cmd_finish_output(CMD_OK);
}

static enum cmd_exit
qualify(struct qualification *q)
{
	enum cmd_exit code = load_profile(q);
	struct why why;

	if (!code && !q->args.list)
		code = qualify_files_open(&q->files, q->args.dir);
	if (!code && !q->args.list)
		code = read_old(q);
	if (!code && q->args.resume && !q->args.list)
		wait_for_lock(q->args.ns);
	if (!code)
		code = run_targets_open(&q->targets, &q->profile.jobs, q->args.ns,
					q->args.list ? BTT_NS_READ_ONLY : BTT_NS_READ_WRITE);
	if (code)
		return code;
	if (!q->args.list) {
		name_result(q);
		code = allow_format(q);
	}
	if (code)
		return code;
	if (qualify_plan(&q->profile, &q->targets, &q->result, &why))
		return cmd_usage("%s", why.text);
	return q->args.list ? print_list(q) : measure(q);
}

enum cmd_exit
cmd_qualify(int argc, char **argv)
{
	struct qualification *q = calloc(1, sizeof(*q));
	enum cmd_exit code;

	if (!q)
		return cmd_fail("qualify: %s", strerror(errno));
	code = qualify_args_parse(&q->args, argc, argv);
	if (!code)
		code = qualify(q);
	run_targets_close(&q->targets);
	result_free(&q->result);
	result_free(&q->old);
	profile_free(&q->profile);
	qualify_args_free(&q->args);
	free(q);
	return code;
}
