/* SPDX-License-Identifier: BSD-3-Clause */
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "cmd.h"
#include "result/version.h"

static const struct cmd cmds[] = {
	{"run", "runs a job and prints the result", cmd_run},
	{"sweep", "measures jobs with all combinations of some values, and compares them",
	 cmd_sweep},
	{"qualify", "tells if a server passes the gates and limits of a profile", cmd_qualify},
	{"compare", "tells if metrics of saved results are better, worse or the same", cmd_compare},
	{"merge", "adds up the results of one job from many hosts", cmd_merge},
	{"show", "prints saved results in any format", cmd_show},
	{"plot", "draws a plot of saved results", cmd_plot},
	{"report", "makes one HTML page of saved results", cmd_report},
	{"history", "keeps results, and finds changes and regressions in them", cmd_history},
	{"format", "creates a BTT in a namespace", cmd_format},
	{"info", "prints every field of the BTT in a namespace", cmd_info},
	{"check", "checks that the BTT of a namespace is consistent", cmd_check},
	{"verify", "checks the blocks against the stamps of runs with verify=stamp", cmd_verify},
	{"repair", "repairs everything unambiguous", cmd_repair},
	{"read", "copies blocks to standard output", cmd_read},
	{"write", "copies standard input to blocks", cmd_write},
	{"zero", "zeroes blocks", cmd_zero},
	{"list", "lists the persistent memory of this machine", cmd_list},
};

#define CMDS (sizeof(cmds) / sizeof(cmds[0]))

static void
print_help(FILE *out)
{
	fputs("Usage: bttbench COMMAND [OPTION...] [ARGUMENT...]\n"
	      "A Block Translation Table for persistent memory, and its benchmark.\n\n",
	      out);
	for (size_t i = 0; i < CMDS; i++)
		fprintf(out, "  %-8s %s\n", cmds[i].name, cmds[i].summary);
	fputs("\n'bttbench help COMMAND' lists the options.\n"
	      "A namespace is a /dev/daxX.Y, a file, or dram:SIZE.\n"
	      "Exit: 0 good, 1 failed, 2 usage, 3 missed or worse, 4 invalid or inconclusive.\n",
	      out);
}

static const struct cmd *
find(const char *name)
{
	for (size_t i = 0; i < CMDS; i++)
		if (!strcmp(name, cmds[i].name))
			return &cmds[i];
	return NULL;
}

static int
is_help(const char *word)
{
	return !strcmp(word, "help") || !strcmp(word, "--help") || !strcmp(word, "-h");
}

int
main(int argc, char **argv)
{
	const char *name = argc > 1 ? argv[1] : "";
	const struct cmd *cmd = find(name);
	char help[] = "--help";

	/* a write beyond the limit of a file's size fails with EFBIG, and the command says so */
	signal(SIGXFSZ, SIG_IGN);
	if (cmd)
		return (int)cmd->run(argc - 1, argv + 1);
	if (is_help(name) && argc == 2) {
		print_help(stdout);
		return (int)cmd_finish_output(CMD_OK);
	}
	if (is_help(name) && argc > 3)
		return (int)cmd_usage("%s: one argument too many (allowed: one command)", argv[3]);
	if (is_help(name)) {
		name = argv[2];
		cmd = find(name);
		if (cmd)
			return (int)cmd->run(2, (char *[]){argv[2], help, NULL});
	}
	if (!strcmp(name, "--version")) {
		printf("bttbench %s (commit %s)\n", bttbench_version, bttbench_commit);
		return (int)cmd_finish_output(CMD_OK);
	}
	if (!*name)
		return (int)cmd_usage("no command (allowed: see 'bttbench --help')");
	return (int)cmd_usage("%s: no such command (allowed: see 'bttbench --help')", name);
}
