# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=sh
# load.sh -- loads that the host kills while they run.
. /sector.sh

# load NS STATE ENGINE: runs until the host kills the machine. The state file is mapped from the second NVDIMM, so it
# survives the guest. For each block it records the begun and the acknowledged writes.
load() {
	bttbench run "$1" --verify-state="$2" --set "engine=$3" --set verify=stamp --set rw=randrw \
		--set rwmix=read:20,write:70,zero:10 --set threads=4 --set placement=spread --set runtime=120 \
		--set precondition=none --status-interval=100ms
	ok 1 "the load runs until the machine is killed"
}
