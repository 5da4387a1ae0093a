#!/usr/bin/perl
# SPDX-License-Identifier: BSD-3-Clause
#
# library.pl VERSION FOLDER HEADER... -- writes the man pages of section 3 from the comments of the headers.
#
# A page begins with a comment whose first line is `NAME(3) -- SUMMARY`. It ends where the next page begins. The rest
# of that comment is the description of the page; a paragraph that is one short line without a final stop is a
# heading. Each comment directly before a declaration describes the declaration. In a comment:
#	`word`		a parameter or member
#	\tTERM\tTEXT	an entry of a list; lines that begin with two tabs continue TEXT
# Every function that does not name a page gets a page that refers to the page that describes it.
use strict;
use warnings;

my ($version, $folder, @headers) = @ARGV;
die "usage: library.pl VERSION FOLDER HEADER...\n" if !@headers;

my @pages;

# the text of a comment, without its marks
sub clean_comment {
	my $text = shift;
	$text =~ s|^/\*+ ?||;
	$text =~ s|\s*\*/\s*$||;
	$text =~ s|^[ \t]*\*[ ]?||mg;
	$text =~ s|^\n||;
	return $text;
}

# Adds the pages of one header to @pages.
sub read_header {
	my $path = shift;
	open my $in, '<', $path or die "library.pl: $path: $!\n";
	my ($name) = $path =~ m|([^/]+)$|;
	my ($page, $comment) = (undef, '');
	while (my $line = <$in>) {
		if ($line =~ m|^/\*|) {
			$line .= <$in> while $line !~ m|\*/|;
			$comment = clean_comment($line);
			if ($comment =~ s/^(\w+)\(3\) -- (.*?)\n\n?//s || $comment =~ s/^(\w+)\(3\) -- ([^\n]*)$//) {
				$page = { name => $1, summary => $2, text => $comment, header => $name, items => [] };
				push @pages, $page;
				$comment = '';
			}
		} elsif ($line =~ /^\s*$/) {
			$comment = '';
		} elsif ($line =~ /^#define (BTT_\w+)[ \t]+\S/ && $1 ne 'BTT_API') {
			push @{ $page->{items} }, { kind => 'define', name => $1, text => $comment, code => $line };
			$comment = '';
		} elsif ($line !~ /^#|^extern "C"|^\}$/) {
			for (;;) {
				last if $line =~ /;\s*(?:\/\*.*)?$/ && ($line =~ tr/{//) == ($line =~ tr/}//);
				defined(my $more = <$in>) or die "library.pl: $path: a declaration without end\n";
				$line .= $more;
			}
			my $kind = $line =~ s/^BTT_API // ? 'function' : 'type';
			my ($item) = $kind eq 'function' ? $line =~ /(\w+)\(/ : $line =~ /^(\w+ \w+)/;
			push @{ $page->{items} }, { kind => $kind, name => $item, text => $comment, code => $line }
				if $line !~ /^struct \w+;$/;
			$comment = '';
		}
	}
}

sub escape {
	my $text = shift;
	$text =~ s/\\/\\e/g;
	$text =~ s/^([.'])/\\&$1/mg;
	return $text;
}

sub inline {
	my $text = escape(shift);
	$text =~ s/`([^`]+)`/\\fI$1\\fP/g;
	$text =~ s/\b(\w+)\(3\)/\\fB$1\\fP(3)/g;
	$text =~ s/(?<![\w\\])((?:btt_(?!h\b)\w+)\b)(?!\\fP)/\\fB$1\\fP/g;
	return $text;
}

sub print_code {
	my ($out, $code) = @_;
	$code =~ s/\s+$//;
	1 while $code =~ s/^( *)\t/$1 . ' ' x 4/me;
	1 while $code =~ s/\t/ /;
	$code = escape($code);
	$code =~ s/-/\\-/g;
	print $out ".PP\n.EX\n$code\n.EE\n";
}

# paragraphs, lists and, in the description of a page, headings
sub print_text {
	my ($out, $text, $has_headings) = @_;
	for my $paragraph (split /\n{2,}/, $text) {
		$paragraph =~ s/\s+$//;
		next if $paragraph eq '';
		if ($paragraph =~ /^\t/) {
			$paragraph =~ s/\n\t\t/ /g;
			for (split /\n/, $paragraph) {
				my ($term, $meaning) = /^\t(\S+)\s+(.*)$/ or die "library.pl: not a list: $_\n";
				print $out ".TP\n.B $term\n", inline($meaning), "\n";
			}
		} elsif ($has_headings && $paragraph =~ /^[A-Z][\w ]{0,40}$/) {
			print $out ".SS $paragraph\n";
		} else {
			print $out ".PP\n", inline($paragraph), "\n";
		}
	}
}

sub print_page {
	my $page = shift;
	my @functions = grep { $_->{kind} eq 'function' } @{ $page->{items} };
	my @names = map { $_->{name} } @functions;
	@names = ($page->{name}, grep { $_ ne $page->{name} } @names);

	open my $out, '>', "$folder/$page->{name}.3" or die "library.pl: $folder/$page->{name}.3: $!\n";
	print $out ".\\\" made from $page->{header} by library.pl\n";
	print $out ".TH \U$page->{name}\E 3 \"\" \"libbtt $version\" \"Library Functions Manual\"\n.nh\n.ad l\n";
	print $out ".SH NAME\n", join(', ', @names), " \\- $page->{summary}\n";
	print $out ".SH SYNOPSIS\n.nf\n.B #include <btt/$page->{header}>\n";
	for my $function (@functions) {
		my $code = $function->{code};
		$code =~ s/\s+/ /g;
		$code =~ s/ $//;
		# long lists of parameters: one line each
		$code =~ s/, (?![^()]*\)\()/,\n    /g if length $code > 90;
		print $out ".PP\n\\fB", join("\\fP\n\\fB", split /\n/, escape($code)), "\\fP\n";
	}
	print $out ".fi\n.SH DESCRIPTION\n";
	print_text($out, $page->{text}, 1);
	my $last = '';
	my @items;
	for my $item (@{ $page->{items} }) { # constants in a row share one block
		if ($item->{kind} eq 'define' && !$item->{text} && @items && $items[-1]{kind} eq 'define') {
			$items[-1] = { %{ $items[-1] }, code => $items[-1]{code} . $item->{code} };
		} else {
			push @items, $item;
		}
	}
	for my $item (@items) {
		if ($item->{kind} eq 'function') {
			print $out ".SS $item->{name}()\n";
		} elsif ($item->{kind} eq 'type') {
			print $out ".SS $item->{name}\n";
		} elsif ($last ne 'define') {
			print $out ".SS Constants\n";
		}
		print_text($out, $item->{text}, 0);
		print_code($out, $item->{code}) if $item->{kind} ne 'function';
		$last = $item->{kind};
	}
	print $out ".SH SEE ALSO\n", join(",\n", map { "\\fB$_->{name}\\fP(3)" } grep { $_ != $page } @pages), ",\n\\fBbttbench\\fP(1)\n";
	close $out or die "library.pl: $folder/$page->{name}.3: $!\n";

	for my $alias (grep { $_ ne $page->{name} } @names) {
		open my $so, '>', "$folder/$alias.3" or die "library.pl: $folder/$alias.3: $!\n";
		print $so ".so man3/$page->{name}.3\n";
		close $so or die "library.pl: $folder/$alias.3: $!\n";
	}
}

read_header($_) for @headers;
print_page($_) for @pages;
