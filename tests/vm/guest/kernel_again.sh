# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=sh
# kernel_again.sh -- the kernel takes back what the host has written or laid out meanwhile.
#
# A sector a read, past the page cache: of a larger read the BTT of Debian's 6.1 fills each page up to the first sector
# whose map entry says "zero", and leaves what follows in that page as it lay in the reader's buffer. Only sectors of
# 512 bytes come several to a page. The host says so when it sees it.
. /sector.sh

for image in 0 1 2 3 4 5; do
	find_disk $image
	ok $? "image $image: is a disk again"
	sector=$(cat "/sys/class/block/${disk#/dev/}/queue/logical_block_size")
	read_disk "$sector" | md5sum >"/results/found.$image"
	read_disk | md5sum >"/results/large.$image"
	[ $image -lt 5 ] || write_over $image
	judge $image
done
