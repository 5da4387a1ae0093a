/* SPDX-License-Identifier: BSD-3-Clause */
/* cmd_verify.c -- bttbench verify NS: checks the blocks against the stamps that runs with verify=stamp wrote. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "job/keys.h"
#include "run/region.h"
#include "verify/verify.h"
#include "cmd.h"
#include "bad_blocks.h"

/* Blocks of one sweep. A report keeps only the first findings, so a part with more is swept again in small parts. */
#define PART_BLOCKS 4096u

enum { KEY_STATE = 256, KEY_REGION };

struct verify_args {
	struct cmd_target target;
	const char *state;
	struct job job; /* only its region */
};

static const struct argp_option options[] = {
	{"state", KEY_STATE, "FILE", 0,
	 "State file of a run (run --verify-state=FILE), which may have ended or been killed", 0},
	{"region", KEY_REGION, "offset:OFF,size:SIZE", 0,
	 "Checks only these blocks. OFF and SIZE are bytes or percentages, like in the key region "
	 "of a job (default: all blocks)",
	 0},
	CMD_OPTION_FORMAT,
	CMD_OPTION_PARENT,
	{"help", 'h', NULL, 0, "Prints this help", -1},
	{0},
};

static error_t
parse_region(struct verify_args *args, const char *text)
{
	struct why why;

	if (!keys_set(keys_find("region"), &args->job, text, JOB_LINE_SET, &why))
		return 0;
	cmd_usage("--region=%s: %s", text, why.text);
	return CMD_SAID;
}

static error_t
parse(int key, char *arg, struct argp_state *state)
{
	struct verify_args *args = state->input;

	switch (key) {
	case KEY_STATE:
		args->state = arg;
		return 0;
	case KEY_REGION:
		return parse_region(args, arg);
	default:
		return cmd_parse_target(key, arg, &args->target);
	}
}

static const struct argp argp = {
	options,
	parse,
	"NS",
	"Checks the blocks of the BTT in NS against the stamps that runs with verify=stamp wrote, "
	"and changes none. Each block must hold zeros or one complete stamp for this block. With "
	"--state, a block must not be older than the last acknowledged write. Then checks the "
	"layout. Bad blocks of one kind in a row are one line; json has each of them."
	"\vExit: 0 blocks and layout are good, 1 they are not, or could not be checked.",
	NULL,
	NULL,
	NULL,
};

static int
region_of(struct region *region, const struct job *job, const struct engine *engine)
{
	struct why why;

	if (!region_resolve(region, job, engine, 1, &why))
		return 0;
	cmd_fail("--%s", why.text + strlen("--set ")); /* it is about "--set region=..." */
	return -1;
}

struct sweep {
	struct verify *verify;
	const struct engine *engine;
	struct result_verify whole;
	struct bad_blocks bad;
};

/* Adds the counts of a part to the whole, and prints its findings. */
static void
add_part(struct sweep *s, const struct result_verify *part)
{
	s->whole.swept += part->swept;
	s->whole.unknown += part->unknown;
	s->whole.by_stamp += part->by_stamp;
	for (int kind = 0; kind < RESULT_FINDING_KINDS; kind++)
		s->whole.counts[kind] += part->counts[kind];
	for (unsigned i = 0; i < part->nfirst; i++)
		bad_blocks_add(&s->bad, &part->first[i]);
}

/* Checks `count` blocks from `first` on, `step` at a time. 0, or -1/errno. */
static int
sweep(struct sweep *s, uint64_t first, uint64_t count, uint64_t step)
{
	struct result_verify part;
	int err = 0;

	for (uint64_t done = 0; done < count && !err; done += step) {
		uint64_t length = count - done < step ? count - done : step;

		err = verify_sweep_range(s->verify, s->engine, first + done, length);
		verify_report(s->verify, &part);
		if (!err && result_verify_findings(&part) > part.nfirst)
			err = sweep(s, first + done, length, RESULT_FINDINGS_MAX);
		else if (!err)
			add_part(s, &part);
	}
	return err;
}

/* Checks the layout. Its findings are about the whole BTT, not about the region. */
static void
check_layout(struct sweep *s)
{
	struct result_verify found;

	verify_layout(s->verify, s->engine);
	verify_report(s->verify, &found);
	s->whole.layout = found.layout;
	s->whole.layout_errors = found.layout_errors;
	memcpy(s->whole.layout_first, found.layout_first, sizeof(found.layout_first));
}

static enum cmd_exit
verify_btt(const struct verify_args *args, struct btt_ns *ns, struct btt *btt)
{
	const struct verify_options how = {.state_path = args->state,
					   .state_option = "--state",
					   .state_must_exist = 1,
					   .nworkers = 1,
					   .blocks = 1,
					   .content = VERIFY_STAMPED};
	struct engine engine = {.ops = &engine_btt, .ns = ns, .btt = btt};
	struct sweep s = {.engine = &engine,
			  .whole = {.layout = -1},
			  .bad = {.spec = args->target.spec,
				  .state = args->state,
				  .as_json = args->target.as_json}};
	struct btt_layout layout;
	struct region region;
	struct why why;
	int err, is_good;

	btt_get_layout(btt, &layout, sizeof(layout));
	engine.bs = layout.lbasize;
	engine.nlba = layout.nlba;
	if (region_of(&region, &args->job, &engine))
		return CMD_FAILED;
	s.verify = verify_open(&engine, &how, &why);
	if (!s.verify)
		return cmd_fail("%s: %s", args->target.spec, why.text);
	s.bad.first_lba = region.first;
	s.bad.count = region.count;
	s.bad.nlba = layout.nlba;
	bad_blocks_start(&s.bad);
	err = sweep(&s, region.first, region.count, PART_BLOCKS) ? errno : 0;
	if (!err)
		check_layout(&s);
	verify_close(s.verify, &engine);
	is_good = bad_blocks_end(&s.bad, &s.whole, !err);
	if (err || s.bad.failed)
		return cmd_fail("%s: %s", args->target.spec, strerror(err ? err : ENOMEM));
	return cmd_finish_output(is_good ? CMD_OK : CMD_FAILED);
}

enum cmd_exit
cmd_verify(int argc, char **argv)
{
	struct verify_args args = {0};
	enum cmd_exit code;

	keys_set_defaults(&args.job);
	code = cmd_parse(&argp, argc, argv, &args);
	if (!code && args.state && access(args.state, F_OK))
		code = cmd_fail("--state=%s: %s", args.state, strerror(errno));
	if (!code)
		code = cmd_open_target(argv[0], &args.target, BTT_NS_READ_ONLY);
	if (!code)
		code = verify_btt(&args, args.target.ns, args.target.btt);
	cmd_close_target(&args.target);
	return code;
}
