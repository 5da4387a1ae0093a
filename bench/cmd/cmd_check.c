/* SPDX-License-Identifier: BSD-3-Clause */
/* cmd_check.c -- bttbench check NS: checks the BTT and prints each finding. */
#include <inttypes.h>
#include <stdio.h>

#include "finding.h"

static const struct argp_option options[] = {
	CMD_OPTION_FORMAT,
	CMD_OPTION_PARENT,
	{"help", 'h', NULL, 0, "Prints this help", -1},
	{0},
};

static const struct argp argp = {
	options,
	cmd_parse_target_alone,
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
check_btt(const struct cmd_target *target)
{
	struct finding_list list = {.spec = target->spec, .as_json = target->as_json};
	struct btt_layout layout;
	int consistent;

	finding_start(&list);
	consistent = btt_check_each(target->btt, print_finding, &list);
	if (finding_end(&list, consistent))
		return CMD_FAILED;
	if (consistent < 0)
		return cmd_fail("%s: could not be checked: %s", target->spec, btt_errormsg());
	btt_get_layout(target->btt, &layout, sizeof(layout));
	if (!target->as_json)
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
	struct cmd_target target = {0};
	enum cmd_exit code = cmd_parse(&argp, argc, argv, &target);

	if (!code)
		code = cmd_open_target(argv[0], &target, BTT_NS_READ_ONLY);
	if (!code)
		code = check_btt(&target);
	cmd_close_target(&target);
	return code;
}
