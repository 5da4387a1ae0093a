/* SPDX-License-Identifier: BSD-3-Clause */
/* cmd_verify.c -- bttbench verify NS: checks the blocks against the stamps that runs with verify=stamp wrote. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "verify/verify.h"
#include "cmd.h"

enum { KEY_STATE = 256 };

struct verify_args {
	struct cmd_target target;
	const char *state;
};

static const struct argp_option options[] = {
	{"state", KEY_STATE, "FILE", 0,
	 "State file of a run (run --verify-state=FILE), which may have ended or been killed", 0},
	CMD_OPTION_PARENT,
	{"help", 'h', NULL, 0, "Prints this help", -1},
	{0},
};

static error_t
parse(int key, char *arg, struct argp_state *state)
{
	struct verify_args *args = state->input;

	switch (key) {
	case KEY_STATE:
		args->state = arg;
		return 0;
	default:
		return cmd_parse_target(key, arg, &args->target);
	}
}

static const struct argp argp = {
	options,
	parse,
	"NS",
	"Checks the blocks of the BTT in NS against the stamps that runs with verify=stamp wrote, "
	"and "
	"changes none. Each block must hold zeros or one complete stamp for this block. With "
	"--state, "
	"a block must not be older "
	"than the last acknowledged write. Then checks the layout."
	"\vExit: 0 blocks and layout are good, 1 they are not, or could not be checked.",
	NULL,
	NULL,
	NULL,
};

static enum cmd_exit
report(const char *spec, const struct result_verify *found)
{
	int good = !result_verify_findings(found) && found->layout == 1;

	for (unsigned i = 0; i < found->nfirst; i++) {
		const struct result_finding *f = &found->first[i];

		printf("%s: block %" PRIu64 ": expected %s; found %s\n",
		       result_finding_name(f->kind), f->lba, f->expected, f->found);
	}
	for (int kind = 0; kind < RESULT_FINDING_KINDS; kind++) {
		if (found->counts[kind])
			printf("%s: %" PRIu64 " blocks\n",
			       result_finding_name((enum result_finding_kind)kind),
			       found->counts[kind]);
	}
	if (found->layout != 1)
		printf("layout: %s\n", found->layout_first);
	printf("%s: %s: %" PRIu64 " blocks checked, %" PRIu64
	       " of unknown content, layout %sconsistent\n",
	       spec, good ? "good" : "NOT good", found->swept, found->unknown,
	       found->layout == 1 ? "" : "NOT ");
	return cmd_finish_output(good ? CMD_OK : CMD_FAILED);
}

static enum cmd_exit
verify_btt(const struct verify_args *args, struct btt_ns *ns, struct btt *btt)
{
	const struct verify_options how = {
		.state_path = args->state, .nworkers = 1, .blocks = 1, .content = VERIFY_STAMPED};
	struct engine engine = {.ops = &engine_btt, .ns = ns, .btt = btt};
	struct result_verify found;
	struct btt_layout layout;
	struct verify *verify;
	struct why why;
	int err;

	btt_get_layout(btt, &layout, sizeof(layout));
	engine.bs = layout.lbasize;
	engine.nlba = layout.nlba;
	verify = verify_open(&engine, &how, &why);
	if (!verify)
		return cmd_fail("%s: %s", args->target.spec, why.text);
	err = verify_sweep(verify, &engine) ? errno : 0;
	verify_layout(verify, &engine);
	verify_report(verify, &found);
	verify_close(verify, &engine);
	return err ? cmd_fail("%s: %s", args->target.spec, strerror(err))
		   : report(args->target.spec, &found);
}

enum cmd_exit
cmd_verify(int argc, char **argv)
{
	struct verify_args args = {0};
	enum cmd_exit code = cmd_parse(&argp, argc, argv, &args);

	if (!code && args.state && access(args.state, F_OK))
		code = cmd_fail("--state=%s: %s", args.state, strerror(errno));
	if (!code)
		code = cmd_open_target(argv[0], &args.target, BTT_NS_READ_ONLY);
	if (!code)
		code = verify_btt(&args, args.target.ns, args.target.btt);
	cmd_close_target(&args.target);
	return code;
}
