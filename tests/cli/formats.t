#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# bttbench run --format: each format is compared with the JSON of the same run, and read by its usual reader.
# shellcheck source=tests/cli/tap.sh disable=SC2016 # jq has variables too
. "$SRC/tests/cli/tap.sh"
# shellcheck source=tests/cli/result.sh
. "$SRC/tests/cli/result.sh"


# run FORMAT ARG...: one run, with that format in $T/FORMAT and JSON in $result
run() {
	"$BTTBENCH" run dram:16M --set ops=5k --set threads=2 --set oversubscribe=1 --output="$result" \
		--format="$@" >"$T/$1"
}

# run_open FORMAT: the same as an open loop; a busy machine may miss the rate, which does not matter here
run_open() {
	run "$1" --set rate_iops=100k
	[ -s "$result" ] && [ "$(jq '.runs[0].pace != null' "$result")" = true ]
}

# csv
ok 'csv' run csv
# column NAME: the column of all rows
column() {
	perl -F, -lane 'BEGIN { $want = shift } chomp @F;
		if ($. == 1) { %at = map { $F[$_] => $_ } 0 .. $#F; die "no $want" unless exists $at{$want} }
		else { print $F[$at{$want}] }' "$1" "$T/csv"
}
is '... a row a kind' "$(column op | xargs)" 'read write zero'
for field in count errors service_ns.min service_ns.max service_ns.percentiles.\"50\" service_ns.percentiles.\"99.99\"; do
	name=$(echo "$field" | sed 's/_ns\./_/; s/percentiles\./p/; s/"//g; /service/s/$/_ns/')
	is "... $name equals the JSON" "$(column "$name" | xargs)" \
		"$(result "[.runs[0].ops[\"read\", \"write\", \"zero\"] | .$field] | join(\" \")")"
done
is '... threads' "$(column threads | sort -u)" 2
is '... the namespace' "$(column namespace | sort -u)" dram:16M
is '... no response times in a closed loop' "$(column response_max_ns | xargs)" ''
ok 'csv of an open loop' run_open csv
for field in service_ns.max response_ns.min response_ns.percentiles.\"99\" response_ns.max; do
	name=$(echo "$field" | sed 's/_ns\./_/; s/percentiles\./p/; s/"//g; s/$/_ns/')
	is "... $name equals the JSON" "$(column "$name" | xargs)" \
		"$(result "[.runs[0].ops[\"read\", \"write\", \"zero\"] | .$field] | join(\" \")")"
done

# fio-json, compared with a result of the installed fio
ok 'fio-json' run fio-json
ok '... fio makes one' fio --name=t --ioengine=null --size=16m --rw=randrw --time_based --runtime=1 \
	--output-format=json --output="$T/fio"
keys='[paths as $p | getpath($p) as $v | {key: ($p | map(if type == "number" then "[]" else . end) | join("/")), value: ($v | type)}]
	| map(select(.key | test("bins|job options/") | not)) | unique'
jq "$keys" "$T/fio-json" >"$T/ours"
jq "$keys" "$T/fio" >"$T/theirs"
# a kind without ops in this fio run has no percentiles: those of reads are used instead
is '... every key exists in fio, with the same type' "$(jq -rn --slurpfile ours "$T/ours" --slurpfile theirs "$T/theirs" '
	$ours[0] | map(.key |= sub("/trim/clat_ns/percentile"; "/read/clat_ns/percentile"))
	- $theirs[0] | map("\(.key) \(.value)") | join(" ")')" ''
is '... has every op key of fio except two' "$(jq -rn --slurpfile ours "$T/ours" \
	--slurpfile theirs "$T/theirs" '($theirs[0] | map(.key)) - ($ours[0] | map(.key))
	| map(select(test("^jobs/\\[\\]/(read|write|trim|latency_[num]s)"))) | unique | join(" ")' | tr ' ' '\n' |
	sed 's/.*[/]//' | sort -u | xargs)" 'drop_ios short_ios'
for key in '"fio version"' .timestamp .time .jobs[0].jobname '.jobs[0]["job options"].iodepth' '.jobs[0]["job options"].numjobs' \
	'.jobs[0]["job options"].bs' '.jobs[0]["job options"].rw' '.jobs[0].read.bw' .jobs[0].read.iops \
	.jobs[0].write.iops_stddev .jobs[0].write.lat_ns.mean .jobs[0].trim.lat_ns.stddev \
	'.jobs[0].read.clat_ns.percentile["99.900000"]' .jobs[0].usr_cpu .jobs[0].sys_cpu .jobs[0].ctx .jobs[0].latency_ms .jobs[0].latency_us .jobs[0].latency_ns; do
	ok "... has ${key#.}, which fio-plot reads" jq -e ".$(echo "$key" | sed 's/^\.//') != null" "$T/fio-json"
done
is '... reads, writes and zeroes as trims' "$(jq -r '.jobs[0] | [.read.total_ios, .write.total_ios, .trim.total_ios] | join(" ")' \
	"$T/fio-json")" "$(result '[.runs[0].ops["read", "write", "zero"].count] | join(" ")')"
ok '... bandwidth is IOPS times 4 KiB' jq -e '.jobs[0].read | .bw_bytes / (.iops * 4096) - 1 | fabs < 1e-4' "$T/fio-json"
ok 'fio-json of an open loop' run_open fio-json
ok '... fio makes one with percentiles of lat' fio --name=t --ioengine=null --size=16m --rw=randrw --time_based --runtime=1 \
	--rate_iops=1000 --clat_percentiles=1 --lat_percentiles=1 --output-format=json --output="$T/fio"
jq "$keys" "$T/fio-json" >"$T/ours"
jq "$keys" "$T/fio" >"$T/theirs"
is '... every key exists in fio, with the same type' "$(jq -rn --slurpfile ours "$T/ours" --slurpfile theirs "$T/theirs" '
	$ours[0] | map(select(.value != "null") | .key |= sub("/trim/(?<l>c?lat)_ns/percentile"; "/read/\(.l)_ns/percentile"))
	- $theirs[0] | map("\(.key) \(.value)") | join(" ")')" ''
is '... lat_ns is the response time, clat_ns the service time' "$(jq -c '[.jobs[0] | .read, .write, .trim |
	.lat_ns.max, .lat_ns.percentile["99.000000"], .clat_ns.max]' "$T/fio-json")" \
	"$(result '[.runs[0].ops | .read, .write, .zero | .response_ns.max, .response_ns.percentiles["99"], .service_ns.max] | tojson')"

# bmf
ok 'bmf' run bmf
is '... a benchmark a kind' "$(jq -r 'keys | join(" ")' "$T/bmf")" 'default/read default/write default/zero'
ok '... of numbers' jq -e 'all(.[][]; .value | type == "number")' "$T/bmf"
is '... equal to the JSON' "$(jq -r '.["default/read"] | [.throughput.value, .latency.value, ."latency-p99".value] | join(" ")' \
	"$T/bmf")" "$(result '.runs[0].ops.read | [.iops, .service_ns.mean, .service_ns.percentiles."99"] | join(" ")')"
ok '... no response times in a closed loop' jq -e 'all(.[]; has("response") | not)' "$T/bmf"
ok 'bmf of an open loop' run_open bmf
is '... has both kinds of times' "$(jq -r '.["default/read"] | [.latency.value, .response.value, ."response-p99-9".value] | join(" ")' \
	"$T/bmf")" "$(result '.runs[0].ops.read | [.service_ns.mean, .response_ns.mean, .response_ns.percentiles."99.9"] | join(" ")')"

# openmetrics: the rules of its ABNF
ok 'openmetrics' run openmetrics
cat >"$T/openmetrics.pl" <<'P'
$SIG{__DIE__} = sub { print @_; exit 1 };
my ($name, $label) = (qr/[a-zA-Z_:][a-zA-Z0-9_:]*/, qr/[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\[n"\\])*"/);
my (%family, %sample, $current, $eof);
while (<>) {
	die "no newline at the end of line $.\n" unless chomp;
	die "$.: after # EOF\n" if $eof;
	if ($_ eq '# EOF') { $eof = 1; next }
	if (/^# (TYPE|UNIT|HELP) ($name) (.+)$/) {
		my ($what, $of, $text) = ($1, $2, $3);
		die "$.: $of: again\n" if $what eq 'TYPE' && $family{$of};
		die "$.: $what before TYPE\n" if $what ne 'TYPE' && $current ne $of;
		die "$.: $what twice or after samples\n" if $family{$of}{$what}++ || $family{$of}{sample};
		die "$.: no such type\n" if $what eq 'TYPE' && $text !~ /^(gauge|summary)$/;
		die "$.: unit is not the end of the name\n" if $what eq 'UNIT' && $of !~ /_\Q$text\E$/;
		$family{$current = $of}{type} = $text if $what eq 'TYPE';
		next;
	}
	/^($name)(?:\{($label(?:,$label)*)?\})? (-?[0-9.]+(?:e[-+]?[0-9]+)?)$/ or die "$.: $_\n";
	my ($of, $labels) = ($1, $2);
	die "$.: twice: $_\n" if $sample{"$of {$labels}"}++;
	my %seen;
	$seen{$_}++ && die "$.: label $_ twice\n" for $labels =~ /([a-zA-Z_]+)="/g;
	$of =~ s/_(sum|count)$// if $family{$current}{type} eq 'summary';
	die "$.: $of stands with $current\n" if $of ne $current;
	$family{$of}{sample}++;
}
die "no # EOF\n" unless $eof;
die "no HELP of $_\n" for grep { !$family{$_}{HELP} } keys %family;
P
ok '... follows the format' perl "$T/openmetrics.pl" "$T/openmetrics"
for wrong in '$d' 's/^# TYPE bttbench_ops /# TYPE bttbench_opz /' 's/^# UNIT \(.*\) seconds/# UNIT \1 bytes/' \
	's/op="read"/op="write"/' 's/"} \([0-9]\)/"}  \1/' '/^# HELP bttbench_iops/d'; do
	sed "$wrong" "$T/openmetrics" >"$T/wrong"
	not_ok "... but not after sed '$wrong'" perl "$T/openmetrics.pl" "$T/wrong"
done
is '... has the counts of the JSON' "$(sed -n 's/^bttbench_ops{.*op="\(.*\)"} /\1 /p' "$T/openmetrics" | xargs)" \
	"$(result '[.runs[0].ops | ("read", "write", "zero") as $k | "\($k) \(.[$k].count)"] | join(" ")')"
if command -v promtool >"$T/out"; then
	ok '... promtool agrees' sh -c 'promtool check metrics <"$1"' sh "$T/openmetrics"
fi
ok 'openmetrics of an open loop' run_open openmetrics
ok '... follows the format' perl "$T/openmetrics.pl" "$T/openmetrics"
for times in service response; do
	is "... has $times times" "$(sed -n "s/^bttbench_${times}_seconds{.*quantile=\"1\"} //p" "$T/openmetrics" |
		perl -ne 'printf "%.0f\n", $_ * 1e9' | xargs)" "$(result "[.runs[0].ops[].${times}_ns.max] | join(\" \")")"
done

# hgrm, read as the plotter reads it: lines that are no comments have four numbers
ok 'hgrm-read' run hgrm-read
cat >"$T/hgrm.awk" <<'A'
/^#/ || NF != 4 || $1 !~ /^[0-9]/ { next }
{
	points++
	if ($1 < value || $2 <= fraction && points > 1 || $3 < total)
		bad = 1
	value = $1; fraction = $2; total = $3
	if ($4 < 0.99 / (1 - $2 + 1e-12) && $2 < .9999 || $3 < total * $2)
		bad = 1
}
END { print (points > 10 && !bad) ? "rises" : "does not" }
A
is '... values, fractions and totals rise' "$(awk -f "$T/hgrm.awk" "$T/hgrm-read")" rises
is '... up to all of them' "$(awk '$2 == 1 { print $3, $1 * 1000 }' "$T/hgrm-read")" \
	"$(result '.runs[0].ops.read | "\(.count) \(.service_ns.max)"')"
ok 'hgrm' run hgrm
is '... has a section for each kind' "$(grep -c '^# job ' "$T/hgrm")" 3
ok 'hgrm-response-read of an open loop' run_open hgrm-response-read
is '... rises' "$(awk -f "$T/hgrm.awk" "$T/hgrm-response-read")" rises
is '... up to the longest response' "$(awk '$2 == 1 { print $3, $1 * 1000 }' "$T/hgrm-response-read")" \
	"$(result '.runs[0].ops.read | "\(.count) \(.response_ns.max)"')"
ok 'hgrm-response of a closed loop' run hgrm-response
like '... says that there are no response times' "$(cat "$T/hgrm-response")" '^# no response times: only jobs with rate_iops'

plan_done
