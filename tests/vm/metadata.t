#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# metadata.t -- sectors with metadata: the kernel and bttbench on the same images, both ways. The kernel's disk has the
# data of each sector; bttbench reads and writes whole sectors.
. "$SRC/tests/cli/tap.sh"
. "$SRC/tests/vm/vm.sh"
export PMEM_IS_PMEM_FORCE=1
SECTORS='520 528 4104 4160 4224'

# blocks IMAGE: all sectors of the image
blocks() {
	"$BTTBENCH" read "$T/nv$1" --count="$("$BTTBENCH" info "$T/nv$1" --format=json | jq .btt.nlba)"
}

# part data|metadata SECTOR: this part of all sectors
part() {
	perl -e 'my ($part, $size) = @ARGV; my $data = $size & ~511; local $/ = \$size;
		while (<STDIN>) { print $part eq "data" ? substr $_, 0, $data : substr $_, $data }' "$1" "$2"
}

# owned SECTOR COUNT: blocks of random data; the metadata names its block
owned() {
	perl -e 'my ($size, $count) = @ARGV; my $data = $size & ~511; srand 1;
		for my $lba (0 .. $count - 1) { print pack("Q<*", map { int rand 2**53 } 1 .. $data / 8), pack("Q<", $lba) x (($size - $data) / 8) }' \
		"$1" "$2"
}

for image in 0 1 2 3 4; do
	vm_nvdimm "$T/nv$image" 32
done
vm_boot metadata mem-ctrl "$T"/nv?
image=0
for sector in $SECTORS; do
	is "image $image: info has sectors of $sector bytes" "$("$BTTBENCH" info "$T/nv$image" --format=json | jq .btt.lbasize)" $sector
	ok "image $image: check is clean after the kernel" "$BTTBENCH" check "$T/nv$image"
	is "image $image: the data reads as the kernel wrote it" "$(blocks $image | part data $sector | md5sum)" \
		"$(cat "$T/results/md5.$image")"
	is "image $image: the kernel wrote no metadata: all of it is zero" "$(blocks $image | part metadata $sector | tr -d '\0' | wc -c)" 0
	owned $sector "$("$BTTBENCH" info "$T/nv$image" --format=json | jq .btt.nlba)" >"$T/owned.$image"
	ok "image $image: bttbench writes whole sectors" "$BTTBENCH" write "$T/nv$image" <"$T/owned.$image"
	is "image $image: ... and reads them" "$(blocks $image | md5sum)" "$(md5sum <"$T/owned.$image")"
	image=$((image + 1))
done
vm_boot metadata mem-ctrl "$T"/nv?
image=0
for sector in $SECTORS; do
	is "image $image: the kernel reads the data that bttbench wrote" "$(cat "$T/results/before.$image")" \
		"$(part data $sector <"$T/owned.$image" | md5sum)"
	ok "image $image: check is clean after the kernel wrote again" "$BTTBENCH" check "$T/nv$image"
	is "image $image: the data reads as the kernel wrote it again" "$(blocks $image | part data $sector | md5sum)" \
		"$(cat "$T/results/md5.$image")"
	blocks $image | part metadata $sector | perl -e 'my $size = shift; local $/ = \$size; my $lba = 0;
		while (<STDIN>) { my %owners = map { $_ => 1 } unpack "Q<*", $_; print keys %owners == 1 ? ((keys %owners)[0] == $lba ? "own" : "other") : "torn", "\n"; $lba++ }' \
		$((sector & 511)) | sort | uniq -c >"$T/metadata.$image"
	diag "$(cat "$T/metadata.$image")"
	like "image $image: blocks that the kernel wrote have metadata of an earlier owner" "$(cat "$T/metadata.$image")" '^ *[1-9][0-9]* other$'
	unlike "image $image: ... and none has a mixture" "$(cat "$T/metadata.$image")" torn
	image=$((image + 1))
done
plan_done
