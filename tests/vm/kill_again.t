#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# kill_again.t -- the other half of kill.t's rounds: two machines at once are killed in half the time.
. "$SRC/tests/vm/kill.t"
