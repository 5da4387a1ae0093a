# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=sh disable=SC2016,SC2154 # perl has variables too; the caller's ns and infooff
#
# damage.sh -- damages the image $ns; source it after tap.sh: `. "$SRC/tests/cli/damage.sh"`.

# info FILTER: the info of $ns, through jq
info() {
	"$BTTBENCH" info --format=json "$ns" | jq -r "$1"
}

# poke OFF FORMAT: sets bytes, in the notation of printf
poke() {
	# shellcheck disable=SC2059 # it is a format
	printf "$2" | dd of="$ns" bs=1 seek="$1" conv=notrunc status=none
}

# seal OFF FORMAT: sets bytes in both info blocks and corrects their checksums
seal() {
	for block in 0 "$infooff"; do
		poke $((block + $1)) "$2"
		perl -e 'open my $f, "+<:raw", $ARGV[0] or die; seek $f, $ARGV[1], 0; read $f, my $b, 4088;
			my ($lo, $hi) = (0, 0);
			for (unpack("V*", $b), 0, 0) { $lo = ($lo + $_) & 0xffffffff; $hi = ($hi + $lo) & 0xffffffff }
			seek $f, $ARGV[1] + 4088, 0; print $f pack("VV", $lo, $hi)' "$ns" "$block" || bail 'no seal'
	done
}
