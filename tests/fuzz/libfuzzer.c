/* SPDX-License-Identifier: BSD-3-Clause */
/* libfuzzer.c -- the entry point of libFuzzer; TARGET is the function under test. */
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *input, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *input, size_t len)
{
	TARGET(input, len);
	return 0;
}
