# trend.gp -- a metric of the history: a point for each result, a line for the median of each part, the changes.
#
# Columns: series, name, x (place in the order of time, from 1), result (its number), day, commit, value, median (of the
# part), change_percent (of the medians, for the first result behind a change; NaN for others).
#
# By hand:
#   bttbench plot trend --metric=read.p99 --data=t.tsv
#   GNUPLOT_LIB=plots gnuplot -d -c plots/trend.gp t.tsv t.svg 900
DATA = ARG1; OUT = ARG2; WIDTH = ARGC >= 3 ? int(ARG3) : 900
HAS_SERIES = 1; PLOT_HEIGHT = 0; EXTRA_KEYS = 0; PANELS = 1
load "style.gp"

stats DATA using (column("x")) name "X" nooutput
stats DATA using (column("value")) name "VALUE" nooutput
array RESULT[int(X_max)]
array DAY[int(X_max)]
stats DATA using (RESULT[int(column("x"))] = column("result"), DAY[int(column("x"))] = strcol("day"), 1) nooutput

# The axis does not begin at 0: changes of some percent must be seen. It spans 10 % at least, so that noise looks small.
SPAN = VALUE_max - VALUE_min
LEAST = 0.1 * abs(VALUE_median)
SPAN = SPAN < LEAST ? LEAST : SPAN
SPAN = SPAN > 0 ? SPAN : 1
MIDDLE = (VALUE_max + VALUE_min) / 2
set yrange [MIDDLE - 0.58 * SPAN:MIDDLE + 0.68 * SPAN]
set xrange [0.5:X_max + 0.5]
set ylabel cut(YLABEL, 48)
set format y (VALUE_max < 1000 ? "%.4g" : sprintf("%%.%ds%%c", 2 - int(floor(log10(VALUE_max))) % 3))
STEP = int(X_max / (WIDTH / 125.0)) + 1
set xtics ("" 1)
do for [i = 1:int(X_max):STEP] { set xtics add (sprintf("%d: %s", RESULT[i], DAY[i]) i) }
# many series: smaller points, and no texts
FEW = SERIES <= 8
CHANGES = 0
stats DATA using (strcol("change_percent") ne "NaN" ? (CHANGES = CHANGES + 1) : 0) nooutput
# a plot without any point crashes gnuplot 5.4
LAST = CHANGES > 0 ? SERIES - 1 : -1
changed(i) = is(i) && FEW && strcol("change_percent") ne "NaN"
told(percent, commit) = SERIES > 1 ? sprintf("%+.1f%%", percent) : sprintf("%+.1f%%\n%s", percent, commit)
before(i) = column("median") / (1 + column("change_percent") / 100)

plot for [i = 0:SERIES - 1] DATA using (is(i) ? column("x") - 0.5 : NaN):(column("median")):(1):(0) \
	with vectors nohead lc rgb colour(i) lw 1.8 notitle, \
	for [i = 0:LAST] DATA using (changed(i) ? column("x") - 0.5 : NaN):(before(i)):(0):(column("median") - before(i)) \
	with vectors nohead lc rgb colour(i) lw 1 dt 3 notitle, \
	for [i = 0:SERIES - 1] DATA using (is(i) ? column("x") : NaN):(column("value")) \
	with points lc rgb colour(i) pt point(i) ps (FEW ? 0.6 : 0.3) title NAME[i + 1], \
	for [i = 0:LAST] DATA using (changed(i) ? column("x") - 0.5 : NaN):(MIDDLE + (0.62 - 0.06 * i) * SPAN):(told(column("change_percent"), strcol("commit"))) \
	with labels font FONT11 tc rgb colour(i) notitle
