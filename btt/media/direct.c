/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * direct.c -- a fence follows each store to flog and map. There a store past the cache takes less time than a store with
 * a write-back, which takes about 1.4 times as long.
 */
#include "direct.h"

#include <errno.h>
#include <libpmem.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#if defined(__x86_64__)
#include <cpuid.h>
#include <emmintrin.h>
#endif

#include "guard.h"

#define STREAM_LEAST_DEFAULT 256 /* of libpmem */
#define WORKAROUND_BYTES     768 /* between the fences of the write-combining workaround */

static void
store_nodrain(void *ns, void *media, const void *src, size_t len)
{
	(void)ns;
	pmem_memcpy_nodrain(media, src, len);
}

static void
store4_flushed(void *ns, void *media, uint32_t value)
{
	(void)ns;
	atomic_store_explicit((_Atomic uint32_t *)media, value, memory_order_release);
	pmem_flush(media, sizeof(value));
}

static void
store8_flushed(void *ns, void *media, uint64_t value)
{
	(void)ns;
	atomic_store_explicit((_Atomic uint64_t *)media, value, memory_order_release);
	pmem_flush(media, sizeof(value));
}

static int
drain_flushed(void *ns)
{
	(void)ns;
	pmem_drain();
	return 0;
}

#if defined(__x86_64__)
static void
store4_streamed(void *ns, void *media, uint32_t value)
{
	(void)ns;
	_mm_stream_si32(media, (int)value);
}

static void
store8_streamed(void *ns, void *media, uint64_t value)
{
	(void)ns;
	_mm_stream_si64(media, (long long)value);
}

/* pmem_drain() has no fence on processors that only have clflush, but stores past the cache need one. */
static int
drain_streamed(void *ns)
{
	(void)ns;
	_mm_sfence();
	return 0;
}
#else
#define store4_streamed store4_flushed
#define store8_streamed store8_flushed
#define drain_streamed  drain_flushed
#endif

static void
flush_range(void *ns, const void *media, size_t len)
{
	(void)ns;
	pmem_flush(media, len);
}

static int
variable_is(const char *name, const char *value)
{
	const char *set = getenv(name);

	return set && !strcmp(set, value);
}

/*
 * Plain stores are better if the user says so to libpmem, or if the power supply covers the caches.
 */
static int
is_streaming_better(void)
{
	return pmem_has_auto_flush() != 1 && !variable_is("PMEM_NO_MOVNT", "1");
}

static enum direct_flush
choose_flush(void)
{
#if defined(__x86_64__)
	unsigned eax, ebx = 0, ecx, edx;

	if (variable_is("PMEM_NO_FLUSH", "1") ||
	    (!variable_is("PMEM_NO_FLUSH", "0") && pmem_has_auto_flush() == 1))
		return DIRECT_FLUSH_NONE;
	__get_cpuid_count(7, 0, &eax, &ebx, &ecx, &edx);
	if (ebx & bit_CLWB && !variable_is("PMEM_NO_CLWB", "1"))
		return DIRECT_CLWB;
	if (ebx & bit_CLFLUSHOPT && !variable_is("PMEM_NO_CLFLUSHOPT", "1"))
		return DIRECT_CLFLUSHOPT;
#endif
	return DIRECT_CLFLUSH;
}

static int
is_intel(void)
{
#if defined(__x86_64__)
	unsigned eax, ebx = 0, ecx = 0, edx = 0;

	__get_cpuid(0, &eax, &ebx, &ecx, &edx);
	return ebx == signature_INTEL_ebx && ecx == signature_INTEL_ecx &&
	       edx == signature_INTEL_edx;
#else
	return 0;
#endif
}

/* Returns `otherwise` if the variable is not set, or negative. */
static size_t
stream_least(size_t otherwise)
{
	const char *set = getenv("PMEM_MOVNT_THRESHOLD");
	long long threshold = set ? atoll(set) : -1;

	return threshold < 0 ? otherwise : (size_t)threshold;
}

/* for stores of 4 and 8 bytes */
static int
is_small_streaming_better(void)
{
	size_t otherwise = is_intel() && choose_flush() == DIRECT_CLWB ? STREAM_LEAST_DEFAULT : 0;

	return is_streaming_better() && stream_least(otherwise) <= 4;
}

void
direct_set_callbacks(struct ns_callback *cb)
{
	int is_small_streamed = is_small_streaming_better();

	cb->nsstore = store_nodrain;
	cb->nsstore4 = is_small_streamed ? store4_streamed : store4_flushed;
	cb->nsstore8 = is_small_streamed ? store8_streamed : store8_flushed;
	cb->nsflush = flush_range;
	cb->nsdrain = is_streaming_better() ? drain_streamed : drain_flushed;
}

#if GUARD_IS_OURS
/* the workaround is for stores of less than 64 bytes */
static int
has_workaround(void)
{
	if (variable_is("PMEM_NO_FLUSH", "1") || variable_is("PMEM_WC_WORKAROUND", "0"))
		return 0;
	return variable_is("PMEM_WC_WORKAROUND", "1") || is_intel();
}

static void
choose_stream(struct direct *direct)
{
	if (!direct->is_streamed || variable_is("PMEM_MOVDIR64B", "1"))
		return;
	direct->stream_least = stream_least(STREAM_LEAST_DEFAULT);
	direct->stream_most = SIZE_MAX;
	if (__builtin_cpu_supports("avx512f") && !variable_is("PMEM_AVX512F", "0")) {
		direct->stream = guard_stream_avx512;
		return;
	}
	direct->stream = __builtin_cpu_supports("avx") && !variable_is("PMEM_AVX", "0")
				 ? guard_stream_avx
				 : guard_stream_sse2;
	if (has_workaround())
		direct->stream_most = WORKAROUND_BYTES;
}
#endif

struct direct
direct_choose(const struct ns_callback *cb)
{
	struct direct direct = {.stream_least = SIZE_MAX};
#if GUARD_IS_OURS
	struct ns_callback ours = {0};

	direct_set_callbacks(&ours);
	if (cb->nsstore != ours.nsstore || cb->nsstore4 != ours.nsstore4 ||
	    cb->nsstore8 != ours.nsstore8 || cb->nsflush != ours.nsflush ||
	    cb->nsdrain != ours.nsdrain)
		return direct;
	direct.is_direct = 1;
	direct.is_streamed = ours.nsdrain == drain_streamed;
	direct.is_small_streamed = ours.nsstore8 == store8_streamed;
	direct.flush = (uint8_t)choose_flush();
	choose_stream(&direct);
#else
	(void)cb;
#endif
	return direct;
}
