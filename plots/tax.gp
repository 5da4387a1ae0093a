# tax.gp -- engines against the base, such as raw: IOPS (left) and the median latency (right), in percent of the base.
#
# Columns: panel (0: IOPS, 1: median latency), column and x: place and name of the engine, series, name, runs, value and
# text (median of the runs), percent, low_percent, high_percent: of the median of the base; median, lowest and highest.
#
# By hand:
#   bttbench plot tax study.json --data=study.tsv
#   GNUPLOT_LIB=plots gnuplot -d -c plots/tax.gp study.tsv study.svg 900
DATA = ARG1; OUT = ARG2; WIDTH = ARGC >= 3 ? int(ARG3) : 900
HAS_SERIES = 1; PLOT_HEIGHT = 0
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
BAR = 0.8 / SERIES
place(i) = column("column") + (i - (SERIES - 1) / 2.0) * BAR
bar(p, i) = is(i) && column("panel") == p ? column("percent") : NaN

# the numbers above the bars, if they fit
BAR_PX = (WIDTH / 2.0 - 90) / (NX + 0.2) * BAR
SHOWN = BAR_PX > 34 ? 1 : 0
GAP = 70.0 / WIDTH

set format y "%g %%"
unset xlabel
set multiplot
do for [p = 0:1] {
	set lmargin at screen p * 0.5 + GAP
	set rmargin at screen p * 0.5 + 0.5 - 14.0 / WIDTH
	set ylabel cut((p ? "median latency" : "IOPS") . " [% of " . BASE . "]", 40)
	set yrange [0:(p ? TIME_TOP : IOPS_max) * 1.14]
	if (p) { unset key; unset label 1; unset label 2 }
	plot for [i = 0:SERIES - 1] DATA using (place(i)):(bar(p, i)):(BAR * 0.9):xtic(plain(strcol("x"))) \
		with boxes fc rgb colour(i) title NAME[i + 1], \
		for [i = 0:SERIES - 1] DATA using (place(i)):(bar(p, i)):(column("low_percent")):(column("high_percent")) \
		with yerrorbars pt -1 lw 1.3 lc rgb 0x000000 notitle, \
		for [i = 0:SHOWN * SERIES - 1] DATA using (place(i)):(is(i) && column("panel") == p ? column("high_percent") : NaN):(strcol("text")) \
		with labels offset 0, 0.6 font FONT10 notitle
}
unset multiplot
