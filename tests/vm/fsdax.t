#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# fsdax.t -- bttbench on files of ext4 and XFS, on emulated NVDIMMs with and without DAX, and after the machine was killed.
. "$SRC/tests/cli/tap.sh"
. "$SRC/tests/vm/vm.sh"

facts='[.namespace | .file_system, .is_pmem, .map_sync, .page_bytes, .persistence_domain]'
vm_nvdimm "$T/nv0" 128 && vm_nvdimm "$T/nv1" 32 && vm_nvdimm "$T/nv2" 352
vm_boot fsdax mem-ctrl "$T/nv0" "$T/nv1" "$T/nv2"
pmem=$(cat "$T/results/pmem")
is "ext4: the result names file system, flush, MAP_SYNC and domain; the kernel tells no page size" \
	"$(jq -c "$facts" "$T/results/ext4.json")" '["ext4",true,true,null,"memory_controller"]'
is "ext4: the result names the device" "$(jq -r .namespace.device "$T/results/ext4.json")" "$pmem"
is "ext4: the run is valid" "$(verdict_here "$T/results/ext4.json")" valid
is "list has device, mode, file system, folder and DAX option" \
	"$(jq -c ".[] | select(.file_system) | [.device, .mode, .file_system, .mount_point, .dax]" "$T/results/list.json")" \
	"[\"$pmem\",\"fsdax\",\"ext4\",\"/mnt\",\"always\"]"
is "ext4 without DAX: the result says so" "$(jq -c "$facts" "$T/results/never.json" | cut -d , -f 1-3)" '["ext4",false,false'
one_line "ext4 without DAX: one line" "$T/results/never.err"
like "... says what to do" "$(cat "$T/results/never.err")" \
	"^bttbench: /mnt/ns: ext4 on $pmem does not use DAX for this file; the run measures msync \\(.*dax=always.*\\)$"
for result in xfs shared; do
	is "XFS, $result: the result names file system, flush and MAP_SYNC" \
		"$(jq -c "$facts" "$T/results/$result.json")" '["xfs",true,true,null,"memory_controller"]'
	is "XFS, $result: the run is valid" "$(verdict_here "$T/results/$result.json")" valid
done
is "a run beside an announced bad page has no errors" "$(jq '[.runs[].workers[].errors] | add' "$T/results/poison.json")" 0

rm "$T/nv0" "$T/nv1" "$T/nv2"
vm_nvdimm "$T/nv0" 64 && vm_nvdimm "$T/nv1" 32
vm_kill_load "ext4: killed" fsdax_load mem-ctrl "$T/nv0" "$T/nv1"
vm_boot fsdax_again mem-ctrl "$T/nv0" "$T/nv1"
plan_done
