#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# bttbench run --mpi: ranks run together and rank 0 has the sum; any failure ends all ranks with one line and no file.
# The command lines of docs/fleet.md run here as they stand there.
# shellcheck source=tests/cli/tap.sh disable=SC2016 # jq and job files have variables too
. "$SRC/tests/cli/tap.sh"

[ "${VARIANT:-release}" = release ] || skip_all 'Open MPI is not built for a sanitizer'
mpi=${BTTBENCH%/*}/mpi/bttbench
command -v mpirun >/dev/null || skip_all 'no mpirun (Debian: openmpi-bin)'
[ -x "$mpi" ] || skip_all "no $mpi (Debian: libopenmpi-dev; 'make check' builds it then)"
slow=${BTTBENCH%/*}/tests/cli/slow.so
[ -e "$slow" ] || bail "no $slow (allowed: run me through make check)"

# Open MPI warns of root and of machines without enough slots
OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 OMPI_MCA_rmaps_base_oversubscribe=1 PMEM_IS_PMEM_FORCE=1
export OMPI_ALLOW_RUN_AS_ROOT OMPI_ALLOW_RUN_AS_ROOT_CONFIRM OMPI_MCA_rmaps_base_oversubscribe PMEM_IS_PMEM_FORCE
mkdir "$T/bin" "$T/run" && ln -s "$mpi" "$T/bin/bttbench" || bail 'no folder'
PATH=$T/bin:$PATH
cd "$T/run" || bail 'no folder'

# Kills what a test that failed has left: only processes of this test have its folder.
tap_cleanup() {
	[ -z "${launcher:-}" ] || kill "$launcher" 2>/dev/null
	rm -rf "$T"
}

# ours FILE: the lines of bttbench on standard error, without those of mpirun
ours() {
	grep '^bttbench: ' "$1"
}

# block WORD: the code block of the page that holds the word, without its indent
block() {
	awk -v word="$1" '/^ *$/ {if (found) print text; text = ""; found = 0; next}
		/^    / {text = text substr($0, index($0, $1)) "\n"; if (index($0, word)) found = 1; next}
		{text = ""; found = 0}' "$SRC/docs/fleet.md"
}

# line PATTERN: the command of the page that matches
line() {
	sed -n 's/^ *//p' "$SRC/docs/fleet.md" | grep -E -m 1 -e "^$1" || bail "docs/fleet.md has no line $1"
}

# measured DESCRIPTION STATUS: a result without a message; a busy machine may have made it invalid
measured() {
	like "$1: a result, no message" "$2$(ours err)" '^[04]$'
}

# without a build with MPI
"$BTTBENCH" run --mpi dram:16M >out 2>err
is 'a build without MPI: exit 2' "$?$(cat out)" 2
like '... says how to build one' "$(cat err)" "^bttbench: run: --mpi: this bttbench is built without MPI \\(allowed: a build by 'make MPI=1'"
one_line '... in one line' err
exits '--mpi-each alone: exit 2' 2 "$BTTBENCH" run --mpi-each=x dram:16M

# four ranks on one machine, as on the page
block '[try]' >try.job
# shellcheck disable=SC2086 # words
eval "$(line 'mpirun -n 4 ')" >out 2>err
measured 'four ranks' $?
ok '... the sum is that of the four results, bucket by bucket' python3 "$SRC/tests/cli/sum.py" try.json try.0.json try.1.json try.2.json try.3.json
bttbench show --format=json try.json | cmp -s - try.json
is '... it is read back' $? 0
is '... merge of the four files gives the same' \
	"$(bttbench merge try.0.json try.1.json try.2.json try.3.json -o - | jq -S 'del(.id)' | md5sum)" "$(jq -S 'del(.id)' try.json | md5sum)"
like '... text has each host' "$(cat out)" '^  [^ ]*/4 +(valid|invalid) '
like '... that CPUs are shared is said' "$(jq -r '.verdict.reasons[]' try.json)" \
	'^all 4 hosts.*: 1 of 1 workers share CPUs with workers of other ranks \(oversubscribe=1\)'
is '... all began together' "$(jq '[.hosts[].runs[0].started_at | fromdate] | max - min <= 1' try.json)" true
is '... and had the whole phase' "$(jq '[.hosts[].runs[].elapsed_s] | min >= 0.99' try.json)" true
is '... nothing else is written' "$(ls)" "$(printf '%s\n' err out try.0.json try.1.json try.2.json try.3.json try.job try.json)"

# the other lines of the page
echo localhost >hosts
sed 's/^\[try\]/[rack]/' try.job >rack.job
bttbench format rack.ns --size=64M >/dev/null
eval "$(line 'mpirun --hostfile hosts --map-by ppr:1:node ' | sed "s|/dev/dax0.0|$T/run/rack.ns|")" >out 2>err
measured 'one rank for each server' $?
is '... one host' "$(jq '.hosts | length' rack.json)" 1
block '[node]' | sed "s|/dev/dax|$T/run/dax|" >node.job
bttbench format dax0.0 --size=64M >/dev/null
# this machine may have only one node
eval "$(line 'mpirun --hostfile hosts -n 2 --map-by ppr:1:numa ' | sed 's/ -n 2 / -n 1 /')" >out 2>err
measured 'one rank for each NUMA node' $?
is '... on a namespace for each' "$(jq -r '.namespaces[0].spec' nodes.json)" "$T/run/dax0.0"
for i in 1 2 3 4; do cp try.$((i - 1)).json n$i.json; done
eval "$(line 'bttbench merge')" >out 2>err
measured 'merge' $?
ok 'show' eval "$(line 'bttbench show')"
ok 'report' eval "$(line 'bttbench report') --no-plots"

# ranks ARG...: four ranks that may share CPUs; FILE out, err; $status
ranks() {
	rm -f m.json
	SECONDS=0
	mpirun --bind-to none -n 4 bttbench run --mpi --output=m.json "$@" >out 2>err
	status=$?
}

# the same work as one process does; repeats and steady states
ranks dram:16M --set oversubscribe=1 --set ops=2000 --set repeat=2
is 'ops and repeats: the sum' "$(jq -c '[.runs[] | [.ops[].count] | add]' m.json)" '[8000,8000]'
"$BTTBENCH" run dram:16M --set ops=2000 --set repeat=2 --format=json >one.json 2>err
is '... four times what one process does' "$(jq -c '[.runs[].ops[].count]' m.json)" "$(jq -c '[.runs[].ops[].count * 4]' one.json)"
ranks dram:16M --set oversubscribe=1 --set ops=500 --set steady_state=rounds:2,range:0.001,slope:0.001,max:3
is 'steady state: every rank takes the same rounds' "$(jq -c '[.runs[] | [.ops[].count] | add]' m.json)" '[2000,2000,2000]'

# one host is slow, also before the load
for command in "bttbench run" "env LD_PRELOAD=$slow SLOW_US=1000 bttbench run"; do
	printf '%s' "${sep:-}-n ${n:-3} $command --mpi dram:16M --output=slow.json --set rw=randwrite --set precondition=fill --set runtime=2 --set oversubscribe=1 "
	sep=': ' n=1
done >commands
# shellcheck disable=SC2046 # words
PMEM_NO_MOVNT=1 mpirun --bind-to none $(cat commands) >out 2>err
like 'a slow host is named, with its figure' "$(jq -r '.verdict.reasons[]' slow.json)" \
	'^host [^ ]*/4 stands out in [0-9] of 4 figures, most in write\.p[^ ]*: [0-9.]+ms, [0-9.]+ scaled MADs from the median of the 4 hosts, '
is '... all waited for it before they began' "$(jq '[.hosts[].runs[0].started_at | fromdate] | max - min <= 1' slow.json)" true
unlike '... and no other one by p50' "$(jq -r '.hosts[:3][].figures[] | select(.metric == "write.p50") | .deviation | fabs > 100' slow.json)" true

# failures: one line on standard error, no file
# fails DESCRIPTION STATUS PATTERN: what `ranks` or mpirun left
fails() {
	is "$1: exit $2, nothing printed" "$status$(cat out)" "$2"
	ours err >line
	one_line '... one line' line
	like '... which says why' "$(cat line)" "$3"
	not_ok '... no result' ls m.json
	ok '... at once' [ "$SECONDS" -le 20 ]
}
# others ARG...: three ranks as usual, and one with other arguments
others() {
	rm -f m.json
	SECONDS=0
	mpirun --bind-to none -n 3 bttbench run --mpi --output=m.json --set oversubscribe=1 --set runtime=30 dram:64M : \
		-n 1 "$@" >out 2>err
	status=$?
}
usual='run --mpi --output=m.json --set oversubscribe=1 --set runtime=30'
ranks nothing.job dram:16M
fails 'no job file' 2 '^bttbench: nothing.job: No such file or directory$'
ranks dram:16M --set runtime=30
fails 'workers on one CPU' 1 '^bttbench: ([^ ]* \(rank .*: )?dram:16M: CPU [0-9]+ has a worker of this rank and of another one \(allowed: '
ranks rack.ns --set runtime=30 --set oversubscribe=1
fails 'ranks on one namespace' 1 '^bttbench: .*rack.ns: .*(in use|locked)'
# shellcheck disable=SC2086 # words
others bttbench $usual dram:64M --set seed=9
fails 'another job' 1 '^bttbench: [^ ]* \(rank 3\): dram:64M: not like the first rank: seed: 9, not 1 '
# shellcheck disable=SC2086 # words
others bttbench $usual dram:32M
fails 'another size' 1 '^bttbench: [^ ]* \(rank 3\): dram:32M: not like the first rank: size of the namespace: 33554432, not 67108864 '
# shellcheck disable=SC2086 # words
others bttbench $usual dram:64M --set nfree=64
fails 'another nfree' 1 '^bttbench: [^ ]* \(rank 3\): dram:64M: not like the first rank: nfree: 64, not '
# shellcheck disable=SC2086 # words
others bttbench $usual nothing.ns
fails 'no namespace' 1 '^bttbench: [^ ]* \(rank 3\): nothing.ns: No such file or directory$'
if [ "$(jq -r .clock.source one.json)" != monotonic_raw ]; then
	# shellcheck disable=SC2086 # words
	others env BTTBENCH_CLOCK=monotonic bttbench $usual dram:64M
	fails 'another clock' 1 '^bttbench: [^ ]* \(rank 3\): dram:64M: not like the first rank: clock: monotonic_raw, not '
else
	skip 'another clock' 'this processor has only one'
fi
ranks dram:64M --set oversubscribe=1 --set ops=10 --output=/nowhere/m.json
fails 'rank 0 cannot write' 1 '^bttbench: /nowhere/m.json: No such file or directory$'
for wrong in --dry-run --nonsense; do
	ranks dram:16M $wrong
	fails "run --mpi $wrong" 2 '^bttbench: '
done
for format in 64 32; do
	bttbench format b$format.ns --size=64M --nfree=$format >/dev/null 2>&1
done
rm -f m.json
SECONDS=0
# shellcheck disable=SC2086 # words
mpirun --bind-to none -n 1 bttbench $usual b64.ns : -n 1 bttbench $usual b32.ns >out 2>err
status=$?
fails 'another layout' 1 '^bttbench: [^ ]* \(rank 1\): b32.ns: not like the first rank: (blocks|nfree) of the layout: '

# deaths: killed RANK SIGNAL
killed() {
	rm -f m.json pids
	: >err
	SECONDS=0
	mpirun --bind-to none -n 4 sh -c 'echo "$OMPI_COMM_WORLD_RANK $$" >>pids; exec "$@"' sh \
		bttbench run --mpi --output=m.json --mpi-each=each --status-interval=100ms dram:64M --set runtime=120 --set oversubscribe=1 >out 2>err &
	launcher=$!
	while ! grep -q '^run' err && kill -0 $launcher 2>/dev/null; do sleep 0.1; done
	kill -"$2" "$(awk -v rank="$1" '$1 == rank {print $2}' pids)"
	SECONDS=0
	wait $launcher
	status=$?
	launcher=
	: >out
}
died='^bttbench: run: --mpi: no result: signal 15 \(Terminated\), which mpirun sends when a rank has died$'
killed 2 KILL
ok 'a rank is killed: all end within 10 s' [ $SECONDS -le 10 ]
fails '...' 137 "$died"
like '... mpirun says which one' "$(cat err)" 'rank 2 .* signal 9'
is '... no part of a result is left' "$(ls | grep -e each -e 'm\.json')" ''
is '... no process is left' "$(while read -r _ pid; do tr '\0' ' ' <"/proc/$pid/cmdline"; done <pids 2>/dev/null)" ''
killed 1 TERM
ok 'a rank is terminated: all end within 10 s' [ $SECONDS -le 10 ]
fails '...' 143 "$died"
killed 0 KILL
ok 'rank 0 is killed: all end within 10 s' [ $SECONDS -le 10 ]
is '... and no part of a result is left' "$(ls | grep -e each -e 'm\.json')" ''

plan_done
