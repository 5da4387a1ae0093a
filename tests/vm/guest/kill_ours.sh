# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=sh
# kill_ours.sh -- bttbench writes to device DAX; image 0 contains the blocks, image 1 the state.
. /load.sh
make_dax 1
state=/dev/$dax
make_dax 0
runs "format" bttbench format "/dev/$dax" --flavour=kernel --lbasize=4096
load "/dev/$dax" "$state" btt
