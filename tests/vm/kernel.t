#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# kernel.t -- the kernel's BTT and ours on the same images, both ways: one makes the layout, one writes, and the other
# one reads exactly these blocks.
#
#   image  labels  laid out by   sectors
#   0, 1   no      bttbench      4096, 512
#   2, 3   no      the kernel    512, 4096
#   4, 5   yes     the kernel    512, 4096; 5 again by bttbench for the second boot
#   6, 7   no      over old data, in the first boot alone: 6 by bttbench, 7 by the kernel; blocks of 7 are zeroed
#   6, 7   no      in the second boot: 6 is device DAX, 7 the kernel's, for one job file that measures both; 7 is damaged first, and
#                  the checks of all other images must notice such damage
. "$SRC/tests/cli/tap.sh"
. "$SRC/tests/vm/vm.sh"
export PMEM_IS_PMEM_FORCE=1
MIB=32

info() {
	"$BTTBENCH" info "$T/nv$1" --format=json
}

# sum IMAGE: the checksum of all blocks; if they can't be read, a text that equals no checksum
sum() {
	if "$BTTBENCH" read "$T/nv$1" --count="$(info "$1" | jq .btt.nlba)" >"$T/sum.blocks" && [ -s "$T/sum.blocks" ]; then
		md5sum <"$T/sum.blocks"
	else
		echo "unreadable $(date +%N)"
	fi
}

# fill IMAGE: writes every block
fill() {
	blocks=$(info "$1" | jq '.btt.nlba * .btt.lbasize')
	head -c "$blocks" /dev/urandom >"$T/blocks"
	ok "image $1: every block is written" "$BTTBENCH" write "$T/nv$1" <"$T/blocks"
	is "image $1: ... and reads as written" "$(sum "$1")" "$(md5sum <"$T/blocks")"
}


# ndctl and bttbench use different names for the same fields
test_info_block() {
	is "image $1: info agrees with ndctl read-infoblock" \
		"$(info "$1" | jq -cS '.btt.arenas[0] | {signature: "BTT_ARENA_INFO", uuid, parent_uuid, flags,
			version: "\(.major).\(.minor)", external_lbasize, external_nlba, internal_lbasize, internal_nlba,
			nfree, infosize, nextoff, dataoff, mapoff, logoff: .flogoff, info2off: .infooff}')" \
		"$(jq -cS '.[0] | del(.dev)' "$T/results/infoblock.$1")"
}

test_written_by_kernel() {
	ok "image $1: check is clean after the kernel" "$BTTBENCH" check "$T/nv$1"
	is "image $1: every block reads as the kernel wrote it" "$(sum "$1")" "$(cat "$T/results/md5.$1")"
}

test_labels() {
	uuid=$(cat "$T/results/uuid.$1")
	is "image $1: the layout names its namespace" "$(info "$1" | jq -r .btt.parent_uuid)" "$uuid"
	ok "image $1: ... and check accepts it as --parent-uuid" "$BTTBENCH" check "$T/nv$1" --parent-uuid="$uuid"
	not_ok "image $1: ... and rejects another uuid" "$BTTBENCH" check "$T/nv$1" --parent-uuid="$(cat /proc/sys/kernel/random/uuid)"
}

run_mixed() {
	ok "image $1: a mixed run with every read checked succeeds" may_lose_time "$BTTBENCH" run "$T/nv$1" --set verify=stamp --set rw=randrw \
		--set rwmix=read:40,write:50,zero:10 --set threads=2 --set runtime=1 --set precondition=none \
		--output="$T/run.json"
	is "image $1: the run is valid" "$(verdict_here "$T/run.json")" valid
}

# lay_out_labelled IMAGE: the labels at the end of the file do not belong to the namespace
lay_out_labelled() {
	size=$(stat -c %s "$T/nv$1")
	tail -c "$VM_LABEL" "$T/nv$1" >"$T/labels"
	truncate -s $((size - VM_LABEL)) "$T/nv$1"
	ok "image $1: bttbench lays out version 2.0 for the label's namespace" "$BTTBENCH" format "$T/nv$1" --force \
		--flavour=uefi --lbasize=4096 --parent-uuid="$(cat "$T/results/uuid.$1")"
	cat "$T/labels" >>"$T/nv$1"
}

# double_block IMAGE: makes a layout with its first two blocks in one place
double_block() {
	"$BTTBENCH" format "$T/nv$1" --flavour=kernel --lbasize=4096 >/dev/null
	head -c 4096 /dev/urandom | "$BTTBENCH" write "$T/nv$1"
	map=$(info "$1" | jq '.btt.arenas[0] | .start + .mapoff')
	dd if="$T/nv$1" of="$T/nv$1" bs=4 count=1 skip=$((map / 4)) seek=$((map / 4 + 1)) conv=notrunc 2>/dev/null
	not_ok "image $1: check notices two blocks in one place" "$BTTBENCH" check "$T/nv$1"
	like "image $1: ... and names the damage" "$tap_output" "its block also belongs to"
}

for image in 0 1 2 3; do
	vm_nvdimm "$T/nv$image" $MIB
done
for image in 4 5; do
	vm_nvdimm "$T/nv$image" $MIB labels
done
ok "image 0: bttbench makes the layout" "$BTTBENCH" format "$T/nv0" --flavour=kernel --lbasize=4096
ok "image 1: bttbench makes the layout" "$BTTBENCH" format "$T/nv1" --flavour=kernel --lbasize=512
for image in 0 1; do
	fill $image
	cp --sparse=always "$T/nv$image" "$T/before$image"
done
for image in 6 7; do
	head -c ${MIB}M /dev/urandom >"$T/nv$image"
done
ok "image 6: bttbench makes the layout over old data" "$BTTBENCH" format "$T/nv6" --force --flavour=kernel --lbasize=4096

vm_boot kernel mem-ctrl "$T"/nv?
for image in 0 1; do
	is "image $image: the kernel reads every block as written by bttbench" "$(cat "$T/results/found.$image")" \
		"$(mv "$T/before$image" "$T/nv9" && sum 9)"
done
rm "$T/nv9"
is "image 6: the kernel reads zeros and no old data" "$(cat "$T/results/found.6")" \
	"$(head -c "$(info 6 | jq '.btt.nlba * .btt.lbasize')" /dev/zero | md5sum)"
is "image 7: five map entries are zero, all others initial, as the kernel left them" \
	"$(info 7 | jq -c '.btt.arenas[0] | [.usage.map_zero, .external_nlba - .usage.map_initial]')" "[5,5]"
is "image 7: ... and read as data" "$(info 7 | jq -r '.btt.arenas[0].map_initial_reads_as')" data
is "image 7: blocks read as the kernel reads them: old data, and zeros where bttbench zeroed" "$(sum 7)" \
	"$(cat "$T/results/found.7")"
rm "$T/nv6" "$T/nv7"
for image in 0 1 2 3 4 5; do
	test_written_by_kernel $image
	test_info_block $image
done
test_labels 4
test_labels 5

lay_out_labelled 5
fill 5
for image in 0 1 2 3 4; do
	run_mixed $image
done
for image in 0 1 2 3 4 5; do
	sum $image >"$T/sum.$image"
done

vm_nvdimm "$T/nv6" $MIB && vm_nvdimm "$T/nv7" $MIB
double_block 7
vm_boot kernel_again mem-ctrl "$T"/nv?
for image in 0 1 2 3 4 5; do
	is "image $image: the kernel reads every block as bttbench wrote it" "$(cat "$T/results/found.$image")" \
		"$(cat "$T/sum.$image")"
	[ "$(cat "$T/results/large.$image")" = 0 ] ||
		diag "image $image: in reads of more than a sector the kernel loses the sectors after a zero block"
	test_info_block $image
done
for image in 0 1 2 3 4; do
	ok "image $image: check is clean" "$BTTBENCH" check "$T/nv$image"
	is "image $image: every block is unchanged" "$(sum $image)" "$(cat "$T/sum.$image")"
done
test_written_by_kernel 5
test_labels 5

# beside JQ: one value per job, from the result for the kernel's BTT and ours
beside() {
	jq -c "[.runs[] | $1]" "$T/results/beside.json"
}
is "one job file: there is one run on each" "$(beside .job)" '["kernel","user"]'
is "one job file: each run has all three kinds of ops" \
	"$(beside '[.ops.read.count, .ops.write.count, .ops.zero.count] | map(. > 0) | all')" '[true,true]'
is "one job file: no op failed" "$(beside '[.ops[].errors] | add')" '[0,0]'
is "one job file: each run has its times" "$(beside '[.ops[].service_ns.percentiles["99"] > 0] | all')" '[true,true]'
is "one job file: the result is valid" "$(verdict_here "$T/results/beside.json")" valid
plan_done
