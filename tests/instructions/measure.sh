#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
#
# measure.sh OPS -- instructions, fences, lines and bytes of one call of libbtt, as JSON. OPS is the program of ops.c.
#
# valgrind counts the instructions of the calls. Each figure is the difference between 1000 and 500 calls, over 500, so the
# start does not count. valgrind has neither clwb nor AVX-512, so a processor with them executes fewer; the figures
# repeat on any machine with AVX2. Its processor is one for which libpmem stores data in pieces with a fence after each; the
# figures are those without (PMEM_WC_WORKAROUND=0), and with flog and map past the cache (PMEM_MOVNT_THRESHOLD=0).
set -eu

ops=$1
T=$(mktemp -d)
trap 'rm -rf "$T"' EXIT
unset $(env | sed -n 's/^\(PMEM_[A-Z0-9_]*\)=.*/\1/p')
export PMEM_WC_WORKAROUND=0 PMEM_MOVNT_THRESHOLD=0

# counted COUNT ARG...: the JSON of ops.c with the instructions
counted() {
	count=$1
	shift
	valgrind -q --tool=callgrind --toggle-collect=drive --callgrind-out-file="$T/out" "$ops" "$@" "$count" >"$T/json"
	jq -c --argjson n "$(sed -n 's/^\(summary\|totals\): //p' "$T/out" | head -n 1)" '. + {instructions: $n}' "$T/json"
}

# op bytes lanes; with one lane reads are not tracked. A batch has a block for each lane, and the figures are those of the
# whole batch.
while read -r op bs lanes; do
	{ counted 500 "$op" "$bs" "$lanes" && counted 1000 "$op" "$bs" "$lanes"; } | jq -sc --arg op "$op" --argjson bs "$bs" --argjson lanes "$lanes" '
		. as [$less, $more] | {op: $op, bs: $bs, lanes: $lanes} +
		(["instructions", "fences", "lines", "bytes"] | map({(.): (($more[.] - $less[.]) / 500)}) | add) +
		{compiler: $less.compiler}'
done <<-END | jq -s '{compiler: .[0].compiler, calls: map(del(.compiler))}'
	read 512 1
	read 512 2
	read 4096 1
	read 4096 2
	write 512 2
	write 4096 2
	strict 512 2
	strict 4096 2
	zero 512 2
	batch-read 512 8
	batch-read 4096 8
	batch-write 512 8
	batch-write 4096 8
END
