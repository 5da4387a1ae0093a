/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * guard_copy.S -- guard_copy() of guard.h, in instructions that the handler in guard.c knows: after
 * a SIGBUS between guard_copy_first and guard_copy_last it continues at guard_copy_bad.
 *
 * A leaf: the stack holds nothing but the return address. rsi points to the next bytes to load
 * until a step has loaded all of its bytes, so that the faulting address tells a bad source from a
 * bad destination.
 */
#include "guard_copy.h"

#if GUARD_COPY_IS_OURS

	.globl	guard_copy_first, guard_copy_last, guard_copy_bad, guard_copy
	.hidden	guard_copy_first, guard_copy_last, guard_copy_bad, guard_copy
	.type	guard_copy, @function

	/* here and not in guard.c, which needs this file: no circle */
	.globl	guard_copy_way
	.hidden	guard_copy_way
	.type	guard_copy_way, @object
	.size	guard_copy_way, 1
	.data
guard_copy_way:
	.byte	GUARD_COPY_SSE2

	.text
	.balign	64
guard_copy_first:
guard_copy:
	cmpb	$GUARD_COPY_AVX, guard_copy_way(%rip)
	jb	7f
	je	6f
	subq	$512, %rdx
	jb	2f
1:	vmovdqu64	(%rsi), %zmm16
	vmovdqu64	64(%rsi), %zmm17
	vmovdqu64	128(%rsi), %zmm18
	vmovdqu64	192(%rsi), %zmm19
	vmovdqu64	256(%rsi), %zmm20
	vmovdqu64	320(%rsi), %zmm21
	vmovdqu64	384(%rsi), %zmm22
	vmovdqu64	448(%rsi), %zmm23
	addq	$512, %rsi
	vmovdqu64	%zmm16, (%rdi)
	vmovdqu64	%zmm17, 64(%rdi)
	vmovdqu64	%zmm18, 128(%rdi)
	vmovdqu64	%zmm19, 192(%rdi)
	vmovdqu64	%zmm20, 256(%rdi)
	vmovdqu64	%zmm21, 320(%rdi)
	vmovdqu64	%zmm22, 384(%rdi)
	vmovdqu64	%zmm23, 448(%rdi)
	addq	$512, %rdi
	subq	$512, %rdx
	jae	1b
2:	addq	$512, %rdx
	jnz	6f		/* no vzeroupper: SSE uses no part of registers from 16 on */
	xorl	%eax, %eax
	ret

6:	subq	$128, %rdx
	jb	2f
1:	vmovdqu	(%rsi), %ymm0
	vmovdqu	32(%rsi), %ymm1
	vmovdqu	64(%rsi), %ymm2
	vmovdqu	96(%rsi), %ymm3
	subq	$-128, %rsi
	vmovdqu	%ymm0, (%rdi)
	vmovdqu	%ymm1, 32(%rdi)
	vmovdqu	%ymm2, 64(%rdi)
	vmovdqu	%ymm3, 96(%rdi)
	subq	$-128, %rdi
	subq	$128, %rdx
	jae	1b
2:	vzeroupper
	addq	$128, %rdx
	jnz	5f
	xorl	%eax, %eax
	ret

7:	subq	$64, %rdx
	jb	4f
3:	movups	(%rsi), %xmm0
	movups	16(%rsi), %xmm1
	movups	32(%rsi), %xmm2
	movups	48(%rsi), %xmm3
	addq	$64, %rsi
	movups	%xmm0, (%rdi)
	movups	%xmm1, 16(%rdi)
	movups	%xmm2, 32(%rdi)
	movups	%xmm3, 48(%rdi)
	addq	$64, %rdi
	subq	$64, %rdx
	jae	3b
4:	addq	$64, %rdx
5:	movq	%rdx, %rcx	/* the rest, also of block sizes like 520 */
	rep movsb
	xorl	%eax, %eax
	ret
guard_copy_last:

guard_copy_bad:
	movl	$-1, %eax
	ret

#endif
	.section .note.GNU-stack, "", @progbits
