# scaling.gp -- a figure against a number, such as threads; dotted: the ideal line from the smallest point.
#
# Columns: series, name, x, x_text, runs, value, low, high (median, lowest and highest of the runs), ideal (NaN: there is
# no ideal line).
#
# By hand:
#   bttbench plot scaling study.json --data=study.tsv
#   GNUPLOT_LIB=plots gnuplot -d -c plots/scaling.gp study.tsv study.svg 900
DATA = ARG1; OUT = ARG2; WIDTH = ARGC >= 3 ? int(ARG3) : 900
HAS_SERIES = 1; PLOT_HEIGHT = 0; EXTRA_KEYS = 1; PANELS = 1
load "style.gp"

stats DATA using (column("x")) name "X" nooutput
stats DATA using (column("high")) name "HIGH" nooutput
stats DATA using (column("ideal")) name "IDEAL" nooutput
HAS_IDEAL = exists("IDEAL_records") && IDEAL_records > 0

# a wide range has the same room for each factor of two
WIDE = X_min > 0 && X_max / X_min > 12
if (WIDE) {
	set logscale x 2
	set xrange [X_min / 1.1:X_max * 1.1]
} else {
	set xrange [X_min - 0.04 * (X_max - X_min):X_max + 0.04 * (X_max - X_min)]
}
# the ideal line may leave the picture
TOP = HAS_IDEAL && IDEAL_max > HIGH_max ? (IDEAL_max > 1.6 * HIGH_max ? 1.6 * HIGH_max : IDEAL_max) : HIGH_max
set yrange [0:TOP > 0 ? TOP * 1.08 : 1]
set format y "%.1s%c"
set format x "%.0f"
IDEALS = HAS_IDEAL ? SERIES : 0

plot for [i = 0:IDEALS - 1] DATA using (is(i) ? column("x") : NaN):(column("ideal")) \
	with lines lc rgb colour(i) dt 3 lw 1 notitle, \
	for [i = 0:SERIES - 1] DATA using (is(i) ? column("x") : NaN):(column("value")):(column("low")):(column("high")):xtic(strcol("x_text")) \
	with yerrorlines lc rgb colour(i) dt dash(i) lw 1.6 pt point(i) ps 0.8 title NAME[i + 1], \
	keyentry with lines lc rgb GREY dt 3 lw 1 title HAS_IDEAL ? "ideal: in proportion to threads" : ""
