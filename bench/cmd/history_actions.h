/* SPDX-License-Identifier: BSD-3-Clause */
/* history_actions.h -- the actions of 'bttbench history'. Each returns the exit code of the command. */
#ifndef BENCH_CMD_HISTORY_ACTIONS_H
#define BENCH_CMD_HISTORY_ACTIONS_H

#include "history_args.h"

enum cmd_exit history_run_add(const struct history_args *args);
enum cmd_exit history_run_list(const struct history_args *args);
enum cmd_exit history_run_show(const struct history_args *args);
enum cmd_exit history_run_trend(const struct history_args *args);
enum cmd_exit history_run_changes(const struct history_args *args);
enum cmd_exit history_run_check(const struct history_args *args);
enum cmd_exit history_run_export(const struct history_args *args);
enum cmd_exit history_run_prune(const struct history_args *args);

#endif
