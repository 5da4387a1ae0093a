# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=sh
# load.sh -- loads that the host kills in the middle.
. /sector.sh

# load NS STATE ENGINE: until the host kills the machine. The state is in the second NVDIMM, mapped, and so outlives the
# guest: it says of each block which write was begun and which one was acknowledged.
load() {
	bttbench run "$1" --verify-state="$2" --set "engine=$3" --set verify=stamp --set rw=randrw \
		--set rwmix=read:20,write:70,zero:10 --set threads=4 --set placement=spread --set runtime=120 \
		--set precondition=none --status-interval=100ms
	ok 1 "the load goes on until the machine is killed"
}
