/* SPDX-License-Identifier: BSD-3-Clause */
/* repair.c -- bttbench repair NS: makes good what can be without guessing, and says what is left. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "finding.h"

enum { KEY_DRY_RUN = 256, KEY_KEEP };

struct repair_args {
	struct cmd_target target;
	int as_json;
	enum btt_repair_mode mode;
	uint64_t *keep;
	size_t nkeep;
};

static const struct argp_option options[] = {
	{"dry-run", KEY_DRY_RUN, NULL, 0,
	 "Changes nothing; prints what would be done, and what would be left", 0},
	{"keep", KEY_KEEP, "LBA[,LBA...]", 0,
	 "Where check finds one post-map block with several owners: the lba whose data it holds. "
	 "The other "
	 "blocks are marked bad (reading them is an error until they are written); a lane gets "
	 "another free "
	 "block. May be given again.",
	 0},
	FINDING_OPTION_FORMAT,
	CMD_OPTION_PARENT,
	{"help", '?', NULL, 0, "Prints this help", -1},
	{0},
};

static error_t
add_keep(struct repair_args *args, const char *text)
{
	uint64_t *grown = realloc(args->keep, (args->nkeep + 1) * sizeof(*grown));

	if (!grown)
		return ENOMEM;
	args->keep = grown;
	return cmd_parse_number("--keep", text, 0, UINT64_MAX, &args->keep[args->nkeep++]);
}

static error_t
parse_keep(struct repair_args *args, char *list)
{
	error_t err = 0;

	for (char *word; !err && (word = strsep(&list, ",")) != NULL;)
		err = add_keep(args, word);
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
	case FINDING_KEY_FORMAT:
		return finding_parse_format(arg, &args->as_json);
	default:
		return cmd_parse_target(key, arg, &args->target);
	}
}

static const struct argp argp = {
	options,
	parse,
	"NS",
	"Repairs the BTT in NS where nothing has to be guessed: info blocks from their copy, "
	"writes that were "
	"cut after their commit, logs of kernels before 4.15, two lanes with one free block, and "
	"the error flag "
	"once all else is consistent. What is left is printed, and left as it is."
	"\vExit: 0 it is consistent now (--dry-run: it would be), 1 something is left, or it could "
	"not be "
	"repaired.",
	NULL,
	NULL,
	NULL,
};

struct said {
	struct finding_list list;
	uint64_t left;
	const char *done; /* "repaired", "would repair" */
};

static void
print_step(void *arg, enum btt_repair_outcome outcome, const struct btt_finding *at)
{
	struct said *said = arg;

	said->left += outcome == BTT_LEFT;
	finding_print(&said->list, outcome == BTT_LEFT ? "left" : said->done, at);
}

static void
print_verdict(const struct said *said, int result)
{
	uint64_t done = said->list.count - said->left;

	if (said->list.count == 0)
		printf("%s: consistent, nothing to repair\n", said->list.spec);
	else
		printf("%s: %s: %s %" PRIu64 ", left %" PRIu64 "\n", said->list.spec,
		       result ? "consistent" : "NOT consistent", said->done, done, said->left);
}

static enum cmd_exit
repair(const struct repair_args *args, struct btt_ns *ns)
{
	const struct btt_repair_options repair_options = {
		.mode = args->mode,
		.start = BTT_START_PROBE,
		.parent_uuid = cmd_parent_uuid(&args->target.parent),
		.keep = args->keep,
		.nkeep = args->nkeep};
	struct said said = {
		.list = {.spec = args->target.spec, .as_json = args->as_json},
		.done = args->mode == BTT_REPAIR_DRY_RUN ? "would repair" : "repaired",
	};
	struct btt_ns_facts facts;
	int result;

	btt_ns_get_facts(ns, &facts, sizeof(facts));
	finding_start(&said.list);
	result = btt_repair(&repair_options, facts.size, ns, btt_ns_callbacks(ns), print_step,
			    &said);
	if (finding_end(&said.list, result))
		return CMD_FAILED;
	if (result < 0)
		return cmd_fail("%s: %s", args->target.spec, btt_errormsg());
	if (!args->as_json)
		print_verdict(&said, result);
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
