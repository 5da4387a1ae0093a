/* SPDX-License-Identifier: BSD-3-Clause */
/* cmd_blocks.c -- bttbench read, write and zero: copy blocks to standard output or from standard input, or zero them. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd.h"

enum { KEY_LBA = 256, KEY_COUNT };

struct blocks_args {
	struct cmd_target target;
	uint64_t lba, count;
	int has_count;
};

static const struct argp_option options[] = {
	{"lba", KEY_LBA, "N", 0, "First block (default 0)", 0},
	{"count", KEY_COUNT, "N", 0,
	 "Number of blocks (read, zero: default 1; write: default all of standard input)", 0},
	CMD_OPTION_PARENT,
	{"help", 'h', NULL, 0, "Prints this help", -1},
	{0},
};

static error_t
parse(int key, char *arg, struct argp_state *state)
{
	struct blocks_args *args = state->input;

	switch (key) {
	case KEY_LBA:
		return cmd_parse_count("--lba", arg, 0, UINT64_MAX, &args->lba);
	case KEY_COUNT:
		args->has_count = 1;
		return cmd_parse_count("--count", arg, 1, UINT64_MAX, &args->count);
	default:
		return cmd_parse_target(key, arg, &args->target);
	}
}

/* Handles one block. Returns 1, 0 at the end of standard input, or -1 after an error line. */
typedef int (*block_action)(struct btt *btt, const char *spec, uint64_t lba, void *buf,
			    uint32_t lbasize);

static int
fail_block(const char *spec, const char *action, uint64_t lba)
{
	cmd_fail("%s: %s block %" PRIu64 ": %s", spec, action, lba, btt_errormsg());
	return -1;
}

static int
read_block(struct btt *btt, const char *spec, uint64_t lba, void *buf, uint32_t lbasize)
{
	if (btt_read(btt, 0, lba, buf))
		return fail_block(spec, "reading", lba);
	if (fwrite(buf, lbasize, 1, stdout) == 1)
		return 1;
	cmd_fail("standard output: %s", strerror(errno));
	return -1;
}

static int
write_block(struct btt *btt, const char *spec, uint64_t lba, void *buf, uint32_t lbasize)
{
	size_t got = fread(buf, 1, lbasize, stdin);

	if (ferror(stdin)) {
		cmd_fail("standard input: %s", strerror(errno));
		return -1;
	}
	if (got == 0)
		return 0;
	if (got < lbasize) {
		cmd_fail("standard input: ends %zu bytes into block %" PRIu64 " of %" PRIu32
			 " bytes, which is not written",
			 got, lba, lbasize);
		return -1;
	}
	return btt_write(btt, 0, lba, buf) ? fail_block(spec, "writing", lba) : 1;
}

static int
zero_block(struct btt *btt, const char *spec, uint64_t lba, void *buf, uint32_t lbasize)
{
	(void)buf;
	(void)lbasize;
	return btt_set_zero(btt, 0, lba) ? fail_block(spec, "zeroing", lba) : 1;
}

/* Checked before the first block, so that a range which is too long changes nothing. */
static enum cmd_exit
check_range(const struct blocks_args *args, const struct btt_layout *layout)
{
	if (args->lba >= layout->nlba)
		return cmd_fail("%s: --lba=%" PRIu64
				": beyond the last block (allowed: 0 to %" PRIu64 ")",
				args->target.spec, args->lba, layout->nlba - 1);
	if (args->has_count && args->count > layout->nlba - args->lba)
		return cmd_fail(
			"%s: --count=%" PRIu64 ": beyond the last block (allowed: 1 to %" PRIu64
			" from --lba=%" PRIu64 " on)",
			args->target.spec, args->count, layout->nlba - args->lba, args->lba);
	return CMD_OK;
}

static enum cmd_exit
each_block(struct blocks_args *args, struct btt *btt, block_action action)
{
	struct btt_layout layout;
	enum cmd_exit code;
	int more = 1;
	void *buf;

	btt_get_layout(btt, &layout, sizeof(layout));
	code = check_range(args, &layout);
	if (code)
		return code;
	if (!args->has_count)
		args->count = action == write_block ? layout.nlba - args->lba : 1;
	buf = malloc(layout.lbasize);
	if (!buf)
		return cmd_fail("%s: a block: %s", args->target.spec, strerror(ENOMEM));
	for (uint64_t i = 0; i < args->count && more > 0; i++)
		more = action(btt, args->target.spec, args->lba + i, buf, layout.lbasize);
	free(buf);
	if (more < 0)
		return CMD_FAILED;
	if (more == 0 && args->has_count)
		return cmd_fail("standard input: ends before --count=%" PRIu64 " blocks",
				args->count);
	/* without --count, data that does not fit behind the last block must not be dropped in silence */
	if (more && action == write_block && !args->has_count && getc(stdin) != EOF)
		return cmd_fail("%s: standard input is longer than the blocks from --lba=%" PRIu64
				" on",
				args->target.spec, args->lba);
	return cmd_finish_output(CMD_OK);
}

static enum cmd_exit
on_blocks(int argc, char **argv, const char *doc, block_action action)
{
	const struct argp argp = {options, parse, "NS", doc, NULL, NULL, NULL};
	struct blocks_args args = {0};
	enum cmd_exit code = cmd_parse(&argp, argc, argv, &args);

	if (!code)
		code = cmd_open_target(argv[0], &args.target,
				       action == read_block ? BTT_NS_READ_ONLY : BTT_NS_READ_WRITE);
	if (!code)
		code = each_block(&args, args.target.btt, action);
	cmd_close_target(&args.target);
	return code;
}

enum cmd_exit
cmd_read(int argc, char **argv)
{
	return on_blocks(argc, argv, "Writes blocks of the BTT in NS to standard output.",
			 read_block);
}

enum cmd_exit
cmd_write(int argc, char **argv)
{
	return on_blocks(argc, argv,
			 "Writes standard input to blocks of the BTT in NS. Each block is durable "
			 "before the next one is written.",
			 write_block);
}

enum cmd_exit
cmd_zero(int argc, char **argv)
{
	return on_blocks(argc, argv,
			 "Zeroes blocks of the BTT in NS. They read as zeros afterwards.",
			 zero_block);
}
