#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# plot.t -- bttbench plot: the data behind each kind exactly, the pictures roughly, and the errors.
# tests/report/KIND.tsv are the expected data; PLOT_KEEP=1 writes them anew.
. "$SRC/tests/cli/tap.sh"

make_results=$TEST_BIN/report/make_results
[ -x "$make_results" ] || bail 'no make_results (allowed: run me through make check)'
for kind in run layout engines near far hostile; do
	"$make_results" $kind >"$T/$kind.json" || bail "make_results $kind"
done
cd "$T" || exit 1

# a comparison and a history: results that differ in IOPS, of three commits
mkdir c
jq '.verdict = {status: "valid", reasons: []} | .tool.version = "1.0" | .runs |= map(.status = "valid")' run.json >c/base.json
n=0
while [ $n -lt 30 ]; do
	jq --argjson n $n '.id = "test-\($n)" | .started_at = (1767225600 + $n * 86400 | todate) | .tool.commit = "commit\($n / 10 | floor)"
		| ((1 + ($n * 5 % 7 - 3) / 300) * ([1, 0.9, 0.95][$n / 10 | floor])) as $scale
		| .runs[].ops[] |= if . then .iops *= $scale else . end' c/base.json >c/$((n + 10)).json
	n=$((n + 1))
done
"$BTTBENCH" history add c/[123]?.json --store=h.db >/dev/null || bail 'no history'

# data KIND FILE...: the data of the kind is the kept one; the commit of bttbench itself is not in it
data() {
	kind=$1
	shift
	"$BTTBENCH" plot "$kind" "$@" --data="$T/$kind.tsv" || return
	[ -z "${PLOT_KEEP:-}" ] || cp "$T/$kind.tsv" "$SRC/tests/report/$kind.tsv"
	same "data of $kind" "$SRC/tests/report/$kind.tsv" "$T/$kind.tsv"
	"$BTTBENCH" plot "$kind" "$@" --data=- >"$T/stdout.tsv"
	same '... the same on standard output' "$T/$kind.tsv" "$T/stdout.tsv"
}
data percentiles run.json
data histogram run.json --op=read
data series run.json
data heatmap layout.json
data scaling engines.json
data tax engines.json
data nodes near.json far.json
data compare c/1?.json -- c/2?.json
data trend h.db
is 'one metric of a comparison' "$("$BTTBENCH" plot compare c/1?.json -- c/2?.json --metric=write.p99 --data=- | awk -F'\t' '/^0/ {print $2}' | sort -u)" write.p99
is 'all samples, two medians and a change' "$(awk -F'\t' '/^0/ {n[$3]++} END {print n[0], n[1], n[2], n[3], n[4]}' compare.tsv)" '10 10 1 1 1'
is 'another metric of the history' "$("$BTTBENCH" plot trend h.db --metric=read.p99 --data=- | grep -c '^0')" 30
is 'a trend marks both changes' "$(awk -F'\t' '/^0/ && $9 != "NaN" {print $4, $6}' trend.tsv)" "11 commit1
21 commit2"
# results that were added in another order, and one of another job
jq '.id = "other" | .started_at = "2026-03-01T00:00:00Z" | .job.sections[0] |= (.keys.seed = "7" | .given += ["seed"])' c/10.json >c/other.json
"$BTTBENCH" history add c/3?.json c/1?.json c/2?.json c/other.json --store=mixed.db >/dev/null || bail 'no history'
"$BTTBENCH" plot trend mixed.db --data=mixed.tsv
is 'a trend is in the order of time' "$(awk -F'\t' '/^0/ {print $3, $7, $9}' mixed.tsv)" "$(awk -F'\t' '/^0/ {print $3, $7, $9}' trend.tsv)"
is '... and each series has its own line' "$(awk -F'\t' '/^[0-9]/ {n[$1]++} END {print n[0], n[1]}' mixed.tsv)" '30 1'
is '... --series chooses one' \
	"$("$BTTBENCH" plot trend mixed.db --series="$(sed -n 's/^1\tseries \([0-9]*\):.*/\1/p' mixed.tsv)" --data=- | awk -F'\t' '/^[0-9]/ {print $1, $4}')" '0 31'
"$BTTBENCH" sweep dram:16M --vary=commit=two-fence,strict --set ops=100 --set rw=randwrite --repeat=3 --output=study.json >study.out 2>&1
is 'a comparison within a study' "$("$BTTBENCH" plot compare study.json --by=commit --metric=fences --data=- | awk -F'\t' '$3 == 4 {print ($4 > 0)}')" 1
is 'settings choose points, metric and keys' \
	"$("$BTTBENCH" plot heatmap layout.json --x=lanes --y=nfree --metric=write.p99 --where=nfree=64 --data=- |
		sed -n '/^0/s/\t/ /gp' | cut -d' ' -f1-5)" '0 1 0 64 2'
like 'the footer counts the run that is left out' "$(cat percentiles.tsv)" 'left out: 1 invalid or inconclusive run'
like 'the title is the given one' "$("$BTTBENCH" plot tax engines.json --title='My "title"' --data=-)" '#title	My &quot;title&quot;'

if ! command -v gnuplot >/dev/null; then
	plan_done
	exit
fi

# picture DESCRIPTION FILE: a picture of some size with something in it
picture() {
	case $2 in
	*.svg) ok "$1" sh -c 'grep -q "</svg>" "$1" && [ "$(grep -c "<path" "$1")" -gt 3 ]' - "$2" ;;
	*.pdf) ok "$1" sh -c 'head -c 5 "$1" | grep -q %PDF- && tail -c 10 "$1" | grep -q %%EOF && [ "$(wc -c <"$1")" -gt 4000 ]' - "$2" ;;
	*.png) ok "$1" perl -MCompress::Zlib -e '
		local $/; open my $in, "<:raw", $ARGV[0] or die; my $png = <$in>; my ($w, $h, $data) = (0, 0, "");
		die "no PNG\n" if substr($png, 0, 8) ne "\x89PNG\r\n\x1a\n";
		for (my $at = 8; $at < length $png;) {
			my ($len, $type) = unpack "Na4", substr($png, $at, 8);
			($w, $h) = unpack "NN", substr($png, $at + 8, 8) if $type eq "IHDR";
			$data .= substr($png, $at + 8, $len) if $type eq "IDAT";
			$at += 12 + $len;
		}
		my %seen; $seen{$_} = 1 for unpack "(a64)*", uncompress($data);
		die "$w x $h\n" if $w != $ARGV[1] || $h < 200;
		die scalar(keys %seen), " different pieces\n" if keys %seen < 100' "$2" "$3" ;;
	esac
}
for kind in percentiles histogram series heatmap scaling tax nodes compare trend; do
	case $kind in
	percentiles | histogram | series) files=run.json ;;
	heatmap) files=layout.json ;;
	nodes) files='near.json far.json' ;;
	compare) files='c/1?.json -- c/2?.json' ;;
	trend) files=h.db ;;
	*) files=engines.json ;;
	esac
	# shellcheck disable=SC2086
	"$BTTBENCH" plot $kind $files -o $kind.svg
	picture "$kind as SVG" $kind.svg
	# shellcheck disable=SC2086
	"$BTTBENCH" plot $kind $files --width=600 -o $kind.png
	picture "$kind as PNG of 600 pixels" $kind.png 600
	GNUPLOT_LIB=$SRC/plots gnuplot -d -c "$SRC/plots/$kind.gp" $kind.tsv hand.svg 900 2>/dev/null
	picture "... and drawn by hand" hand.svg
done
"$BTTBENCH" plot tax engines.json -o tax.pdf
picture 'a plot as PDF' tax.pdf

# few samples, few results
"$BTTBENCH" plot compare c/10.json -- c/20.json -o few.png
picture 'a comparison of two files: intervals without an end' few.png 900
"$BTTBENCH" history add c/10.json --store=one.db >/dev/null
"$BTTBENCH" plot trend one.db -o one.png
picture 'a history of one result' one.png 900

# names are text
"$BTTBENCH" plot percentiles hostile.json -o hostile.svg
picture 'hostile names: a picture' hostile.svg
ok '... no command ran' [ ! -e pwned ]
like '... the name of the machine is drawn as it is' "$(sed 's/&lt;/</g; s/&gt;/>/g; s/&amp;/\&/g' hostile.svg)" \
	'machine "`touch pwned`\{/Bold=20 x\}\\n@a\^b_c &amp; <b> ü'
like '... and that of the job' "$(cat hostile.svg)" 'job a"\.system\("touch pwned"\)\."'
ok '... the SVG is XML' python3 -c 'import sys, xml.dom.minidom; xml.dom.minidom.parse(sys.argv[1])' hostile.svg
for name in '$(touch pwned)' '`touch pwned`' "';touch pwned;'" '"; system("touch pwned"); "' "$(printf 'a\tb\nc\033[31m\377')"; do
	"$BTTBENCH" plot percentiles run.json --title="$name" -o title.svg
	picture 'a hostile title' title.svg
done
ok '... no command ran' [ ! -e pwned ]

# an own script
{ echo '# mine' && sed 's/set logscale y 10/set logscale y 2/' "$SRC/plots/percentiles.gp"; } >mine.gp
"$BTTBENCH" plot percentiles run.json --script=mine.gp -o mine.svg
picture 'an own script draws' mine.svg
echo 'plot nonsense(' >broken.gp
echo old >kept.svg
"$BTTBENCH" plot percentiles run.json --script=broken.gp -o kept.svg 2>err
is 'a broken script: exit 1, the old file stays' "$?$(cat kept.svg)" 1old
one_line '... one line' err
like '... with the error of gnuplot' "$(cat err)" '^bttbench: plot: gnuplot: .*broken.gp.* line '

# refuses DESCRIPTION EXIT PATTERN ARG...: one line, no file out.svg
refuses() {
	description=$1 code=$2 pattern=$3
	shift 3
	"$BTTBENCH" plot "$@" >out 2>err
	is "$description: exit $code, no output" "$?$(cat out)" "$code"
	one_line '... one line' err
	like '... that tells the reason' "$(cat err)" "$pattern"
	ok '... no picture' [ ! -e out.svg ]
}
refuses 'no kind' 2 '^bttbench: plot: no KIND \(allowed: percentiles, '
refuses 'an unknown kind' 2 '^bttbench: pie: no such KIND of plot \(allowed: ' pie run.json -o out.svg
refuses 'no file' 2 '^bttbench: plot: no FILE ' series -o out.svg
refuses 'no output' 2 '^bttbench: plot: no output \(allowed: -o ' series run.json
refuses 'another ending' 2 '^bttbench: out.gif: .*\.svg, \.png, \.pdf' series run.json -o out.gif
refuses 'an unknown metric' 2 '^bttbench: --metric=speed: not a metric \(allowed: ' heatmap layout.json --metric=speed -o out.svg
refuses 'an unknown op' 2 '^bttbench: --op=trim: no such op \(allowed: ' series run.json --op=trim -o out.svg
refuses 'an unknown key' 2 '^bttbench: --x=speed: no key of jobs ' heatmap layout.json --x=speed -o out.svg
refuses 'a narrow picture' 2 '^bttbench: --width=399: ' series run.json --width=399 -o out.svg
refuses 'no such file' 1 '^bttbench: none.json: No such file' series none.json -o out.svg
head -c 3000 run.json >cut.json
refuses 'a truncated file' 1 '^bttbench: cut.json: no JSON, or not all of it' series cut.json -o out.svg
refuses 'a heatmap of a run' 1 'heatmap: not two swept keys \(allowed: a sweep of two or more keys' heatmap run.json -o out.svg
refuses 'a series without intervals' 1 'series: no intervals \(allowed: ' series layout.json -o out.svg
refuses 'scaling without swept threads' 1 'scaling: all runs have threads=1 \(allowed: a sweep of threads' scaling layout.json -o out.svg
refuses 'a tax of one engine' 1 'tax: all runs have engine=btt \(allowed: ' tax layout.json -o out.svg
refuses 'nodes of one pair' 1 'nodes: .* one pair of nodes \(allowed: ' nodes near.json -o out.svg
refuses 'several points in a cell' 1 'heatmap: .* has several points or jobs \(allowed: ' heatmap engines.json --x=engine --y=commit -o out.svg
refuses 'a condition that is none' 1 'where=speed: no key of jobs' series run.json --where=speed -o out.svg
refuses 'a condition that no run has' 1 'no run of the wanted jobs' series run.json --where=bs=512 -o out.svg
refuses 'a comparison without --' 2 "^bttbench: plot: no '--' " compare run.json -o out.svg
refuses 'another kind with --' 2 '^bttbench: plot series: an option of compare ' series -o out.svg run.json -- run.json
refuses 'an option of another kind' 2 '^bttbench: --series: not for plot series ' series run.json --series=1 -o out.svg
refuses 'a key of jobs with a comparison' 2 '^bttbench: plot compare: --x, ' compare run.json -- run.json --x=bs -o out.svg
refuses 'unlike results' 1 '^bttbench: layout.json: not like run.json: ' compare run.json -- layout.json -o out.svg
refuses 'no such store' 1 '^bttbench: none.db: no such store' trend none.db -o out.svg
refuses 'a file that is no store' 1 '^bttbench: run.json: no store of bttbench history' trend run.json -o out.svg
refuses 'two stores' 2 '^bttbench: plot trend: 2 files ' trend h.db h.db -o out.svg
refuses 'a metric that no series has' 1 'trend: no series has this metric ' trend h.db --metric=read.p12 -o out.svg
refuses 'a series that is not there' 1 'trend: no series has this metric ' trend h.db --series=99 -o out.svg
jq '.runs |= map(.status = "invalid")' run.json >invalid.json
refuses 'only invalid runs' 1 'all 4 runs are invalid' series invalid.json -o out.svg
refuses 'no such script' 1 'none.gp: No such file' series run.json --script=none.gp -o out.svg
PATH=$T "$BTTBENCH" plot series run.json -o out.svg 2>err
is 'no gnuplot: exit 1' $? 1
is '... one line names the package' "$(cat err)" 'bttbench: plot: no gnuplot (apt install gnuplot-nox)'
mkdir folder.svg
"$BTTBENCH" plot series run.json -o folder.svg 2>err
is 'a folder as output: exit 1' $? 1
like '... one line' "$(cat err)" '^bttbench: folder.svg: Is a directory$'
"$BTTBENCH" plot series run.json -o none/x.svg 2>err
is 'no such folder: exit 1' $? 1
like '... one line' "$(cat err)" '^bttbench: none/x.svg: No such file or directory$'
"$BTTBENCH" plot series run.json --data=- >/dev/full 2>err
is 'a full disk: exit 1' $? 1
one_line '... one line' err

# nothing stays behind
mkdir tmp
TMPDIR=$T/tmp "$BTTBENCH" plot series run.json -o tmp.svg
TMPDIR=$T/tmp "$BTTBENCH" plot series run.json --script=broken.gp -o tmp.svg 2>/dev/null
is 'no temporary file stays' "$(ls tmp)" ''
printf '#!/bin/sh\nkill -TERM $PPID\nexit 1\n' >tmp/gnuplot
chmod +x tmp/gnuplot
mkdir tmp2
TMPDIR=$T/tmp2 PATH=$T/tmp:$PATH "$BTTBENCH" plot series run.json -o term.svg 2>/dev/null
is '... also when a signal ends the command' "$?$(ls tmp2)" 143
plan_done
