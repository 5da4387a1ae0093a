/* SPDX-License-Identifier: BSD-3-Clause */
/* cmd_repair.c -- bttbench repair NS: repairs everything unambiguous and prints the rest. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "finding.h"

enum { KEY_DRY_RUN = 256, KEY_KEEP, KEY_USE };

struct repair_args {
	struct cmd_target target;
	enum btt_repair_mode mode;
	enum btt_repair_use use;
	uint64_t *keep;
	size_t nkeep;
};

static const struct argp_option options[] = {
	{"dry-run", KEY_DRY_RUN, NULL, 0,
	 "Changes nothing; prints the repairs that would be done and the findings that would be "
	 "left",
	 0},
	{"keep", KEY_KEEP, "LBA[,LBA...]", 0,
	 "Chooses the owner of a shared block, when check finds one post-map block with several "
	 "owners. The other "
	 "owners are marked bad: reading them is an error until they are written. A lane among "
	 "them "
	 "gets another free "
	 "block. The option can be repeated.",
	 0},
	{"use", KEY_USE, "first|backup", 0,
	 "Chooses the info block to keep, when both are valid and differ", 0},
	CMD_OPTION_FORMAT,
	CMD_OPTION_PARENT,
	{"help", 'h', NULL, 0, "Prints this help", -1},
	{0},
};

static error_t
parse_keep(struct repair_args *args, char *list)
{
	error_t err = 0;

	for (char *word; !err && (word = strsep(&list, ",")) != NULL;) {
		uint64_t *grown = realloc(args->keep, (args->nkeep + 1) * sizeof(*grown));

		if (!grown)
			return ENOMEM;
		args->keep = grown;
		err = cmd_parse_count("--keep", word, 0, UINT64_MAX, &grown[args->nkeep++]);
	}
	return err;
}

static error_t
parse(int key, char *arg, struct argp_state *state)
{
	struct repair_args *args = state->input;

	switch (key) {
	case KEY_DRY_RUN:
		args->mode = BTT_REPAIR_DRY_RUN;
		return 0;
	case KEY_KEEP:
		return parse_keep(args, arg);
	case KEY_USE:
		args->use = !strcmp(arg, "first")    ? BTT_USE_FIRST
			    : !strcmp(arg, "backup") ? BTT_USE_BACKUP
						     : BTT_USE_DEFAULT;
		if (args->use)
			return 0;
		cmd_usage("--use=%s: no such info block (allowed: first, backup)", arg);
		return CMD_SAID;
	default:
		return cmd_parse_target(key, arg, &args->target);
	}
}

static const struct argp argp = {
	options,
	parse,
	"NS",
	"Repairs everything unambiguous in the BTT of NS. Restores info blocks from their copy, "
	"completes writes that were "
	"interrupted after their commit, converts logs of kernels before 4.15, separates two lanes "
	"with one free block, and clears the error flag "
	"when everything else is consistent. Prints all other findings and does not touch them."
	"\vExit: 0 consistent now (--dry-run: would be), 1 findings are left, or the BTT could "
	"not be "
	"repaired.",
	NULL,
	NULL,
	NULL,
};

struct repair_report {
	struct finding_list list;
	uint64_t left;
	const char *done; /* "repaired" or "would repair" */
};

static void
print_step(void *arg, enum btt_repair_outcome outcome, const struct btt_finding *at)
{
	struct repair_report *report = arg;

	report->left += outcome == BTT_LEFT;
	finding_print(&report->list, outcome == BTT_LEFT ? "left" : report->done, at);
}

static enum cmd_exit
repair(const struct repair_args *args, struct btt_ns *ns)
{
	const struct btt_repair_options repair_options = {
		.mode = args->mode,
		.start = BTT_START_PROBE,
		.parent_uuid = cmd_parent_uuid(&args->target.parent),
		.keep = args->keep,
		.nkeep = args->nkeep,
		.use = args->use};
	struct repair_report report = {
		.list = {.spec = args->target.spec, .as_json = args->target.as_json},
		.done = args->mode == BTT_REPAIR_DRY_RUN ? "would repair" : "repaired",
	};
	struct btt_ns_facts facts;
	int result;

	btt_ns_get_facts(ns, &facts, sizeof(facts));
	finding_start(&report.list);
	result = btt_repair(&repair_options, facts.size, ns, btt_ns_callbacks(ns), print_step,
			    &report);
	if (finding_end(&report.list, result))
		return CMD_FAILED;
	if (result < 0)
		return cmd_fail("%s: %s", args->target.spec, btt_errormsg());
	if (!args->target.as_json && report.list.count == 0)
		printf("%s: consistent, nothing to repair\n", args->target.spec);
	else if (!args->target.as_json)
		printf("%s: %s: %s %" PRIu64 ", left %" PRIu64 "\n", args->target.spec,
		       result ? "consistent" : "NOT consistent", report.done,
		       report.list.count - report.left, report.left);
	return cmd_finish_output(result ? CMD_OK : CMD_FAILED);
}

enum cmd_exit
cmd_repair(int argc, char **argv)
{
	struct repair_args args = {0};
	enum cmd_exit code = cmd_parse(&argp, argc, argv, &args);
	enum btt_ns_mode mode =
		args.mode == BTT_REPAIR_DRY_RUN ? BTT_NS_READ_ONLY : BTT_NS_READ_WRITE;

	if (!code)
		code = cmd_open_target_namespace(argv[0], &args.target, mode);
	if (!code)
		code = repair(&args, args.target.ns);
	cmd_close_target(&args.target);
	free(args.keep);
	return code;
}
