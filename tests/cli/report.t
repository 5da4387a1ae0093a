#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# bttbench report: the page is complete, gives the result back, survives hostile names, and can be read in a browser.
# shellcheck source=tests/cli/tap.sh disable=SC2016 # jq has variables too
. "$SRC/tests/cli/tap.sh"

# the machine of the tests may be busy: the pages are about results that say they are valid
calm='.runs |= map(.status = "valid" | .reasons = []) | .verdict = {status: "valid", reasons: []}'
# edited FILE JQ-ARG...: the result in $T/raw.json with a change, as bttbench would have written it
edited() {
	file=$1
	shift
	jq "$@" "$T/raw.json" | "$BTTBENCH" show --format=json - >"$file" || bail "no $file"
}
"$BTTBENCH" run dram:16M --set runtime=200ms --set interval=20ms --set repeat=3 --output="$T/raw.json" >/dev/null 2>&1
edited "$T/run.json" "$calm"
"$BTTBENCH" sweep dram:16M --vary nfree=64,128 --vary threads=1,2 --set ops=300 --set oversubscribe=1 --repeat 3 --output="$T/raw.json" >/dev/null 2>&1
edited "$T/sweep.json" "$calm"
"$BTTBENCH" run dram:16M --set ops=300 --set 'limit.read.p99<=1ns' --set verify=stamp --set rate_iops=100k --output="$T/missed.json" >/dev/null 2>&1

# says DESCRIPTION PAGE REGEX: the text of the page, without markup, in one line
says() {
	sed '/<style>/,/<\/style>/d; /<script/,/<\/script>/d; /<svg/,/<\/svg>/d; s/<[^>]*>/ /g' "$2" | tr -s ' \n' ' ' >"$T/words"
	grep -Eq -e "$3" "$T/words"
	tap_result $? "$1" || diag "not in the page: $3; it has: $(head -c 1500 "$T/words")"
}

# packed PAGE N: unpacks the N-th document of the page
packed() {
	python3 -c 'import base64, gzip, re, sys
sys.stdout.buffer.write(gzip.decompress(base64.b64decode(
	re.findall(r"<script type=\"application/gzip\"[^>]*>\n(.*?)</script>", open(sys.argv[1]).read(), re.S)[int(sys.argv[2]) - 1])))' "$1" "$2"
}

"$BTTBENCH" report "$T/run.json" -o "$T/run.html" >"$T/out" 2>"$T/err"
is 'a run: exit 0, nothing on standard output' "$?$(cat "$T/out")" 0
says '... the verdict comes first' "$T/run.html" 'Verdict: Valid The numbers can be trusted.* How fast is job .*default.* on dram:16M\?'
says '... the answer has the IOPS' "$T/run.html" " IOPS [0-9.]+ [kM]? ±[0-9.]+% bandwidth "
says '... then tables, environment, job, raw data' "$T/run.html" ' Results .* Environment .* Effective job .* Raw data '
says '... with every key that was given' "$T/run.html" '\[default\].* interval 20ms .* keys with their defaults'
packed "$T/run.html" 1 >"$T/back.json"
same '... and the identical document' "$T/back.json" "$T/run.json"
"$BTTBENCH" report "$T/run.json" -o - >"$T/again.html" 2>/dev/null
same '-o - is standard output, and the same page again' "$T/again.html" "$T/run.html"
"$BTTBENCH" report - --output="$T/stream.html" <"$T/run.json" 2>/dev/null
packed "$T/stream.html" 1 >"$T/back.json"
same '- is standard input' "$T/back.json" "$T/run.json"
jq -c . "$T/run.json" >"$T/short.json"
"$BTTBENCH" report "$T/short.json" -o "$T/short.html" 2>/dev/null
packed "$T/short.html" 1 >"$T/back.json"
same 'a file that jq has rewritten is the same document' "$T/back.json" "$T/run.json"
"$BTTBENCH" report "$T/run.json" --title='Ends with </title><script>' -o "$T/title.html" 2>/dev/null
like '--title' "$(cat "$T/title.html")" '<h1>Ends with &lt;/title&gt;&lt;script&gt;</h1>'

"$BTTBENCH" report "$T/missed.json" -o "$T/missed.html" 2>/dev/null
is 'the verdict does not change the exit code' $? 0
says '... a missed limit is said' "$T/missed.html" \
	"Verdict: ($(jq -r '{missed: "Limit missed", invalid: "Invalid"}[.verdict.status]' "$T/missed.json")) "
says '... with its reason' "$T/missed.html" 'limit.read.p99 &lt;= 1ns: missed'
says '... the figures of an open loop are response times' "$T/missed.html" ' read response p50 .* read response p99 '
says '... findings of verify=stamp, response times and the schedule have their tables' "$T/missed.html" \
	' read, response .* Verification of the data Findings [0-9]+ .* Schedule of the open loop '

"$BTTBENCH" report "$T/sweep.json" -o "$T/sweep.html" 2>/dev/null
is 'a sweep: exit 0' $? 0
says '... the question names the swept keys' "$T/sweep.html" 'Which nfree and threads are best for IOPS\? 4 points on dram:16M , 3 rounds'
is '... one row for each point' "$(grep -c '^<tr\( class="best"\)*><th scope="row">\(64\|128\)</th><td>[12]</td>' "$T/sweep.html")" 4
is '... one of them best' "$(grep -c '^<tr class="best">' "$T/sweep.html")" 1
# the point with the slowest reads gets the most IOPS, so that the two metrics have different best points
jq -c '.runs as $runs | [.study.points[] as $p | {$p, p99: ([$runs[] | select(.point == $p) | .ops.read.service_ns.percentiles."99"] | sort | .[1])}] |
	sort_by(.p99)' "$T/sweep.json" >"$T/order"
slowest=$(jq -c '.[-1].p' "$T/order")
jq --argjson p "$slowest" '(.runs[] | select(.point == $p) | .ops[].iops) *= 1000' "$T/sweep.json" >"$T/odd.json"
# point JQ: "nfree=64 threads=1"
point() {
	jq -r "$1"' | to_entries | map("\(.key)=\(.value)") | join(" ")' "$T/order"
}
"$BTTBENCH" report "$T/odd.json" --no-plots -o "$T/iops.html"
says 'the best point is the one with the most IOPS' "$T/iops.html" "best: $(point '.[-1].p') "
"$BTTBENCH" report "$T/odd.json" --metric=read.p99 --no-plots -o "$T/p99.html"
says '--metric changes the question' "$T/p99.html" 'are best for read p99\?'
says '... and the best point' "$T/p99.html" "best: $(point '.[0].p') "

# a qualification, with a limit that it misses and a name that is markup
cat >"$T/profile.ini" <<'END'
[qualify]
repeat = 2
gate.load <= 100%
gate.governor = any
limit.read.p99 <= 1ns
[matrix]
rw=randread
precondition=fill
runtime=50ms
END
"$BTTBENCH" qualify dram:16M --profile="$T/profile.ini" -o "$T/q" >/dev/null 2>&1
edited='.runs |= map(.status = "missed" | .reasons = []) | .verdict = {status: "missed", reasons: ["a limit"]}'
jq "$edited"' | (.qualification.gates[] | select(.name == "runs")).reason = "<b>all</b> & every one"' "$T/q/result.json" |
	"$BTTBENCH" show --format=json - >"$T/qualified.json" || bail 'no qualification'
"$BTTBENCH" report "$T/qualified.json" -o "$T/qualified.html" 2>/dev/null
is 'a qualification: exit 0' $? 0
says '... the verdict is its own word' "$T/qualified.html" 'Verdict: FAIL The machine does not pass the profile\.'
says '... the question names the profile' "$T/qualified.html" "Does dram:16M pass the profile $T/profile.ini\?"
says '... each limit has its figure beside it' "$T/qualified.html" 'matrix limit.read.p99 &lt;= 1ns (fail|not applicable) '
says '... each gate its reason' "$T/qualified.html" 'matrix runs (pass|fail INVALID) &lt;b&gt;all&lt;/b&gt; &amp; every one '
says '... the steps that were left out have theirs' "$T/qualified.html" 'latency skipped .* the profile has no such step '
says 'the page of the command itself is such a page' "$T/q/report.html" 'Verdict: (FAIL|INVALID) .* Does dram:16M pass the profile '

if command -v gnuplot >/dev/null; then
	is 'plots: percentiles, time series and histogram of a run' "$(grep -c '<svg class="plot" role="img" aria-label="' "$T/run.html")" 3
	ok '... of a sweep, too' grep -q '<svg class="plot"' "$T/sweep.html"
	"$BTTBENCH" report "$T/run.json" --no-plots -o "$T/bare.html" 2>"$T/err"
	is '--no-plots: none, in silence' "$(grep -c '<svg' "$T/bare.html")$(cat "$T/err")" 0
else
	skip 'plots' 'no gnuplot here'
fi
PATH=$T/nothing "$BTTBENCH" report "$T/run.json" -o "$T/bare.html" 2>"$T/err"
is 'without gnuplot: exit 0' $? 0
one_line '... and one line' "$T/err"
like '... that names the package' "$(cat "$T/err")" '^bttbench: report: the page has no plots: .*gnuplot-nox'
says '... and the page has the tables' "$T/bare.html" 'Plots are missing: .* Operations and their latencies'

# refuses DESCRIPTION EXIT PATTERN ARG...: one line; an older page is unchanged
refuses() {
	description=$1 code=$2 pattern=$3
	shift 3
	echo old >"$T/page.html"
	"$BTTBENCH" report "$@" >"$T/out" 2>"$T/err"
	is "$description: exit $code, the old page" "$?$(cat "$T/out" "$T/page.html")" "${code}old"
	one_line '... one line' "$T/err"
	like '... that says it' "$(cat "$T/err")" "$pattern"
}
head -c 3000 "$T/run.json" >"$T/cut.json"
refuses 'a truncated file' 1 "^bttbench: $T/cut.json: no JSON, or not all of it: line " "$T/run.json" "$T/cut.json" -o "$T/page.html"
refuses 'no such file' 1 "^bttbench: $T/none: No such file" "$T/none" -o "$T/page.html"
refuses 'no file' 2 '^bttbench: report: no FILE ' -o "$T/page.html"
refuses 'no page' 2 '^bttbench: report: no page to write \(allowed: -o FILE' "$T/run.json"
refuses 'a folder as page' 1 "^bttbench: --output=$T: Is a directory" "$T/run.json" -o "$T"
refuses 'a page in no folder' 1 "^bttbench: --output=$T/none/page.html: No such file" "$T/run.json" -o "$T/none/page.html"
refuses 'a full disk' 1 "^bttbench: --output=/dev/full: No space left" "$T/run.json" -o /dev/full
refuses 'a wrong metric' 2 '^bttbench: --metric=speed: not a metric \(allowed: iops, ' "$T/run.json" -o "$T/page.html" --metric=speed
cp "$T/run.json" "$T/same.json"
refuses 'a page that would replace its file' 2 "^bttbench: --output=$T/same.json: is also a FILE to read" "$T/same.json" -o "$T/same.json"
same '... which is unchanged' "$T/same.json" "$T/run.json"
is 'nothing is left beside the pages' "$(find "$T" -name '*.html?*')" ''
"$BTTBENCH" report "$T/run.json" -o - >/dev/full 2>"$T/err"
is 'a full disk behind standard output: exit 1' $? 1
one_line '... one line' "$T/err"

# names that would be markup, reverse the text, or be wider than a phone
evil='</script><script>document.title="owned"</script><img src=x onerror=alert(1)>'
jq --arg evil "$evil" '.host.hostname = $evil | .host.cpu_model = "\" onmouseover=\"alert(1) '"'"'x & &lt;" | .host.kernel = "\u202e6.1\u001b[31m\u0007 <!-- é 測" |
	.host.cmdline = ("x" * 300) | .host.governor = ("w" * 300) | .job.file = ("/" + "y" * 300) |
	.verdict.reasons = [("z" * 300), $evil, "]]>", "\ud83d\ude00"]' "$T/run.json" >"$T/evil.json"
jq '.job.sections[].name = "<i>\"a\" & {/Bold b}_c^2</i>" | .runs[].job = .job.sections[0].name' "$T/sweep.json" >"$T/<b>&'\".json"
"$BTTBENCH" report "$T/evil.json" "$T/<b>&'\".json" -o "$T/evil.html" 2>"$T/err"
is 'hostile names: exit 0' "$?" 0 || diag "$(cat "$T/err")"
is '... no element is made from them' "$(grep -Eoi '<(img|i|b)[ >]|<script>' "$T/evil.html" | sort | uniq -c | xargs)" '1 <script>'
packed "$T/evil.html" 1 >"$T/back.json"
ok '... the document is the same' [ "$(jq -S . "$T/back.json" | cksum)" = "$(jq -S . "$T/evil.json" | cksum)" ]

if ! command -v chromium >/dev/null; then
	skip 'in a browser' 'no chromium here'
	plan_done
	exit
fi

# browse DESCRIPTION PAGE FILE...: the checks of any page in a browser; the files are those that its links must give back
browse() {
	description=$1 page=$2
	shift 2
	rm -rf "$T/b"
	mkdir "$T/b" && timeout 100 "$SRC/tests/cli/browser.py" "$page" "$T/b" >"$T/seen" 2>"$T/err"
	ok "$description: a browser shows it" test -s "$T/seen" || diag "$(cat "$T/err" "$T/b/chromium.log")"
	is '... without a console message' "$(jq -c .messages "$T/seen")" '[]'
	is '... without a request' "$(jq -c .requests "$T/seen")" '[]'
	is '... not wider than 360 and 1280 pixels' "$(jq -c '[.views[] | [.width, .beyond, .out]]' "$T/seen")" \
		'[[360,0,[]],[360,0,[]],[1280,0,[]],[1280,0,[]]]'
	is '... each text has enough contrast, light and dark' "$(jq -c '[.views[].faint[]]' "$T/seen")" '[]'
	is '... dark is dark' "$(jq -c '[.views[].ground] | unique | length' "$T/seen")" 2
	is '... wide tables can be scrolled with keys' "$(jq '[.views[].unreachable] | add' "$T/seen")" 0
	is '... no fault of headings, tables, labels, ids and pictures' "$(jq -c .faults "$T/seen")" '[]'
	is '... one heading for the page' "$(jq '[.headings[] | select(startswith("1 "))] | length' "$T/seen")" 1
	is '... no handler of events in markup' "$(jq -c .handlers "$T/seen")" '[]'
	is '... one script, and one document for each file' "$(jq '.tags.script' "$T/seen")" $((1 + $#))
	is '... no frame, form or picture from elsewhere' "$(jq -c '[.tags | .img, .iframe, .form, .object, .embed, .i, .b]' "$T/seen")" '[null,null,null,null,null,null,null]'
	for file; do
		"$BTTBENCH" show --format=json "$file" >"$T/want"
		same "... the link gives the identical document of ${file##*/}" "$T/b/downloads/$(jq -r .id "$file").json" "$T/want"
	done
	like '... it can be printed' "$(head -c 5 "$T/b/page.pdf")" '^%PDF-'
}

browse 'a run' "$T/run.html" "$T/run.json"
browse 'a qualification' "$T/qualified.html" "$T/qualified.json"
browse 'hostile names' "$T/evil.html" "$T/evil.json" "$T/<b>&'\".json"
is '... the title is unharmed' "$(jq -r .title "$T/seen")" '2 results of bttbench'
ok '... they are text' jq -e --arg evil "$evil" '.text | contains($evil)' "$T/seen"
ok '... with pictures for control characters, and nothing that reverses text' jq -e '.text | contains("�6.1␛[31m␇ <!-- é 測")' "$T/seen"

plan_done
