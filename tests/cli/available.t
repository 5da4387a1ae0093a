#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# available.t -- memory that the machine does not have is one error line before any job runs.
# shellcheck source=tests/cli/tap.sh
. "$SRC/tests/cli/tap.sh"

export PMEM_IS_PMEM_FORCE=1
available=$("$BTTBENCH" run --dry-run dram:1000T 2>&1 | sed -n 's/.* now (\([0-9]*\))$/\1/p')
[ -n "$available" ] || bail 'the available memory is unknown'
mib=$((available >> 20))

# refused DESCRIPTION PATTERN ARG...: exit 1, one line that matches PATTERN, no result
refused() {
	description=$1 pattern=$2
	shift 2
	rm -f "$T/result.json"
	timeout 20 "$BTTBENCH" run "$@" --output="$T/result.json" >"$T/out" 2>"$T/err"
	is "$description: exit 1" $? 1
	one_line '... one line' "$T/err"
	like '... with the reason' "$(cat "$T/err")" "$pattern"
	is '... no result' "$(cat "$T/out" "$T/result.json" 2>/dev/null)" ''
}

# Each of the three would fit alone, and two of them would. The first job would take a minute.
share=$((mib * 4 / 10))M
cat >"$T/sum.job" <<J
[global]
precondition=none
rw=randread
stonewall=1
runtime=60s
[a]
namespace=dram:16M
[b]
namespace=dram:$share
[c]
namespace=dram:0$share
[d]
namespace=dram:00$share
J
refused 'more plain memory in all jobs together than is available' \
	'^bttbench: all dram: namespaces together have [0-9]+ bytes, more than .* available now \([0-9]+\)$' "$T/sum.job"
sed "s/:0*$share/:$share/" "$T/sum.job" >"$T/same.job"
ok 'the same plain memory in three jobs counts once' "$BTTBENCH" run --dry-run "$T/same.job"

# Blocks of 512 bytes: their states take a sixty-fourth of the namespace.
if [ "${VARIANT:-release}" != release ] || ! truncate -s $((mib * 80))M "$T/sparse" 2>"$T/err"; then
	skip 'more memory for verify=stamp than is available' "no file of $((mib * 80)) MiB, or a sanitizer has no room to map it"
	plan_done
	exit
fi
cat >"$T/states.job" <<J
[global]
precondition=none
rw=randread
stonewall=1
runtime=60s
[a]
namespace=dram:16M
[b]
namespace=$T/sparse
engine=raw
bs=512
verify=stamp
J
refused 'more memory for verify=stamp than is available' \
	"^bttbench: $T/sparse: verify=stamp: the states of [0-9]+ blocks take 8 bytes each, and [0-9]+ are available \(allowed: --verify-state=FILE\)\$" \
	"$T/states.job"
plan_done
