# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=sh
# kernel.sh -- the kernel writes to sector namespaces laid out by the host (images 0 and 1) and by the kernel.
. /sector.sh

for image in 0 1; do
	find_disk $image
	ok $? "image $image: the kernel finds the host's layout without help"
	is "image $image: the kernel uses the layout's sector size" "$(cat "/sys/class/block/${disk#/dev/}/queue/logical_block_size")" \
		"$([ $image = 0 ] && echo 4096 || echo 512)"
	read_disk | md5sum >"/results/found.$image"
done

sector=512
for image in 2 3 4 5; do
	find_region $image
	runs "image $image: ndctl makes a namespace with sectors of $sector bytes" \
		ndctl create-namespace -f -e "namespace$region.0" -m sector -l $sector
	sector=$((4608 - sector))
done

for image in 0 1 2 3 4 5; do
	find_disk $image || ok 1 "image $image: the namespace is a disk"
	write_over $image
	check_image $image
done
