#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
#
# qualify_kill.t -- a qualification that is killed KILLS times (default: 6) at random moments, and goes on each time, has
# the same steps as one that was not: no visit is measured twice, none is missing. Its child of the step recovery ends
# with it, and --resume waits for the lock of that child.
# shellcheck source=tests/cli/tap.sh disable=SC2016 # jq has variables too
. "$SRC/tests/cli/tap.sh"
PMEM_IS_PMEM_FORCE=1
export PMEM_IS_PMEM_FORCE
orphan=$TEST_BIN/fault/orphan.so
[ -e "$orphan" ] || bail "$orphan is not built"

KILLS=${KILLS:-6}
rounds=$((KILLS / 2 + 2)) # of four visits each
cat >"$T/p.ini" <<END
[qualify]
vary = rw=randread,randwrite
vary = bs=512,4096
repeat = $rounds
gate.load <= 100%
gate.governor = any
[global]
precondition=fill
runtime=50ms
interval=50ms
[precondition]
rw=randwrite
[steady-state]
rw=randwrite
steady_state=rounds:2,range:100,slope:100,max:3
[matrix]
rw=randread
[latency]
rw=randrw
repeat=4
[verification]
rw=randrw
verify=stamp
repeat=2
[recovery]
rw=randrw
precondition=none
verify=stamp
repeat=3
END

# visited: the number of visits in the result
visited() {
	jq '[.qualification.steps[].visited] | add' "$T/q/result.json" 2>/dev/null || echo 0
}

# go_on: becomes the process; its messages in $T/err
go_on() {
	exec "$BTTBENCH" qualify "$T/ns" --profile="$T/p.ini" -o "$T/q" --yes --resume >"$T/out" 2>"$T/err"
}

# measured: the visits of the result, with the time of each
measured() {
	jq -c '[.runs[] | [.job, .round, .repeat, .started_at, .elapsed_s]] | sort' "$T/q/result.json" 2>/dev/null || echo '[]'
}

truncate -s 64M "$T/ns"
killed=0 refused=0 lost=0 before=0
earlier='[]'
# random NUMBERS: below this one
random() {
	od -An -N4 -tu4 /dev/urandom | awk -v n="$1" '{print $1 % n}'
}
while [ $killed -lt "$KILLS" ]; do
	go_on &
	pid=$!
	# some visits, so that the kills meet all steps, then a random moment
	want=$((before + $(random 3)))
	for i in $(seq 500); do
		[ "$(visited)" -ge $want ] && break
		kill -0 $pid 2>/dev/null || break
		sleep 0.02
	done
	sleep "0.$(printf '%03d' "$(random 300)")"
	if ! kill -KILL $pid 2>/dev/null; then
		wait $pid 2>/dev/null
		break # it had ended
	fi
	wait $pid 2>/dev/null
	killed=$((killed + 1))
	[ ! -s "$T/err" ] || refused=$((refused + 1))
	# a result that was there is there, with at least the same runs
	now=$(measured)
	[ "$(jq -n --argjson a "$earlier" --argjson b "$now" '$a - $b | length')" = 0 ] || lost=$((lost + 1))
	earlier=$now before=$(visited)
done
ok "it was killed ($killed times, after $before of its visits)" [ $killed -ge 1 ]
is '... and never refused to go on' "$refused $(cat "$T/err")" '0 '
is '... and never lost a run' $lost 0

# hold SECONDS: another process has the lock of the namespace for this time; its pid in $holder
hold() {
	flock -o "$T/ns" sleep "$1" &
	holder=$!
	while flock -n "$T/ns" true; do
		sleep 0.01
	done
}
hold 120
(go_on)
is '--resume gives up after some time: exit 1' $? 1
is '... it says that it waits, and why it ends' "$(cat "$T/err")" "bttbench: $T/ns: in use by another process; --resume waits for 10 s
bttbench: $T/ns: in use by another process"
is '... and changed nothing' "$(measured)" "$earlier"
kill $holder
hold 0.5
(go_on)
status=$?
like 'at last it ends, after a lock that goes away' "$status" '^[04]$' || diag "$(cat "$T/err")"
is '... with no error' "$(cat "$T/err")" ''
is '... every run of before is there' "$(jq -n --argjson a "$earlier" --argjson b "$(measured)" '$a - $b | length')" 0
is '... every step is done' "$(jq -c '[.qualification.steps[] | select(.state != "done") | .name]' "$T/q/result.json")" '["saturation"]'
is '... with every visit' "$(jq -c '[.qualification.steps[] | [.visits, .visited]] | map(select(.[0] != .[1]))' "$T/q/result.json")" '[]'
is '... each job has each of its rounds once' \
	"$(jq -rc '[.runs[] | select(.job != "steady-state") | [.job, .round]] | sort | map(join(" ")) | join(",")' "$T/q/result.json")" \
	"$(for job in 'latency 4' "matrix randread bs=4k $rounds" "matrix randread bs=512 $rounds" "matrix randwrite bs=4k $rounds" "matrix randwrite bs=512 $rounds" \
		'precondition 1' 'verification 2'; do seq -f "${job% *} %g" "${job##* }"; done | paste -sd,)"
is '... one steady state' "$(jq -c '[.steady_state[] | .round]' "$T/q/result.json")" '[1]'
is '... the repeats of each job are numbered without a gap' \
	"$(jq -c '[.runs | group_by(.job)[] | [.[].repeat] == [range(1; length + 1)]] | unique' "$T/q/result.json")" '[true]'
is '... the four files' "$(cd "$T/q" && ls result.json report.html junit.xml summary.txt 2>&1 | wc -l)" 4

# The process is killed before the child has asked for a signal at that moment. As in a unit of systemd, SIGPIPE is
# ignored, so the child does not end with its pipe.
if [ "${VARIANT:-release}" = release ]; then
	sed '/^vary/d; /^\[precondition\]/,/^\[recovery\]/{/^\[recovery\]/!d}' "$T/p.ini" >"$T/one.ini"
	(
		trap '' PIPE
		LD_PRELOAD=$orphan exec "$BTTBENCH" qualify "$T/ns" --profile="$T/one.ini" -o "$T/one" --yes --force >"$T/out" 2>"$T/err"
	)
	is 'a qualification is killed as soon as it has a child' $? 137
	ok '... and the child gives up the namespace' flock -w 10 "$T/ns" true
else
	skip 'a child without parent' 'a sanitizer must be the first library'
fi

plan_done
