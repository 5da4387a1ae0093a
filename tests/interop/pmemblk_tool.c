/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * pmemblk_tool.c -- libpmemblk as a command, for tests that compare it with bttbench.
 *
 *   pmemblk_tool POOL BSIZE create BYTES     a new pool
 *   pmemblk_tool POOL BSIZE nblock           prints the number of blocks
 *   pmemblk_tool POOL BSIZE write LBA COUNT  from standard input
 *   pmemblk_tool POOL BSIZE zero LBA COUNT
 *   pmemblk_tool POOL BSIZE error LBA COUNT
 *   pmemblk_tool POOL BSIZE read LBA COUNT   to standard output; stops at a block in error
 *   pmemblk_tool POOL BSIZE dump             all blocks to standard output, those in error as zeros
 *   pmemblk_tool POOL BSIZE errors           prints the numbers of the blocks in error
 *   pmemblk_tool - BSIZE pattern LBA COUNT TAG
 *                                            blocks that contain their number and the tag, to
 *                                            standard output
 *
 * Exit: 0, or 1 after one line with libpmemblk's message.
 */
#include <errno.h>
#include <libpmemblk.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct call {
	const char *pool_path;
	PMEMblkpool *pool; /* NULL for calls without a pool */
	size_t bsize;
	long long args[3];
	char *buf; /* bsize bytes */
};

static int
fail_block(const struct call *call, const char *what, long long lba)
{
	fprintf(stderr, "pmemblk_tool: %s: %s block %lld: %s\n", call->pool_path, what, lba,
		strerror(errno));
	return -1;
}

static int
fail_stream(const char *name)
{
	fprintf(stderr, "pmemblk_tool: standard %s: %s\n", name,
		errno ? strerror(errno) : "too short");
	return -1;
}

static int
put_block(const struct call *call)
{
	return fwrite(call->buf, call->bsize, 1, stdout) == 1 ? 0 : fail_stream("output");
}

static int
do_create(const struct call *call)
{
	PMEMblkpool *pool =
		pmemblk_create(call->pool_path, call->bsize, (size_t)call->args[0], 0600);

	if (pool) {
		pmemblk_close(pool);
		return 0;
	}
	fprintf(stderr, "pmemblk_tool: %s\n", pmemblk_errormsg());
	return -1;
}

static int
do_nblock(const struct call *call)
{
	return printf("%zu\n", pmemblk_nblock(call->pool)) > 0 ? 0 : fail_stream("output");
}

static int
do_write(const struct call *call)
{
	for (long long lba = call->args[0]; lba < call->args[0] + call->args[1]; lba++) {
		if (fread(call->buf, call->bsize, 1, stdin) != 1)
			return fail_stream("input");
		if (pmemblk_write(call->pool, call->buf, lba))
			return fail_block(call, "writing", lba);
	}
	return 0;
}

static int
do_zero(const struct call *call)
{
	for (long long lba = call->args[0]; lba < call->args[0] + call->args[1]; lba++) {
		if (pmemblk_set_zero(call->pool, lba))
			return fail_block(call, "zeroing", lba);
	}
	return 0;
}

static int
do_error(const struct call *call)
{
	for (long long lba = call->args[0]; lba < call->args[0] + call->args[1]; lba++) {
		if (pmemblk_set_error(call->pool, lba))
			return fail_block(call, "setting to error", lba);
	}
	return 0;
}

static int
do_read(const struct call *call)
{
	for (long long lba = call->args[0]; lba < call->args[0] + call->args[1]; lba++) {
		if (pmemblk_read(call->pool, call->buf, lba))
			return fail_block(call, "reading", lba);
		if (put_block(call))
			return -1;
	}
	return 0;
}

static int
do_dump(const struct call *call)
{
	long long nblock = (long long)pmemblk_nblock(call->pool);

	for (long long lba = 0; lba < nblock; lba++) {
		if (pmemblk_read(call->pool, call->buf, lba)) {
			if (errno != EIO)
				return fail_block(call, "reading", lba);
			memset(call->buf, 0, call->bsize);
		}
		if (put_block(call))
			return -1;
	}
	return 0;
}

static int
do_errors(const struct call *call)
{
	long long nblock = (long long)pmemblk_nblock(call->pool);

	for (long long lba = 0; lba < nblock; lba++) {
		if (!pmemblk_read(call->pool, call->buf, lba))
			continue;
		if (errno != EIO)
			return fail_block(call, "reading", lba);
		printf("%lld\n", lba);
	}
	return 0;
}

/* Repeats "LBA TAG I ": no two blocks are equal, no two 32 bytes of a block are equal, and a dump is
 * readable. */
static int
do_pattern(const struct call *call)
{
	char piece[64];

	for (long long lba = call->args[0]; lba < call->args[0] + call->args[1]; lba++) {
		for (size_t off = 0; off < call->bsize; off += 32) {
			size_t left = call->bsize - off;

			snprintf(piece, sizeof(piece), "%12lld %8lld %8zu\n ", lba, call->args[2],
				 off);
			memcpy(call->buf + off, piece, left < 32 ? left : 32);
		}
		if (put_block(call))
			return -1;
	}
	return 0;
}

static const struct action {
	const char *name;
	int nargs;
	int needs_pool;
	int (*run)(const struct call *call);
} actions[] = {
	{"create", 1, 0, do_create}, {"nblock", 0, 1, do_nblock}, {"write", 2, 1, do_write},
	{"zero", 2, 1, do_zero},     {"error", 2, 1, do_error},   {"read", 2, 1, do_read},
	{"dump", 0, 1, do_dump},     {"errors", 0, 1, do_errors}, {"pattern", 3, 0, do_pattern},
};

static const struct action *
find_action(const char *name, int nargs)
{
	for (size_t i = 0; i < sizeof(actions) / sizeof(actions[0]); i++) {
		if (!strcmp(actions[i].name, name) && actions[i].nargs == nargs)
			return &actions[i];
	}
	return NULL;
}

static int
run_action(const struct action *action, struct call *call)
{
	int err;

	if (action->needs_pool) {
		call->pool = pmemblk_open(call->pool_path, call->bsize);
		if (!call->pool) {
			fprintf(stderr, "pmemblk_tool: %s: %s\n", call->pool_path,
				pmemblk_errormsg());
			return -1;
		}
	}
	err = action->run(call);
	if (call->pool)
		pmemblk_close(call->pool);
	if (!err && fflush(stdout))
		return fail_stream("output");
	return err;
}

int
main(int argc, char **argv)
{
	const struct action *action = argc >= 4 ? find_action(argv[3], argc - 4) : NULL;
	struct call call = {0};
	int err;

	if (!action) {
		fprintf(stderr, "pmemblk_tool: no such call; see the head of pmemblk_tool.c\n");
		return 1;
	}
	call.pool_path = argv[1];
	call.bsize = strtoul(argv[2], NULL, 10);
	for (int i = 0; i < action->nargs; i++)
		call.args[i] = strtoll(argv[4 + i], NULL, 10);
	call.buf = malloc(call.bsize ? call.bsize : 1);
	if (!call.buf) {
		fprintf(stderr, "pmemblk_tool: %s\n", strerror(ENOMEM));
		return 1;
	}
	err = run_action(action, &call);
	free(call.buf);
	return err ? 1 : 0;
}
