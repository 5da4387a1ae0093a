/* SPDX-License-Identifier: BSD-3-Clause */
/* profile_setting.h -- what profile.c and profile_expand.c share: a setting of [qualify] in its parts. */
#ifndef BENCH_STUDY_PROFILE_SETTING_H
#define BENCH_STUDY_PROFILE_SETTING_H

#include "profile.h"

#define PROFILE_GATE_PREFIX  "gate."
#define PROFILE_LIMIT_PREFIX "limit."
#define PROFILE_RATIO_PREFIX "limit.near_far."

struct profile_setting {
	char name[128];    /* without the sign */
	char sign[3];      /* "=", "<=" or ">=" */
	const char *value; /* borrowed */
};

/* Writes "PROFILE: line 7: [qualify] NAME=VALUE: wrong". Always returns -1. */
int profile_error(const struct profile *profile, const struct job_setting *s, const char *wrong,
		  struct why *why);

#endif
