#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# qualify.t -- a qualification of device DAX near and far from its node, in a virtual machine.
. "$SRC/tests/cli/tap.sh"
. "$SRC/tests/vm/vm.sh"

vm_nvdimm "$T/nv0" 256 labels
vm_boot qualify mem-ctrl "$T/nv0"
result=$T/results/near/result.json
node=$(cat "$T/results/node")

# gate STEP NAME: its state
gate() {
	jq -r --arg step "$1" --arg name "$2" \
		'.qualification.gates[] | select(.step == $step and .name == $name) | .state' "$result"
}

for file in result.json report.html junit.xml summary.txt; do
	ok "the folder has $file" [ -s "$T/results/near/$file" ]
done
is "every step of the profile was done" \
	"$(jq -r '[.qualification.steps[] | select(.name != "steady-state" and .state != "done") | .name] | join(" ")' "$result")" ""
for name in armed flags "bad blocks" node "far node"; do
	is "gate of the emulated module before the load: $name" "$(gate preflight "$name")" pass
done
for name in flags "bad blocks"; do
	is "gate after the load: $name" "$(gate post-check "$name")" pass
done
for name in replay contents; do
	is "after a kill: $name" "$(gate recovery "$name")" pass
done
is "the blocks of a verified run are right" "$(gate verification contents)" pass
for side in local remote; do
	wanted=$node
	[ $side = local ] || wanted=$((1 - node))
	is "matrix, $side: workers, their buffers and lanes are on node $wanted" \
		"$(jq -c --arg side "$side" '[.runs[] | select(.job | startswith("matrix") and endswith($side)) | .workers[]
			| .node, .buffer_node, .lane_node] | unique' "$result")" "[$wanted]"
done
is "no gate is red but those of lost time" \
	"$(jq -r '[.qualification.gates[] | select(.state == "fail" and .name != "runs") | "\(.step): \(.name): \(.reason)"] | join("; ")' "$result")" ""
ok "junit.xml is XML" xmllint --noout "$T/results/near/junit.xml"
plan_done
