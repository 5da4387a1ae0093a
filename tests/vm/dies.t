#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# dies.t -- when a guest dies, its test fails and shows the console.
. "$SRC/tests/cli/tap.sh"
. "$SRC/tests/vm/vm.sh"

# process 1 ends because this scenario does not exist, and the kernel panics
cat >"$T/inner.t" <<'TEST'
. "$SRC/tests/cli/tap.sh"
. "$SRC/tests/vm/vm.sh"
vm_boot no_such_scenario mem-ctrl
plan_done
TEST
exits "its test fails" 1 sh "$T/inner.t"
like "the failed test is named" "$tap_output" '^not ok 1 - no_such_scenario: the guest ran to its end$'
like "the console shows the last script's message" "$tap_output" "^# .*can't open '/no_such_scenario.sh'"
like "... and the kernel's panic" "$tap_output" '^# .*Kernel panic - not syncing: Attempted to kill init'
plan_done
