/* SPDX-License-Identifier: BSD-3-Clause */
/* errormsg.h -- the line behind btt_errormsg(), one for each thread. */
#ifndef BTT_ERRORMSG_H
#define BTT_ERRORMSG_H

#define ERRORMSG_MAX 512

/* Keeps the line, sets errno to `err` and returns -1, so that a caller can return the call. */
int errormsg_set(int err, const char *format, ...) __attribute__((cold, format(printf, 2, 3)));

/* The same with the errno of a call that failed: "<line>: <text of errno>". */
int errormsg_set_errno(const char *format, ...) __attribute__((cold, format(printf, 1, 2)));

#endif
