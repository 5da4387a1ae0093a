#!/usr/bin/perl
# SPDX-License-Identifier: BSD-3-Clause
#
# growth.pl [--quick] BTTBENCH OUT -- does the cost of an operation grow with the free blocks and lanes of a layout, or with
# its size? Writes OUT.json.
#
# The sweeps of bttbench measure random reads and writes on aged plain memory, in rounds of changing order:
#
#   nfree  from 2 to 4096 free blocks in each arena, one thread with two lanes, blocks of 512 bytes
#   lanes  from 1 to 64 lanes opened, one thread, blocks of 512 bytes. One lane needs no tracking of reads.
#   size   from 64 MiB to 16 GiB, blocks of 4096 bytes, in proportion to engine=raw in the same memory
#
# A cost is the time per operation in proportion to the base point of its study: nfree=2, lanes=2, or the smallest size.
# Its median over the rounds is flat up to 1.1. Sizes that need more memory than the machine has left are left out. ROUNDS
# (7) and SECONDS_EACH (0.5) change the length. --quick: 2 short rounds of few points, and no verdict.
#
# Exit: 0; 1 failed; 2 usage; 3 a cost grows.
use strict;
use warnings;
use File::Basename qw(dirname);
use Getopt::Long;
use JSON::PP;

use lib dirname(__FILE__);
use Figures qw(spread);

my $FLAT_PERCENT = 10;
my $MEMORY_SPARE_MIB = 2048; # beside a namespace

my $quick;
GetOptions('quick' => \$quick) && @ARGV == 2
	or do { print STDERR "usage: growth.pl [--quick] BTTBENCH OUT\n"; exit 2 };
my ($bttbench, $out) = @ARGV;
my $rounds = $ENV{ROUNDS} // ($quick ? 2 : 7);
my $seconds = $ENV{SECONDS_EACH} // ($quick ? 0.03 : 0.5);
my ($host, $tool);

sub fail {
	print STDERR "bench-growth: @_\n";
	exit 1;
}

# Returns the runs of a sweep.
sub sweep {
	my ($ns, $rw, $vary, @set) = @_;
	my @keys = (@set, "rw=$rw", 'precondition=age', "runtime=$seconds", 'ramp_time=' . $seconds / 2);

	print STDERR "bench-growth: $rw, $vary on $ns\n";
	open my $pipe, '-|', $bttbench, 'sweep', $ns, '--format=json', '--status-interval=30s', "--vary=$vary", "--repeat=$rounds", map { ('--set', $_) } @keys
		or fail "$bttbench: $!";
	my $text = do { local $/; <$pipe> } // '';
	close $pipe;
	# 4: some runs were disturbed, and their verdicts say so
	fail "$bttbench sweep: exit " . ($? >> 8) if $? && $? >> 8 != 4;
	my $result = decode_json($text);
	($host, $tool) = @$result{qw(host tool)};
	return $result->{runs};
}

# {value of the key}[round] = ns per operation; and the number of invalid runs
sub costs {
	my ($runs, $key) = @_;
	my (%ns, $invalid);

	for my $run (@$runs) {
		my ($op) = grep { $_->{count} } values %{$run->{ops}};

		fail 'a run has no operations' if !$op;
		$ns{$run->{point}{$key}}[$run->{round} - 1] = 1e9 / $op->{iops};
		$invalid += $run->{status} eq 'invalid';
	}
	return (\%ns, $invalid // 0);
}

my @rows;

# Adds a row: costs of a point, and its growth over those of the base, round by round.
sub add_row {
	my ($study, $rw, $point, $ns, $base, $invalid) = @_;
	my $growth = spread(map { $ns->[$_] / $base->[$_] } 0 .. $#$ns);

	push @rows, {study => $study, rw => $rw, point => "$point", ns => [map { sprintf('%.2f', $_) + 0 } @$ns], growth => $growth,
		invalid => $invalid, verdict => $quick ? 'not judged' : $growth->{median} <= 1 + $FLAT_PERCENT / 100 ? 'flat' : 'grows'};
}

sub study_key {
	my ($key, $base, $values, @set) = @_;

	for my $rw (qw(randwrite randread)) {
		my ($ns, $invalid) = costs(sweep($quick ? 'dram:32M' : 'dram:256M', $rw, "$key=$values", 'bs=512', @set), $key);

		add_row($key, $rw, $_, $ns->{$_}, $ns->{$base}, $invalid) for sort { $a <=> $b } keys %$ns;
	}
}

# engine=raw has the same memory without a BTT, so its cost has what caches and page tables add.
sub study_size {
	my @sizes = $quick ? (32, 64) : (64, 256, 1024, 4096, 16384);
	open my $in, '<', '/proc/meminfo' or fail "/proc/meminfo: $!";
	my ($free_kib) = map { /^MemAvailable:\s+(\d+)/ ? $1 : () } <$in>;

	for my $rw (qw(randwrite randread)) {
		my $base;

		for my $mib (@sizes) {
			if ($mib + $MEMORY_SPARE_MIB > $free_kib / 1024 && $mib > $sizes[0]) {
				printf STDERR "bench-growth: %d MiB are left out: the machine has %d MiB\n", $mib, $free_kib / 1024;
				next;
			}
			my ($ns, $invalid) = costs(sweep("dram:${mib}M", $rw, 'engine=btt,raw', 'bs=4096'), 'engine');
			my @over_raw = map { $ns->{btt}[$_] / $ns->{raw}[$_] } 0 .. $#{$ns->{btt}};

			$base //= \@over_raw;
			add_row('size', $rw, "$mib MiB", \@over_raw, $base, $invalid);
			@{$rows[-1]}{qw(ns raw_ns)} = map { [map { sprintf('%.2f', $_) + 0 } @{$ns->{$_}}] } qw(btt raw);
		}
	}
}

study_key('nfree', 2, $quick ? '2,64' : '2,16,64,256,1024,4096', 'lanes=2');
study_key('lanes', 2, $quick ? '1,2,4' : '1,2,4,8,16,32,64');
study_size();

printf "bttbench %s (commit %s); %s, Linux %s; %d rounds of %s s\n", $tool->{version}, $tool->{commit}, $host->{cpu_model},
	$host->{kernel}, $rounds, $seconds;
printf "%-6s %-9s %10s %9s %9s %8s %8s %8s  %s\n", qw(study rw point ns raw growth lowest highest verdict);
for my $row (@rows) {
	printf "%-6s %-9s %10s %9.1f %9s %8.2f %8.2f %8.2f  %s%s\n", @$row{qw(study rw point)}, spread(@{$row->{ns}})->{median},
		$row->{raw_ns} ? sprintf('%.1f', spread(@{$row->{raw_ns}})->{median}) : '-', @{$row->{growth}}{qw(median lowest highest)},
		$row->{verdict} eq 'grows' ? 'GROWS' : $row->{verdict}, $row->{invalid} ? " ($row->{invalid} invalid runs in this sweep)" : '';
}
open my $file, '>', "$out.json" or fail "$out.json: $!";
print $file JSON::PP->new->canonical->pretty->indent_length(1)->encode({
	schema => 'bttbench.growth/1', tool => $tool, host => {map { $_ => $host->{$_} } qw(cpu_model kernel cpus)},
	rounds => $rounds + 0, seconds => $seconds + 0, quick => $quick ? JSON::PP::true : JSON::PP::false, rows => \@rows,
});
close $file or fail "$out.json: $!";
my $growing = grep { $_->{verdict} eq 'grows' } @rows;
printf "%d of %d points grow by more than %d %%. Written: %s.json\n", $growing, scalar @rows, $FLAT_PERCENT, $out;
exit($growing ? 3 : 0);
