/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * cmd.h -- the commands of bttbench and the parts they share: exit codes, messages, arguments,
 * namespaces.
 *
 * A function below that fails has printed one line on standard error.
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
	CMD_LIMIT_MISSED = 3, /* compare: something is worse */
	CMD_INVALID = 4,      /* the measurement is invalid or inconclusive */
	CMD_ENDED = 5,        /* within run --mpi only: another rank or a signal ends this one */
	CMD_SIGNAL = 128,     /* plus the number of the signal that ended the run early */
};

struct cmd {
	const char *name;
	const char *summary;
	/* argv[0] is the command's name */
	enum cmd_exit (*run)(int argc, char **argv);
};

enum cmd_exit cmd_run(int argc, char **argv);
enum cmd_exit cmd_sweep(int argc, char **argv);
enum cmd_exit cmd_qualify(int argc, char **argv);
enum cmd_exit cmd_compare(int argc, char **argv);
enum cmd_exit cmd_merge(int argc, char **argv);
enum cmd_exit cmd_show(int argc, char **argv);
enum cmd_exit cmd_plot(int argc, char **argv);
enum cmd_exit cmd_report(int argc, char **argv);
enum cmd_exit cmd_history(int argc, char **argv);
enum cmd_exit cmd_format(int argc, char **argv);
enum cmd_exit cmd_info(int argc, char **argv);
enum cmd_exit cmd_check(int argc, char **argv);
enum cmd_exit cmd_verify(int argc, char **argv);
enum cmd_exit cmd_repair(int argc, char **argv);
enum cmd_exit cmd_read(int argc, char **argv);
enum cmd_exit cmd_write(int argc, char **argv);
enum cmd_exit cmd_zero(int argc, char **argv);
enum cmd_exit cmd_list(int argc, char **argv);

/*
 * Print "bttbench: LINE" on standard error; control characters become '?', so that it stays one line.
 * cmd_fail returns CMD_FAILED, cmd_usage CMD_USAGE.
 */
enum cmd_exit cmd_fail(const char *format, ...) __attribute__((format(printf, 1, 2)));
enum cmd_exit cmd_usage(const char *format, ...) __attribute__((format(printf, 1, 2)));
void cmd_warn(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* A parser returns CMD_SAID after it printed an error with cmd_usage, so that cmd_parse prints no second one. */
#define CMD_SAID ECANCELED

/*
 * Parses argv with `argp`; its parser gets `input` as state->input. --help and -h print the help and exit the process.
 * Opens /dev/null on closed standard streams, and checks the environment variables of bttbench. Returns CMD_OK,
 * CMD_USAGE, or CMD_FAILED when memory runs out.
 */
enum cmd_exit cmd_parse(const struct argp *argp, int argc, char **argv, void *input);

/* For ARGP_KEY_ARG: the command's only argument, a namespace. Returns 0 or CMD_SAID. */
error_t cmd_take_argument(const char **into, char *arg);

/*
 * Parse the value of `option`, which the error line names. Return 0 or CMD_SAID. cmd_parse_count accepts `least` to
 * `most`; k, M, G and T are powers of 1000 as in a job.
 */
error_t cmd_parse_size(const char *option, const char *text, uint64_t *out);
error_t cmd_parse_count(const char *option, const char *text, uint64_t least, uint64_t most,
			uint64_t *out);

/* Parses the value of --status-interval, in nanoseconds above 0. Returns 0 or CMD_SAID. */
error_t cmd_parse_interval(const char *text, uint64_t *ns);

/* Like cmd_parse_size; on success *into points to `uuid`. */
error_t cmd_parse_uuid(const char *option, const char *text, uint8_t uuid[16],
		       const uint8_t **into);

/* --format of the commands that print text or JSON. Returns 0 or CMD_SAID. */
#define CMD_KEY_FORMAT 0x7101
#define CMD_OPTION_FORMAT                                                        \
	{                                                                        \
		"format", CMD_KEY_FORMAT, "NAME", 0, "text (default) or json", 0 \
	}
error_t cmd_parse_format(const char *name, int *as_json);

/* --format of the commands that print a result: one of output/output.h. Returns 0 or CMD_SAID. */
struct output_ops;
error_t cmd_parse_output(const char *name, const struct output_ops **into);

/* --metric: parses the name of a metric. Returns 0 or CMD_SAID. */
struct metric;
error_t cmd_parse_metric(const char *name, struct metric *metric);

/* Prints a result as 'bttbench show' does; `name` stands for its file in messages. */
struct result;
enum cmd_exit cmd_show_result(const struct output_ops *format, char *name,
			      const struct result *result);

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
/* NULL when the option was not given: the library then takes the default. */
const uint8_t *cmd_parent_uuid(const struct cmd_parent *parent);

/*
 * The arguments of commands that work on an existing BTT: NS, --parent-uuid and --format. `ns` and `btt` are NULL until
 * opened.
 */
struct cmd_target {
	const char *spec;
	struct cmd_parent parent;
	int as_json;
	struct btt_ns *ns;
	struct btt *btt;
};

/* For the `default:` branch of a parser: parses NS and the two options. ARGP_ERR_UNKNOWN for any other key. */
error_t cmd_parse_target(int key, char *arg, struct cmd_target *target);

/* The parser of a command without other options; its input is a struct cmd_target. */
error_t cmd_parse_target_alone(int key, char *arg, struct argp_state *state);

/*
 * Open the namespace; cmd_open_target also opens the BTT in it. `command` is for the error line. Call cmd_close_target
 * after success and after failure.
 */
enum cmd_exit cmd_open_target_namespace(const char *command, struct cmd_target *target,
					enum btt_ns_mode mode);
enum cmd_exit cmd_open_target(const char *command, struct cmd_target *target,
			      enum btt_ns_mode mode);
void cmd_close_target(struct cmd_target *target);

/* CMD_INSPECT commands read an existing BTT; "dram:SIZE" is always empty, so it is an error for them. */
enum cmd_purpose { CMD_LOAD, CMD_INSPECT };

/*
 * Opens "dram:SIZE" or a path. With `create_size` != 0 a missing file is created with that size, and an existing file
 * must have it. Returns NULL after an error line.
 */
struct btt_ns *cmd_open_namespace(const char *spec, enum btt_ns_mode mode, uint64_t create_size,
				  enum cmd_purpose purpose);

/* Opens the BTT in `ns`. Returns NULL after an error line. */
struct btt *cmd_open_btt(struct btt_ns *ns, const char *spec, enum btt_mode mode,
			 const struct cmd_parent *parent);

/* Flushes standard output. Returns `code`, or CMD_FAILED when some output was lost. */
enum cmd_exit cmd_finish_output(enum cmd_exit code);

#endif
