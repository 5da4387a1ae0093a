/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * guard_copy.S -- guard_copy() and guard_stream_*() of guard.h, in instructions that the handler in guard.c
 * knows: after a SIGBUS between guard_copy_first and guard_copy_last, or between guard_stream_first and
 * guard_stream_last, it continues at guard_copy_bad.
 *
 * Leaves: the stack holds nothing but the return address. The faulting address tells a bad page of media from
 * one of the caller: rsi of guard_copy points to the next bytes to load until a step has loaded all of its
 * bytes, and rdi of guard_stream points to the next bytes to store until a step has stored all of its bytes.
 */
#include "guard_copy.h"

#if GUARD_IS_OURS

	.globl	guard_copy_first, guard_copy_last, guard_copy_bad, guard_copy
	.hidden	guard_copy_first, guard_copy_last, guard_copy_bad, guard_copy
	.type	guard_copy, @function
	.globl	guard_stream_first, guard_stream_last
	.hidden	guard_stream_first, guard_stream_last
	.globl	guard_stream_sse2, guard_stream_avx, guard_stream_avx512
	.hidden	guard_stream_sse2, guard_stream_avx, guard_stream_avx512
	.type	guard_stream_sse2, @function
	.type	guard_stream_avx, @function
	.type	guard_stream_avx512, @function

	/* here and not in guard.c, which needs this file: no circle */
	.globl	guard_copy_way
	.hidden	guard_copy_way
	.type	guard_copy_way, @object
	.size	guard_copy_way, 1
	.data
guard_copy_way:
	.byte	GUARD_COPY_SSE2

	/* moves `count` registers from number `first` on, from rsi or to rdi */
	.macro	load insn, kind, width, first, count
	.set	at, 0
	.rept	\count
	move_from \insn, \kind, \width, %(\first + at), %at
	.set	at, at + 1
	.endr
	.endm
	.macro	store insn, kind, width, first, count
	.set	at, 0
	.rept	\count
	move_to	\insn, \kind, \width, %(\first + at), %at
	.set	at, at + 1
	.endr
	.endm
	.macro	move_from insn, kind, width, number, at
	\insn	\at * \width(%rsi), %\kind\number
	.endm
	.macro	move_to insn, kind, width, number, at
	\insn	%\kind\number, \at * \width(%rdi)
	.endm
	.altmacro

	.text
	.balign	64
guard_copy_first:
guard_copy:
	cmpb	$GUARD_COPY_AVX, guard_copy_way(%rip)
	jb	7f
	je	6f
	subq	$512, %rdx
	jb	2f
1:	load	vmovdqu64, zmm, 64, 16, 8
	addq	$512, %rsi
	store	vmovdqu64, zmm, 64, 16, 8
	addq	$512, %rdi
	subq	$512, %rdx
	jae	1b
2:	addq	$512, %rdx
	jnz	6f		/* no vzeroupper: SSE uses no part of registers from 16 on */
	xorl	%eax, %eax
	ret

6:	subq	$512, %rdx
	jb	2f
1:	load	vmovdqu, ymm, 32, 0, 16
	addq	$512, %rsi
	store	vmovdqu, ymm, 32, 0, 16
	addq	$512, %rdi
	subq	$512, %rdx
	jae	1b
2:	addq	$(512 - 64), %rdx
	jnc	2f
1:	load	vmovdqu, ymm, 32, 0, 2
	addq	$64, %rsi
	store	vmovdqu, ymm, 32, 0, 2
	addq	$64, %rdi
	subq	$64, %rdx
	jae	1b
2:	vzeroupper
	addq	$64, %rdx
	jnz	5f
	xorl	%eax, %eax
	ret

7:	subq	$64, %rdx
	jb	4f
3:	load	movups, xmm, 16, 0, 4
	addq	$64, %rsi
	store	movups, xmm, 16, 0, 4
	addq	$64, %rdi
	subq	$64, %rdx
	jae	3b
4:	addq	$64, %rdx
5:	movq	%rdx, %rcx	/* the rest, also of block sizes like 520 */
	rep movsb
	xorl	%eax, %eax
	ret
guard_copy_last:

	/* `count` registers are `step` bytes, `line` registers are 64 */
	.macro	stream insn_load, insn_store, kind, width, first, count, step, line
	subq	$\step, %rdx
	jb	2f
1:	load	\insn_load, \kind, \width, \first, \count
	addq	$\step, %rsi
	store	\insn_store, \kind, \width, \first, \count
	addq	$\step, %rdi
	subq	$\step, %rdx
	jae	1b
2:	addq	$\step, %rdx
	jz	4f
3:	load	\insn_load, \kind, \width, \first, \line
	addq	$64, %rsi
	store	\insn_store, \kind, \width, \first, \line
	addq	$64, %rdi
	subq	$64, %rdx
	jnz	3b
4:	xorl	%eax, %eax
	.endm

	.balign	64
guard_stream_first:
guard_stream_sse2:
	stream	movups, movntps, xmm, 16, 0, 16, 256, 4
	ret

	.balign	64
guard_stream_avx:
	stream	vmovdqu, vmovntdq, ymm, 32, 0, 16, 512, 2
	vzeroupper
	ret

	.balign	64
guard_stream_avx512:
	stream	vmovdqu64, vmovntdq, zmm, 64, 16, 8, 512, 1
	ret
guard_stream_last:

guard_copy_bad:
	movl	$-1, %eax
	ret

#endif
	.section .note.GNU-stack, "", @progbits
