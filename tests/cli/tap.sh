# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=sh
#
# tap.sh -- TAP output for shell tests; source it: `. "$SRC/tests/cli/tap.sh"`.
#
# $T is a scratch folder, in /dev/shm if it exists; it is removed at exit. Every test function returns 0 when the test
# passed and 1 otherwise, and prints the reason as TAP comments on standard output.

if [ -z "${BTTBENCH:-}" ] || [ -z "${SRC:-}" ]; then
	echo "Bail out! BTTBENCH and SRC are not set: run me through 'make check'"
	exit 1
fi

# a sanitizer's own exit status, so that a test can't take a finding for an expected error
TAP_SANITIZER_EXIT=125
ASAN_OPTIONS="${ASAN_OPTIONS:-}:exitcode=$TAP_SANITIZER_EXIT"
LSAN_OPTIONS="${LSAN_OPTIONS:-}:exitcode=$TAP_SANITIZER_EXIT"
UBSAN_OPTIONS="${UBSAN_OPTIONS:-}:print_stacktrace=1:exitcode=$TAP_SANITIZER_EXIT"
TSAN_OPTIONS="${TSAN_OPTIONS:-}:exitcode=$TAP_SANITIZER_EXIT"
export ASAN_OPTIONS LSAN_OPTIONS UBSAN_OPTIONS TSAN_OPTIONS

tap_count=0
tap_failed=0
if [ -d /dev/shm ] && [ -w /dev/shm ]; then
	T=$(mktemp -d /dev/shm/bttbench-test.XXXXXX) || exit 1
else
	T=$(mktemp -d) || exit 1
fi
tap_cleanup() {
	rm -rf "$T"
}
trap tap_cleanup EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

# tap_result STATUS DESCRIPTION: prints one test line
tap_result() {
	tap_count=$((tap_count + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $tap_count - $2"
		return 0
	fi
	tap_failed=$((tap_failed + 1))
	echo "not ok $tap_count - $2"
	return 1
}

# diag TEXT...: prints comment lines
diag() {
	printf '%s\n' "$*" | sed 's/^/# /'
}

# ok DESCRIPTION COMMAND...: the command exits with 0; its output is shown otherwise
ok() {
	tap_description=$1
	shift
	tap_output=$("$@" 2>&1)
	tap_status=$?
	tap_result "$tap_status" "$tap_description" && return 0
	diag "exit $tap_status: $*"
	[ -z "$tap_output" ] || diag "$tap_output"
	return 1
}

# not_ok DESCRIPTION COMMAND...: the command exits with another status than 0, and neither a signal nor a sanitizer ends
# it
not_ok() {
	tap_description=$1
	shift
	tap_output=$("$@" 2>&1)
	tap_status=$?
	[ "$tap_status" -gt 0 ] && [ "$tap_status" -lt "$TAP_SANITIZER_EXIT" ]
	tap_result $? "$tap_description" && return 0
	diag "exit $tap_status: $*"
	[ -z "$tap_output" ] || diag "$tap_output"
	return 1
}

# exits DESCRIPTION STATUS COMMAND...: the command exits with exactly this status
exits() {
	tap_description=$1
	tap_want=$2
	shift 2
	tap_output=$("$@" 2>&1)
	tap_status=$?
	[ "$tap_status" -eq "$tap_want" ]
	tap_result $? "$tap_description" && return 0
	diag "exit $tap_status, want $tap_want: $*"
	[ -z "$tap_output" ] || diag "$tap_output"
	return 1
}

# is DESCRIPTION GOT WANT: both texts are equal
is() {
	[ "$2" = "$3" ]
	tap_result $? "$1" && return 0
	diag "got:  $2"
	diag "want: $3"
	return 1
}

# like DESCRIPTION GOT REGEX: a line matches the extended regular expression
like() {
	printf '%s\n' "$2" | grep -Eq -e "$3"
	tap_result $? "$1" && return 0
	diag "got:  $2"
	diag "want: /$3/"
	return 1
}

# unlike DESCRIPTION GOT REGEX: no line matches
unlike() {
	! printf '%s\n' "$2" | grep -Eq -e "$3"
	tap_result $? "$1" && return 0
	diag "got:      $2"
	diag "want not: /$3/"
	return 1
}

# one_line DESCRIPTION FILE: exactly one line, and it is not empty
one_line() {
	[ "$(wc -l <"$2")" -eq 1 ] && [ -n "$(cat "$2")" ] && [ "$(tail -c 1 "$2" | wc -l)" -eq 1 ]
	tap_result $? "$1" && return 0
	diag "$(wc -l <"$2") lines:"
	diag "$(cat "$2")"
	return 1
}

# same DESCRIPTION FILE FILE: both files have the same bytes
same() {
	ok "$1" cmp "$2" "$3"
}

# until_phase PHASE COMMAND...: starts it as $pid, with its messages in $T/status, and returns when its status line begins
# with the phase, a regular expression, or it has ended
until_phase() {
	tap_phase=$1
	shift
	: >"$T/status" # an earlier process had this phase, too
	"$@" 2>"$T/status" &
	pid=$!
	while kill -0 $pid 2>/dev/null && ! grep -q "^$tap_phase" "$T/status"; do sleep 0.01; done
}

# may_lose_time COMMAND...: runs it; exit code 4 of a run that a busy machine made invalid is no failure
may_lose_time() {
	"$@" || [ $? -eq 4 ]
}

# only_disturbed RESULT: others took the CPU from each of its invalid runs, by the reasons and by the times of the workers,
# and no run has another fault
only_disturbed() {
	jq -e '([.runs[] | select(.status == "invalid")] | length > 0 and all(.[]; .elapsed_s as $e | .disturbance as $d
		| (.reasons | any(test("(kept off its CPU|took the CPUs|stopped this process).*invalid beyond"))
			and (any(test("verify=stamp|ops failed|ran on|missed its schedule|asked for|no op succeeded|zeroes found.*invalid")) | not))
		and (any(.workers[]; .user_s + .system_s < 0.91 * $e) or $d.steal_s > 0.1 * $e or $d.throttled_s > 0.1 * $e)))
		and all(.runs[]; .status | IN("valid", "invalid", "interrupted"))
		and (.verdict.reasons | any(test("ended by an error")) | not)' "$1" >/dev/null 2>&1
}

# is_done STATUS RESULT: exit 0, or 4 because others took the CPU
is_done() {
	[ "$1" -eq 0 ] || { [ "$1" -eq 4 ] && only_disturbed "$2"; }
}

# first_cpu: a CPU that this process may use
first_cpu() {
	sed -n 's/^Cpus_allowed_list:[[:space:]]*\([0-9]*\).*/\1/p' /proc/self/status
}

# skip DESCRIPTION REASON: skips one test that can't run here
skip() {
	tap_count=$((tap_count + 1))
	echo "ok $tap_count - $1 # SKIP $2"
}

# skip_all REASON: skips all tests of the file; call it before the first test
skip_all() {
	echo "$1"
	exit 77
}

# bail REASON: ends the file because its tests can't continue
bail() {
	echo "Bail out! $*"
	exit 1
}

# plan_done: the last line of every test file
plan_done() {
	echo "1..$tap_count"
	[ "$tap_failed" -eq 0 ]
}
