#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Text and status line on terminals of several widths: nothing wraps.
# shellcheck source=tests/cli/tap.sh
. "$SRC/tests/cli/tap.sh"

command -v script >/dev/null || skip_all 'no script(1) for a terminal'

cat >"$T/jobs.job" <<'END'
[global]
rw=randrw
runtime=300ms
oversubscribe=1
[a job with a name of sixty-three characters, which is the most.]
rate_iops=1k
repeat=2
[two]
repeat=2
END

# on COLUMNS ARG...: runs bttbench on a terminal; standard output and standard error are both there
on() {
	columns=$1
	shift
	script -qec "stty cols $columns rows 24; $BTTBENCH $*" "$T/typescript" >"$T/null" </dev/null
	sed '1d; $d' "$T/typescript"
}

# updates: each update of the status line, a line each, without its escape sequences
updates() {
	tr '\r' '\n' | sed 's/\x1b\[[0-9;]*[A-Za-z]//g' | grep -E '(^|: )(run|ramp) [0-9hms]+(,|$)'
}

# longest: the number of columns of the longest line of standard input
longest() {
	tr -d '\r' | sed 's/.*\x1b\[[0-9;]*[A-Za-z]//' | awk '{ if (length($0) > most) most = length($0) } END { print most + 0 }'
}

for columns in 40 60 80 120; do
	on $columns run "$T/jobs.job" dram:32M -v --status-interval=20ms >"$T/out"
	updates <"$T/out" >"$T/updates"
	ok "$columns columns: there are status lines" [ "$(wc -l <"$T/updates")" -ge 2 ]
	ok "... which leave the last column free ($(longest <"$T/updates"))" [ "$(longest <"$T/updates")" -lt "$columns" ]
	ok "... no line of the result is longer ($(longest <"$T/out"))" [ "$(longest <"$T/out")" -le "$columns" ]
	like '... and the result is there' "$(tr -d '\r' <"$T/out")" '^verdict '
done
like 'in 120 columns each kind has its IOPS' "$(on 120 run dram:32M --set runtime=300ms --status-interval=50ms | updates)" \
	'^run .*ETA .*read .*IOPS, p99 .*; write .*IOPS, p99 .*; zero .*IOPS, p99 '
on 0 run dram:32M --set runtime=300ms --status-interval=20ms >"$T/out"
ok 'a terminal of unknown width counts as 80 columns' [ "$(longest <"$T/out")" -le 80 ]
like '... which is enough for the p99 of each kind' "$(updates <"$T/out")" '^run .*ETA .* IOPS; p99 read .*, write .*, zero .*'
COLUMNS=200 "$BTTBENCH" run dram:32M --set runtime=300ms --set repeat=2 -v >"$T/out"
ok 'a pipe has 80 columns, even if the shell has more' [ "$(longest <"$T/out")" -le 80 ]
is '... with nothing that moves a cursor' "$(tr -d '\n[:print:]' <"$T/out" | wc -c)" 0

# --verbose
ok 'without -v: one block for both repeats' [ "$("$BTTBENCH" run dram:32M --set ops=100 --set repeat=2 | grep -c '^run ')" -eq 1 ]
for option in -v --verbose; do
	ok "with $option: one for each, too" [ "$("$BTTBENCH" run dram:32M --set ops=100 --set repeat=2 $option | grep -c '^run ')" -eq 3 ]
done
unlike 'a run that is over at once prints no nan' "$("$BTTBENCH" run dram:32M --set ops=1 --set repeat=3 --set rw=read -v)" '[ -]nan'

plan_done
