/* SPDX-License-Identifier: BSD-3-Clause */
/* job_support.h -- for tests of job/: load a text, compare its message or effective job. */
#ifndef TESTS_UNIT_JOB_SUPPORT_H
#define TESTS_UNIT_JOB_SUPPORT_H

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "job/job_key.h"
#include "job/job_list.h"

#define LENGTH(a)     (sizeof(a) / sizeof((a)[0]))
#define EFFECTIVE_MAX 4096

/* The tests read the file "x.job" in their own directory, so messages contain only this short name. */
static char directory[] = "/tmp/job_test.XXXXXX";
static char source_directory[4096];
static struct why why;

static inline int
enter_directory(void **state)
{
	(void)state;
	if (!getcwd(source_directory, sizeof(source_directory)) || !mkdtemp(directory))
		return -1;
	return chdir(directory);
}

static inline int
leave_directory(void **state)
{
	(void)state;
	unlink("x.job");
	return chdir(source_directory) || rmdir(directory);
}

static inline void
write_file(const char *bytes, size_t len)
{
	FILE *file = fopen("x.job", "w");

	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, len, file), len);
	assert_int_equal(fclose(file), 0);
}

static inline void
write_text(const char *text)
{
	write_file(text, strlen(text));
}

/* `sets` ends with NULL. */
static inline int
load_with(struct job_list *list, const char *path, char *const *sets)
{
	size_t nsets = 0;

	while (sets[nsets])
		nsets++;
	return job_list_load(list, path, sets, nsets, &why);
}

#define LOAD(list, text, ...) \
	(write_text(text), load_with(list, "x.job", (char *[]){__VA_ARGS__ __VA_OPT__(, ) NULL}))

static inline void
assert_is_one_line(void)
{
	assert_int_equal(strcspn(why.text, "\n\r\t\x1b"), strlen(why.text));
	assert_true(strlen(why.text) > 0 && strlen(why.text) < sizeof(why.text) - 1);
}

static inline void
assert_why(int status, const struct job_list *list, const char *want)
{
	assert_int_equal(status, -1);
	assert_null(list->jobs);
	assert_int_equal(list->count, 0);
	assert_is_one_line();
	assert_string_equal(why.text, want);
}

static inline void
assert_loads(int status)
{
	if (status)
		fail_msg("%s", why.text);
}

#define ASSERT_LOADS(list, text, ...) assert_loads(LOAD(list, text, __VA_ARGS__))
#define ASSERT_WHY(want, text, ...)                             \
	do {                                                    \
		struct job_list refused;                        \
		int status = LOAD(&refused, text, __VA_ARGS__); \
		assert_why(status, &refused, want);             \
	} while (0)

struct lookup {
	const char *key;
	char value[256];
};

static inline void
look_up(void *arg, const char *key, const char *value)
{
	struct lookup *lookup = arg;

	if (strcmp(key, lookup->key) == 0)
		snprintf(lookup->value, sizeof(lookup->value), "%s", value);
}

static inline void
assert_effective(const struct job *job, const char *key, const char *want)
{
	struct lookup lookup = {key, ""};

	job_each_key(job, look_up, &lookup);
	if (strcmp(lookup.value, want) != 0)
		fail_msg("%s is '%s', not '%s'", key, lookup.value, want);
}

static inline void
append_key(void *arg, const char *key, const char *value)
{
	char *text = arg;
	size_t used = strlen(text);

	snprintf(text + used, EFFECTIVE_MAX - used, "%s=%s\n", key, value);
}

/* The complete job as a job file. */
static inline void
effective_text(const struct job *job, char text[EFFECTIVE_MAX])
{
	snprintf(text, EFFECTIVE_MAX, "[%s]\n", job->name);
	job_each_key(job, append_key, text);
}

struct value {
	const char *key, *text, *effective;
};

/* Both in a job file and with --set, the value is shown as `want`. */
static inline void
assert_takes(const char *key, const char *value, const char *want)
{
	char text[600], set[512];
	struct job_list list;

	snprintf(set, sizeof(set), "%s=%s", key, value);
	snprintf(text, sizeof(text), "[a]\n%s\n", set);
	ASSERT_LOADS(&list, text);
	assert_effective(&list.jobs[0], key, want);
	assert_int_equal(job_key_given(&list.jobs[0], key), 1);
	job_list_free(&list);
	ASSERT_LOADS(&list, "[a]\n", set);
	assert_effective(&list.jobs[0], key, want);
	job_list_free(&list);
}

/* Both ways, the message names the place, the value, the fault and the allowed values. */
static inline void
assert_refuses(const char *key, const char *value, const char *wrong, const char *allowed)
{
	char text[512], set[256], want[1024];

	snprintf(set, sizeof(set), "%s=%s", key, value);
	snprintf(text, sizeof(text), "# a comment\n[a]\n%s\n", set);
	snprintf(want, sizeof(want), "x.job: job 'a', line 3: %s: %s (%s)", set, wrong, allowed);
	ASSERT_WHY(want, text);
	snprintf(want, sizeof(want), "--set %s: %s (%s)", set, wrong, allowed);
	ASSERT_WHY(want, "[a]\n", set);
}

struct refusal {
	const char *key, *text, *wrong;
};

static inline void
assert_all_refused(const struct refusal *bad, size_t n, const char *allowed)
{
	for (size_t i = 0; i < n; i++)
		assert_refuses(bad[i].key, bad[i].text, bad[i].wrong, allowed);
}

#endif
