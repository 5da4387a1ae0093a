#!/usr/bin/perl
# SPDX-License-Identifier: BSD-3-Clause
#
# embed.pl FILE... -- prints a C file with the contents of the files, as embedded.h declares them.
use strict;
use warnings;

print "/* made by embed.pl */\n#include \"report/embedded.h\"\n\nconst struct embedded embedded_files[] = {\n";
for my $path (@ARGV) {
	open my $in, '<:raw', $path or die "embed.pl: $path: $!\n";
	my $text = do { local $/; <$in> };
	my $size = length $text;
	(my $name = $path) =~ s|.*/||;
	# three digits always: a digit that follows can't become part of the escape
	$text =~ s/([^ !#-\[\]-~\n])/sprintf '\\%03o', ord $1/ge;
	$text =~ s/\?/\\?/g;
	$text =~ s/\n/\\n"\n\t "/g;
	print "\t{\"$name\",\n\t \"$text\",\n\t $size},\n";
}
print "\t{0},\n};\n";
