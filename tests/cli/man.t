#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# The man pages as they are installed: groff has no complaint, and nothing is missing that the command has: options,
# keys, formats, every name in every output, every reason of a verdict.
# shellcheck source=tests/cli/tap.sh disable=SC2016 # awk has variables too
. "$SRC/tests/cli/tap.sh"

command -v groff >/dev/null || skip_all 'no groff here'
man=${BTTBENCH%/*}/man

# render PAGE: as text with long lines, without hyphenation or bold; warnings are all on
render() {
	groff -man -ww -Tascii -P-cbou -rLL=2000n -rHY=0 "$man/$1" >"$T/$1.txt" 2>"$T/$1.err"
}

# section PAGE HEADING: the lines below a heading .SH
section() {
	awk -v heading="$2" '/^[A-Z]/ {inside = $0 == heading; next} inside' "$T/$1.txt"
}

# subsection PAGE WORD: the lines below a heading .SS that has the word
subsection() {
	awk -v word="$2" '/^[A-Z]/ {inside = 0}
		/^   [^ ]/ {inside = 0; for (i = 1; i <= NF; i++) {name = $i; sub(",", "", name); if (name == word) inside = 1}}
		inside' "$T/$1.txt"
}

# words: one a line
words() {
	tr -s ' ' '\n' | sed '/^$/d'
}

# options COMMAND: that its help has
options() {
	"$BTTBENCH" "$1" --help | sed -n 's/^  \(-[a-z],\|   \) --\([a-z-]*\).*/\2/p' | grep -vx help | sort -u
}

# described: the options that stand at the start of a paragraph of the text
described() {
	sed -n 's/^ *\(-[a-z], \)\{0,1\}--\([a-z-]*\).*/\2/p' | grep -vx help | sort -u
}

# part PAGE START: the lines below a heading .SS that starts with the text
part() {
	awk -v start="$2" '/^[A-Z]/ {inside = 0} /^   [^ ]/ {inside = index($0, "   " start) == 1; next} inside' "$T/$1.txt"
}

# missing NAME...: those of standard input, one a line, that the file does not have as a word
missing() {
	while IFS= read -r name; do
		grep -Eq -e "(^|[^A-Za-z0-9_-])$(printf '%s' "$name" | sed 's/[].[^$*+?(){}|\\/]/\\&/g')([^A-Za-z0-9_-]|\$)" "$1" ||
			echo "$name"
	done
}

# has_all DESCRIPTION SECTION: the section has every line of the file $T/names; there is at least one line
has_all() {
	printf '%s\n' "$2" >"$T/section"
	is "$1 ($(wc -l <"$T/names"))" "$(missing "$T/section" <"$T/names" | tr '\n' ' ')" ''
	[ -s "$T/names" ] || tap_result 1 "$1: there are some"
}

for page in $(cd "$SRC/docs/man" && ls -- *.[15]); do
	ok "$page is rendered" render $page
	is '... without a warning' "$(cat "$T/$page.err")" ''
	is '... nor in 80 columns' "$(groff -man -ww -Tutf8 "$man/$page" 2>&1 >/dev/null)" ''
	like '... with the version of the command' "$(cat "$T/$page.txt")" \
		"^bttbench $("$BTTBENCH" --version | cut -d' ' -f2) "
	unlike '... nothing left to be put in' "$(cat "$man/$page")" '@[A-Z]+@'
	case $page in
	*.5) codes= ;;
	*-show.1 | *-plot.1 | *-report.1) codes='0 1 2 ' ;;
	*) codes='0 1 2 3 4 ' ;;
	esac
	is '... every exit code' "$(section $page 'EXIT STATUS' | sed -n 's/^ *\([0-9]\) .*/\1/p' | tr '\n' ' ')" "$codes"
done

# keys
"$BTTBENCH" run --help-keys | sed 's/^    values: /Values:/; s/^    unit: /Unit:/; s/^    default:/Default:/' | words >"$T/want"
section bttbench-job.5 KEYS | words >"$T/got"
ok 'every key: meaning, values, unit and default as in --help-keys, and no more' diff "$T/want" "$T/got"
is '... that is all keys of a result' "$("$BTTBENCH" run --help-keys | grep -cx '[a-z_][a-z_]*')" \
	"$("$BTTBENCH" run --format=json dram:16M --set ops=1 | jq '.job.sections[0].keys | length')"
is 'every key has a default' "$(grep -c '^Default:$' "$T/got")" "$(grep -c '^Unit:$' "$T/got")"
is 'a key that takes numbers says of what' \
	"$("$BTTBENCH" run --help-keys | grep -A1 '^    values:  a [cdsn]' | grep -c 'unit:    \(none\|a number\)')" 0
is '--help-keys=words: the same keys' "$("$BTTBENCH" run --help-keys=words | cut -d' ' -f1 | grep -v '^limit\.')" \
	"$("$BTTBENCH" run --help-keys | grep -x '[a-z_][a-z_]*')"
printf '%s\n' numjobs size iodepth rwmixread rwmixwrite cpus_allowed random_distribution norandommap time_based \
	group_reporting direct ioengine filename rate rate_iops runtime ramp_time bs rw offset loops randseed stonewall >"$T/names"
has_all "fio's words" "$(section bttbench-job.5 'COMING FROM FIO')"
"$BTTBENCH" run --help-keys=fio | words >"$T/want"
section bttbench-job.5 'COMING FROM FIO' | words >"$T/got"
is '... all that --help-keys=fio has, in its words' \
	"$(tr '\n' ' ' <"$T/got" | grep -cF -- "$(tr '\n' ' ' <"$T/want")")" 1

# options
for command in run qualify merge show plot history; do
	is "every option of $command" "$(section bttbench-$command.1 OPTIONS | described)" "$(options $command)"
done
exits '--help-keys=html' 2 "$BTTBENCH" run --help-keys=html
commands=$("$BTTBENCH" --help | sed -n 's/^  \([a-z]*\)  *.*/\1/p')
is 'every command has its part' "$(for c in $commands; do [ -z "$(subsection bttbench.1 "$c")" ] && echo "$c"; done)" ''
for command in $commands; do
	[ -e "$man/bttbench-$command.1" ] ||
		is "... $command: its options" "$(subsection bttbench.1 "$command" | described)" "$(options "$command")"
done

# the outputs: one run with everything in it, in each format
"$BTTBENCH" run --format= 2>&1 | sed 's/.*allowed: \(.*\))$/\1/' | tr -s ', ' '\n' >"$T/names"
has_all 'every format' "$(section bttbench-run.1 OUTPUT)"
cat >"$T/all.job" <<'END'
[global]
rw=randrw
ops=500
[open]
rate_iops=100k
verify=stamp
steady_state=rounds:3,range:0,slope:0,max:4
limit.read.p99 <= 1ns
[closed]
stonewall=1
END
# output FORMAT: of that run
output() {
	"$BTTBENCH" run "$T/all.job" dram:16M --format="$1"
}

text=$(part bttbench-run.1 Text)
"$BTTBENCH" run "$T/all.job" dram:16M --verbose >"$T/text"
sed -n 's/^\([a-z]\{1,\}\)  .*/\1/p' "$T/text" | sort -u >"$T/names"
has_all 'text: the label of every line' "$text"
is '... which are all there are' "$(sed -n 's/^\([a-z]\{1,\}\)  .*/\1/p' "$T/text" | sort -u | tr '\n' ' ')" \
	'age bttbench clock harness host layout libpmem namespace pace phase run settling steady verdict verify '
grep -E '^  (op|latency|median|counter|worker) ' "$T/text" | sed 's/^ *//; s/   */\n/g; s/ \(spread\)/\n\1/g' | sed 's/^p[0-9.]*$/p50/' | sort -u >"$T/names"
has_all '... the title of every column' "$text"
awk '/^  counter/ {inside = 1; next} /^[^ ]|^$/ {inside = 0} inside' "$T/text" | sed 's/^ *//; s/  .*//' | sort -u >"$T/names"
has_all '... the name of every counter' "$text"
sed -n 's/.*table_column(&t, "\([a-z ]*\)".*/\1/p' "$SRC"/bench/output/text_run.c >"$T/names"
has_all '... also of failed ops' "$text"
sed -n '/RESULT_FINDING_KINDS/,$d; s/^\tRESULT_\([A-Z]*\),.*/\1/p' "$SRC/bench/result/result.h" | tr '[:upper:]' '[:lower:]' >"$T/names"
has_all '... the kinds of findings' "$text"

"$BTTBENCH" run --help-keys=words | cut -d' ' -f1 >"$T/keys"
output csv | sed -n 1p | tr , '\n' | grep -vxFf "$T/keys" >"$T/names"
has_all 'CSV: every column that is no key' "$(part bttbench-run.1 CSV)"

output json | jq -r '[del(.job.sections[].keys, .runs[].verify.counts) | .. | objects
	| select(all(keys[]; test("^[0-9.]+$") | not)) | keys[]] | unique[]' >"$T/names"
has_all 'JSON: every member' "$(part bttbench-run.1 JSON)"
jq -r '[.. | objects | .properties? // empty | keys[]] | unique[]' "$SRC/results/bttbench.result-1.schema.json" |
	grep -vxE 'read|write|zero|torn|misdirected|stale|future|foreign|unreadable' >"$T/names"
has_all '... and every one of the schema' "$(part bttbench-run.1 JSON)"

output fio-json+ | jq -r '[.. | objects | select(all(keys[]; test("^[0-9.>=]+$") | not)) | keys[]] | unique[]' >"$T/names"
has_all 'fio JSON: every member' "$(part bttbench-run.1 'fio JSON')"

output bmf | jq -r '[.[] | keys[]] + [.[][] | keys[]] | unique[]' >"$T/names"
has_all 'BMF: every measure' "$(part bttbench-run.1 Bencher)"

output openmetrics >"$T/openmetrics"
sed -n 's/^# TYPE \([^ ]*\) .*/\1/p' "$T/openmetrics" >"$T/names"
has_all 'OpenMetrics: every family' "$(part bttbench-run.1 OpenMetrics)"
sed -n 's/^[^#{]*{\(.*\)}.*/\1/p' "$T/openmetrics" | tr , '\n' | sed 's/=.*//' | sort -u | grep -vx quantile >"$T/names"
has_all '... every label' "$(part bttbench-run.1 OpenMetrics)"

"$BTTBENCH" run dram:16M --set rw=randread --set ops=500 --format=hgrm | sed -n 2p | words >"$T/names"
has_all 'HdrHistogram: every column' "$(part bttbench-run.1 HdrHistogram)"

# the verdict of runs and of sweeps: every reason in the source, with anything for what printf puts in
verdict=$(section bttbench-run.1 VERDICT && section bttbench-sweep.1 VERDICT && section bttbench-merge.1 VERDICT && section bttbench-qualify.1 VERDICT)
printf '%s\n' valid interrupted missed inconclusive invalid >"$T/names"
has_all 'every status' "$verdict"
perl -0777 -ne '
	while (/add_reason\(\s*[^";]*?((?:"(?:[^"\\]|\\.)*"\s*(?:PRI[a-z0-9]+\s*)?)+)/g) {
		my $text = $1;
		$text =~ s/PRI[a-z0-9]+//g;
		$text =~ s/"\s*"//g;
		$text =~ s/^"|"\s*$//g;
		next if $text =~ /^(%s)*$/; # the function itself
		$text =~ s/%%/\0/g;
		my @fixed = map { quotemeta } split /%[-0-9.]*[lz]*[a-z]?/, $text, -1;
		my $pattern = join ".+?", @fixed;
		$pattern =~ s/\\?\0/%/g;
		print "$pattern\n";
	}' $(grep -rl 'add_reason(' "$SRC"/bench --include=*.c) >"$T/reasons"
printf '%s\n' "$verdict" >"$T/verdict"
while IFS= read -r reason; do
	ok "a reason: $reason" grep -Pq -e "$reason" "$T/verdict"
done <"$T/reasons"
ok 'there are such reasons' [ "$(wc -l <"$T/reasons")" -ge 15 ]

# and the reasons of real runs stand there too, numbers and names aside
"$BTTBENCH" run dram:16M --set threads=3 --set oversubscribe=1 --set ops=10 --set 'limit.read.p99 <= 1ns' --format=json |
	jq -r '.verdict.reasons[]' >"$T/real"
ok '... give reasons' test -s "$T/real"
# and those that a busy machine, or one with several nodes, adds
cat >>"$T/real" <<'END'
the hypervisor took the CPUs of the workers for 50.0 % of the measured phase (invalid beyond 10 %)
the hypervisor took the CPUs of the workers for 3.0 % of the measured phase (noted beyond 1 %)
the CPU limit of the control group stopped this process for 50.0 % of the measured phase (invalid beyond 10 %)
the CPU limit of the control group stopped this process for 3.0 % of the measured phase (noted beyond 1 %)
worker 0 was kept off its CPU for 50.0 % of the measured phase (invalid beyond 10 %)
worker 0 was kept off its CPU for 3.0 % of the measured phase (noted beyond 1 %)
worker 0 is on node 0 and its buffer on node 1
worker 0 is on node 0 and its statistics on node 1
worker 0 is on node 0 and its lane on node 1
other tasks took the CPU of worker 0 12 times, 600 times a second (noted beyond 10)
END
sed -i 's/^clock: .*/clock: REASON/' "$T/real"
perl -lne 'print join("[ ]", map {/\d/ || /\x27/ || /^(read|write|zero)$/ ? "\\S+" : quotemeta} split / /)' "$T/real" >"$T/reasons"
while IFS= read -r reason; do
	ok "a real reason: $reason" grep -Pq -e "$reason" "$T/verdict"
done <"$T/reasons"

plan_done
