#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# slow.t -- a slow guest may go on; a hung one is ended, and its test says why.
. "$SRC/tests/cli/tap.sh"
. "$SRC/tests/vm/vm.sh"

cat >"$T/inner.t" <<'TEST'
. "$SRC/tests/cli/tap.sh"
. "$SRC/tests/vm/vm.sh"
vm_boot silent mem-ctrl
plan_done
TEST

# the first emulator is real, but never starts its processors; started: one line for each start
qemu=$(command -v qemu-system-x86_64)
mkdir "$T/bin"
cat >"$T/bin/qemu-system-x86_64" <<QEMU
#!/bin/sh
echo >>"$T/started"
[ "\$(wc -l <"$T/started")" -ne 1 ] || set -- -S "\$@"
exec "$qemu" "\$@"
QEMU
chmod 755 "$T/bin/qemu-system-x86_64"
why='no output and hardly any CPU time for 10 s'
busy='\([0-9]+ s, [0-9]+ s of CPU time, [0-9]+ s of waiting for a processor; load average [0-9]'
exits "a guest that hangs fails its test" 1 env "PATH=$T/bin:$PATH" VM_IDLE=10 sh "$T/inner.t"
like "a guest that never got to its scenario is started once more, with a message" "$tap_output" \
	"^# silent: the guest never got to its scenario, so it is started once more: killed, $why $busy"
like "a guest that works for twice the idle time without output may go on" "$tap_output" \
	'^ok 1 - silent: works for 20 s without output$'
like "an idle guest is ended" "$tap_output" '^not ok 2 - silent: the guest ran to its end'
like "... with the reason and the load of the machine" "$tap_output" "^# the guest: killed, $why $busy"
like "... with the kernel's log" "$tap_output" '^# .*Run /init as init process'
is "... and is not started again" "$(wc -l <"$T/started")" 2

exits "a guest that does not get to its scenario fails its test" 1 env VM_START_CPU=1 sh "$T/inner.t"
like "... with the reason" "$tap_output" '^# the guest: killed, the scenario did not begin within 1 s of CPU time \('
exits "a guest that runs for too long fails its test" 1 env VM_LIMIT=2 sh "$T/inner.t"
like "... with the reason" "$tap_output" '^# the guest: killed, still running after 2 s \('
plan_done
