/* SPDX-License-Identifier: BSD-3-Clause */
/* check.c -- bttbench check NS: is the BTT consistent, finding by finding. */
#include <inttypes.h>
#include <stdio.h>

#include "cmd.h"

struct check_args {
	const char *spec;
};

static const struct argp_option options[] = {
	{"help", '?', NULL, 0, "Prints this help", -1},
	{0},
};

static error_t
parse(int key, char *arg, struct argp_state *state)
{
	struct check_args *args = state->input;

	return key == ARGP_KEY_ARG ? cmd_take_argument(&args->spec, arg) : ARGP_ERR_UNKNOWN;
}

static const struct argp argp = {
	options,
	parse,
	"NS",
	"Checks the BTT in NS, changing nothing: one line for each finding, and one for the "
	"verdict."
	"\vExit: 0 consistent, 1 not, or it could not be checked.",
	NULL,
	NULL,
	NULL,
};

static void
print_place(const char *what, int64_t number)
{
	if (number != BTT_NOT_SAID)
		printf(", %s %" PRId64, what, number);
}

static void
print_finding(void *arg, const struct btt_finding *f)
{
	uint64_t *findings = arg;

	++*findings;
	printf("%s: arena %u, %s", f->severity == BTT_ERROR ? "error" : "warning", f->arena,
	       f->field);
	print_place("lane", f->lane);
	print_place("block", f->premap);
	print_place("post-map block", f->postmap);
	printf(": %s\n", f->text);
}

static enum cmd_exit
check_btt(const char *spec, struct btt *btt)
{
	uint64_t findings = 0;
	struct btt_info info;
	int consistent = btt_check_each(btt, print_finding, &findings);

	if (consistent < 0)
		return cmd_fail("%s: could not be checked: %s", spec, btt_errormsg());
	btt_get_info(btt, &info);
	printf("%s: %s: flavour %s at byte %" PRIu64 ", %" PRIu32 " arena%s, %" PRIu64
	       " finding%s\n",
	       spec, consistent ? "consistent" : "NOT consistent", btt_flavour_name(info.flavour),
	       info.start, info.narenas, info.narenas == 1 ? "" : "s", findings,
	       findings == 1 ? "" : "s");
	return cmd_finish_output(consistent ? CMD_OK : CMD_FAILED);
}

enum cmd_exit
cmd_check(int argc, char **argv)
{
	struct check_args args = {0};
	enum cmd_exit code = cmd_parse(&argp, argc, argv, &args);
	struct btt *btt;
	struct ns *ns;

	if (code)
		return code;
	if (!args.spec)
		return cmd_usage("check: no namespace (allowed: a /dev/daxX.Y or a file)");
	ns = cmd_open_namespace(args.spec, NS_READ_ONLY, 0, CMD_INSPECT);
	if (!ns)
		return CMD_FAILED;
	btt = cmd_open_btt(ns, args.spec, BTT_READ_ONLY);
	code = btt ? check_btt(args.spec, btt) : CMD_FAILED;
	if (btt)
		btt_fini(btt);
	ns_close(ns);
	return code;
}
