#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# kernel_btt.t -- the kernel's BTT and bttbench's are each other's, in a virtual machine.
. "$SRC/tests/cli/tap.sh"
. "$SRC/tests/vm/vm.sh"
VM_LABELS=0

nlba() {
	"$BTTBENCH" info "$1" --format=json | jq .btt.nlba
}

sum() {
	"$BTTBENCH" read "$1" --lba=0 --count="$(nlba "$1")" | sha256sum | cut -d ' ' -f 1
}

# what `info` and ndctl read-infoblock say of one layout, under the names of each
common='.uuid, .parent_uuid, .external_lbasize, .external_nlba, .internal_lbasize, .internal_nlba, .nfree, .infosize,
	.nextoff, .dataoff, .mapoff'
ours_fields() {
	"$BTTBENCH" info "$1" --format=json | jq -c ".btt.arenas[0] | [\"\(.major).\(.minor)\", $common, .flogoff, .infooff]"
}
ndctl_fields() {
	jq -c "[.. | objects | select(has(\"mapoff\"))][0] | [.version, $common, .logoff, .info2off]" "$1"
}

# NAME FILE: after power-off
test_agrees() {
	ok "$1: bttbench check, after the kernel wrote" "$BTTBENCH" check "$2"
	is "$1: bttbench reads every block as the kernel did" "$(sum "$2")" "$(cat "$T/results/$1.after")"
	is "$1: info says what ndctl read-infoblock says" "$(ours_fields "$2")" "$(ndctl_fields "$T/results/$1.infoblock.json")"
}

vm_nvdimm "$T/ours" 64 && vm_nvdimm "$T/theirs" 64
ok "format --flavour=kernel" "$BTTBENCH" format "$T/ours" --flavour=kernel --lbasize=4096
count=$(nlba "$T/ours")
head -c $((count * 4096 / 2)) /dev/urandom | "$BTTBENCH" write "$T/ours" --lba=$((count / 3)) --count=$((count / 2)) >/dev/null
is "known blocks are written" "$?" 0
before=$(sum "$T/ours")
vm_boot kernel_btt mem-ctrl "$T/ours" "$T/theirs"
is "ours: the kernel reads every block as bttbench did" "$(cat "$T/results/ours.before")" "$before"
test_agrees ours "$T/ours"
test_agrees theirs "$T/theirs"
is "theirs: flavour and sector as the kernel made them" \
	"$("$BTTBENCH" info "$T/theirs" --format=json | jq -r '"\(.btt.flavour) \(.btt.start) \(.btt.lbasize)"')" "kernel 4096 512"
plan_done
