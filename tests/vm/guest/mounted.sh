# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=sh
# mounted.sh -- file systems on NVDIMMs, for the scenarios that mount some.
. /sector.sh
mkdir -p /mnt
# the file systems look for their checksum by name
for module in crc32c_generic ext4 xfs hwpoison_inject; do
	modprobe $module || echo "guest: no module $module"
done

# make_fsdax IMAGE: makes a namespace for a file system; $pmem is its device
make_fsdax() {
	find_region "$1"
	runs "image $1: ndctl makes an fsdax namespace" ndctl create-namespace -f -e "namespace$region.0" -m fsdax
	pmem=pmem$region
}

# mapped_block N: block N of a file on its device, from the output of filefrag -v
mapped_block() {
	tr -d ':.' | awk -v n="$1" '$1 ~ /^[0-9]+$/ && $2 <= n && n <= $3 { print $4 + n - $2 }'
}

# info NS MEMBER: a number of the first arena
info() {
	bttbench info "$1" --format=json | tr -d ' ,' | sed -n "s/^\"$2\"://p" | head -n 1
}
