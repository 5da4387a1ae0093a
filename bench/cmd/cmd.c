/* SPDX-License-Identifier: BSD-3-Clause */
#include "cmd.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <uuid/uuid.h>

#include "engine/content.h"
#include "host/available.h"
#include "job/fio_words.h"
#include "job/keys.h"
#include "job/units.h"
#include "output/output.h"
#include "result/metric.h"
#include "own_variables.h"

#define DRAM_PREFIX "dram:"

static void
say(const char *format, va_list args)
{
	char line[PATH_MAX + 512];

	vsnprintf(line, sizeof(line), format, args);
	for (char *c = line; *c; c++) { /* file names may hold newlines and escape sequences */
		if (iscntrl((unsigned char)*c))
			*c = '?';
	}
	fprintf(stderr, "bttbench: %s\n", line);
}

enum cmd_exit
cmd_fail(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say(format, args);
	va_end(args);
	return CMD_FAILED;
}

enum cmd_exit
cmd_usage(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say(format, args);
	va_end(args);
	return CMD_USAGE;
}

void
cmd_warn(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say(format, args);
	va_end(args);
}

static int
wants_help(int argc, char **argv)
{
	for (int i = 1; i < argc && strcmp(argv[i], "--"); i++) {
		if (!strcmp(argv[i], "--help") || !strcmp(argv[i], "-h") || !strcmp(argv[i], "-?"))
			return 1;
	}
	return 0;
}

/* argp's own messages take two lines. They are switched off; an outer parser records the wrong word for our line. */
struct parse {
	void *input;
	const char *word; /* the word that argp rejected */
};

static error_t
parse_around(int key, char *arg, struct argp_state *state)
{
	struct parse *parse = state->input;
	/* within a cluster of short options, next has not moved past the word yet */
	int rejected = state->next > 1 ? state->next - 1 : 1;

	(void)arg;
	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = parse->input;
		return 0;
	case ARGP_KEY_ERROR:
		parse->word = state->argv[rejected];
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/*
 * When a standard stream is closed, the next open() returns its descriptor, and messages would overwrite the namespace.
 * Here each gets /dev/null in the wrong direction, so that using it is an error.
 */
static void
occupy_closed_streams(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
		if (fcntl(fd, F_GETFD) < 0)
			open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY);
	}
}

/* Returns CMD_USAGE after an error line. People who know fio write --rw=randread in place of --set rw=randread. */
static enum cmd_exit
fail_option(const char *command, const char *word)
{
	char key[64];
	struct why why;

	snprintf(key, sizeof(key), "%.*s", (int)strcspn(word + strspn(word, "-"), "="),
		 word + strspn(word, "-"));
	if (strcmp(command, "run") != 0 || strncmp(word, "--", 2) != 0 ||
	    (!keys_find(key) && !fio_words_find(key)))
		return cmd_usage("%s: no such option, or its value is missing (see 'bttbench %s "
				 "--help')",
				 word, command);
	if (keys_find(key))
		return cmd_usage("%s: no such option, but '%s' is a key of the job (allowed: --set "
				 "%s=VALUE)",
				 word, key, key);
	keys_error_name(key, &why);
	return cmd_usage("%s: no such option; %s", word, why.text);
}

enum cmd_exit
cmd_parse(const struct argp *argp, int argc, char **argv, void *input)
{
	const struct argp_child children[] = {{.argp = argp}, {0}};
	const struct argp around = {.parser = parse_around, .children = children};
	struct parse parse = {.input = input};
	unsigned variable = 0;
	struct why why;
	char name[64];

	occupy_closed_streams();
	snprintf(name, sizeof(name), "bttbench %s", argv[0]);
	if (wants_help(argc, argv)) {
		argp_help(argp, stdout, ARGP_HELP_STD_HELP & ~ARGP_HELP_EXIT_OK, name);
		exit((int)cmd_finish_output(CMD_OK));
	}
	if (own_variables_check(&why))
		return cmd_usage("%s", why.text);
	while (own_variables_next_unknown(&variable, &why))
		cmd_warn("%s", why.text);
	switch (argp_parse(&around, argc, argv, ARGP_NO_ERRS | ARGP_NO_HELP, NULL, &parse)) {
	case 0:
		return CMD_OK;
	case CMD_SAID:
		return CMD_USAGE;
	case ENOMEM:
		return cmd_fail("%s: out of memory", argv[0]);
	default:
		return fail_option(argv[0], parse.word);
	}
}

error_t
cmd_take_argument(const char **into, char *arg)
{
	if (!*into) {
		*into = arg;
		return 0;
	}
	cmd_usage("%s: one argument too many (allowed: one namespace)", arg);
	return CMD_SAID;
}

error_t
cmd_parse_size(const char *option, const char *text, uint64_t *out)
{
	if (!units_parse_size(text, out))
		return 0;
	cmd_usage("%s=%s: not a size (allowed: bytes, or a size like 4k, 1G)", option, text);
	return CMD_SAID;
}

error_t
cmd_parse_count(const char *option, const char *text, uint64_t least, uint64_t most, uint64_t *out)
{
	if ((!units_parse_count(text, out) || !units_parse_number(text, out)) && *out >= least &&
	    *out <= most)
		return 0;
	cmd_usage("%s=%s: not a number from %" PRIu64 " to %" PRIu64
		  " (allowed: a count like 8, 4k, 0x10)",
		  option, text, least, most);
	return CMD_SAID;
}

error_t
cmd_parse_interval(const char *text, uint64_t *ns)
{
	if (!units_parse_duration(text, ns) && *ns)
		return 0;
	cmd_usage("--status-interval=%s: not a time (allowed: a time like 1s, 500ms)", text);
	return CMD_SAID;
}

error_t
cmd_parse_uuid(const char *option, const char *text, uint8_t uuid[16], const uint8_t **into)
{
	if (uuid_parse(text, uuid)) {
		cmd_usage("%s=%s: not a uuid (allowed: like 01234567-89ab-cdef-0123-456789abcdef)",
			  option, text);
		return CMD_SAID;
	}
	*into = uuid;
	return 0;
}

error_t
cmd_parse_format(const char *name, int *as_json)
{
	*as_json = !strcmp(name, "json");
	if (*as_json || !strcmp(name, "text"))
		return 0;
	cmd_usage("--format=%s: no such format (allowed: text, json)", name);
	return CMD_SAID;
}

error_t
cmd_parse_output(const char *name, const struct output_ops **into)
{
	char names[256];

	*into = output_find(name);
	if (*into)
		return 0;
	output_names(names, sizeof(names));
	cmd_usage("--format=%s: no such format (allowed: %s)", name, names);
	return CMD_SAID;
}

error_t
cmd_parse_metric(const char *name, struct metric *metric)
{
	struct why why;

	if (!metric_parse(metric, name, &why))
		return 0;
	cmd_usage("--metric=%s: %s", name, why.text);
	return CMD_SAID;
}

error_t
cmd_parse_parent(const char *text, struct cmd_parent *parent)
{
	const uint8_t *uuid = NULL;
	error_t err = cmd_parse_uuid("--parent-uuid", text, parent->uuid, &uuid);

	parent->is_given = uuid != NULL;
	return err;
}

const uint8_t *
cmd_parent_uuid(const struct cmd_parent *parent)
{
	return parent->is_given ? parent->uuid : NULL;
}

static struct btt_ns *
open_dram(const char *spec, enum cmd_purpose purpose)
{
	uint64_t size, available;
	struct btt_ns *ns;

	if (purpose == CMD_INSPECT) {
		cmd_fail("%s: is always empty (allowed: a file or a DAX device)", spec);
		return NULL;
	}
	if (units_parse_size(spec + strlen(DRAM_PREFIX), &size) || size < BTT_ARENA_SIZE_MIN) {
		cmd_fail("%s: not a size (allowed: dram:SIZE, at least 16M)", spec);
		return NULL;
	}
	/* the kernel would kill a process later, when this one touches the memory */
	available = available_memory("");
	if (size > available) {
		cmd_fail("%s: %" PRIu64 " bytes are more than the memory that is available now "
			 "(%" PRIu64 ")",
			 spec, size, available);
		return NULL;
	}
	ns = btt_ns_open_dram(size, 0);
	if (!ns)
		cmd_fail("%s: %s", spec, btt_errormsg());
	return ns;
}

struct btt_ns *
cmd_open_namespace(const char *spec, enum btt_ns_mode mode, uint64_t create_size,
		   enum cmd_purpose purpose)
{
	struct btt_ns_facts facts;
	char parts[512];
	uint64_t bytes;
	struct btt_ns *ns;

	if (!strncmp(spec, DRAM_PREFIX, strlen(DRAM_PREFIX)))
		return open_dram(spec, purpose);
	if (target_is_pool_set(spec, parts, sizeof(parts), &bytes)) {
		cmd_fail("%s: the description of a pool set with the parts %s (allowed: run with "
			 "engine=pmemblk)",
			 spec, parts);
		return NULL;
	}
	ns = btt_ns_open_path(spec, mode, create_size, 0);
	if (!ns) {
		cmd_fail("%s", btt_errormsg());
		return NULL;
	}
	btt_ns_get_facts(ns, &facts, sizeof(facts));
	if (facts.size < BTT_ARENA_SIZE_MIN) {
		cmd_fail("%s: %" PRIu64 " bytes are too few for a BTT (at least %llu)", spec,
			 facts.size, BTT_ARENA_SIZE_MIN);
		if (facts.created)
			unlink(spec);
		btt_ns_close(ns);
		return NULL;
	}
	return ns;
}

struct btt *
cmd_open_btt(struct btt_ns *ns, const char *spec, enum btt_mode mode,
	     const struct cmd_parent *parent)
{
	const struct btt_open_options options = {
		.mode = mode, .start = BTT_START_PROBE, .parent_uuid = cmd_parent_uuid(parent)};
	struct target target;
	struct btt *btt;

	target_set_namespace(&target, spec, ns);
	btt = btt_open(&options, target.facts.size, ns, btt_ns_callbacks(ns));
	if (!btt)
		cmd_fail("%s: %s%s", spec, btt_errormsg(),
			 errno == ENOENT ? content_hint(&target).text : "");
	return btt;
}

error_t
cmd_parse_target(int key, char *arg, struct cmd_target *target)
{
	switch (key) {
	case CMD_KEY_PARENT:
		return cmd_parse_parent(arg, &target->parent);
	case CMD_KEY_FORMAT:
		return cmd_parse_format(arg, &target->as_json);
	case ARGP_KEY_ARG:
		return cmd_take_argument(&target->spec, arg);
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

error_t
cmd_parse_target_alone(int key, char *arg, struct argp_state *state)
{
	return cmd_parse_target(key, arg, state->input);
}

enum cmd_exit
cmd_open_target_namespace(const char *command, struct cmd_target *target, enum btt_ns_mode mode)
{
	if (!target->spec)
		return cmd_usage("%s: no namespace (allowed: a /dev/daxX.Y or a file)", command);
	target->ns = cmd_open_namespace(target->spec, mode, 0, CMD_INSPECT);
	return target->ns ? CMD_OK : CMD_FAILED;
}

enum cmd_exit
cmd_open_target(const char *command, struct cmd_target *target, enum btt_ns_mode mode)
{
	enum cmd_exit code = cmd_open_target_namespace(command, target, mode);

	if (code)
		return code;
	target->btt = cmd_open_btt(target->ns, target->spec,
				   mode == BTT_NS_READ_ONLY ? BTT_READ_ONLY : BTT_READ_WRITE,
				   &target->parent);
	return target->btt ? CMD_OK : CMD_FAILED;
}

void
cmd_close_target(struct cmd_target *target)
{
	if (target->btt)
		btt_fini(target->btt);
	if (target->ns)
		btt_ns_close(target->ns);
}

enum cmd_exit
cmd_finish_output(enum cmd_exit code)
{
	if (!fflush(stdout) && !ferror(stdout))
		return code;
	return cmd_fail("standard output: %s", strerror(errno));
}
