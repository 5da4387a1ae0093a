/* SPDX-License-Identifier: BSD-3-Clause */
#include "job_group.h"

#include <string.h>

#include "job_key.h"

/* The jobs of a group share one engine with one layout, and one measured phase. */
static const char *const shared_keys[] = {
	"engine",  "namespace", "bs",     "lanes",        "nfree",
	"rotate",  "flavour",   "commit", "verify",       "verify_unknown",
	"runtime", "ramp_time", "repeat", "steady_state",
};

size_t
job_group_length(const struct job_list *list, size_t first)
{
	size_t end = first + 1;

	while (end < list->count && !list->jobs[end].stonewall)
		end++;
	return end - first;
}

void
job_group_unite(const struct job *jobs, size_t count, struct job *united)
{
	*united = jobs[0];
	for (size_t i = 1; i < count; i++) {
		if (jobs[i].precondition > united->precondition) {
			united->precondition = jobs[i].precondition;
			united->age_passes = jobs[i].age_passes;
		}
		if (jobs[i].blocks > united->blocks)
			united->blocks = jobs[i].blocks;
		if (jobs[i].batch > united->batch)
			united->batch = jobs[i].batch;
		if (jobs[i].percent[OP_READ] < united->percent[OP_READ])
			memcpy(united->percent, jobs[i].percent, sizeof(united->percent));
	}
}

static int
check_pair(const struct job *first, const struct job *other, const char *path, struct why *why)
{
	for (size_t i = 0; i < sizeof(shared_keys) / sizeof(shared_keys[0]); i++) {
		const char *key = shared_keys[i];
		const struct job_key_text want = job_key_text(first, key);

		if (strcmp(want.text, job_key_text(other, key).text) == 0)
			continue;
		return why_say(why,
			       "%s: %s: job '%s', which runs together with it, has %s=%s (allowed: "
			       "the same, or stonewall=1 before it)",
			       path, job_key_where(other, key).text, first->name, key, want.text);
	}
	return 0;
}

int
job_group_check(const struct job_list *list, const char *path, struct why *why)
{
	for (size_t first = 0, n; first < list->count; first += n) {
		n = job_group_length(list, first);
		for (size_t i = 1; i < n; i++)
			if (check_pair(&list->jobs[first], &list->jobs[first + i], path, why))
				return -1;
	}
	return 0;
}
