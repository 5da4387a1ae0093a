/* SPDX-License-Identifier: BSD-3-Clause */
/* libfuzzer.c -- libFuzzer's entry point; TARGET is the function that it feeds. */
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *input, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *input, size_t len)
{
	TARGET(input, len);
	return 0;
}
