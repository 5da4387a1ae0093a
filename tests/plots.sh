#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# plots.sh BTTBENCH FOLDER -- measures for about 25 seconds on plain memory, and draws each kind of plot into FOLDER.
#
# A plot whose runs are all invalid, as on a busy machine, is left out with the reason. So is nodes on a machine with
# one NUMA node. Exit 1 when no plot could be drawn.
set -u
bttbench=$1 folder=$2
mkdir -p "$folder" || exit 1
export PMEM_IS_PMEM_FORCE=1

# measure NAME COMMAND...: the result is $folder/NAME.json. Its verdict does not matter here.
measure() {
	name=$1
	shift
	"$bttbench" "$@" --output="$folder/$name.json" >"$folder/$name.txt" 2>&1
	[ -s "$folder/$name.json" ] || cat "$folder/$name.txt" >&2
}

drawn=0
# draw KIND FILE...
draw() {
	kind=$1
	shift
	"$bttbench" plot "$kind" "$@" -o "$folder/$kind.svg" || return
	echo "$folder/$kind.svg"
	drawn=$((drawn + 1))
}

measure run run dram:256M --set runtime=2 --set repeat=3 --set interval=0.1s
measure layout sweep dram:256M --vary nfree=64,256,1024 --vary lanes=1,2,4 --set rw=randwrite --set runtime=0.2s --repeat 3
measure engines sweep dram:256M --vary engine=btt,raw --vary threads=1,2 --set rw=randrw --set runtime=0.3s --repeat 3
draw percentiles "$folder/run.json"
draw histogram "$folder/run.json"
draw series "$folder/run.json"
draw heatmap "$folder/layout.json"
draw scaling "$folder/engines.json"
draw tax "$folder/engines.json"
measure commits sweep dram:256M --vary commit=two-fence,strict --set rw=randwrite --set runtime=0.2s --repeat 8
draw compare "$folder/commits.json" --by=commit
rm -f "$folder/history.db"
"$bttbench" history add "$folder/run.json" --store="$folder/history.db" >/dev/null && draw trend "$folder/history.db"
if [ -d /sys/devices/system/node/node1 ]; then
	measure near run dram:256M --set placement=local --set runtime=1
	measure far run dram:256M --set placement=remote --set runtime=1
	draw nodes "$folder/near.json" "$folder/far.json"
else
	echo 'nodes: left out, this machine has one NUMA node' >&2
fi
[ "$drawn" -gt 0 ]
