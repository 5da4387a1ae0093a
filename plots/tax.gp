# tax.gp -- engines against the base, such as raw: IOPS (left) and the median latency (right), in percent of the base.
#
# Columns: panel (0: IOPS, 1: median latency), column and x: place and name of the engine, series, name, runs, value and
# text (median of the runs), percent, low_percent, high_percent: of the median of the base; median, lowest and highest.
#
# By hand:
#   bttbench plot tax study.json --data=study.tsv
#   GNUPLOT_LIB=plots gnuplot -d -c plots/tax.gp study.tsv study.svg 900
DATA = ARG1; OUT = ARG2; WIDTH = ARGC >= 3 ? int(ARG3) : 900
HAS_SERIES = 1; PLOT_HEIGHT = 0; EXTRA_KEYS = 0; PANELS = 2
load "style.gp"

stats DATA using (column("column")) name "X" nooutput
stats DATA using (column("panel") == 0 ? column("high_percent") : NaN) name "IOPS" nooutput
stats DATA using (column("panel") == 1 ? column("high_percent") : NaN) name "TIME" nooutput
NX = int(X_max) + 1
TIME_TOP = exists("TIME_records") && TIME_records > 0 ? TIME_max : 100

set xrange [-0.6:NX - 0.4]
set xtics scale 0 font FONT11
set grid noxtics
set style fill solid 0.9 noborder
# a series belongs to one panel
stats DATA using (column("panel") == 0 ? column("series") : NaN) name "LEFT" nooutput
array FIRST[2] = [0, int(LEFT_max) + 1]
array LAST[2] = [int(LEFT_max), SERIES - 1]
WIDEST = LAST[1] + 1 > SERIES - FIRST[2] ? LAST[1] + 1 : SERIES - FIRST[2]
BAR = 0.8 / WIDEST
place(p, i) = column("column") + (i - (FIRST[p + 1] + LAST[p + 1]) / 2.0) * BAR
bar(p, i) = is(i) && column("panel") == p ? column("percent") : NaN

# the numbers above the bars, if they fit
BAR_PX = (WIDTH / 2.0 - 90) / (NX + 0.2) * BAR
SHOWN = BAR_PX > 34 ? 1 : 0
GAP = (IS_SVG ? 92.0 : 78.0) / WIDTH

set format y "%g %%"
unset xlabel
set multiplot
do for [p = 0:1] {
	set lmargin at screen p * 0.5 + GAP
	set rmargin at screen p * 0.5 + 0.5 - 14.0 / WIDTH
	set ylabel offset 0.5 cut((p ? "median latency" : "IOPS") . " [% of " . BASE . "]", 40)
	set yrange [0:(p ? TIME_TOP : IOPS_max) * 1.14]
	set arrow 1 from graph 0, first 100 to graph 1, first 100 nohead lc rgb GREY lw 1 dt 2
	if (p) { unset label 1; unset label 2 }
	# the first panel draws the whole key
	unset xtics
	set xtics scale 0 font FONT11
	plot for [i = FIRST[p + 1]:LAST[p + 1]] DATA using (place(p, i)):(bar(p, i)):(BAR * 0.9) \
		with boxes fc rgb colour(i) notitle, \
		for [i = FIRST[p + 1]:LAST[p + 1]] DATA using (place(p, i)):(is(i) ? column("low_percent") : NaN):(0):(column("high_percent") - column("low_percent")) \
		with vectors heads size screen 0.004, 90 lw 1.3 lc rgb 0x000000 notitle, \
		for [i = FIRST[p + 1]:(SHOWN ? LAST[p + 1] : -1)] DATA using (place(p, i)):(is(i) ? column("high_percent") : NaN):(strcol("text")) \
		with labels offset 0, 0.6 font FONT10 notitle, \
		DATA using (column("column")):(0):xtic(plain(strcol("x"))) with points pt -1 notitle, \
		for [i = 0:(p ? -1 : SERIES - 1)] keyentry with boxes fc rgb colour(i) title NAME[i + 1]
}
unset multiplot
