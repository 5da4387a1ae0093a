/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * errormsg.c -- the line is printed into memory of the thread: no allocation can fail on the way.
 */
#include "errormsg.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "btt.h"

static _Thread_local char message[ERRORMSG_MAX] = "no error";

int
errormsg_set(int err, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(message, sizeof(message), format, args);
	va_end(args);
	errno = err;
	return -1;
}

int
errormsg_set_errno(const char *format, ...)
{
	int err = errno;
	size_t used;
	va_list args;

	va_start(args, format);
	vsnprintf(message, sizeof(message), format, args);
	va_end(args);
	used = strlen(message);
	snprintf(message + used, sizeof(message) - used, ": %s", strerrordesc_np(err));
	errno = err;
	return -1;
}

const char *
btt_errormsg(void)
{
	return message;
}
