/* SPDX-License-Identifier: BSD-3-Clause */
/* cmd_check.c -- bttbench check NS: checks the BTT and prints each finding. */
#include <inttypes.h>
#include <stdio.h>

#include "finding.h"

struct check_args {
	struct cmd_target target;
	int as_json;
};

static const struct argp_option options[] = {
	FINDING_OPTION_FORMAT,
	CMD_OPTION_PARENT,
	{"help", 'h', NULL, 0, "Prints this help", -1},
	{0},
};

static error_t
parse(int key, char *arg, struct argp_state *state)
{
	struct check_args *args = state->input;

	switch (key) {
	case FINDING_KEY_FORMAT:
		return cmd_parse_format(arg, &args->as_json);
	default:
		return cmd_parse_target(key, arg, &args->target);
	}
}

static const struct argp argp = {
	options,
	parse,
	"NS",
	"Checks the BTT in NS and changes nothing. Prints one line for each finding and one for "
	"the verdict. Equal findings about consecutive lanes or blocks are one line; json has each "
	"of them. An lba is counted in the whole namespace, a block in its arena before "
	"translation, a post-map block in the data area of the arena."
	"\vExit: 0 consistent, 1 not consistent or not checked.",
	NULL,
	NULL,
	NULL,
};

static void
print_finding(void *arg, const struct btt_finding *f)
{
	finding_print(arg, NULL, f);
}

static enum cmd_exit
check_btt(const struct check_args *args, struct btt *btt)
{
	struct finding_list list = {.spec = args->target.spec, .as_json = args->as_json};
	struct btt_layout layout;
	int consistent;

	finding_start(&list);
	consistent = btt_check_each(btt, print_finding, &list);
	if (finding_end(&list, consistent))
		return CMD_FAILED;
	if (consistent < 0)
		return cmd_fail("%s: could not be checked: %s", args->target.spec, btt_errormsg());
	btt_get_layout(btt, &layout, sizeof(layout));
	if (!args->as_json)
		printf("%s: %s: flavour %s at byte %" PRIu64 ", %" PRIu32 " arena%s, %" PRIu64
		       " finding%s\n",
		       list.spec, consistent ? "consistent" : "NOT consistent",
		       btt_flavour_name(layout.flavour), layout.start, layout.narenas,
		       layout.narenas == 1 ? "" : "s", list.count, list.count == 1 ? "" : "s");
	return cmd_finish_output(consistent ? CMD_OK : CMD_FAILED);
}

enum cmd_exit
cmd_check(int argc, char **argv)
{
	struct check_args args = {0};
	enum cmd_exit code = cmd_parse(&argp, argc, argv, &args);

	if (!code)
		code = cmd_open_target(argv[0], &args.target, BTT_NS_READ_ONLY);
	if (!code)
		code = check_btt(&args, args.target.btt);
	cmd_close_target(&args.target);
	return code;
}
