/* SPDX-License-Identifier: BSD-3-Clause */
/* errormsg.h -- the one line behind btt_errormsg(), one per thread. */
#ifndef BTT_ERRORMSG_H
#define BTT_ERRORMSG_H

#define ERRORMSG_MAX 512

/* keeps the line, sets errno and returns -1, so that `return errormsg_set(EINVAL, …)` reads well */
int errormsg_set(int err, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* as errormsg_set with the errno of a failed call: "<line>: <text of errno>" */
int errormsg_set_errno(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
