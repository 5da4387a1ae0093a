#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# dies.t -- a guest that dies fails its test, and its console is shown.
. "$SRC/tests/cli/tap.sh"
. "$SRC/tests/vm/vm.sh"

# process 1 ends where it finds no such scenario, and the kernel panics
cat >"$T/inner.t" <<'TEST'
. "$SRC/tests/cli/tap.sh"
. "$SRC/tests/vm/vm.sh"
vm_boot no_such_scenario mem-ctrl
plan_done
TEST
exits "its test fails" 1 sh "$T/inner.t"
like "by name" "$tap_output" '^not ok 1 - no_such_scenario: the guest came to its end$'
like "the console says what the last script said" "$tap_output" "^# .*can't open '/no_such_scenario.sh'"
like "... and what the kernel did" "$tap_output" '^# .*Kernel panic - not syncing: Attempted to kill init'
plan_done
