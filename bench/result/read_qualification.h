/* SPDX-License-Identifier: BSD-3-Clause */
/* read_qualification.h -- the member `qualification` of a document. */
#ifndef BENCH_RESULT_READ_QUALIFICATION_H
#define BENCH_RESULT_READ_QUALIFICATION_H

#include "read_field.h"
#include "qualification.h"

/* Reads the member of the document; null leaves `q` empty. */
void read_qualification(struct field *root, struct result_qualification *q);

#endif
