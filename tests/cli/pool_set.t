#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Pool sets: engine=pmemblk takes them as libpmemblk does; other commands and engines name the set and its parts.
# shellcheck source=tests/cli/tap.sh
. "$SRC/tests/cli/tap.sh"

export PMEM_IS_PMEM_FORCE=1
set=$T/set
printf 'PMEMPOOLSET\n# two parts\n20M %s\n20M %s\n' "$T/part0" "$T/part1" >"$set"
pmempool create blk 4096 "$set" || bail 'no pool set'
result=$T/result.json

ok 'engine=pmemblk on a pool set' "$BTTBENCH" run "$set" --set engine=pmemblk --set rw=randrw --set ops=2000 --set verify=stamp \
	--set runtime=60 --format=json --output="$result"
is '... uses blocks of both parts' "$(jq '.runs[0].verify.swept > 20 * 1048576 / 4160' "$result")" true
is '... the result names the kind' "$(jq -c '[.namespace.kind, .namespace.size_bytes]' "$result")" "[\"pool set\",$((40 << 20))]"
ok '... and fits the schema' jsonschema -i "$result" "$SRC/results/bttbench.result-1.schema.json"
ok 'pmempool finds it consistent' pmempool check "$set"
ok '--dry-run' "$BTTBENCH" run --dry-run "$set" --set engine=pmemblk
for command in check info repair verify read format; do
	said=$("$BTTBENCH" $command "$set" 2>&1 >/dev/null)
	is "$command: exit 1" $? 1
	is '... one line names the set and its parts' "$said" \
		"bttbench: $set: the description of a pool set with the parts $T/part0, $T/part1 (allowed: run with engine=pmemblk)"
done
for engine in btt raw block null; do
	said=$("$BTTBENCH" run "$set" --set engine=$engine --set ops=1 --force 2>&1 >/dev/null)
	is "engine=$engine: exit 1" $? 1
	like '... one line says which engine is allowed' "$said" 'engine=.*: a pool set \(allowed on it: engine=pmemblk\)'
done
plan_done
