#!/usr/bin/perl
# SPDX-License-Identifier: BSD-3-Clause
#
# embed.pl FILE... -- prints a C file with the contents of the files, as embedded.h declares them. @SHA256 NAME@ in a file
# becomes the checksum of the file NAME beside it, as a content security policy names it.
use strict;
use warnings;
use Digest::SHA qw(sha256_base64);

print "/* made by embed.pl */\n#include \"report/embedded.h\"\n\nconst struct embedded embedded_files[] = {\n";

sub content {
	my $path = shift;
	open my $in, '<:raw', $path or die "embed.pl: $path: $!\n";
	local $/;
	return <$in> // '';
}

# base64 with the padding that Digest::SHA leaves out
sub checksum { return sha256_base64(content(shift)) . '=' }

for my $path (@ARGV) {
	(my $folder = $path) =~ s|[^/]*$||;
	my $text = content($path);
	$text =~ s/\@SHA256 ([a-z.]+)\@/checksum("$folder$1")/ge;
	my $size = length $text;
	(my $name = $path) =~ s|.*/||;
	# three digits always: a digit that follows can't become part of the escape
	$text =~ s/([^ !#-\[\]-~\n])/sprintf '\\%03o', ord $1/ge;
	$text =~ s/\?/\\?/g;
	$text =~ s/\n/\\n"\n\t "/g;
	print "\t{\"$name\",\n\t \"$text\",\n\t $size},\n";
}
print "\t{0},\n};\n";
