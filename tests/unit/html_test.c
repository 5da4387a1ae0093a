/* SPDX-License-Identifier: BSD-3-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "report/html.h"
#include "report/svg.h"

/* The escaped text; it is valid until the next call. */
static const char *
escaped(const char *text)
{
	static char buffer[256];
	FILE *out = fmemopen(buffer, sizeof(buffer), "w");

	assert_non_null(out);
	html_text(out, text);
	assert_int_equal(fclose(out), 0);
	return buffer;
}

static void
markup_and_quotes_are_escaped(void **state)
{
	(void)state;
	assert_string_equal(escaped("</script><b a='1' c=\"2\">&lt;"),
			    "&lt;/script&gt;&lt;b a=&#39;1&#39; c=&quot;2&quot;&gt;&amp;lt;");
}

static void
control_characters_are_pictures(void **state)
{
	(void)state;
	assert_string_equal(escaped("a\tb\n\033[31m\x7f"),
			    "a\xE2\x90\x89"
			    "b\xE2\x90\x8A\xE2\x90\x9B[31m\xE2\x90\xA1");
}

static void
text_of_other_alphabets_stays(void **state)
{
	(void)state;
	assert_string_equal(escaped("\xC3\xA9 \xE6\xB8\xAC \xF0\x9F\x98\x80"),
			    "\xC3\xA9 \xE6\xB8\xAC \xF0\x9F\x98\x80");
	assert_string_equal(escaped(NULL), "\xE2\x80\x93");
}

static void
characters_that_reverse_or_hide_text_are_replaced(void **state)
{
	static const char *const texts[] = {"\xE2\x80\xAE", "\xE2\x81\xA6", "\xE2\x80\x8B",
					    "\xC2\x85",     "\xEF\xBB\xBF", "\xE2\x80\xA8"};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		assert_string_equal(escaped(texts[i]), "\xEF\xBF\xBD");
}

static void
broken_utf8_is_replaced_and_the_rest_stays(void **state)
{
	/* a lone byte, a cut sequence, forms that are too long, a surrogate, a code that is too large */
	static const char *const texts[][2] = {
		{"\x80"
		 "a",
		 "\xEF\xBF\xBD"
		 "a"},
		{"\xE6\xB8<", "\xEF\xBF\xBD\xEF\xBF\xBD&lt;"},
		{"\xC0\xBC", "\xEF\xBF\xBD\xEF\xBF\xBD"},
		{"\xED\xA0\x80", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"},
		{"\xF4\x90\x80\x80", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"},
		{"\xE6", "\xEF\xBF\xBD"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		assert_string_equal(escaped(texts[i][0]), texts[i][1]);
}

static void
arguments_are_escaped_and_the_format_is_not(void **state)
{
	char buffer[128];
	FILE *out = fmemopen(buffer, sizeof(buffer), "w");

	(void)state;
	html_print(out, "<i id=\"r%zu\">%s</i>%s", (size_t)7, "<&>", "%s");
	assert_int_equal(fclose(out), 0);
	assert_string_equal(buffer, "<i id=\"r7\">&lt;&amp;&gt;</i>%s");
}

/* The picture as it stands in a page; NULL: it was refused. The caller frees it. */
static char *
inlined(const char *svg)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	struct why why;
	int err = svg_inline(svg, "p3", "A \"b\"", out, &why);

	assert_int_equal(fclose(out), 0);
	if (!err)
		return text;
	free(text);
	return NULL;
}

static void
assert_inlined(const char *svg, const char *want)
{
	char *text = inlined(svg);

	assert_non_null(text);
	assert_string_equal(text, want);
	free(text);
}

#define OPEN "<svg class=\"plot\" role=\"img\" aria-label=\"A &quot;b&quot;\""

static void
picture_scales_and_has_a_text(void **state)
{
	(void)state;
	assert_inlined("<?xml version='1.0'?>\n<svg width='900' height=\"400\" viewBox='0 0 9 4' "
		       "xmlns='http://www.w3.org/2000/svg'><title>Gnuplot</title><desc>by</desc>"
		       "<text>a &lt;b&gt;</text></svg>\n",
		       OPEN " viewBox='0 0 9 4'><text>a &lt;b&gt;</text></svg>");
}

static void
each_id_and_each_use_of_it_gets_the_prefix(void **state)
{
	(void)state;
	assert_inlined("<svg><defs><path id='x'/></defs><use xlink:href='#x'/>"
		       "<g filter='url(#y)' clip-path=\"url(#z)\"></g></svg>",
		       OPEN "><defs><path id='p3-x'/></defs><use xlink:href='#p3-x'/>"
			    "<g filter='url(#p3-y)' clip-path=\"url(#p3-z)\"></g></svg>");
}

static void
handlers_styles_and_links_elsewhere_are_dropped(void **state)
{
	(void)state;
	assert_inlined("<svg onload='x()'><g onclick=\"x\" style='fill: url(http://a)' class='c' "
		       "fill='red'/><image xlink:href='http://a/b.png'/>"
		       "<image xlink:href='data:image/png;base64,AA=='/></svg>",
		       OPEN "><g fill='red'/><image/>"
			    "<image xlink:href='data:image/png;base64,AA=='/></svg>");
	assert_inlined("<svg><g fill='url(http://a)'/></svg>",
		       OPEN "><g fill='url(#p3-http://a)'/></svg>");
}

static void
picture_with_more_than_drawing_is_refused(void **state)
{
	static const char *const pictures[] = {
		"<svg><script>x</script></svg>",
		"<svg><foreignObject/></svg>",
		"<svg><style>a{}</style></svg>",
		"<svg><svg/></svg>",
		"<svg><a href='#'>b</a></svg>",
		"<svg></svg",
		"<svg><g></svg>",
		"<svg><g",
		"<svg><g a='</svg>",
		"<svg><g a=b></g></svg>",
		"<svg><![CDATA[<b>]]></svg>",
		"<!DOCTYPE svg><svg></svg>",
		"<html></html>",
		"</svg>",
		"no picture",
		"",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(pictures) / sizeof(pictures[0]); i++)
		if (inlined(pictures[i]))
			fail_msg("accepted: %s", pictures[i]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(markup_and_quotes_are_escaped),
		cmocka_unit_test(control_characters_are_pictures),
		cmocka_unit_test(text_of_other_alphabets_stays),
		cmocka_unit_test(characters_that_reverse_or_hide_text_are_replaced),
		cmocka_unit_test(broken_utf8_is_replaced_and_the_rest_stays),
		cmocka_unit_test(arguments_are_escaped_and_the_format_is_not),
		cmocka_unit_test(picture_scales_and_has_a_text),
		cmocka_unit_test(each_id_and_each_use_of_it_gets_the_prefix),
		cmocka_unit_test(handlers_styles_and_links_elsewhere_are_dropped),
		cmocka_unit_test(picture_with_more_than_drawing_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
