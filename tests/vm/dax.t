#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# dax.t -- bttbench on real device DAX with two NUMA nodes, in a virtual machine.
. "$SRC/tests/cli/tap.sh"
. "$SRC/tests/vm/vm.sh"

# device NAME JQ: a fact of `list`
device() {
	jq -r --arg name "$1" ".[] | select(.device == \$name) | $2" "$T/results/list.json"
}

test_listed() {
	is "$name: list has mode, size, align and node from sysfs" \
		"$(device "$name" '"\(.mode) \(.size_bytes) \(.align_bytes) \(.node)"')" "devdax $size $align $node"
	is "$name: list has its name at ndctl, and no sectors" "$(device "$name" '"\(.namespace) \(.sector_bytes)"')" \
		"$(jq -r --arg name "$name" '.. | objects | select(.dev and .mode == "devdax" and ([.. | .chardev?] | index($name))) | .dev' \
			"$T/results/ndctl.json") null"
	is "$name: list has the persistence domain" "$(device "$name" .persistence_domain)" "$domain"
	is "$name: no flag is set, no block is bad" \
		"$(device "$name" '[.flags[]] + [.badblocks] | map(tostring) | unique | join(" ")')" "0 false"
	is "$name: the emulated module has no SMART data: null" "$(device "$name" '.health, .modules[0].temperature_c')" \
		"$(printf 'null\nnull')"
}

# near: the node in sysfs; far: the other node
test_placed() {
	for placement in local remote; do
		result=$T/results/run.$name.$placement.json
		wanted=$node
		[ "$placement" = local ] || wanted=$((1 - node))
		is "$name: placement=$placement: every worker, its buffer, statistics and lane on node $wanted" \
			"$(jq -c '[.runs[0].workers[] | .node, .buffer_node, .state_node, .lane_node] | unique' "$result")" "[$wanted]"
		is "$name: placement=$placement: two workers ran on their CPUs" \
			"$(jq '[.runs[0].workers[] | select(.cpu == .cpu_seen)] | length' "$result")" 2
		is "$name: placement=$placement: the result names node, domain and the pages of 2 MiB" \
			"$(jq -r '.namespace | "\(.node) \(.persistence_domain) \(.page_bytes) \(.is_pmem)"' "$result")" \
			"$node $domain 2097152 true"
		is "$name: placement=$placement: valid, without errors" \
			"$(verdict_here "$result") $(jq '[.runs[0].workers[].errors] | add' "$result")" "valid 0"
		like "$name: placement=$placement: libpmem flushes as the domain requires" \
			"$(jq -r .host.libpmem.flush "$result")" "$flush"
	done
}

# boot_with DOMAIN-OF-THE-MACHINE DOMAIN-OF-THE-KERNEL FLUSH
boot_with() {
	domain=$2 flush=$3
	rm -f "$T/nv0" "$T/nv1"
	vm_nvdimm "$T/nv0" 512 labels && vm_nvdimm "$T/nv1" 512 labels
	vm_boot dax "$1" "$T/nv0" "$T/nv1"
	is "each NVDIMM is near its own node" "$(cut -d ' ' -f 2 "$T/results/sysfs.txt" | sort | paste -sd ' ')" "0 1"
	is "list: the NVDIMM that QEMU has on node 0 is near node 0" "$(device "$(cat "$T/results/first.txt")" .node)" 0
	while read -r name node size align; do
		test_listed
		test_placed
	done <"$T/results/sysfs.txt"
	is "list distinguishes system-ram mode from devdax" "$(jq -r 'map(.mode) | join(" ")' "$T/results/list.ram.json")" \
		"devdax system-ram"
}

boot_with mem-ctrl memory_controller '^clwb$'
boot_with cpu cpu_cache '^none \(eADR\)$'
plan_done
