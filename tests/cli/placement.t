#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Workers in a real cpuset: the places of the workers and of their memory.
# shellcheck source=tests/cli/tap.sh
. "$SRC/tests/cli/tap.sh"

group=''
tap_cleanup() {
	rm -rf "$T"
	[ -z "$group" ] || rmdir "$group"
}

# the CPUs of this process, one per line
cpus=$(sed -n 's/^Cpus_allowed_list:[[:space:]]*//p' /proc/self/status | tr , '\n' |
	awk -F- '{ for (cpu = $1; cpu <= ($2 == "" ? $1 : $2); cpu++) print cpu }')
last=$(echo "$cpus" | tail -n 1)

run() {
	"$BTTBENCH" run dram:16M --set ops=1000 "$@" --format=json >"$T/r.json" 2>"$T/err"
}

result() {
	jq -c "$1" "$T/r.json"
}

ok 'as many workers as cores' run --set threads=all --set placement=spread
is '... each on its CPU, with its memory on the node' "$(result '[.runs[0].workers[] | .cpu == .cpu_seen, .buffer_node == .node,
	.state_node == .node, .lane_node == .node] | all')" true
cores=$(result '.runs[0].workers | length')
exits 'one more is an error' 1 "$BTTBENCH" run dram:16M --set threads=$((cores + 1)) --set placement=spread --set ops=1
"$BTTBENCH" run dram:16M --set threads=$((cores + 1)) --set placement=spread --set ops=1 >"$T/out" 2>"$T/err"
like '... with the allowed number' "$(cat "$T/err")" "threads=$((cores + 1)): only $cores cores? on .* \(allowed: up to $cores, or oversubscribe=1\)"
ok '... unless they may share one' run --set threads=$((cores + 1)) --set placement=spread --set oversubscribe=1
is '... on the existing cores' "$(result '[.runs[0].workers[].core] | unique | length')" "$cores"

# the affinity of the process: the limit of every placement except a list of CPUs
first=$(echo "$cpus" | head -n 1)
if [ "$first" = "$last" ] || ! command -v taskset >/dev/null; then
	skip 'a smaller affinity' 'one CPU, or no taskset'
else
	taskset -c "$first" "$BTTBENCH" run dram:16M --set ops=1000 --set threads=all --set placement=spread --format=json \
		>"$T/r.json" 2>"$T/err"
	is 'threads=all with an affinity of one CPU: one worker, there' "$(result '[.runs[0].workers[] | .cpu, .cpu_seen]')" "[$first,$first]"
	is '... and the result shows one CPU' "$(result .host.cpus)" 1
	for placement in local spread; do
		exits "... two with placement=$placement are an error" 1 taskset -c "$first" "$BTTBENCH" run dram:16M --set threads=2 \
			--set ops=1 --set placement=$placement
	done
	taskset -c "$first" "$BTTBENCH" run dram:16M --set ops=1000 --set placement=cpus:"$last" --format=json >"$T/r.json" 2>"$T/err"
	is 'a listed CPU outside the affinity: exit 0' "$? $(cat "$T/err")" '0 '
	is '... its worker runs there' "$(result '[.runs[0].workers[] | .cpu, .cpu_seen]')" "[$last,$last]"
	is '... and the verdict is valid' "$(result .verdict.status)" '"valid"'
fi
# the node that the job gives to a namespace
ok 'namespace_node=0: valid for memory' run --set namespace_node=0
is '... the result has the node, and that the job gave it' "$(result '.namespace | [.node, .node_source]')" '[0,"job"]'
ok 'namespace_node=auto' run
is '... memory has the node of its first worker' "$(result '[.namespace.node == .runs[0].workers[0].node, .namespace.node_source]')" '[true,"bound"]'
exits 'namespace_node: a node that the machine lacks' 1 "$BTTBENCH" run dram:16M --set ops=1 --set namespace_node=4000
like '... is named, with the nodes of the machine' "$tap_output" \
	'^bttbench: dram:16M: namespace_node=4000: no such node \(allowed: auto, [0-9,-]+\)$'
printf '[a]\n[b]\nstonewall=1\nnamespace_node=0\n' >"$T/two.job"
exits 'namespace_node: two values for one namespace are a usage error' 2 "$BTTBENCH" run "$T/two.job" dram:16M
like '... that names both' "$tap_output" \
	"^bttbench: namespace_node=0: job 'a' on the same namespace has auto \(allowed: one value for each namespace\)\$"
exits '... also in a sweep' 2 "$BTTBENCH" sweep dram:16M --vary=namespace_node=auto,0 --set ops=1
like '--dry-run prints the key' "$("$BTTBENCH" run dram:16M --set namespace_node=0 --dry-run)" '^namespace_node=0$'

absent=$(($(sed 's/.*[-,]//' /sys/devices/system/cpu/present) + 1))
"$BTTBENCH" run dram:16M --set ops=1 --set placement=cpus:0-$absent:$absent >"$T/out" 2>"$T/err"
is 'a CPU that the machine lacks: exit 1' $? 1
like '... named as missing' "$(cat "$T/err")" "CPU $absent: this machine has no such CPU \(allowed: "
HWLOC_SYNTHETIC='numa:2 core:1 pu:1' "$BTTBENCH" run dram:16M --set ops=1 >"$T/out" 2>"$T/err"
is 'another machine by HWLOC_SYNTHETIC: exit 1' $? 1
like '... the variable is named' "$(cat "$T/err")" '^bttbench: HWLOC_SYNTHETIC=numa:2 core:1 pu:1: not a description of this machine'
one_line '... in one line' "$T/err"
HWLOC_SYNTHETIC="numa:1 core:1 pu:1(indexes=$absent)" HWLOC_THISSYSTEM=1 "$BTTBENCH" run dram:16M --set ops=1 >"$T/out" 2>"$T/err"
is '... even if HWLOC_THISSYSTEM=1 calls it this machine: exit 1' $? 1
like '... the missing CPU is named' "$(cat "$T/err")" "^bttbench: HWLOC_SYNTHETIC=.*: not a description of this machine, which has no CPU $absent on node"
one_line '... in one line' "$T/err"

# in_cpuset COMMAND...: runs with only the last CPU; leaves the group empty
in_cpuset() {
	sh -c 'echo $$ >"$1/cgroup.procs" && shift && exec "$@"' sh "$group" "$@"
}

# make_cpuset: with either version of cgroups; 1 with a reason in $T/err
make_cpuset() {
	if [ -f /sys/fs/cgroup/cgroup.controllers ]; then
		parent=/sys/fs/cgroup
		grep -qw cpuset $parent/cgroup.subtree_control || { echo 'no cpuset controller' >"$T/err"; return 1; }
	else
		parent=/sys/fs/cgroup/cpuset
	fi
	group=$(mktemp -d "$parent/bttbench.XXXXXX" 2>"$T/err") || { group=''; return 1; }
	cat /sys/devices/system/node/online >"$group/cpuset.mems" 2>"$T/err" && echo "$last" >"$group/cpuset.cpus" 2>"$T/err" &&
		in_cpuset true 2>"$T/err"
}

if ! make_cpuset; then
	skip 'a cpuset' "can't be made here: $(tr '\n' ' ' <"$T/err")"
	plan_done
	exit
fi
in_cpuset "$BTTBENCH" run dram:16M --set ops=1000 --set threads=all --set placement=spread --format=json >"$T/r.json" 2>"$T/err"
is 'a cpuset of one CPU' $? 0
is '... has one worker, there' "$(result '[.runs[0].workers[] | .cpu, .cpu_seen]')" "[$last,$last]"
is '... and the result shows one CPU' "$(result .host.cpus)" 1
in_cpuset "$BTTBENCH" run dram:16M --set threads=2 --set ops=1 >"$T/out" 2>"$T/err"
is '... two are an error' $? 1
like '... with the allowed number' "$(cat "$T/err")" 'threads=2: only 1 core .*allowed: up to 1, or oversubscribe=1'
if [ "$last" != "$first" ]; then
	in_cpuset "$BTTBENCH" run dram:16M --set placement=cpus:"$first" --set ops=1 >"$T/out" 2>"$T/err"
	is 'a CPU outside of it: exit 1' $? 1
	like '... named with the cause' "$(cat "$T/err")" "CPU $first: it is outside the cpuset of this process \(allowed: $last\)"
fi
in_cpuset "$BTTBENCH" run dram:16M --set ops=1000 --set threads=2 --set oversubscribe=1 --format=json >"$T/r.json" 2>"$T/err"
is '... unless they share it' "$(result '[.runs[0].workers[].cpu_seen]')" "[$last,$last]"

plan_done
