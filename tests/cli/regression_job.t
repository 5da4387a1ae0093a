#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# The CI job of docs/regressions.md, as it stands there: real runs of this build, and of one with a delay in each op. A busy
# machine matters little: fences do not depend on it, the delay is long, the threshold wide, and a median hardly changes.
# tests/cli/history.t has the change of 10 %.
# shellcheck source=tests/cli/tap.sh
. "$SRC/tests/cli/tap.sh"

slow=$TEST_BIN/../bugs/slow/bttbench
[ -x "$slow" ] || bail 'no slow bttbench (allowed: run me through make check)'
awk '/^```sh$/ {inside = 1; next} /^```$/ {inside = 0} inside' "$SRC/docs/regressions.md" >"$T/job.sh"
is 'the page has one job' "$(grep -c '^#!/bin/sh$' "$T/job.sh")" 1
ok '... of at most 20 lines' [ "$(wc -l <"$T/job.sh")" -le 20 ]

export STORE="$T/store with blanks.db" JOB='dram:32M --set rw=randwrite --set runtime=0.08' CHECK='--metric=fences'

# job: runs it; $status is its exit code, $T/out and $T/err its output
job() {
	sh "$T/job.sh" >"$T/out" 2>"$T/err"
	status=$?
}
results() {
	"$BTTBENCH" history list --store="$STORE" --format=json | jq length
}

job
is 'the first build: exit 0' "$status$(cat "$T/err")" 0
is '... its results are kept' "$(results)" 3
BUILD=17 job
is 'a history that is too short: exit 0' $status 0
like '... and the reason' "$(cat "$T/out")" '^short .*: too few results to say: 3, 7 more are needed$'
is '... with the number of the build' "$("$BTTBENCH" history list --store="$STORE" --format=json | jq -r '.[5].labels')" build=17
job && job
is 'four builds: 12 results' "$(results)" 12
job
is 'the same build again: exit 0' $status 0
like '... it was judged' "$(cat "$T/out")" '^fits .* fences .*, \+0\.0%: 12 results since 1 have '
is '... and is kept' "$(results)" 15
export SLOW_TICKS=50000 CHECK='--metric=write.p50 --threshold=60%'
fast=$BTTBENCH
BTTBENCH=$slow
job
if grep -q '^short' "$T/out"; then
	skip 'a slower build' 'other load changed the speed of this machine within the test'
	plan_done
	exit
fi
is 'a slower build: exit 3' $status 3
like '... and the reason' "$(cat "$T/out")" '^worse .* write.p50 .*, \+[0-9.]+%: [0-9]+ results since [0-9]+ have .*; p 0\.'
BTTBENCH=$fast
is '... it is not kept' "$(results)" 15
BTTBENCH=$slow
ACCEPT=1 job
BTTBENCH=$fast
is 'an accepted one: exit 0' $status 0
is '... is kept' "$(results)" 18
BTTBENCH=$T/none
job
BTTBENCH=$fast
is 'a build that does not run: exit 4' $status 4
is '... leaves no result' "$(results)" 18

plan_done
