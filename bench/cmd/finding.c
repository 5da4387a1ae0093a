/* SPDX-License-Identifier: BSD-3-Clause */
#include "finding.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "output/json_value.h"

static const char *
severity_name(const struct btt_finding *f)
{
	return f->severity == BTT_ERROR ? "error" : "warning";
}

static void
print_place(const char *unit, int64_t number)
{
	if (number != BTT_NOT_SAID)
		printf(", %s %" PRId64, unit, number);
}

static void
print_line(const char *outcome, const struct btt_finding *f)
{
	if (outcome)
		printf("%s: ", outcome);
	if (!outcome || f->severity != BTT_ERROR || !strcmp(outcome, "left"))
		printf("%s: ", severity_name(f));
	printf("arena %u, %s", f->arena, f->field);
	print_place("lane", f->lane);
	print_place("lba", f->lba);
	print_place("block", f->premap);
	print_place("post-map block", f->postmap);
	printf(": %s\n", f->text);
}

static json_t *
number_json(int64_t number)
{
	return number == BTT_NOT_SAID ? json_null() : json_integer(number);
}

/* Takes ownership of `value`. Prints null when memory ran out, to keep the JSON well-formed; finding_end reports it. */
static void
dump(struct finding_list *list, json_t *value)
{
	if (!value || json_dumpf(value, stdout, JSON_ENCODE_ANY)) {
		list->failed = 1;
		fputs("null", stdout);
	}
	json_decref(value);
}

static void
print_object(struct finding_list *list, const char *outcome, const struct btt_finding *f)
{
	const struct value_member members[] = {
		{"outcome", value_text(outcome)},   {"severity", value_text(severity_name(f))},
		{"arena", value_count(f->arena)},   {"field", value_text(f->field)},
		{"lane", number_json(f->lane)},     {"lba", number_json(f->lba)},
		{"premap", number_json(f->premap)}, {"postmap", number_json(f->postmap)},
		{"text", value_text(f->text)},
	};
	const size_t count = sizeof(members) / sizeof(members[0]);

	/* check has no outcome: skip the first member, a json_null(), which needs no json_decref */
	dump(list, outcome ? value_object(members, count) : value_object(members + 1, count - 1));
}

void
finding_start(struct finding_list *list)
{
	if (!list->as_json)
		return;
	printf("{\n  \"schema\": \"bttbench.findings/1\",\n  \"namespace\": ");
	dump(list, value_text(list->spec));
	printf(",\n  \"findings\": [");
}

void
finding_print(struct finding_list *list, const char *outcome, const struct btt_finding *f)
{
	if (list->as_json) {
		printf("%s\n    ", list->count ? "," : "");
		print_object(list, outcome, f);
	} else {
		print_line(outcome, f);
	}
	list->count++;
}

int
finding_end(const struct finding_list *list, int result)
{
	if (list->as_json)
		printf("%s],\n  \"consistent\": %s\n}\n", list->count ? "\n  " : "",
		       result < 0 ? "null"
		       : result   ? "true"
				  : "false");
	if (!list->failed)
		return 0;
	cmd_fail("%s: out of memory for some of the findings", list->spec);
	return -1;
}
