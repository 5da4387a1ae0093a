#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# bttbench compare: verdicts and exit codes, samples, unlike results, two values of a swept key, every format.
# Figures that do not depend on the machine: fences and flushed lines per op.
# shellcheck source=tests/cli/tap.sh disable=SC2016 # jq has variables too
. "$SRC/tests/cli/tap.sh"

cd "$T" || bail 'no folder'
for i in 1 2 3 4 5 6; do
	for commit in two-fence strict; do
		"$BTTBENCH" run dram:16M --set rw=randwrite --set ops=300 --set commit=$commit --output=$commit$i.json >/dev/null 2>&1
	done
done
ok 'there are results' test -s strict6.json || bail 'no results'

# compare ARG...: $out has JSON, $status the exit code
compare() {
	"$BTTBENCH" compare --format=json "$@" >out 2>err
	status=$?
	[ -s err ] && diag "$(cat err)"
	return $status
}

# verdicts: "METRIC VERDICT, ..."
verdicts() {
	jq -r '[.comparisons[].metrics[] | "\(.metric) \(.verdict)"] | join(", ")' out
}

compare two-fence?.json -- strict?.json --force --metric=fences
is 'more fences are worse: exit 3' "$status $(verdicts)" '3 fences worse'
is '... the size of the change' "$(jq -r '.comparisons[0].metrics[0].change * 10 | round' out)" 10
is '... its interval has it' "$(jq -r '.comparisons[0].metrics[0] | .change_low <= .change and .change <= .change_high' out)" true
is '... a sample is a file' "$(jq -c '[.sample, (.comparisons[0].metrics[0] | .old.samples, .new.samples | length)]' out)" '["file",6,6]'
is '... the median is that of the samples' "$(jq -r '.comparisons[0].metrics[0].old | (.samples | sort | (.[2] + .[3]) / 2) == .median' out)" true
compare strict?.json -- two-fence?.json --force --metric=fences
is 'fewer are better: exit 0' "$status $(verdicts)" '0 fences better'
compare two-fence[123456].json -- two-fence[123456].json --metric=fences
is 'equal values are the same: exit 0' "$status $(verdicts)" '0 fences same'
compare two-fence[12].json -- two-fence[34].json --metric=fences
is 'too few samples: exit 4' "$status $(verdicts)" '4 fences inconclusive'
like '... a note says how many are needed' "$(jq -r '.verdict.notes[]' out)" '^too few samples: .* less than 4 samples a side$'
compare two-fence[12].json -- two-fence[34].json --metric=fences --inconclusive=ok
is '... --inconclusive=ok: exit 0' "$status" 0
compare two-fence?.json -- strict?.json --force --metric=fences --inconclusive=ok
is '... which does not hide something worse' "$status" 3
compare two-fence[12].json strict[12345].json -- two-fence[34].json strict6.json --force
is 'the default metrics' "$(jq -r '[.comparisons[].metrics[].metric] | join(" ")' out)" 'iops write.p50 write.p99 write.p99.9'
is 'p is adjusted for all of them' "$(jq '[.comparisons[].metrics[] | .p_holm >= .p] | all' out)" true
compare two-fence?.json -- strict?.json --force --metric=lines
small=$(verdicts)
is 'a small difference is the same' "$small $(jq '.comparisons[0].metrics[0].real_but_small' out)" 'lines same true'
compare two-fence?.json -- strict?.json --force --metric=lines --threshold=0.5%
unlike '... not with a smaller threshold' "$(verdicts)" 'same'

# one file a side
"$BTTBENCH" run dram:16M --set rw=randwrite --set ops=300 --set repeat=12 --output=a.json >/dev/null 2>&1
"$BTTBENCH" run dram:16M --set rw=randwrite --set ops=300 --set repeat=12 --set commit=strict --output=b.json >/dev/null 2>&1
compare a.json -- b.json --force --metric=fences
is 'one file a side: a sample is a repeat' "$(jq -c '[.sample, (.comparisons[0].metrics[0].old.samples | length)]' out)" '["repeat",12]'
is '... whose verdict' "$status $(verdicts)" '3 fences worse'
like '... has a note about drift' "$(jq -r '.verdict.notes[]' out)" '^one file a side: drift between invocations was not measured'
ok '... with an allowance for correlation' jq -e '.comparisons[0].metrics[0].correlation > 0.3' out
compare a.json -- two-fence?.json --metric=fences
is 'the key repeat may differ' "$(jq -r .sample out)" file

# results that were measured by turns, or not
compare two-fence[135].json -- two-fence[246].json --metric=fences
unlike 'by turns: no note about drift' "$(jq -r '.verdict.notes[]' out)" drift
for i in 1 2 3; do
	jq '.started_at = "2001-01-01T00:00:00Z"' two-fence$i.json >early$i.json
done
compare early[123].json -- two-fence[456].json --metric=fences
like '... one side older: a note' "$(jq -r '.verdict.notes[]' out)" '^all results of one side are older'

# unlike results
# refuses DESCRIPTION PATTERN ARG...: exit 1, no output, one line
refuses() {
	description=$1 pattern=$2
	shift 2
	"$BTTBENCH" compare "$@" >out 2>err
	is "$description: exit 1, no output" "$?$(cat out)" 1
	one_line '... one line' err
	like '... that names it' "$(cat err)" "$pattern"
}
refuses 'another job' "^bttbench: strict1.json: not like two-fence1.json: job 'default': commit=strict, not commit=two-fence \\(allowed: " \
	two-fence1.json -- strict1.json
# edited JQ: x.json is two-fence2.json with that change
edited() {
	jq "$1" two-fence2.json >x.json
}
while IFS='|' read -r subject change; do
	edited "$change"
	refuses "another $subject" "^bttbench: x.json: not like two-fence1.json: $subject: " two-fence1.json -- x.json
	compare two-fence1.json -- x.json --force --metric=fences
	is '... with --force: the output lists it' "$(jq -r '.differences[] | .subject' out)" "$subject"
done <<'END'
host name|.host.hostname = "other"
CPU|.host.cpu_model = "other"
kernel|.host.kernel = "other"
libpmem|.host.libpmem.version = "other"
flush of libpmem|.host.libpmem.flush = "other"
store of libpmem|.host.libpmem.store = "other"
governor|.host.governor = "other"
size of the namespace|(.namespaces[0], .namespace).size_bytes += 4096
nfree of the layout|.runs[].layout.nfree += 1
END
edited '.tool.commit = "0123456789ab"'
compare two-fence1.json -- x.json --metric=fences
is 'another commit is compared' "$(jq -r '.new.files[0].commit' out)" 0123456789ab
"$BTTBENCH" run dram:16M --set rw=randwrite --set ops=300 --set engine=null --output=null.json >/dev/null 2>&1
refuses 'another engine' "engine=null, not engine=btt" two-fence1.json -- null.json
printf '[a]\nrw=randwrite\nops=300\n[b]\nrw=randwrite\nops=300\n' >two.job
"$BTTBENCH" run two.job dram:16M --output=two.json >/dev/null 2>&1
refuses 'another number of jobs' 'number of jobs: 2, not 1' two-fence1.json -- two.json
refuses '... even with --force' '2 jobs, not 1' two-fence1.json -- two.json --force
refuses 'no such file' '^bttbench: none.json: No such file' two-fence1.json -- none.json
refuses 'a metric that no run has' 'no good run has read.p99' two-fence1.json -- two-fence2.json --metric=read.p99

# runs that are not good
jq '.runs[0].status = "invalid" | .runs[1].interrupted = true' a.json >x.json
"$BTTBENCH" show x.json >/dev/null || bail 'no result with bad runs'
compare a.json -- x.json --metric=fences
is 'bad runs are left out' "$(jq -c '[.new.runs, .new.runs_left_out, (.comparisons[0].metrics[0].new.samples | length)]' out)" '[12,2,10]'
like '... and counted' "$(jq -r '.verdict.notes[]' out)" '^NEW: 2 of 12 runs are invalid or incomplete, and left out$'
jq '.runs[].status = "invalid"' a.json >x.json
refuses 'a side without a good run' '^bttbench: compare: NEW has no good run: 12 of 12 runs' a.json -- x.json

# two values of a swept key
"$BTTBENCH" sweep dram:16M --set rw=randwrite --set ops=200 --vary=nfree=64,128,256 --vary=commit=two-fence,strict --repeat=8 --output=s.json >/dev/null 2>&1
compare s.json --by commit --metric=fences
is '--by: each combination of the other keys' "$status $(verdicts)" '3 fences worse, fences worse, fences worse'
is '... the points' "$(jq -c '[.comparisons[].point]' out)" '[{"nfree":"64"},{"nfree":"128"},{"nfree":"256"}]'
is '... a sample is a round; both values are a pair' \
	"$(jq -c '[.sample, .old.value, .new.value, .comparisons[0].metrics[0].test, (.comparisons[0].metrics[0].old.samples | length)]' out)" \
	'["round","two-fence","strict","signed-rank",8]'
is '... those of that point' "$(jq -c '.comparisons[1].metrics[0].old.samples' out)" \
	"$(jq -c '[.runs | sort_by(.round)[] | select(.point.nfree == "128" and .point.commit == "two-fence") | .btt.fences / ([.ops[].count] | add)]' s.json)"
compare s.json --by commit --old=strict --metric=fences
is '--old: the other direction' "$status $(jq -r '.new.value' out)" '0 two-fence'
refuses '--by: three values' '^bttbench: --by=nfree: s.json has more than two values \(allowed: ' s.json --by=nfree
compare s.json --by nfree --old=64 --new=256 --metric=fences
is '... two of them' "$(jq -c '[.comparisons[].point.commit]' out)" '["two-fence","strict"]'
refuses '--by: a key that is not swept' '^bttbench: --by=bs: not swept in s.json' s.json --by=bs
refuses '--by: a value that is not there' '^bttbench: --new=7: s.json has no such value of nfree' s.json --by=nfree --old=64 --new=7
refuses '--by: no sweep' '^bttbench: a.json: no sweep' a.json --by=commit
compare s.json -- s.json --metric=fences
is 'two sweeps: point by point' "$(jq -c '[.comparisons[].point.commit]' out)" '["two-fence","strict","two-fence","strict","two-fence","strict"]'

# formats
printf '[a<b>&"c" | `d`]\nrw=randwrite\nops=300\n' >odd.job
for i in 1 2; do "$BTTBENCH" run odd.job dram:16M --output="odd<$i>&.json" >/dev/null 2>&1; done
for args in 'two-fence?.json -- strict?.json --force' 'a.json -- a.json' 's.json --by=commit' 'odd<1>&.json -- odd<2>&.json'; do
	# shellcheck disable=SC2086 # words
	"$BTTBENCH" compare $args --format=junit >junit.xml
	ok "$args: JUnit XML is valid" xmllint --noout --schema "$SRC/tests/cli/junit.xsd" junit.xml
	compare $args
	is '... a case for each metric' "$(grep -c '<testcase' junit.xml)" "$(jq '[.comparisons[].metrics[]] | length' out)"
	is '... a failure for each that is worse' "$(grep -c '<failure' junit.xml)" "$(jq .verdict.worse out)"
	is '... skipped for each that is inconclusive' "$(grep -c '<skipped' junit.xml)" "$(jq .verdict.inconclusive out)"
	ok '... JSON is valid' python3 -W ignore -c 'import json, sys, jsonschema
jsonschema.validate(json.load(open(sys.argv[1])), json.load(open(sys.argv[2])))' out "$SRC/results/bttbench.compare-1.schema.json"
	"$BTTBENCH" compare $args --format=markdown >markdown
	is '... a row of Markdown for each metric' "$(grep -c '^| [a-z]*\.*[a-z]*[0-9.]* | .* to ' markdown)" "$(jq '[.comparisons[].metrics[]] | length' out)"
	"$BTTBENCH" compare $args >text
	is '... no line of text is longer than 80' "$(awk 'length > 80' text)" ''
	is '... a row for each metric' "$(grep -cE '^  (iops|read|write|zero).* to ' text)" "$(jq '[.comparisons[].metrics[]] | length' out)"
	like '... and the verdict' "$(cat text)" "^verdict     $(jq -r .verdict.status out):"
done
is 'a name with markup in XML' "$(xmllint --xpath 'string(//testsuite/@name)' junit.xml)" "'a<b>&\"c\" | \`d\`'"
like '... in Markdown' "$(cat markdown)" "^### 'a\\\\<b\\\\>\\\\&\"c\" \\\\\\| \\\\\`d\\\\\`'\$"
is 'every member of JSON is in the schema' "$(jq -r '.. | objects | keys[]' out | sort -u | while read -r name; do
	grep -q "\"$name\"" "$SRC/results/bttbench.compare-1.schema.json" || echo "$name"; done)" ''

# usage
# wrong PATTERN ARG...: exit 2 and one line
wrong() {
	pattern=$1
	shift
	"$BTTBENCH" compare "$@" >out 2>err
	is "compare $*: exit 2, no output" "$?$(cat out)" 2
	like '... one line' "$(cat err)" "$pattern"
}
wrong '^bttbench: compare: no FILE ' --
wrong "^bttbench: compare: no '--' " a.json b.json
wrong "^bttbench: compare: no file behind '--' " a.json --
wrong "^bttbench: compare: no file before '--' " -- a.json
wrong '^bttbench: --by=commit: not one STUDY ' --by=commit a.json b.json
wrong '^bttbench: --old: no key ' --old=1 a.json -- b.json
wrong '^bttbench: --metric=p: not a metric ' a.json -- b.json --metric=p
wrong '^bttbench: --threshold=0: not a threshold ' a.json -- b.json --threshold=0
wrong '^bttbench: --format=xml: no such format \(allowed: text, json, markdown, junit\)' a.json -- b.json --format=xml
wrong '^bttbench: --inconclusive=no: not a choice ' a.json -- b.json --inconclusive=no
"$BTTBENCH" compare a.json -- a.json >/dev/full 2>err
is 'a full disk: exit 1' $? 1
like '... one line' "$(cat err)" '^bttbench: standard output: No space left on device$'

plan_done
