/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * report_document.c -- the result itself, which the reader can download from the page.
 *
 * The document is packed with gzip, because histograms are long, and then written as base64: an alphabet without
 * markup. The element that holds it is a script of a type that browsers do not run. page.js unpacks it.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "html.h"
#include "report_kind.h"

#define GZIP_WINDOW 31 /* the largest window, with the header of gzip */
#define GZIP_MEMORY 8  /* zlib's default */
#define LINE_BYTES  57 /* give 76 characters */

static void
put_base64(FILE *out, const unsigned char *bytes, size_t size)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

	for (size_t i = 0; i < size; i += 3) {
		size_t have = size - i < 3 ? size - i : 3;
		uint32_t group = (uint32_t)bytes[i] << 16;
		char text[5];

		if (have > 1)
			group |= (uint32_t)bytes[i + 1] << 8;
		if (have > 2)
			group |= bytes[i + 2];
		for (unsigned k = 0; k < 4; k++)
			text[k] = have < k ? '=' : digits[group >> (18 - 6 * k) & 63];
		text[4] = '\0';
		fputs(text, out);
		if (i % LINE_BYTES == LINE_BYTES - 3)
			fputc('\n', out);
	}
}

/* gzip of the document in allocated memory; NULL when that ran out */
static unsigned char *
pack(const struct report_file *file, size_t *size)
{
	z_stream z = {0};
	unsigned char *packed = NULL;

	if (deflateInit2(&z, Z_DEFAULT_COMPRESSION, Z_DEFLATED, GZIP_WINDOW, GZIP_MEMORY,
			 Z_DEFAULT_STRATEGY) != Z_OK)
		return NULL;
	if (file->document_size <= UINT32_MAX / 2) {
		z.next_in = (Bytef *)(uintptr_t)file->document;
		z.avail_in = (uInt)file->document_size;
		z.avail_out = (uInt)deflateBound(&z, z.avail_in);
		packed = malloc(z.avail_out);
	}
	z.next_out = packed;
	if (packed && deflate(&z, Z_FINISH) != Z_STREAM_END) {
		free(packed);
		packed = NULL;
	}
	*size = z.total_out;
	deflateEnd(&z);
	return packed;
}

void
report_document(struct report_page *page)
{
	size_t size = 0, n = page->number;
	unsigned char *packed = pack(page->file, &size);
	const char *id = page->file->result->id;

	page_section(page, "document", "Raw data");
	if (!packed) {
		page->failed = 1;
		page_section_end(page);
		return;
	}
	html_print(page->out,
		   "<p class=\"download\"><a class=\"button\" href=\"#r%zu-document\" "
		   "download=\"%s.json\" "
		   "data-packed=\"r%zu-packed\" data-status=\"r%zu-status\">Download the JSON</a> ",
		   n, *id ? id : "result", n, n);
	html_print(page->out,
		   "<span>%s, the identical document of <code>%s</code>. "
		   "<code>bttbench show</code> prints it in other formats.</span></p>\n",
		   human_size(page->file->document_size).text, page->file->name);
	html_print(page->out,
		   "<p id=\"r%zu-status\" role=\"status\"></p>\n"
		   "<noscript><p class=\"note\">The download needs JavaScript.</p></noscript>\n"
		   "<script type=\"application/gzip\" id=\"r%zu-packed\">\n",
		   n, n);
	put_base64(page->out, packed, size);
	html_print(page->out, "</script>\n");
	page_section_end(page);
	free(packed);
}
