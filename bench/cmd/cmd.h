/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * cmd.h -- the commands of bttbench, and what they share: exit codes, error lines, arguments,
 * namespaces.
 */
#ifndef BENCH_CMD_H
#define BENCH_CMD_H

#include <argp.h>
#include <errno.h>
#include <stdint.h>

#include "btt.h"
#include "ns.h"

enum cmd_exit {
	CMD_OK = 0,
	CMD_FAILED = 1,
	CMD_USAGE = 2,
	CMD_LIMIT_MISSED = 3,
	CMD_INVALID = 4, /* a measurement that is not to be used */
};

struct cmd {
	const char *name;
	const char *summary;
	/* argv[0] is the command's name */
	enum cmd_exit (*run)(int argc, char **argv);
};

enum cmd_exit cmd_run(int argc, char **argv);
enum cmd_exit cmd_format(int argc, char **argv);
enum cmd_exit cmd_info(int argc, char **argv);
enum cmd_exit cmd_check(int argc, char **argv);
enum cmd_exit cmd_verify(int argc, char **argv);
enum cmd_exit cmd_repair(int argc, char **argv);
enum cmd_exit cmd_read(int argc, char **argv);
enum cmd_exit cmd_write(int argc, char **argv);
enum cmd_exit cmd_zero(int argc, char **argv);
enum cmd_exit cmd_list(int argc, char **argv);

/* "bttbench: <line>" on standard error; returns the exit code */
enum cmd_exit cmd_fail(const char *format, ...) __attribute__((format(printf, 1, 2)));
enum cmd_exit cmd_usage(const char *format, ...) __attribute__((format(printf, 1, 2)));
void cmd_warn(const char *format, ...) __attribute__((format(printf, 1, 2)));

/*
 * Parses argv by `argp` into `input`. --help is printed and ends the program; anything wrong is one
 * line. A parser that has said with cmd_usage what is wrong returns CMD_SAID. CMD_OK or CMD_USAGE.
 */
#define CMD_SAID ECANCELED
enum cmd_exit cmd_parse(const struct argp *argp, int argc, char **argv, void *input);

/* the namespace argument of every command; a second one is too many. For ARGP_KEY_ARG. */
error_t cmd_take_argument(const char **into, char *arg);

/* parses an option's size or number with a line that names it; 0 or CMD_SAID, as argp wants */
error_t cmd_parse_size(const char *option, const char *text, uint64_t *out);
error_t cmd_parse_number(const char *option, const char *text, uint64_t least, uint64_t most,
			 uint64_t *out);

/* an option's uuid; *into = `uuid` then. 0 or CMD_SAID */
error_t cmd_parse_uuid(const char *option, const char *text, uint8_t uuid[16],
		       const uint8_t **into);

/* --parent-uuid of every command that opens a BTT */
struct cmd_parent {
	uint8_t uuid[16];
	int is_given;
};
#define CMD_KEY_PARENT 0x7001
#define CMD_OPTION_PARENT                                                                   \
	{                                                                                   \
		"parent-uuid", CMD_KEY_PARENT, "UUID", 0,                                   \
			"The uuid of the namespace. A layout with another one is an error " \
			"(default: the uuid of the "                                        \
			"PMEMBLK pool, or the one in the layout)",                          \
			0                                                                   \
	}
error_t cmd_parse_parent(const char *text, struct cmd_parent *parent);
/* NULL: not given, as the library wants it */
const uint8_t *cmd_parent_uuid(const struct cmd_parent *parent);

/*
 * What the commands that look at a BTT as it is have in common: NS and --parent-uuid. `ns` and `btt` are NULL
 * until opened.
 */
struct cmd_target {
	const char *spec;
	struct cmd_parent parent;
	struct btt_ns *ns;
	struct btt *btt;
};

/* takes these two out of a parser's `default:` branch; ARGP_ERR_UNKNOWN for any other key */
error_t cmd_parse_target(int key, char *arg, struct cmd_target *target);

/*
 * The namespace, and with cmd_open_target the BTT in it too. CMD_OK, or the exit code after the line that says
 * why not; cmd_close_target is right after either.
 */
enum cmd_exit cmd_open_target_namespace(const char *command, struct cmd_target *target,
					enum btt_ns_mode mode);
enum cmd_exit cmd_open_target(const char *command, struct cmd_target *target,
			      enum btt_ns_mode mode);
void cmd_close_target(struct cmd_target *target);

/*
 * Opens "dram:SIZE" or a path; NULL after cmd_fail's line. dram is refused where `purpose` is to
 * look at what is there: it is always empty.
 */
enum cmd_purpose { CMD_LOAD, CMD_INSPECT };
struct btt_ns *cmd_open_namespace(const char *spec, enum btt_ns_mode mode, uint64_t create_size,
				  enum cmd_purpose purpose);

/* opens the BTT that is in `ns`; NULL after cmd_fail's line */
struct btt *cmd_open_btt(struct btt_ns *ns, const char *spec, enum btt_mode mode,
			 const struct cmd_parent *parent);

/* flushes standard output; CMD_FAILED with a line when what was printed did not get there */
enum cmd_exit cmd_finish_output(enum cmd_exit code);

#endif
