/* SPDX-License-Identifier: BSD-3-Clause */
#include "finding.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "../output/json_value.h"

error_t
finding_parse_format(const char *name, int *as_json)
{
	*as_json = !strcmp(name, "json");
	if (*as_json || !strcmp(name, "text"))
		return 0;
	cmd_usage("--format=%s: no such format (allowed: text, json)", name);
	return CMD_SAID;
}

static const char *
severity_name(const struct btt_finding *f)
{
	return f->severity == BTT_ERROR ? "error" : "warning";
}

static void
print_place(const char *what, int64_t number)
{
	if (number != BTT_NOT_SAID)
		printf(", %s %" PRId64, what, number);
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

static void
dump(json_t *value)
{
	if (value)
		json_dumpf(value, stdout, JSON_ENCODE_ANY);
	json_decref(value);
}

static void
print_object(const char *outcome, const struct btt_finding *f)
{
	json_t *object = json_object();

	if (outcome)
		json_object_set_new(object, "outcome", value_text(outcome));
	json_object_set_new(object, "severity", value_text(severity_name(f)));
	json_object_set_new(object, "arena", json_integer(f->arena));
	json_object_set_new(object, "field", value_text(f->field));
	json_object_set_new(object, "lane", number_json(f->lane));
	json_object_set_new(object, "lba", number_json(f->lba));
	json_object_set_new(object, "premap", number_json(f->premap));
	json_object_set_new(object, "postmap", number_json(f->postmap));
	json_object_set_new(object, "text", value_text(f->text));
	dump(object);
}

void
finding_start(struct finding_list *list)
{
	if (!list->as_json)
		return;
	printf("{\n  \"namespace\": ");
	dump(value_text(list->spec));
	printf(",\n  \"findings\": [");
}

void
finding_print(struct finding_list *list, const char *outcome, const struct btt_finding *f)
{
	if (list->as_json) {
		printf("%s\n    ", list->count ? "," : "");
		print_object(outcome, f);
	} else {
		print_line(outcome, f);
	}
	list->count++;
}

void
finding_end(const struct finding_list *list, int result)
{
	if (!list->as_json)
		return;
	printf("%s],\n  \"consistent\": %s\n}\n", list->count ? "\n  " : "",
	       result < 0 ? "null"
	       : result   ? "true"
			  : "false");
}
