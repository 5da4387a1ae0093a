/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * replay.c [FILE...] -- runs every kept input through its target: $SRC/tests/fuzz/corpus/TARGET/ in the order of the
 * names. With arguments it runs only these files; the name of a file's folder is the target. A failing input ends the
 * program before the end of the plan.
 */
#include <glob.h>
#include <libgen.h>
#include <string.h>

#include "fuzz.h"

#define INPUT_MAX (64u << 10)

static const struct {
	const char *name;
	fuzz_target *run;
} targets[] = {
	{"info", fuzz_info}, {"image", fuzz_image}, {"overlay", fuzz_overlay}, {"peer", fuzz_peer}};

#define NTARGETS (sizeof(targets) / sizeof(targets[0]))

static int
run_file(fuzz_target *run, const char *path)
{
	FILE *file = fopen(path, "re");
	uint8_t *input = malloc(INPUT_MAX);
	size_t len;

	if (!file || !input) {
		perror(path);
		exit(1);
	}
	len = fread(input, 1, INPUT_MAX, file);
	fclose(file);
	/* exact size, so that the sanitizer sees the end */
	input = realloc(input, len ? len : 1);
	printf("# %s\n", path);
	fflush(stdout);
	run(input, len);
	free(input);
	return 0;
}

static int
run_one(const char *path)
{
	char copy[4096];
	const char *folder;

	snprintf(copy, sizeof(copy), "%s", path);
	folder = basename(dirname(copy));
	for (size_t i = 0; i < NTARGETS; i++) {
		if (!strcmp(folder, targets[i].name))
			return run_file(targets[i].run, path);
	}
	fprintf(stderr, "%s: the folder is not named after a target\n", path);
	return 1;
}

static void
run_folder(size_t i, const char *src)
{
	char pattern[4096];
	glob_t found = {0};

	snprintf(pattern, sizeof(pattern), "%s/tests/fuzz/corpus/%s/*", src, targets[i].name);
	glob(pattern, 0, NULL, &found);
	for (size_t k = 0; k < found.gl_pathc; k++)
		run_file(targets[i].run, found.gl_pathv[k]);
	printf("%sok %zu - %s: %zu kept inputs, no fault\n", found.gl_pathc ? "" : "not ", i + 1,
	       targets[i].name, found.gl_pathc);
	globfree(&found);
}

int
main(int argc, char **argv)
{
	const char *src = getenv("SRC");
	int failed = 0;

	if (argc > 1) {
		for (int i = 1; i < argc; i++)
			failed |= run_one(argv[i]);
		return failed;
	}
	printf("1..%zu\n", NTARGETS);
	for (size_t i = 0; i < NTARGETS; i++)
		run_folder(i, src ? src : ".");
	return 0;
}
