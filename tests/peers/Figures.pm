# SPDX-License-Identifier: BSD-3-Clause
#
# Figures.pm -- ratios, targets, tables and files of peers.pl.
#
# A bench is a hash: cases, programs, rounds, quick, and figures, with the values of each round in
# {case index}{program}{clock}{iops, p50_ns, p99_ns, p999_ns, disturbed}; harness: {"loop clock"} = nanoseconds.
package Figures;
use strict;
use warnings;
use Exporter qw(import);
use File::Basename qw(dirname);
use JSON::PP;
use List::Util qw(min max sum);

our @EXPORT_OK = qw(case_text judge print_case print_targets rows spread write_table);
my $HERE = dirname(__FILE__);

sub median {
	my @sorted = sort { $a <=> $b } @_;
	my $half = int @sorted / 2;
	return @sorted % 2 ? $sorted[$half] : ($sorted[$half - 1] + $sorted[$half]) / 2;
}

# {median, lowest, highest}, or undef when a value is missing
sub spread {
	my @values = @_;
	return undef if !@values || grep { !defined } @values;
	return {median => median(@values), lowest => min(@values), highest => max(@values)};
}

# of the IOPS of two programs with the unordered clock, round by round
sub ratio {
	my ($bench, $c, $name, $over) = @_;
	my @a = @{$bench->{figures}{$c}{$name}{unordered}{iops} // []};
	my @b = @{$bench->{figures}{$c}{$over}{unordered}{iops} // []};
	return @a && @a == @b ? spread(map { $a[$_] / $b[$_] } 0 .. $#a) : undef;
}

# The loop that a program is compared with: one that times as many operations.
sub ratio_to_loop {
	my ($bench, $c, $name) = @_;
	return ratio($bench, $c, $name, $name =~ /-sparse$/ ? 'libpmemblk-untimed' : 'libpmemblk');
}

sub case_text {
	my $case = shift;
	return "$case->{op} $case->{bs}, $case->{threads} thread" . ($case->{threads} > 1 ? 's' : '');
}

# Reads the lines of `targets`; returns each with its measured value and verdict.
sub judge {
	my $bench = shift;
	my $cases = $bench->{cases};
	my @targets;

	open my $in, '<', "$HERE/targets" or die "$HERE/targets: $!\n";
	while (<$in>) {
		my ($kind, @words) = split;
		next if !$kind || $kind =~ /^#/;
		my ($rule, $limit) = splice @words, -2;
		my %target = (kind => $kind, rule => $rule, limit => $limit + 0);
		my $value;

		if ($kind eq 'ratio') {
			@target{qw(op bs threads program over)} = @words;
			my ($c) = grep { "@{$cases->[$_]}{qw(op bs threads)}" eq "@words[0 .. 2]" } 0 .. $#$cases;

			$value = ratio($bench, $c, @words[3, 4]) if defined $c;
			$target{text} = case_text(\%target) . ": $words[3] over $words[4]";
		} elsif ($kind eq 'harness') {
			$value = spread(@{$bench->{harness}{"@words"} // []});
			$target{text} = "harness, $words[0], $words[1] clock: ns";
		} else {
			die "$HERE/targets, line $.: $kind (allowed: ratio, harness)\n";
		}
		my $met = $value && ($rule eq '>=' ? $value->{median} >= $limit : $value->{median} <= $limit);

		@target{qw(measured verdict)} = ($value, !$value || $bench->{quick} ? 'not judged' : $met ? 'met' : 'missed');
		$target{$_} += 0 for grep { defined $target{$_} } qw(bs threads);
		push @targets, \%target;
	}
	return \@targets;
}

sub thousands { my $v = shift; return !defined $v ? '-' : sprintf($v < 99.95e3 ? '%.1f' : '%.0f', $v / 1000) }
sub nanos { my $v = shift; return !defined $v ? '-' : sprintf('%.0f', $v) }
sub multiple { my $v = shift; return !defined $v ? '-' : sprintf('%.2f', $v) }

sub print_case {
	my ($bench, $c) = @_;
	my $row = "  %-22s %6s %6s %6s  %6s %6s %6s  %6s %6s  %6s %6s %6s%s\n";

	printf "\n%s\n", case_text($bench->{cases}[$c]);
	printf $row, '', qw(kIOPS low high ratio low high p50 p99 kIOPS p50 p99), '';
	for my $program (@{$bench->{programs}}) {
		my ($name, $text) = @$program;
		my $fast = $bench->{figures}{$c}{$name}{unordered} or next;
		my $slow = $bench->{figures}{$c}{$name}{ordered} // {};
		my $iops = spread(@{$fast->{iops}});
		my $ratio = ratio_to_loop($bench, $c, $name);
		my @right = map { spread(@{$_ // []}) } @$fast{qw(p50_ns p99_ns)}, @$slow{qw(iops p50_ns p99_ns)};
		my $disturbed = sum(0, @{$fast->{disturbed}}, @{$slow->{disturbed} // []});

		printf $row, $text, (map { thousands($iops->{$_}) } qw(median lowest highest)),
			(map { multiple($ratio->{$_}) } qw(median lowest highest)),
			(map { nanos($_->{median}) } @right[0, 1]), thousands($right[2]{median}),
			(map { nanos($_->{median}) } @right[3, 4]), $disturbed ? " !$disturbed" : '';
	}
}

sub print_targets {
	my $targets = shift;

	printf "\n%-48s %9s  %7s %7s %7s  %s\n", 'target', '', qw(median lowest highest verdict);
	for my $t (@$targets) {
		my $value = $t->{measured} // {};
		my $form = ($value->{median} // 0) >= 100 ? '%.1f' : '%.2f';
		my @measured = map { defined $value->{$_} ? sprintf($form, $value->{$_}) : '-' } qw(median lowest highest);

		printf "%-48s %2s %6s  %7s %7s %7s  %s\n", @$t{qw(text rule limit)}, @measured,
			$t->{verdict} eq 'missed' ? 'MISSED' : $t->{verdict};
	}
}

# Writes the ratios over the plain libpmemblk loop for plots/peers.gp.
sub write_table {
	my ($bench, $targets, $path, $footer) = @_;
	my @drawn = grep { $_->[0] !~ /^(libpmemblk|null|base)/ } @{$bench->{programs}};
	my (%limit, %column, $text);

	$limit{"$_->{op} $_->{bs} $_->{threads} $_->{program}"} = $_->{limit}
		for grep { $_->{kind} eq 'ratio' && $_->{over} =~ /^libpmemblk/ } @$targets;
	$text = "#title\tIOPS in multiples of a plain libpmemblk loop\n#y\tratio of IOPS\n#footer\t$footer\n" .
		join("\t", qw(panel column x series name ratio low high target)) . "\n";
	for my $c (0 .. $#{$bench->{cases}}) {
		my ($op, $bs, $threads) = @{$bench->{cases}[$c]}{qw(op bs threads)};

		$column{"$op $bs"} = keys %column if !exists $column{"$op $bs"};
		for my $s (0 .. $#drawn) {
			my $r = ratio_to_loop($bench, $c, $drawn[$s][0]) or next;

			$text .= join("\t", $threads - 1, $column{"$op $bs"}, "$op $bs", $s, $drawn[$s][1],
				(map { sprintf '%.4f', $_ } @$r{qw(median lowest highest)}),
				$limit{"$op $bs $threads $drawn[$s][0]"} // 'NaN') . "\n";
		}
	}
	open my $tsv, '>', $path or die "$path: $!\n";
	print $tsv $text;
	close $tsv or die "$path: $!\n";
}

# one row for each case, program and clock, for JSON
sub rows {
	my $bench = shift;
	my @rows;

	for my $c (0 .. $#{$bench->{cases}}) {
		for my $name (map { $_->[0] } @{$bench->{programs}}) {
			for my $clock (qw(unordered ordered)) {
				my $f = $bench->{figures}{$c}{$name}{$clock} or next;
				my %row = (%{$bench->{cases}[$c]}, program => $name, clock => $clock, disturbed => sum(@{$f->{disturbed}}));

				for my $member (qw(iops p50_ns p99_ns p999_ns)) {
					my @values = map { defined ? sprintf('%.1f', $_) + 0 : () } @{$f->{$member}};
					$row{$member} = @values ? \@values : undef;
				}
				$row{over_libpmemblk} = $clock eq 'unordered' ? ratio_to_loop($bench, $c, $name) : undef;
				push @rows, \%row;
			}
		}
	}
	return \@rows;
}

1;
