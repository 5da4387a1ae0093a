#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# list.t -- bttbench list, with libndctl and libdaxctl, on a /sys that no test machine has: two sockets, six modules per
# region, an unarmed module, and firmware that answers (nmem.c).
. "$SRC/tests/cli/tap.sh"
. "$SRC/tests/cli/sysfs.sh"

unshare -rm true 2>/dev/null || skip_all "no mount namespace can be made here"

# list FOLDER JQ: one value per line
list() {
	in_sysfs "$1" "$BTTBENCH" list --format=json | jq -rc ".[] | $2"
}

# with FILE TEXT: changes the file in the second tree; without TEXT removes it
with() {
	if [ $# -eq 2 ]; then printf '%s\n' "$2" >"$T/b/$1"; else rm "$T/b/$1"; fi
}

raised='[.flags | to_entries[] | select(.value) | .key] | join(" ") | if . == "" then "none" else . end'
mkdir "$T/a" "$T/b"
sysfs_make "$T/a" not_armed
is "both namespaces, by name: mode, size, align" "$(list "$T/a" '"\(.device) \(.mode) \(.size_bytes) \(.align_bytes)"')" \
	"dax1.0 devdax 1598128390144 2097152
pmem0s sector 1621913501696 null"
is "their ndctl names, and the sectors of the block device" "$(list "$T/a" '"\(.namespace) \(.sector_bytes)"')" \
	"namespace1.0 null
namespace0.0 4096"
is "region 1 is near node 0, and region 0 near node 1" "$(list "$T/a" '"\(.region) \(.node)"')" \
	"region1 0
region0 1"
is "the six modules of each, in order" "$(list "$T/a" '[.modules[].name] | join(" ")')" \
	"nmem0 nmem1 nmem2 nmem3 nmem4 nmem5
nmem6 nmem7 nmem8 nmem9 nmem10 nmem11"
is "ADR" "$(list "$T/a" .persistence_domain | uniq)" memory_controller
is "an unarmed module is reported only for its own region" "$(list "$T/a" .flags.not_armed)" "true
false"
is "... and only for itself" "$(list "$T/a" '.modules[] | select(.flags.not_armed) | .name')" nmem3
is "no other flag is set" "$(list "$T/a" "$raised")" "not_armed
none"
is "bad blocks of 512 bytes" "$(list "$T/a" .badblocks)" "0
24"
is "dirty shutdowns of each module" "$(list "$T/a" '.modules[].dirty_shutdowns' | uniq)" 2
is "SMART data that can't be read are null" "$(list "$T/a" '.health, (.modules[] |
	.health, .last_shutdown_clean, .spares_percent, .life_used_percent, .temperature_c)' | uniq)" null
text=$(in_sysfs "$T/a" "$BTTBENCH" list)
like "text: one row per device" "$text" '^ *dax1\.0 +namespace1\.0 +devdax .* 2MiB +- +0 +region1 +6( |$)'
like "text: ... with its sectors" "$text" '^ *pmem0s +namespace0\.0 +sector .* - +4KiB +1 +region0 +6( |$)'
like "text: the flag is in its row" "$text" '^ *dax1\.0 +memory_controller +- +not_armed'
like "text: ... and in no other row" "$text" '^ *pmem0s +memory_controller +- +none'
is "nothing is printed on standard error" "$(in_sysfs "$T/a" "$BTTBENCH" list 2>&1 >/dev/null)" ""

sysfs_make "$T/b" "save_fail restore_fail flush_fail not_armed smart_event map_fail"
bus="devices/LNXSYSTM:00/LNXSYBUS:00/ACPI0012:00/ndbus0"
is "every flag of the kernel" "$(list "$T/b" "$raised")" \
	"not_armed save_failed restore_failed flush_failed map_failed smart_event
none"
with $bus/region0/persistence_domain cpu_cache
with $bus/region1/persistence_domain
with $bus/region1/numa_node
with $bus/region1/badblocks
with $bus/nmem3/nfit/dirty_shutdown
is "eADR; an unknown domain is null" "$(list "$T/b" .persistence_domain)" "null
cpu_cache"
is "unknown node and bad blocks are null" "$(list "$T/b" '"\(.node) \(.badblocks)"')" "null null
1 24"
is "so are the dirty shutdowns of a module that does not count them" "$(list "$T/b" '.modules[3].dirty_shutdowns')" "null
2"

sysfs_memory "$T/b" 1
is "memory without NVDIMM: the nearest node, no health, no domain" \
	"$(list "$T/b" 'select(.device == "dax2.0") | [.mode, .namespace, .region, .node, .persistence_domain, .health, .size_bytes]')" \
	'["devdax",null,null,1,null,null,17179869184]'
echo -1 >"$T/b/devices/platform/hmem.0/dax2.0/numa_node"
is "... or its own node, if the kernel knows no nearest node" "$(list "$T/b" 'select(.device == "dax2.0") | .node')" 4

for sectors in '[512] 4096=512' '=512'; do
	rm -r "$T/b" && mkdir "$T/b" && sysfs_make "$T/b" "" && sysfs_raw "$T/b" "${sectors%=*}"
	is "sectors of a namespace in raw mode with labels '${sectors%=*}'" \
		"$(list "$T/b" 'select(.namespace == "namespace0.0") | [.device, .mode, .sector_bytes]')" "[\"pmem0\",\"raw\",${sectors#*=}]"
done

# health NUMBER: the SMART data of a module in the output of list
health() {
	list "$T/c" '.modules[] | select(.name == "nmem'"$1"'") |
		[.health, .spares_percent, .life_used_percent, .temperature_c, .last_shutdown_clean]' | jq -c .
}

# firmware NUMBER ANSWER...: see sysfs_smart; values of the kernel's own tests: 75 % spares, 5 % used, 23 degrees
firmware() {
	sysfs_smart "$T/c" "$@"
}

test_smart() {
	mkdir "$T/c"
	sysfs_make "$T/c" ""
	LD_PRELOAD=$TEST_BIN/cli/nmem.so
	export LD_PRELOAD
	firmware 3 0 0x40f 0x1 75 5 0x170 0
	is "SMART: each value of a module that answers" "$(health 3)" '["non-critical",75,5,23,true]'
	is "SMART: no value of a module that does not answer" "$(health 2)" '[null,null,null,null,null]'
	is "SMART: a region has the health of its worst known module; the other region has no known module" \
		"$(list "$T/c" .health)" "$(printf 'non-critical\nnull')"
	like "SMART: the text has the health in the row" "$(in_sysfs "$T/c" "$BTTBENCH" list)" '^ *dax1\.0 +memory_controller +non-critical'
	for smart in '0x001 ["non-critical",null,null,null,null]' '0x002 [null,75,null,null,null]' \
		'0x004 [null,null,5,null,null]' '0x008 [null,null,null,23,null]' '0x400 [null,null,null,null,true]'; do
		firmware 3 0 "${smart%% *}" 0x1 75 5 0x170 0
		is "SMART: values that the module marks invalid are null (valid ${smart%% *})" "$(health 3)" "${smart#* }"
	done
	for smart in '0x0 ok' '0x1 non-critical' '0x3 critical' '0x7 fatal' '0x4 fatal'; do
		firmware 3 0 0x1 "${smart%% *}" 0 0 0 0
		is "SMART: health ${smart%% *}" "$(health 3)" "[\"${smart#* }\",null,null,null,null]"
	done
	firmware 3 0 0x408 0 0 0 0x8050 2
	is "SMART: a temperature below zero, an unclean shutdown" "$(health 3)" '[null,null,null,-5,false]'
	firmware 3 2 0x40f 0x1 75 5 0x170 0
	is "SMART: a failed firmware call gives no value" "$(health 3)" '[null,null,null,null,null]'
	: >"$T/c.firmware/nmem3"
	is "SMART: a missing firmware call gives no value" "$(health 3)" '[null,null,null,null,null]'
	for module in 0 1 2 4 5; do
		firmware $module 0 0x40f 0 100 1 0x170 0
	done
	is "SMART: five modules are ok and one is unknown: the region is unknown" "$(list "$T/c" .health)" \
		"$(printf 'null\nnull')"
	firmware 3 0 0x40f 0 100 1 0x170 0
	is "SMART: all six modules are ok: the region is ok" "$(list "$T/c" .health)" "$(printf 'ok\nnull')"
}

if [ "${VARIANT:-}" = release ]; then
	test_smart
else
	skip "SMART" "a sanitizer wants to be the first library"
fi
plan_done
