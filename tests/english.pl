#!/usr/bin/perl
# SPDX-License-Identifier: BSD-3-Clause
# english.pl [-f] [FILE...] -- counts words in comments and docs, and uses of the word "what" among them.
#
# One row per folder and a total; -f prints one row per file instead. Without FILE: every file that git tracks.
# For information: it fails nothing. Many uses of "what" are a sign of sentences that do not name their subject.
use strict;
use warnings;

my @groups = (
	[man     => qr{^docs/man/}],
	[docs    => qr{^docs/|^[^/]*\.md$}],
	[btt     => qr{^btt/}],
	[bench   => qr{^bench/}],
	[tests   => qr{^tests/}],
	[jobs    => qr{\.job$}],
	[others  => qr{}],
);

# from_c TEXT: the comments, blank-separated; strings are skipped, because they may contain comment marks
sub from_c {
	my ($text, $out) = (shift, '');
	while ($text =~ m{"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|/\*(.*?)\*/|//([^\n]*)}gs) {
		$out .= ' ' . ($1 // $2 // '') . "\n";
	}
	return $out;
}

# from_hash TEXT: comments that begin with # and a blank (shell, perl, make, job files), and the ## help of make
sub from_hash {
	return join "\n", $_[0] =~ m{(?:^|(?<=\s))##?[ \t]+([^\n]*)}gm;
}

# from_roff TEXT: text lines and the arguments of requests, without names of requests and escapes
sub from_roff {
	my $text = shift;
	$text =~ s{^[.'][ \t]*\\"}{}gm;
	$text =~ s{^[.'][ \t]*[A-Za-z]+}{}gm;
	$text =~ s{\\f(?:\[\w*\]|\(..|.)|\\\*?\(..|\\[-&e]}{ }g;
	return $text;
}

# from_markdown TEXT: everything but fenced code
sub from_markdown {
	my $text = shift;
	$text =~ s{^(```|~~~).*?^\1[^\n]*$}{}gms;
	return $text;
}

sub prose {
	my ($file, $text) = @_;
	return from_c($text) if $file =~ m{\.(?:c|h|S|pml)$};
	return from_roff($text) if $file =~ m{\.[1-8]$};
	return from_markdown($text) if $file =~ m{\.md$};
	return from_hash($text) if $file =~ m{\.(?:sh|t|pl|job|map|in|gp)$|Makefile$|^\.ci/} || $text =~ m{^#!};
	return '';
}

sub count {
	my $text = shift;
	$text =~ s{SPDX-License-Identifier:.*}{}g;
	my @words = $text =~ m{[A-Za-z][A-Za-z'-]*}g;
	return (scalar @words, scalar grep { /^what(?:ever)?$/i } @words);
}

sub row {
	my ($name, $words, $whats, $width) = @_;
	printf "%-*s %8d %6d %12.1f\n", $width, $name, $words, $whats, $words ? 1000 * $whats / $words : 0;
}

my $by_file = @ARGV && $ARGV[0] eq '-f' && shift @ARGV;
my @files = @ARGV ? @ARGV : split /\0/, `git ls-files -z`;
my (%words, %whats, @order);
for my $file (@files) {
	next if $file =~ m{/corpus/} || !open my $in, '<', $file;
	my ($words, $whats) = count(prose($file, do { local $/; <$in> // '' }));
	next if !$words;
	my ($group) = $by_file ? $file : map { $_->[0] } grep { $file =~ $_->[1] } @groups;
	push @order, $group if !exists $words{$group};
	$words{$group} += $words;
	$whats{$group} += $whats;
}
@order = grep { exists $words{$_} } map { $_->[0] } @groups if !$by_file;

my $width = 8;
my ($all_words, $all_whats) = (0, 0);
for (@order) { $width = length if length > $width }
printf "%-*s %8s %6s %12s\n", $width, '', 'words', '"what"', 'per 1000';
for (@order) {
	row($_, $words{$_}, $whats{$_}, $width);
	$all_words += $words{$_};
	$all_whats += $whats{$_};
}
row('total', $all_words, $all_whats, $width);
