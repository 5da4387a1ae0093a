#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# kill_again.t -- the other half of the rounds of kill.t: two machines at once need half the time.
. "$SRC/tests/vm/kill.t"
