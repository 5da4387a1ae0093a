#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# bttbench run --format: each format is compared with the JSON of the same run, and read by its usual reader.
# shellcheck source=tests/cli/tap.sh disable=SC2016 # jq has variables too
. "$SRC/tests/cli/tap.sh"
# shellcheck source=tests/cli/result.sh
. "$SRC/tests/cli/result.sh"

run_format() {
	"$BTTBENCH" run dram:16M --set ops=5k --set threads=2 --set oversubscribe=1 --output="$result" \
		--format="$format" "$@" >"$T/$format"
}

# run FORMAT ARG...: one run, with that format in $T/FORMAT and JSON in $result; `show` makes the same of the JSON
run() {
	format=$1
	shift
	undisturbed run_format "$@"
	status=$?
	[ ! -s "$T/$format" ] || "$BTTBENCH" show --format="$format" "$result" | cmp - "$T/$format" || status=99
	return $status
}

# run_open FORMAT ARG...: the same as an open loop; a busy machine may miss the rate, which does not matter here
run_open() {
	run "$@" --set rate_iops=100k
	[ $? -ne 99 ] && [ -s "$result" ] && [ "$(jq '.runs[0].pace != null' "$result")" = true ]
}

# csv
ok 'csv' run csv
# column NAME [FILE]: the column of all rows
column() {
	python3 -c 'import csv, sys
for row in csv.DictReader(open(sys.argv[2], newline="")): print(row[sys.argv[1]])' "$1" "${2:-$T/csv}"
}
is '... a row a kind' "$(column op | xargs)" 'read write zero'
for field in count errors iops bytes_per_s service_ns.min service_ns.mean service_ns.stddev service_ns.max \
	service_ns.percentiles.\"50\" service_ns.percentiles.\"99.99\"; do
	name=$(echo "$field" | sed 's/_ns\./_/; s/percentiles\./p/; s/"//g; /service/s/$/_ns/')
	is "... $name equals the JSON" "$(column "$name" | jq -sr 'map(tostring) | join(" ")')" \
		"$(result "[.runs[0].ops[\"read\", \"write\", \"zero\"] | .$field | tostring] | join(\" \")")"
done
is '... threads' "$(column threads | sort -u)" 2
is '... the namespace' "$(column namespace | sort -u)" dram:16M
is '... the id of the JSON' "$(column run | sort -u)" "$(result .id)"
is '... no response times in a closed loop' "$(column response_max_ns | xargs)" ''
# keys whose column has the value in use
for key in $(result '.job.sections[0].keys | del(.repeat, .percentiles, .namespace, .bs, .nfree) | keys[]'); do
	[ "$(column "$key" | sort -u)" = "$(result ".job.sections[0].keys.$key")" ] || echo "$key"
done >"$T/different"
is '... and every key of the job' "$(cat "$T/different")" ''
ok 'csv of an open loop' run_open csv
for field in service_ns.max response_ns.min response_ns.percentiles.\"99\" response_ns.max; do
	name=$(echo "$field" | sed 's/_ns\./_/; s/percentiles\./p/; s/"//g; s/$/_ns/')
	is "... $name equals the JSON" "$(column "$name" | xargs)" \
		"$(result "[.runs[0].ops[\"read\", \"write\", \"zero\"] | .$field] | join(\" \")")"
done

# several jobs on namespaces of their own, with repeats, a limit that one of them misses, and their own percentiles
cat >"$T/two.job" <<'J'
[global]
rw=randread
ops=2000
precondition=none
oversubscribe=1
stonewall=1
[good]
namespace=dram:16M
repeat=2
percentiles=50,99.5
[missed]
namespace=dram:17M
percentiles=75
limit.read.iops >= 900M
J
# two FORMAT: those jobs, with that format in $T/FORMAT, JSON in $result and the messages in $T/err
two() {
	"$BTTBENCH" run "$T/two.job" --output="$result" --format="$1" >"$T/$1" 2>"$T/err"
	is "$1 of two jobs, one of which misses a limit: exit 3" $? 3
}
two csv
is '... the status of each run' "$(column status | xargs)" 'valid valid missed'
is '... as in the JSON' "$(column status | xargs)" "$(result '[.runs[].status] | join(" ")')"
is '... and of the result' "$(column result_status | sort -u)" "$(result .verdict.status)"
is '... repeats from 1, as in the JSON' "$(column repeat | xargs)" "$(result '[.runs[].repeat] | join(" ")')"
is '... the namespace of each' "$(column namespace | xargs)" 'dram:16M dram:16M dram:17M'
is '... the percentiles of both' "$(sed -n '1s/,/\n/gp' "$T/csv" | grep -o '^service_p.*' | xargs)" \
	'service_p50_ns service_p75_ns service_p99.5_ns'
for format in csv fio-json fio-json+ bmf openmetrics openmetrics-timestamps; do
	[ $format = csv ] || two $format
	one_line '... one line on standard error' "$T/err"
	like '... with the reason' "$(cat "$T/err")" "^bttbench: missed: job 'missed': limit.read.iops >= 900M"
done
for format in text json; do
	two $format
	is '... holds the reason itself' "$(cat "$T/err")" ''
	like '... that is' "$(cat "$T/$format")" "job 'missed': limit.read.iops >= 900M: missed"
done
is 'text: a heading for each job' "$(sed -n "s/^run .*job '\([a-z]*\)'\(, medians of [0-9]* repeats\)*.*/\1\2/p" "$T/text" | xargs)" \
	'good, medians of 2 repeats missed'
is 'fio-json: the percentiles of each job' "$(jq -c '[.jobs[].read.clat_ns.percentile | keys | length]' "$T/fio-json")" '[2,2,1]'
is 'bmf: the percentiles of each job' \
	"$(jq -r '[to_entries[] | .key + ":" + (.value | keys | map(select(test("-p"))) | join(","))] | join(" ")' "$T/bmf")" \
	'good/read:latency-p50,latency-p99-5 missed/read:latency-p75'
is 'openmetrics: the percentiles of each job' "$(sed -n 's/^bttbench_service_seconds{.*job_name="\(.*\)",namespace.*quantile="\(.*\)"} .*/\1 \2/p' \
	"$T/openmetrics" | sort -u | xargs)" 'good 0.5 good 0.995 good 1.0 missed 0.75 missed 1.0'
is '... every namespace' "$(sed -n 's/^bttbench_namespace_size_bytes{.*namespace="\(.*\)",kind="dram"} \(.*\)/\1 \2/p' "$T/openmetrics" | xargs)" \
	'dram:16M 16777216 dram:17M 17825792'
is '... the status of each run' "$(sed -n 's/^bttbench_valid{.*job_name="\(.*\)",namespace="\(.*\)",repeat="\(.*\)"} /\1 \2 \3 /p' "$T/openmetrics" | xargs)" \
	'good dram:16M 1 1 good dram:16M 2 1 missed dram:17M 1 0'

# bmf has only numbers: a run without a steady state is left out
"$BTTBENCH" run dram:16M --set rw=randread --set ops=2000 --set steady_state=rounds:3,range:0,slope:0,max:3 --format=bmf >"$T/bmf" 2>"$T/err"
is 'bmf of an inconclusive run: exit 4' $? 4
is '... without the run' "$(jq -c . "$T/bmf")" '{}'
one_line '... one line on standard error' "$T/err"
like '... says so' "$(cat "$T/err")" 'no steady state.*\(--format=bmf leaves out 3 of 3 runs\)$'

# --append
append() {
	"$BTTBENCH" run dram:16M --set rw=randread --set ops=200 --append="$T/rows.csv" "$@" >"$T/out" 2>"$T/err"
}
ok '--append to a new file' append
like '... text on standard output' "$(cat "$T/out")" '^verdict  '
ok '... again' append --set threads=2 --set oversubscribe=1
ok '... with csv on standard output' append --format=csv
is '... one header' "$(grep -c '^job,' "$T/rows.csv")" 1
is '... a row for each run' "$(column threads "$T/rows.csv" | xargs)" '1 2 1'
is '... each with its own id' "$(column run "$T/rows.csv" | sort -u | wc -l)" 3
is '... the last one as on standard output' "$(tail -n 1 "$T/rows.csv")" "$(tail -n 1 "$T/out")"
cp "$T/rows.csv" "$T/before.csv"
append --set percentiles=50
is '... other percentiles: exit 2' $? 2
one_line '... one line' "$T/err"
like '... says why' "$(cat "$T/err")" 'rows.csv: its first line is not the header of this result'
is '... and nothing was run' "$(cat "$T/out")" ''
same '... nor appended' "$T/rows.csv" "$T/before.csv"
printf 'half a row' >>"$T/rows.csv"
exits '... a row without an end: exit 2' 2 append
cp "$T/before.csv" "$T/rows.csv"
for i in 1 2 3 4 5 6; do
	"$BTTBENCH" run dram:16M --set rw=randread --set ops=200 --append="$T/new.csv" >/dev/null 2>"$T/err.$i" &
done
wait
is '... six commands at once: six rows below one header' "$(column op "$T/new.csv" | xargs) $(wc -l <"$T/new.csv")" \
	'read read read read read read 7'
cp "$T/new.csv" "$T/before.csv"
exits '... waits while another command holds the file' 124 flock "$T/new.csv" \
	timeout 3 "$BTTBENCH" run dram:16M --set rw=randread --set ops=200 --append="$T/new.csv"
same '... and leaves it alone' "$T/new.csv" "$T/before.csv"
exits '... to a folder: exit 1' 1 "$BTTBENCH" run dram:16M --set ops=10 --append="$T"
exits '... to standard output: exit 2' 2 "$BTTBENCH" run dram:16M --set ops=10 --append=-
exits '... with --dry-run: exit 2' 2 "$BTTBENCH" run dram:16M --dry-run --append="$T/dry.csv"
exits '... to the file of --output: exit 2' 2 "$BTTBENCH" run dram:16M --set ops=10 --append="$T/one" --output="$T/one"
printf '[a]\nops=10\n' >"$T/o.job"
exits '... to the job file: exit 2' 2 "$BTTBENCH" run "$T/o.job" dram:16M --append="$T/o.job"
ok 'a layout' "$BTTBENCH" format "$T/ns" --size=16M --lbasize=4096
exits '... of a job that fails: exit 1' 1 "$BTTBENCH" run "$T/ns" --set bs=512 --append="$T/none.csv"
not_ok '... leaves no empty file' test -e "$T/none.csv"
mkfifo "$T/fifo"
exits '... to a pipe: exit 2' 2 "$BTTBENCH" run dram:16M --set ops=10 --append="$T/fifo"

# --output=-
mkdir "$T/dash"
(cd "$T/dash" && "$BTTBENCH" run dram:16M --set ops=10 --output=- >"$result")
is '--output=-: JSON on standard output' "$(result .schema)" bttbench.result/1
is '... and no file' "$(ls "$T/dash")" ''
"$BTTBENCH" run dram:16M --set ops=10 --output=- --format=csv >"$T/out" 2>"$T/err"
is '... with another format: exit 2' $? 2
one_line '... one line' "$T/err"
like '... says that' "$(cat "$T/err")" '^bttbench: --output=-: standard output already gets the result as csv'
ok '... with --format=json' "$BTTBENCH" run dram:16M --set ops=10 --output=- --format=json

# one op has no deviation, in any format
run json --set rw=randread --set ops=1 --set threads=1
is 'one op: its deviation is 0' "$(result '.runs[0].ops.read.service_ns.stddev')" 0

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


# fio-json+: fio's own keys, and its reader
ok 'fio-json+' run fio-json+
ok '... fio makes one' fio --name=t --ioengine=null --size=16m --rw=randrw --time_based --runtime=1 \
	--output-format=json+ --output="$T/fio"
plus='[paths as $p | getpath($p) as $v | {key: ($p | map(if type == "number" then "[]" else . end) | join("/")
	| sub("bins/[0-9]+"; "bins/N")), value: ($v | type)}] | map(select(.key | test("job options/") | not)) | unique'
jq "$plus" "$T/fio-json+" >"$T/ours"
jq "$plus" "$T/fio" >"$T/theirs"
is '... every key exists in fio, with the same type' "$(jq -rn --slurpfile ours "$T/ours" --slurpfile theirs "$T/theirs" '
	$ours[0] | map(.key |= sub("/trim/clat_ns/(?<k>percentile|bins)"; "/read/clat_ns/\(.k)"))
	- $theirs[0] | map("\(.key) \(.value)") | join(" ")')" ''
is '... has the buckets where fio has them' "$(jq -rn --slurpfile ours "$T/ours" --slurpfile theirs "$T/theirs" '
	[$theirs[0][].key | select(test("bins"))] - [$ours[0][].key] | join(" ")')" ''
is '... as many operations as the JSON' "$(jq -c '[.jobs[0] | .read, .write, .trim | .clat_ns.bins | add]' "$T/fio-json+")" \
	"$(result '[.runs[0].ops | .read, .write, .zero | .count] | tojson')"
is '... whose names are the middles of its buckets' \
	"$(jq -c '.jobs[0].read.clat_ns.bins | to_entries | map([(.key | tonumber), .value]) | sort' "$T/fio-json+")" \
	"$(result '[.runs[0].ops.read.service_ns.histogram.buckets[] | [.[0] + ((.[1] - .[0] + 1) / 2 | floor), .[2]]] | tojson')"
(cd "$T" && fio_jsonplus_clat2csv fio-json+ clat.csv) >"$T/out" 2>&1
is "... fio's reader finds all of them" "$(tail -n 1 "$T/clat_job0.csv" 2>"$T/err" | tr -d ' ' | cut -d, -f1)" \
	"$(result '[.runs[0].ops[].service_ns.histogram.buckets[][0:2] | .[0] + ((.[1] - .[0] + 1) / 2 | floor)] | max')"

# bmf
ok 'bmf' run bmf
is '... a benchmark a kind' "$(jq -r 'keys | join(" ")' "$T/bmf")" 'default/read default/write default/zero'
ok '... of numbers' jq -e 'all(.[][]; .value | type == "number")' "$T/bmf"
is '... equal to the JSON' "$(jq -r '.["default/read"] | [.throughput.value, .latency.value, ."latency-p99".value] | join(" ")' \
	"$T/bmf")" "$(result '.runs[0].ops.read | [.iops, .service_ns.mean, .service_ns.percentiles."99"] | join(" ")')"
ok '... no response times in a closed loop' jq -e 'all(.[]; has("response") | not)' "$T/bmf"
ok 'bmf of an open loop' run_open bmf
is '... has both kinds of times, but not of a run that missed the rate' \
	"$(jq -c '.["default/read"] // empty | [.latency.value, .response.value, ."response-p99-9".value]' "$T/bmf")" \
	"$(result '.runs[0] | select(.status != "invalid") | .ops.read | [.service_ns.mean, .response_ns.mean, .response_ns.percentiles."99.9"] | tojson')"

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
unlike '... no label job or instance' "$(cat "$T/openmetrics")" '[{,](job|instance)='
is '... every series has host and run' "$(grep -v '^#' "$T/openmetrics" | grep -vcF "{host=\"$(result .host.hostname)\",run=\"$(result .id)\"")" 0
is '... has the counts of the JSON' "$(sed -n 's/^bttbench_ops{.*op="\(.*\)"} /\1 /p' "$T/openmetrics" | xargs)" \
	"$(result '[.runs[0].ops | ("read", "write", "zero") as $k | "\($k) \(.[$k].count)"] | join(" ")')"
for field in iops=iops bandwidth_bytes_per_second=bytes_per_s; do
	is "... has the JSON's ${field#*=}" "$(sed -n "s/^bttbench_${field%=*}{.*} //p" "$T/openmetrics" | jq -c . | xargs)" \
		"$(result "[.runs[0].ops[\"read\", \"write\", \"zero\"].${field#*=} | tostring] | join(\" \")")"
done
ok '... promtool has no complaint' sh -c 'promtool check metrics <"$1"' sh "$T/openmetrics"
not_ok '... but about a broken one' sh -c 'promtool check metrics <"$1"' sh "$T/wrong"
# two results in one database, as after two nights; their series must differ
cp "$T/openmetrics" "$T/first"
ok 'another one' run openmetrics
is '... has no series in common with the first' \
	"$(sed '/^#/d; s/ [^ ]*$//' "$T/first" "$T/openmetrics" | sort | uniq -d)" ''
for file in one two; do
	run openmetrics-timestamps
	mv "$T/openmetrics-timestamps" "$T/$file"
	ok "promtool makes blocks from file $file" promtool tsdb create-blocks-from openmetrics "$T/$file" "$T/data"
done
mkdir -p "$T/data/wal"
is '... with the samples of both' "$(promtool tsdb dump "$T/data" | grep -c '^{')" "$(cat "$T/one" "$T/two" | grep -vc '^#')"
not_ok '... but not from a file without timestamps' promtool tsdb create-blocks-from openmetrics "$T/openmetrics" "$T/data2"
truncate -s 16M "$T/n\"\\é"
PMEM_IS_PMEM_FORCE=1 "$BTTBENCH" format "$T/n\"\\é" >"$T/out" 2>&1
PMEM_IS_PMEM_FORCE=1 "$BTTBENCH" run "$T/n\"\\é" --set ops=10 --set oversubscribe=1 --format=openmetrics >"$T/openmetrics"
like 'a name with quotes, a backslash and an accent' "$(cat "$T/openmetrics")" 'namespace="[^"]*/n\\"\\\\é"'
ok '... follows the format' perl "$T/openmetrics.pl" "$T/openmetrics"
ok '... promtool has no complaint' sh -c 'promtool check metrics <"$1"' sh "$T/openmetrics"

ok 'openmetrics of an open loop' run_open openmetrics
ok '... follows the format' perl "$T/openmetrics.pl" "$T/openmetrics"
for times in service response; do
	is "... has $times times" "$(sed -n "s/^bttbench_${times}_seconds{.*quantile=\"1.0\"} //p" "$T/openmetrics" |
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
is '... up to all of them' "$(awk '$2 == 1 { printf "%s %.0f", $3, $1 * 1000 }' "$T/hgrm-read")" \
	"$(result '.runs[0].ops.read | "\(.count) \(.service_ns.max)"')"
run hgrm 2>"$T/err"
is 'hgrm of several kinds: exit 1' $? 1
one_line '... one line, before the run' "$T/err"
is '... and nothing on standard output' "$(cat "$T/hgrm")" ''
like '... says how to get them' "$(cat "$T/err")" '3 distributions.*\(allowed: hgrm-read, hgrm-write, hgrm-zero, --hgrm=PREFIX for one file each\); the run goes on'
ok 'hgrm of one kind' run hgrm --set rw=randwrite
is '... up to all of them' "$(awk '$2 == 1 { printf "%s %.0f", $3, $1 * 1000 }' "$T/hgrm")" "$(result '.runs[0].ops.write | "\(.count) \(.service_ns.max)"')"
ok '--hgrm' run_open text --hgrm="$T/h"
is '... a file for each distribution' "$(cd "$T" && echo h.*)" \
	'h.default.read.hgrm h.default.read.response.hgrm h.default.write.hgrm h.default.write.response.hgrm h.default.zero.hgrm h.default.zero.response.hgrm'
for kind in read write zero; do
	is "... the times of $kind" "$(awk '$2 == 1 { printf "%s %.0f\n", $3, $1 * 1000 }' "$T/h.default.$kind.hgrm" "$T/h.default.$kind.response.hgrm" | xargs)" \
		"$(result ".runs[0].ops.$kind | \"\(.count) \(.service_ns.max) \(.count) \(.response_ns.max)\"")"
done
exits '... in a folder that does not exist: exit 1' 1 "$BTTBENCH" run dram:16M --set ops=10 --hgrm="$T/no/h"
printf '[a/b]\nops=10\n' >"$T/o.job"
exits '... of a job whose name has a /: exit 2' 2 "$BTTBENCH" run "$T/o.job" dram:16M --hgrm="$T/h"
ok 'hgrm-response-read of an open loop' run_open hgrm-response-read
is '... rises' "$(awk -f "$T/hgrm.awk" "$T/hgrm-response-read")" rises
is '... up to the longest response' "$(awk '$2 == 1 { printf "%s %.0f", $3, $1 * 1000 }' "$T/hgrm-response-read")" \
	"$(result '.runs[0].ops.read | "\(.count) \(.response_ns.max)"')"
ok 'hgrm-response of a closed loop' run hgrm-response
like '... says that there are no response times' "$(cat "$T/hgrm-response")" '^# no response times: only jobs with rate_iops'

plan_done
