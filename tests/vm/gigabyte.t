#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# gigabyte.t -- bttbench on device DAX that is mapped with pages of 1 GiB, in a virtual machine.
. "$SRC/tests/cli/tap.sh"
. "$SRC/tests/vm/vm.sh"

# the kernel keeps the first GiB of each for itself
vm_nvdimm "$T/nv0" 3072 && vm_nvdimm "$T/nv1" 2048
vm_boot gigabyte mem-ctrl "$T/nv0" "$T/nv1"
is "list: size and align" "$(jq -c 'map([.size_bytes, .align_bytes]) | sort' "$T/results/list.json")" \
	'[[1073741824,1073741824],[2147483648,1073741824]]'
is "the result names the page size" "$(jq .namespace.page_bytes "$T/results/run.json")" 1073741824
is "the run is valid, without errors" \
	"$(verdict_here "$T/results/run.json") $(jq '[.runs[].workers[].errors] | add' "$T/results/run.json")" 'valid 0'
plan_done
