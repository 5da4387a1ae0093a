#!/usr/bin/perl
# SPDX-License-Identifier: BSD-3-Clause
#
# layers.pl [--objects DIR] [ROOT] -- which folder may include which, and no circles.
#
# Silent with exit 0 when the tree keeps the rules; else exit 1 and one line for each fault:
#	FILE:LINE: may not include X		the folder of FILE has no rule for X
#	circle of includes: A > B > A		headers include each other
#	circle of calls: A > B > A		object files call each other
#
# Includes are looked for where the compiler looks: beside the file, then in btt/ and bench/. Calls are checked
# with --objects: the objects lie below DIR as their sources do.
use strict;
use warnings;

# A folder and what its files may include: folders, or single headers. Each may include its own files.
my %rules = map { my ($from, @to) = split; $from => \@to } grep { /\S/ } split /\n/, <<'RULES';
btt/media      btt/btt.h btt/format.h btt/errormsg.h
btt/ns         btt/btt.h btt/ns.h btt/abi.h btt/errormsg.h btt/media
btt            btt/media
btt/repair     btt btt/media
bench
bench/measure  bench
bench/pattern  bench bench/measure
bench/job      bench bench/pattern
bench/result   bench bench/job bench/pattern bench/measure
bench/numa     bench bench/job btt/btt.h btt/ns.h
bench/engine   bench bench/job bench/pattern btt/btt.h btt/ns.h
bench/verify   bench bench/job bench/pattern bench/result bench/engine btt/btt.h btt/ns.h
bench/host     bench bench/result btt/btt.h btt/ns.h
bench/run      bench bench/job bench/pattern bench/measure bench/result bench/numa bench/engine bench/verify bench/host btt/btt.h btt/ns.h
bench/output   bench bench/job bench/pattern bench/measure bench/result
bench/study    bench bench/job bench/pattern bench/measure bench/result bench/numa bench/engine bench/verify bench/host bench/run bench/output btt/btt.h btt/ns.h
bench/report   bench bench/job bench/pattern bench/measure bench/result bench/study
bench/mpi      bench bench/run
bench/cmd      bench bench/job bench/pattern bench/measure bench/result bench/engine bench/verify bench/host bench/run bench/output bench/study bench/report bench/mpi btt/btt.h btt/ns.h
RULES

# Libraries that only some folders know. Others are for all.
my %libraries = map { my ($header, @for) = split; $header => \@for } grep { /\S/ } split /\n/, <<'LIBRARIES';
libpmem        btt/media btt/ns bench/host
hwloc          bench/numa
jemalloc       bench/numa
jansson        bench/result bench/output bench/cmd
ndctl          bench/host
daxctl         bench/host
cxl            bench/host
zlib           bench/report bench/study
argp           bench/cmd
blkid          bench/engine
libmount       bench/host
gsl            bench/study
mpi            bench/mpi
sqlite3        bench/study
uuid           btt btt/repair bench/verify bench/cmd
LIBRARIES

my $objects;
if (@ARGV && $ARGV[0] eq '--objects') {
	shift;
	$objects = shift;
}
my $root = shift // '.';
chdir $root or die "layers.pl: $root: $!\n";

my @files = sort grep { -f } map { glob "$_/*.[chS]" } keys %rules;
my $failed = 0;

sub fault {
	print @_, "\n";
	$failed = 1;
}

sub folder { my $path = shift; $path =~ s|/[^/]*$||; return $path }

# the file of the project that the compiler would take, or undef
sub resolve {
	my ($from, $name) = @_;
	for my $dir (folder($from), 'btt', 'bench') {
		my $path = "$dir/$name";
		1 while $path =~ s|[^/]+/\.\./||;
		return $path if -e $path;
	}
	return;
}

sub is_allowed {
	my ($from, $path) = @_;
	my @allowed = (folder($from), @{ $rules{ folder($from) } });
	return grep { $_ eq $path || $_ eq folder($path) } @allowed;
}

sub is_library_allowed {
	my ($from, $header) = @_;
	my ($name) = $header =~ m|^([a-z0-9]+)|;
	return 1 if !defined $name || !$libraries{$name};
	return grep { $_ eq folder($from) } @{ $libraries{$name} };
}

# Prints each circle once: the modules of a strongly connected part, found as Tarjan does.
sub find_circles {
	my ($kind, $edges) = @_;
	my (%index, %low, %on_stack, @stack);
	my $visit;
	$visit = sub {
		my $v = shift;
		$index{$v} = $low{$v} = keys %index;
		push @stack, $v;
		$on_stack{$v} = 1;
		for my $w (sort keys %{ $edges->{$v} // {} }) {
			if (!exists $index{$w}) {
				$visit->($w);
				$low{$v} = $low{$w} if $low{$w} < $low{$v};
			} elsif ($on_stack{$w} && $index{$w} < $low{$v}) {
				$low{$v} = $index{$w};
			}
		}
		return if $low{$v} != $index{$v};
		my @part;
		do {
			unshift @part, pop @stack;
			delete $on_stack{ $part[0] };
		} while ($part[0] ne $v);
		fault("circle of $kind: ", join(' > ', @part, $v)) if @part > 1 || $edges->{$v}{$v};
	};
	for my $v (sort keys %$edges) { $visit->($v) if !exists $index{$v} }
}

fault('layers.pl: no source files here') if !@files;
for my $dir (grep { -d } map { glob "$_/*/" } 'btt', 'bench') {
	$dir =~ s|/$||;
	fault("$dir: no rule for this folder") if !$rules{$dir};
}

my %includes;
for my $file (@files) {
	open my $in, '<', $file or die "layers.pl: $file: $!\n";
	while (my $line = <$in>) {
		next if $line !~ /^\s*#\s*include\s*(.*?)\s*$/;
		my $named = $1;
		if ($named !~ /^(["<])([^">]+)[">]/) {
			fault("$file:$.: may not include $named");
			next;
		}
		my ($quote, $name) = ($1, $2);
		my $path = resolve($file, $name);
		if (defined $path) {
			fault("$file:$.: may not include $path") if !is_allowed($file, $path);
			$includes{$file}{$path} = 1;
		} elsif ($quote eq '"' || !is_library_allowed($file, $name)) {
			fault("$file:$.: may not include $name");
		}
	}
}
find_circles('includes', \%includes);

if (defined $objects) {
	my (%defined_in, %needs, %calls);
	for my $object (map { glob "$objects/$_/*.o" } keys %rules) {
		my $module = substr $object, length("$objects/");
		$module =~ s|\.o$||;
		for (`nm -g '$object'`) {
			my ($type, $symbol) = /([A-Za-z]) (\S+)$/ or next;
			if ($type eq 'U') { $needs{$module}{$symbol} = 1 }
			else { $defined_in{$symbol} = $module }
		}
	}
	fault("layers.pl: no objects below $objects") if !%needs;
	for my $module (keys %needs) {
		for my $symbol (keys %{ $needs{$module} }) {
			my $other = $defined_in{$symbol};
			$calls{$module}{$other} = 1 if defined $other && $other ne $module;
		}
	}
	find_circles('calls', \%calls);
}
exit $failed;
