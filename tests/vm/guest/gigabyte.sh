# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=sh
# gigabyte.sh -- device DAX with pages of 1 GiB.
for namespace in namespace0.0 namespace1.0; do
	runs "ndctl makes a device DAX namespace with pages of 1 GiB" \
		ndctl create-namespace --force --reconfig=$namespace --mode=devdax --map=mem --align=1G
done
for dev in /sys/bus/dax/devices/dax*; do
	case $(cat "$dev/size") in
	2147483648) name=$(basename "$dev") ;;
	*) small=$(basename "$dev") ;;
	esac
done
runs "list" bttbench list --format=json
cp /tmp/out /results/list.json
runs "format" bttbench format "/dev/$name" --lbasize=4096
runs "run" may_lose_time bttbench run "/dev/$name" --set runtime=1 --set precondition=none \
	--set region=size:4M --set threads=2 --output=/results/run.json
runs "check" bttbench check "/dev/$name"
fails "a device of 1 GiB" "/dev/$small: libpmem cannot map 1 GiB with an alignment of 1 GiB" bttbench format "/dev/$small"
