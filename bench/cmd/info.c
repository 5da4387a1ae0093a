/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * info.c -- bttbench info NS: where the BTT is, every field of its info blocks, flog and map summed
 * up.
 *
 * One JSON tree is built; the text is that tree, line by line, so that both say the same.
 */
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <uuid/uuid.h>

#include "../output/json_value.h"
#include "cmd.h"

enum { KEY_FORMAT = 256 };

struct info_args {
	struct cmd_target target;
	int as_json;
};

static const struct argp_option options[] = {
	{"format", KEY_FORMAT, "NAME", 0, "text (default) or json", 0},
	CMD_OPTION_PARENT,
	{"help", '?', NULL, 0, "Prints this help", -1},
	{0},
};

static error_t
parse_format(struct info_args *args, const char *name)
{
	args->as_json = !strcmp(name, "json");
	if (args->as_json || !strcmp(name, "text"))
		return 0;
	cmd_usage("--format=%s: no such format (allowed: text, json)", name);
	return CMD_SAID;
}

static error_t
parse(int key, char *arg, struct argp_state *state)
{
	struct info_args *args = state->input;

	switch (key) {
	case KEY_FORMAT:
		return parse_format(args, arg);
	default:
		return cmd_parse_target(key, arg, &args->target);
	}
}

static const struct argp argp = {
	options,
	parse,
	"NS",
	"Looks for a BTT at bytes 0, 4096 and 8192 of NS, changing nothing, and prints what its "
	"info blocks say, "
	"arena by arena, with a summary of flog and map.",
	NULL,
	NULL,
	NULL,
};

static void
set_uuid(json_t *object, const char *key, const uint8_t uuid[16])
{
	char text[UUID_STR_LEN];

	uuid_unparse_lower(uuid, text);
	json_object_set_new(object, key, json_string(text));
}

static void
set_number(json_t *object, const char *key, uint64_t number)
{
	json_object_set_new(object, key, json_integer((json_int_t)number));
}

/* a text that may be missing */
static void
set_text(json_t *object, const char *key, const char *text)
{
	json_object_set_new(object, key, value_text(text));
}

static json_t *
places_json(const struct btt_probe *probe)
{
	static const char *const names[] = {"nothing", "layout", "backup only", "damage", "trace"};
	json_t *places = json_array();

	for (int i = 0; i < BTT_PLACES; i++) {
		json_t *place = json_object();

		set_number(place, "start", probe->places[i].start);
		set_text(place, "found", names[probe->places[i].found]);
		json_array_append_new(places, place);
	}
	return places;
}

static json_t *
usage_json(const struct btt_arena_usage *u)
{
	json_t *usage = json_object();

	set_number(usage, "map_initial", u->initial);
	set_number(usage, "map_zero", u->zero);
	set_number(usage, "map_error", u->error);
	set_number(usage, "map_normal", u->normal);
	set_number(usage, "map_out_of_range", u->out_of_range);
	set_number(usage, "flog_lanes_unused", u->lanes_unused);
	set_number(usage, "map_unreadable", u->unreadable);
	set_number(usage, "flog_lanes_used", u->lanes_used);
	set_number(usage, "flog_lanes_damaged", u->lanes_damaged);
	return usage;
}

static json_t *
arena_json(const struct btt_arena_info *a, const struct btt_arena_usage *usage)
{
	json_t *arena = json_object();

	set_number(arena, "start", a->start);
	set_uuid(arena, "uuid", a->uuid);
	set_uuid(arena, "parent_uuid", a->parent_uuid);
	set_number(arena, "flags", a->flags);
	set_number(arena, "major", a->major);
	set_number(arena, "minor", a->minor);
	set_number(arena, "external_lbasize", a->external_lbasize);
	set_number(arena, "external_nlba", a->external_nlba);
	set_number(arena, "internal_lbasize", a->internal_lbasize);
	set_number(arena, "internal_nlba", a->internal_nlba);
	set_number(arena, "nfree", a->nfree);
	set_number(arena, "infosize", a->infosize);
	set_number(arena, "nextoff", a->nextoff);
	set_number(arena, "dataoff", a->dataoff);
	set_number(arena, "mapoff", a->mapoff);
	set_number(arena, "flogoff", a->flogoff);
	set_number(arena, "infooff", a->infooff);
	set_number(arena, "flog_second_slot", a->flog_second_slot);
	set_text(arena, "damage", a->damage);
	json_object_set_new(arena, "usage", usage_json(usage));
	return arena;
}

static json_t *
arenas_json(struct btt *btt, uint32_t narenas)
{
	json_t *arenas = json_array();

	for (uint32_t i = 0; i < narenas; i++) {
		struct btt_arena_usage usage;
		struct btt_arena_info info;

		if (btt_get_arena(btt, i, &info) || btt_get_usage(btt, i, &usage)) {
			json_decref(arenas);
			return NULL;
		}
		json_array_append_new(arenas, arena_json(&info, &usage));
	}
	return arenas;
}

static json_t *
btt_json(struct btt *btt)
{
	json_t *object = json_object();
	struct btt_info info;

	btt_get_info(btt, &info);
	set_text(object, "flavour", btt_flavour_name(info.flavour));
	set_number(object, "start", info.start);
	set_number(object, "lbasize", info.lbasize);
	set_number(object, "nlba", info.nlba);
	set_number(object, "nfree", info.nfree);
	set_number(object, "size_unused", info.size_unused);
	set_uuid(object, "parent_uuid", info.parent_uuid);
	if (json_object_set_new(object, "arenas", arenas_json(btt, info.narenas))) {
		json_decref(object);
		return NULL;
	}
	return object;
}

static json_t *
namespace_json(const char *spec, const struct ns_facts *facts, const struct btt_probe *probe)
{
	json_t *ns = json_object();

	set_text(ns, "namespace", spec);
	set_text(ns, "kind", ns_kind_name(facts->kind));
	set_number(ns, "size", facts->size);
	json_object_set_new(ns, "pmemblk_pool", json_boolean(probe->is_pool));
	json_object_set_new(ns, "probed", places_json(probe));
	return ns;
}

/* "a.b[2].c: value", a line for each leaf */
static void
print_tree(const char *path, json_t *tree)
{
	char below[256];
	const char *key;
	json_t *value;
	size_t i;

	switch (json_typeof(tree)) {
	case JSON_OBJECT:
		json_object_foreach(tree, key, value)
		{
			snprintf(below, sizeof(below), "%s%s%s", path, *path ? "." : "", key);
			print_tree(below, value);
		}
		break;
	case JSON_ARRAY:
		json_array_foreach(tree, i, value)
		{
			snprintf(below, sizeof(below), "%s[%zu]", path, i);
			print_tree(below, value);
		}
		break;
	case JSON_STRING:
		printf("%s: %s\n", path, json_string_value(tree));
		break;
	case JSON_INTEGER:
		printf("%s: %" JSON_INTEGER_FORMAT "\n", path, json_integer_value(tree));
		break;
	default:
		printf("%s: %s\n", path,
		       json_is_true(tree)    ? "yes"
		       : json_is_false(tree) ? "no"
					     : "-");
	}
}

static enum cmd_exit
print_info(const struct info_args *args, json_t *info)
{
	if (args->as_json) {
		json_dumpf(info, stdout, JSON_INDENT(2));
		putchar('\n');
	} else {
		print_tree("", info);
	}
	return cmd_finish_output(CMD_OK);
}

static enum cmd_exit
inspect(struct info_args *args)
{
	struct cmd_target *target = &args->target;
	struct btt_probe probe;
	struct ns_facts facts;
	enum cmd_exit code;
	json_t *info;

	ns_get_facts(target->ns, &facts);
	if (btt_probe(facts.size, target->ns, ns_callbacks(target->ns), &probe))
		return cmd_fail("%s: %s", target->spec, btt_errormsg());
	target->btt = cmd_open_btt(target->ns, target->spec, BTT_READ_ONLY, &target->parent);
	if (!target->btt)
		return CMD_FAILED;
	info = namespace_json(target->spec, &facts, &probe);
	if (json_object_set_new(info, "btt", btt_json(target->btt)))
		code = cmd_fail("%s: %s", target->spec, btt_errormsg());
	else
		code = print_info(args, info);
	json_decref(info);
	return code;
}

enum cmd_exit
cmd_info(int argc, char **argv)
{
	struct info_args args = {0};
	enum cmd_exit code = cmd_parse(&argp, argc, argv, &args);

	if (!code)
		code = cmd_open_target_namespace(argv[0], &args.target, NS_READ_ONLY);
	if (!code)
		code = inspect(&args);
	cmd_close_target(&args.target);
	return code;
}
