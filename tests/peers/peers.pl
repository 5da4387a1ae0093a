#!/usr/bin/perl
# SPDX-License-Identifier: BSD-3-Clause
#
# peers.pl [--quick] [--base=BTTBENCH] BUILD OUT -- compares libbtt and the engines of bttbench with libpmemblk, on this
# machine, now. BUILD is the folder of a build (build/release). --base: a bttbench from before a change, for the targets
# that count from there. Writes OUT.json, OUT.tsv and OUT.svg, and prints tables and targets.
#
# All programs work on memory in /dev/shm that is treated as persistent. For each size of blocks, libpmemblk makes a
# PMEMBLK pool in each round; it is then aged, so neighbouring blocks lie apart. fio, the plain loops and the engines btt and pmemblk
# share this pool; raw, floor and null have a file of the same size. Every program first makes its pages present, and
# its warm-up does not count. In each round all programs do the same work one after the other, in another order each
# time; a ratio is taken within a round, so other load on the machine affects both programs.
#
# A run is disturbed when a thread had less than 90 % of its CPU, or when bttbench calls the run invalid. It is repeated
# up to two times, then kept and counted.
#
# ROUNDS (7) and SECONDS_EACH (0.2) change the length. The ordered clock is used in every second round. --quick: 2 rounds, small files, one thread, and no verdict.
#
# Exit: 0; 1 failed; 2 usage; 3 a target was missed.
use strict;
use warnings;
use File::Basename qw(dirname);
use File::Temp qw(tempdir);
use Getopt::Long;
use JSON::PP;
use List::Util qw(shuffle sum);
use POSIX qw(ceil strftime);
use Time::HiRes qw(time);

use lib dirname(__FILE__);
use Figures qw(case_text judge print_case print_targets rows write_table);

my $HERE = dirname(__FILE__);
my $CPU_SHARE_LEAST = 0.9;
my $TRIES = 3;
my $ORDERED_EVERY = 2;    # rounds

sub fail {
	print STDERR "bench-peers: @_\n";
	exit 1;
}

my ($quick, $base);
GetOptions('quick' => \$quick, 'base=s' => \$base) && @ARGV == 2
	or do { print STDERR "usage: peers.pl [--quick] [--base=BTTBENCH] BUILD OUT\n"; exit 2 };
my ($build, $out) = @ARGV;
my $ours = "$build/bttbench";
my $loop = "$build/tests/peers/plain_loop";
my $rounds = $ENV{ROUNDS} // ($quick ? 2 : 7);
my $seconds = $ENV{SECONDS_EACH} // ($quick ? 0.05 : 0.2);
my $warm_up = $seconds / 2;
my $mib = $quick ? 32 : 128;
my $cpus = sum map { /^processor/ ? 1 : 0 } do { open my $in, '<', '/proc/cpuinfo' or fail "/proc/cpuinfo: $!"; <$in> };
my @thread_counts = $quick || $cpus < 2 ? (1) : (1, 2);
my %base_programs = $base ? (base => 1, 'base-strict' => 1) : ();

# A program: its name in results, its text in tables, its function, the arguments of the function.
my @programs = (
	['libpmemblk', 'plain libpmemblk loop', \&run_loop, 'libpmemblk', 'timed'],
	['libpmemblk-untimed', '  without a clock', \&run_loop, 'libpmemblk', 'untimed'],
	['fio', 'fio, pmemblk', \&run_fio],
	['libbtt', 'plain libbtt loop', \&run_loop, 'libbtt', 'timed'],
	['btt', 'btt, two-fence', \&run_ours, 'engine=btt'],
	['btt-sparse', 'btt, latency_every=64', \&run_ours, 'engine=btt', 'latency_every=64'],
	['strict', 'btt, strict', \&run_ours, 'engine=btt', 'commit=strict'],
	['batch-8', 'btt, batch=8', \&run_ours, 'engine=btt', 'batch=8'],
	['batch-32', 'btt, batch=32', \&run_ours, 'engine=btt', 'batch=32'],
	['pmemblk', 'engine pmemblk', \&run_ours, 'engine=pmemblk'],
	['raw', 'engine raw', \&run_ours, 'engine=raw'],
	['raw-sparse', 'raw, latency_every=64', \&run_ours, 'engine=raw', 'latency_every=64'],
	['floor', 'engine floor', \&run_ours, 'engine=floor'],
	['null', 'engine null', \&run_ours, 'engine=null'],
	['base', 'old btt, two-fence', \&run_ours, 'engine=btt'],
	['base-strict', 'old btt, strict', \&run_ours, 'engine=btt', 'commit=strict'],
);
@programs = grep { $_->[0] !~ /^base/ || $base_programs{$_->[0]} } @programs;
my @cases;
for my $threads (@thread_counts) {
	for my $op (qw(read write mix)) {
		push @cases, map { {op => $op, bs => $_, threads => $threads} } 512, 4096;
	}
}
@cases = grep { ($_->{op} eq 'write') == ($_->{bs} == 4096) } @cases if $quick;

# --- running one program ---

my $dir;

# Runs a command and returns its standard output; the exit codes 3 and 4 of bttbench are judgements of a result.
sub capture {
	my @command = @_;
	my $pid = open(my $pipe, '-|') // fail "fork: $!";
	if (!$pid) {
		open STDERR, '>', "$dir/said" or exit 127;
		exec @command or exit 127;
	}
	my $text = do { local $/; <$pipe> } // '';
	close $pipe;
	my $status = $? >> 8;
	return $text if $? == 0 || ($command[0] =~ /bttbench$/ && ($status == 3 || $status == 4));
	my $said = '';
	if (open my $in, '<', "$dir/said") {
		$said = join ' ', map { s/\s+$//r } <$in>;
	}
	fail "$command[0]: exit $status: $said";
}

# Each function returns a hash: iops; p50_ns, p99_ns, p999_ns, or undef for a mix; disturbed.

sub run_loop {
	my ($case, $name, $clock, $round, $library, $timed) = @_;
	my $r = decode_json(capture($loop, $library, "$dir/pool-$case->{bs}", $case->{bs}, $case->{op}, $case->{threads},
		$seconds, $warm_up, $round, $timed));

	@$r{qw(p50_ns p99_ns p999_ns)} = () if $case->{op} eq 'mix';
	$r->{disturbed} = delete($r->{cpu_share}) < $CPU_SHARE_LEAST ? 1 : 0;
	return $r;
}

# fio makes no page present. Its warm-up is longer, so that few pages are touched for the first time in the measured time.
sub run_fio {
	my ($case, $name, $clock, $round) = @_;
	my $text = capture('fio', '--name=peer', '--ioengine=pmemblk', "--filename=$dir/pool-$case->{bs},$case->{bs},$mib",
		"--rw=rand$case->{op}", "--bs=$case->{bs}", '--thread', "--numjobs=$case->{threads}", '--group_reporting',
		'--time_based', sprintf('--runtime=%dms', $seconds * 1000), sprintf('--ramp_time=%dms', ($quick ? 0.1 : 1) * 1000),
		'--norandommap', "--randseed=$round", '--direct=1', '--percentile_list=50:99:99.9', '--output-format=json',
		'--cpus_allowed=0-' . ($case->{threads} - 1), '--cpus_allowed_policy=split');
	my $job = decode_json($text =~ s/^[^{]*//r)->{jobs}[0];
	my $latency = $job->{$case->{op}}{clat_ns}{percentile};

	return {
		iops => $job->{$case->{op}}{iops},
		p50_ns => $latency->{'50.000000'},
		p99_ns => $latency->{'99.000000'},
		p999_ns => $latency->{'99.900000'},
		disturbed => ($job->{usr_cpu} + $job->{sys_cpu}) / 100 < $CPU_SHARE_LEAST ? 1 : 0,
	};
}

my %RW = (read => ['rw=randread'], write => ['rw=randwrite'], mix => ['rw=randrw', 'rwmix=read:70,write:25,zero:5']);
my ($tool, $host);

sub run_ours {
	my ($case, $name, $clock, $round, @keys) = @_;
	my $file = $name =~ /^(raw|floor|null)/ ? "flat-$case->{bs}" : "pool-$case->{bs}";
	my @set = map { ('--set', $_) } @keys, @{$RW{$case->{op}}}, "bs=$case->{bs}", "threads=$case->{threads}",
		"runtime=$seconds", "ramp_time=$warm_up", "seed=$round", 'precondition=fault', 'lookahead=none',
		'percentiles=50,99,99.9';
	local $ENV{BTTBENCH_CLOCK} = 'tsc-unordered' if $clock eq 'unordered';
	my $r = decode_json(capture($name =~ /^base/ ? $base : $ours, 'run', "$dir/$file", '--force', @set, '--format=json'));
	my $run = $r->{runs}[0];
	my $op = $run->{ops}{$case->{op}} // {};
	my $latency = ($op->{batch_ns} // $op->{service_ns} // {})->{percentiles} // {};

	if ($name !~ /^base/) {
		my $source = $r->{clock}{source};

		# a machine without a usable TSC has only one clock
		fail "the clock is $source, not $clock" if $source =~ /^tsc-/ && $source ne "tsc-$clock";
		($tool, $host) = @$r{qw(tool host)};
	}
	return {
		iops => sum(map { $_->{iops} } values %{$run->{ops}}),
		p50_ns => $latency->{50},
		p99_ns => $latency->{99},
		p999_ns => $latency->{99.9},
		disturbed => $run->{status} eq 'invalid' || grep({ $_->{cpu_share} < $CPU_SHARE_LEAST } @{$run->{workers}}) ? 1 : 0,
	};
}

# Nanoseconds of the load generator for one operation. An open loop that is always late never waits.
sub run_harness {
	my ($loop_name, $clock) = @_;
	local $ENV{BTTBENCH_CLOCK} = 'tsc-unordered' if $clock eq 'unordered';
	my @set = $loop_name eq 'open-loop' ? ('rate_iops=100M', 'runtime=0.2') : ("pattern=$loop_name", 'ops=1');
	my $r = decode_json(capture($ours, 'run', 'dram:16M', '--format=json', map { ('--set', $_) } 'engine=null', @set));

	return $r->{runs}[0]{harness_ns_per_op} unless $loop_name eq 'open-loop';
	return 1e9 / sum map { $_->{iops} } values %{$r->{runs}[0]{ops}};
}

my @HARNESS = ('uniform unordered', 'seq unordered', 'zipf:0.99 unordered', 'open-loop unordered', 'uniform ordered');

sub measure_harness {
	my %ns;

	print STDERR "bench-peers: the load generator alone\n";
	for my $round (1 .. $rounds) {
		push @{$ns{$_}}, run_harness(split) for @HARNESS;
	}
	return \%ns;
}

# --- all rounds ---

sub can_run {
	my ($case, $name) = @_;
	# fio's engine cannot zero a block; raw asks the kernel for holes of the file before it zeroes one
	return 0 if $name =~ /^(fio|raw|raw-sparse)$/ && $case->{op} eq 'mix';
	return $case->{threads} == 1 || $name !~ /^base/;    # no target needs it
}

sub prepare {
	my $free = (split ' ', (split /\n/, `df --output=avail -B1M /dev/shm`)[1])[0];

	fail "/dev/shm: $free MiB are free (needed: ", 4 * $mib + 64, ')' if $free < 4 * $mib + 64;
	$dir = tempdir("bttbench-peers.$$.XXXXXX", DIR => '/dev/shm', CLEANUP => 1);
	$SIG{$_} = sub { exit 130 } for qw(INT TERM HUP);
	$ENV{PMEM_IS_PMEM_FORCE} = 1;
}

# New ones in each round: the time of a write depends on the page of memory that holds the lane's log.
sub make_pools {
	for my $bs (512, 4096) {
		unlink "$dir/pool-$bs", "$dir/flat-$bs";
		capture($loop, 'create', "$dir/pool-$bs", $bs, $mib << 20);
		capture($ours, 'run', "$dir/pool-$bs", '--set', 'rw=randread', '--set', 'precondition=age:2', '--set', 'ops=1',
			'--format=json');
		open my $flat, '>', "$dir/flat-$bs" or fail "$dir/flat-$bs: $!";
		truncate $flat, $mib << 20 or fail "$dir/flat-$bs: $!";
	}
}

my $begun = time;

sub progress {
	my ($text, $done, $all) = @_;
	my $left = $done ? (time - $begun) / $done * ($all - $done) : 0;

	printf STDERR "bench-peers: %s; %s\n", $text,
		!$done ? 'the remaining time is not known yet'
		: $left > 90 ? sprintf('about %d minutes left', ceil($left / 60))
		: sprintf('about %d seconds left', ceil($left));
}

# Returns all figures: {case index}{program}{clock} = {iops => [one for each round], ...}
sub measure {
	my (%figures, @plan, $done);

	for my $c (0 .. $#cases) {
		for my $program (grep { can_run($cases[$c], $_->[0]) } @programs) {
			push @{$plan[$c]}, [$program, 'unordered'];
			push @{$plan[$c]}, [$program, 'ordered'] if $program->[2] == \&run_ours && $program->[0] !~ /^base|-sparse$/;
		}
	}
	my $all = sum map { $_->[1] eq 'ordered' ? int($rounds / $ORDERED_EVERY) : $rounds } map { @$_ } @plan;
	srand 1;
	$begun = time;
	for my $round (1 .. $rounds) {
		print STDERR "bench-peers: making and ageing the pools of round $round\n";
		make_pools();
		for my $c (0 .. $#cases) {
			progress("round $round of $rounds, " . case_text($cases[$c]), $done, $all);
			for my $step (shuffle @{$plan[$c]}) {
				my ($program, $clock) = @$step;
				next if $clock eq 'ordered' && $round % $ORDERED_EVERY != 0;
				my ($name, $text, $function, @args) = @$program;
				my $r;

				for (1 .. ($quick ? 1 : $TRIES)) {
					$r = $function->($cases[$c], $name, $clock, $round, @args);
					last unless $r->{disturbed};
				}
				push @{$figures{$c}{$name}{$clock}{$_}}, $r->{$_} for qw(iops p50_ns p99_ns p999_ns disturbed);
				$done++;
			}
		}
	}
	return \%figures;
}

for my $needed ($ours, $loop, $base // ()) {
	-x $needed or fail "no $needed (make bench-peers)";
}
my ($fio) = (`fio --version 2>/dev/null` // '') =~ /^fio-(\S+)/;
if (!$fio || `fio --enghelp` !~ /^\s*pmemblk$/m) {
	print STDERR "bench-peers: fio has no engine pmemblk here, so it is left out\n";
	undef $fio;
	@programs = grep { $_->[0] ne 'fio' } @programs;
}
my $started = strftime('%Y-%m-%dT%H:%M:%SZ', gmtime);
prepare();
my %bench = (cases => \@cases, programs => \@programs, rounds => $rounds, quick => $quick, harness => measure_harness());
$bench{figures} = measure();
my $targets = judge(\%bench);

printf "bttbench %s (commit %s), fio %s; %s, Linux %s, %s\n", $tool->{version}, $tool->{commit}, $fio // '-',
	$host->{cpu_model}, $host->{kernel}, $started;
print "$rounds rounds of $seconds s in turn, after $warm_up s; $mib MiB of memory in /dev/shm, aged; lookahead=none.\n",
	"Ratio: of IOPS to the plain libpmemblk loop, within a round; latency_every=64: to the loop without a clock.\n",
	"Left: the unordered clock, or that of the program.\n",
	"Right: the ordered clock, which waits for loads. Medians; latencies in ns, of a whole batch where there is one.\n",
	"!N: N runs were disturbed.\n";
print_case(\%bench, $_) for 0 .. $#cases;
print_targets($targets);

open my $file, '>', "$out.json" or fail "$out.json: $!";
print $file JSON::PP->new->canonical->pretty->indent_length(1)->encode({
	schema => 'bttbench.peers/1', started_at => $started, tool => $tool, fio => $fio,
	host => {map { $_ => $host->{$_} } qw(cpu_model kernel cpus)},
	rounds => $rounds + 0, seconds => $seconds + 0, warm_up_s => $warm_up + 0, namespace_bytes => $mib << 20,
	quick => $quick ? JSON::PP::true : JSON::PP::false, figures => rows(\%bench),
	harness => [map { my ($which, $clock) = split; {loop => $which, clock => $clock, ns => $bench{harness}{$_}} } @HARNESS],
	targets => $targets,
});
close $file or fail "$out.json: $!";
write_table(\%bench, $targets, "$out.tsv", "median, lowest and highest of $rounds rounds in turn; $host->{cpu_model}");
$ENV{GNUPLOT_LIB} = my $plots = "$HERE/../../plots";
system('gnuplot', '-d', '-c', "$plots/peers.gp", "$out.tsv", "$out.svg", $quick ? 900 : 1400) == 0
	or fail "gnuplot failed; the figures are in $out.json";
my %count = (met => 0, missed => 0, 'not judged' => 0);
$count{$_->{verdict}}++ for @$targets;
printf "\n%d targets met, %d missed, %d not judged. Written: %s.json, %s.tsv, %s.svg\n",
	@count{'met', 'missed', 'not judged'}, $out, $out, $out;
exit($count{missed} ? 3 : 0);
