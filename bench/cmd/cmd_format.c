/* SPDX-License-Identifier: BSD-3-Clause */
/* cmd_format.c -- bttbench format NS: lays out a BTT. */
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <uuid/uuid.h>

#include "cmd.h"
#include "engine/content.h"

#define START_NOT_SAID UINT64_MAX

enum {
	KEY_SIZE = 256,
	KEY_LBASIZE,
	KEY_NFREE,
	KEY_FLAVOUR,
	KEY_OFFSET,
	KEY_UUID,
	KEY_PARENT,
	KEY_FORCE
};

struct format_args {
	const char *spec;
	uint64_t create_size;
	struct btt_format_options format;
	uint8_t uuid[16], parent_uuid[16];
};

static const struct argp_option options[] = {
	{"size", KEY_SIZE, "SIZE", 0, "Creates a sparse file of this size if the file is missing",
	 0},
	{"lbasize", KEY_LBASIZE, "SIZE", 0,
	 "Sector size in bytes: 512, 520, 528, 4096 (default), 4104, 4160 or 4224; flavour pmdk: "
	 "any size from 1",
	 0},
	{"nfree", KEY_NFREE, "N", 0,
	 "Free blocks of each arena; a run can use as many lanes (default 256)", 0},
	{"flavour", KEY_FLAVOUR, "NAME", 0,
	 "uefi (2.0, default), kernel (1.1; Linux finds it in a namespace without labels) or "
	 "pmdk (1.1)",
	 0},
	{"offset", KEY_OFFSET, "SIZE", 0,
	 "First byte of the BTT: 0, 4096 or 8192 (default: 0; flavour kernel: 4096)", 0},
	{"uuid", KEY_UUID, "UUID", 0, "The uuid of the layout (default: a random one)", 0},
	{"parent-uuid", KEY_PARENT, "UUID", 0,
	 "The uuid of the namespace (default: the uuid of the PMEMBLK pool, or the null uuid)", 0},
	{"force", KEY_FORCE, NULL, 0, "Replaces everything that NS holds; its data are lost", 0},
	{"help", 'h', NULL, 0, "Prints this help", -1},
	{0},
};

static error_t
parse_flavour(const char *name, enum btt_flavour *flavour)
{
	for (int f = BTT_FLAVOUR_UEFI; f <= BTT_FLAVOUR_PMDK; f++) {
		if (!strcmp(name, btt_flavour_name((enum btt_flavour)f))) {
			*flavour = (enum btt_flavour)f;
			return 0;
		}
	}
	cmd_usage("--flavour=%s: no such flavour (allowed: uefi, kernel, pmdk)", name);
	return CMD_SAID;
}

static error_t
parse_nfree(const char *text, uint32_t *out)
{
	uint64_t number;

	if (cmd_parse_count("--nfree", text, 1, UINT32_MAX, &number))
		return CMD_SAID;
	*out = (uint32_t)number;
	return 0;
}

static error_t
parse_lbasize(const char *text, uint32_t *out)
{
	uint64_t bytes;

	if (cmd_parse_size("--lbasize", text, &bytes))
		return CMD_SAID;
	*out = bytes < UINT32_MAX ? (uint32_t)bytes : UINT32_MAX;
	return 0;
}

/* No command looks for a BTT at any other offset, and the next format would overwrite it. */
static error_t
parse_offset(const char *text, uint64_t *out)
{
	if (cmd_parse_size("--offset", text, out))
		return CMD_SAID;
	if (*out == 0 || *out == 4096 || *out == 8192)
		return 0;
	cmd_usage("--offset=%s: no command looks for a BTT there (allowed: 0, 4096, 8192)", text);
	return CMD_SAID;
}

static error_t
parse(int key, char *arg, struct argp_state *state)
{
	struct format_args *args = state->input;

	switch (key) {
	case KEY_SIZE:
		return cmd_parse_size("--size", arg, &args->create_size);
	case KEY_LBASIZE:
		return parse_lbasize(arg, &args->format.lbasize);
	case KEY_NFREE:
		return parse_nfree(arg, &args->format.nfree);
	case KEY_FLAVOUR:
		return parse_flavour(arg, &args->format.flavour);
	case KEY_OFFSET:
		return parse_offset(arg, &args->format.start);
	case KEY_UUID:
		return cmd_parse_uuid("--uuid", arg, args->uuid, &args->format.uuid);
	case KEY_PARENT:
		return cmd_parse_uuid("--parent-uuid", arg, args->parent_uuid,
				      &args->format.parent_uuid);
	case KEY_FORCE:
		args->format.existing = BTT_REPLACE_EXISTING;
		return 0;
	case ARGP_KEY_ARG:
		return cmd_take_argument(&args->spec, arg);
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
	options,
	parse,
	"NS",
	"Creates a BTT in NS, which is a /dev/daxX.Y or a file. All its blocks read as zeros. "
	"Refuses a namespace "
	"that holds a BTT, good or damaged, a PMDK pool, a file system or any other data, unless "
	"--force is given.",
	NULL,
	NULL,
	NULL,
};

/* 1 when the layout is the one that libpmemblk would make at the first write, so that nothing is overwritten */
static int
completes_pool(const struct btt_format_options *format, const struct content *content,
	       const struct btt_probe *probe)
{
	return content->kind == CONTENT_BLK_POOL && !content->has_btt &&
	       format->flavour == BTT_FLAVOUR_PMDK && format->start == BTT_START_POOL &&
	       format->lbasize == probe->pool_block_size;
}

static enum cmd_exit
check_content(const struct format_args *args, const struct content *content,
	      const struct btt_probe *probe)
{
	if (content->kind == CONTENT_NONE || args->format.existing == BTT_REPLACE_EXISTING ||
	    completes_pool(&args->format, content, probe))
		return CMD_OK;
	if (content->kind == CONTENT_BLK_POOL && !content->has_btt)
		return cmd_fail("%s: holds %s whose BTT is not written yet (allowed: leave it to "
				"libpmemblk's first write, or --flavour=pmdk --offset=8192 "
				"--lbasize=%" PRIu32 ", which writes the same)",
				args->spec, content->name, probe->pool_block_size);
	return cmd_fail("%s: holds %s (--force replaces it)", args->spec, content->name);
}

static enum cmd_exit
format_namespace(const struct format_args *args, struct btt_ns *ns)
{
	const struct btt_open_options open = {.mode = BTT_READ_ONLY, .start = args->format.start};
	struct btt_format_options format = args->format;
	struct content content;
	struct btt_probe probe;
	struct target target;
	struct btt_ns_facts facts;
	struct btt_layout layout;
	struct btt *btt;

	target_set_namespace(&target, args->spec, ns);
	facts = target.facts;
	if (btt_probe(facts.size, ns, btt_ns_callbacks(ns), &probe, sizeof(probe)))
		return cmd_fail("%s: %s", args->spec, btt_errormsg());
	if (content_find(&target, &content))
		return cmd_fail("%s: can't read the existing content: %s", args->spec,
				strerror(errno));
	if (check_content(args, &content, &probe))
		return CMD_FAILED;
	/* libpmemblk ignores a BTT with another parent uuid and lays out a new one over it */
	if (!format.parent_uuid && probe.is_pool && format.start == BTT_START_POOL)
		format.parent_uuid = probe.pool_uuid;
	if (btt_format(&format, facts.size, ns, btt_ns_callbacks(ns)))
		return cmd_fail("%s: %s%s", args->spec, btt_errormsg(),
				errno == EEXIST ? " (--force replaces it)" : "");
	if (content.kind != CONTENT_NONE && format.existing == BTT_REPLACE_EXISTING)
		cmd_warn("%s: replaced %s", args->spec, content.name);
	btt = btt_open(&open, facts.size, ns, btt_ns_callbacks(ns));
	if (!btt)
		return cmd_fail("%s: laid out, but it can't be opened: %s", args->spec,
				btt_errormsg());
	btt_get_layout(btt, &layout, sizeof(layout));
	btt_fini(btt);
	printf("%s: flavour %s at byte %" PRIu64 ", %" PRIu64 " blocks of %" PRIu32
	       " bytes, nfree %" PRIu32 ", %" PRIu32 " arena%s",
	       args->spec, btt_flavour_name(layout.flavour), layout.start, layout.nlba,
	       layout.lbasize, layout.nfree, layout.narenas, layout.narenas == 1 ? "" : "s");
	if (layout.size_unused)
		printf(", %" PRIu64 " bytes at the end unused", layout.size_unused);
	putchar('\n');
	if (layout.nfree < BTT_NFREE_DEFAULT)
		cmd_warn("%s: nfree=%" PRIu32
			 ": Linux rejects a BTT with fewer than %u free blocks; "
			 "old kernels overrun it",
			 args->spec, layout.nfree, BTT_NFREE_DEFAULT);
	return cmd_finish_output(CMD_OK);
}

/* 1 if nothing has this name, and --size would make a file of it. In /dev it would be a mistake for a device. */
static int
could_be_created(const char *spec)
{
	const char *slash = strrchr(spec, '/');
	char folder[PATH_MAX];

	if (!*spec || access(spec, F_OK) == 0 || errno != ENOENT || !strncmp(spec, "dram:", 5))
		return 0;
	snprintf(folder, sizeof(folder), "%.*s", slash ? (int)(slash - spec + 1) : 1,
		 slash ? spec : ".");
	return strcmp(folder, "/dev/") != 0 && access(folder, F_OK) == 0;
}

enum cmd_exit
cmd_format(int argc, char **argv)
{
	struct format_args args = {.format = {.start = START_NOT_SAID, .lbasize = 4096}};
	enum cmd_exit code = cmd_parse(&argp, argc, argv, &args);
	struct btt_ns_facts facts;
	struct btt_ns *ns;

	if (code)
		return code;
	if (!args.spec)
		return cmd_usage("format: no namespace (allowed: a /dev/daxX.Y or a file)");
	if (args.format.start == START_NOT_SAID)
		args.format.start = args.format.flavour == BTT_FLAVOUR_KERNEL ? 4096 : 0;
	if (!args.create_size && could_be_created(args.spec))
		return cmd_fail("%s: %s (--size=SIZE creates a file)", args.spec, strerror(ENOENT));
	ns = cmd_open_namespace(args.spec, BTT_NS_READ_WRITE, args.create_size, CMD_INSPECT);
	if (!ns)
		return CMD_FAILED;
	code = format_namespace(&args, ns);
	btt_ns_get_facts(ns, &facts, sizeof(facts));
	if (code && facts.created)
		unlink(args.spec);
	btt_ns_close(ns);
	return code;
}
