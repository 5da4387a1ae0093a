# style.gp -- every script here loads it: reads the notes of the data, opens the picture, sets colours and fonts.
#
# Needs DATA, OUT, WIDTH; HAS_SERIES: the data has columns series and name; PLOT_HEIGHT of the axes in pixels, or 0;
# EXTRA_KEYS: entries of the key that are no series; PANELS side by side; KEY_PANELS, if set: the key lies below one of so
# many.
# Gives TITLE, XLABEL, YLABEL, BASE, THRESHOLD from the notes; SERIES and NAME[]; px(); and the functions below.

set encoding utf8
set datafile separator "\t"

# No markup anywhere: a name with _ ^ { or @ is drawn as it is. &quot; &#92; &amp; stand for characters.
sub(s, from, to) = strstrt(s, from) > 0 ? substr(s, 1, strstrt(s, from) - 1) . to . \
	sub(substr(s, strstrt(s, from) + strlen(from), strlen(s)), from, to) : s
plain(s) = sub(sub(sub(s, "&quot;", '"'), "&#92;", '\'), "&amp;", "&")
cut(s, n) = strlen(s) > n ? substr(s, 1, n - 3) . "..." : s

# the notes: lines "#tag<tab>text"
TITLE = ""; XLABEL = ""; YLABEL = ""; BASE = ""; THRESHOLD = 0; FOOTER = ""; FOOTER_LINES = 0
note(tag, text) = \
	tag eq "#title" ? (TITLE = text, 1) : tag eq "#x" ? (XLABEL = text, 1) : \
	tag eq "#y" ? (YLABEL = text, 1) : tag eq "#base" ? (BASE = text, 1) : \
	tag eq "#threshold" ? (THRESHOLD = real(text), 1) : \
	tag eq "#footer" ? (FOOTER = FOOTER . (FOOTER_LINES ? "\n" : "") . text, \
	FOOTER_LINES = FOOTER_LINES + 1, 1) : 1
set datafile commentschars ""
set datafile nocolumnheaders
stats DATA every ::0::20 using (note(strcol(1), plain(strcol(2)))) nooutput
set datafile commentschars "#"
set datafile columnheaders

# the names of the series
SERIES = 0; LONGEST = 0
if (HAS_SERIES) {
	stats DATA using (column("series")) nooutput
	SERIES = int(STATS_max) + 1
	array NAME[SERIES]
	stats DATA using (NAME[int(column("series")) + 1] = cut(plain(strcol("name")), 60), 1) nooutput
	do for [i = 1:SERIES] {
		if (strlen(NAME[i]) > LONGEST) { LONGEST = strlen(NAME[i]) }
	}
}
is(i) = column("series") == i

# Eight colours that the colour-blind can tell apart and that differ in grey. After eight, other dashes.
array COLOUR[8] = [0x0b3c8c, 0xd55e00, 0x56b4e9, 0x000000, 0x009e73, 0xcc79a7, 0x7a4b00, 0xe6b000]
array POINT[8] = [7, 5, 9, 11, 13, 6, 4, 8]
array DASH[5] = [1, 2, 4, 5, 3]
colour(i) = COLOUR[i % 8 + 1]
point(i) = POINT[(i + i / 8) % 8 + 1]
dash(i) = DASH[(i % 8 == i ? i % 2 * (i / 2 % 2) : i / 8) % 5 + 1]
GREY = 0x555555
PALE = 0xc8c8c8

# "1.5ms" of nanoseconds; "1.5M" of a count
nanos(v) = v < 1e3 ? sprintf("%gns", v) : v < 1e6 ? sprintf("%gus", v / 1e3) : \
	v < 1e9 ? sprintf("%gms", v / 1e6) : sprintf("%gs", v / 1e9)

# The key lies below the axes, in as many columns as fit into their width.
if (EXTRA_KEYS && LONGEST < 31) { LONGEST = 31 }
KEY_COLUMNS = int((WIDTH / (exists("KEY_PANELS") ? KEY_PANELS : PANELS) - 102) / (LONGEST * 7.7 + 48))
# a panel is too narrow for the estimate
KEY_COLUMNS = KEY_COLUMNS < 1 || PANELS > 1 ? 1 : KEY_COLUMNS
KEY_ROWS = (SERIES + EXTRA_KEYS + KEY_COLUMNS - 1) / KEY_COLUMNS

# The picture, from top to bottom: title, axes, tics and their label, key, footer.
if (!PLOT_HEIGHT) { PLOT_HEIGHT = WIDTH * 0.46 < 280 ? 280 : int(WIDTH * 0.46) }
# The SVG terminal has higher lines than the others.
ending = strlen(OUT) > 4 ? substr(OUT, strlen(OUT) - 3, strlen(OUT)) : ""
IS_SVG = ending ne ".png" && ending ne ".pdf"
TOP_PX = 38
FOOT_PX = FOOTER_LINES * (IS_SVG ? 17 : 13) + 10
KEY_PX = KEY_ROWS * (IS_SVG ? 18 : 14) + (KEY_ROWS ? 6 : 0)
BELOW_PX = FOOT_PX + KEY_PX + (IS_SVG ? 62 : 50)
HEIGHT = TOP_PX + PLOT_HEIGHT + BELOW_PX
px(y) = y / (1.0 * HEIGHT)

if (ending eq ".png") {
	set terminal pngcairo noenhanced size WIDTH, HEIGHT font "Arial,9"
}
if (ending eq ".pdf") {
	set terminal pdfcairo noenhanced size WIDTH / 96.0, HEIGHT / 96.0 font "Arial,9" fontscale 0.75 rounded
}
if (IS_SVG) {
	set terminal svg noenhanced size WIDTH, HEIGHT font "Arial,12" background "#ffffff"
}
# fonts of 14, 11, 10 and 8 pixels
pt(p) = sprintf("Arial,%g", IS_SVG ? p : p * 0.75)
FONT14 = pt(14); FONT11 = pt(11); FONT10 = pt(10); FONT8 = pt(8)
set output OUT

set tmargin at screen 1 - px(TOP_PX)
set bmargin at screen px(BELOW_PX)
set lmargin at screen (IS_SVG ? 92.0 : 78.0) / WIDTH
set rmargin at screen 1 - 24.0 / WIDTH
set label 1 cut(TITLE, int(WIDTH / 8)) at screen 10.0 / WIDTH, screen 1 - px(17) left font FONT14
set label 2 FOOTER at screen 10.0 / WIDTH, screen px(FOOT_PX - 10) left font FONT10 tc rgb GREY
set border 3 lc rgb GREY
set tics nomirror out tc rgb 0x222222
set grid back lc rgb PALE lw 1 dt 1
set xlabel cut(XLABEL, int(WIDTH / 9))
set ylabel cut(YLABEL, 48)
set key at screen 6.0 / WIDTH, screen px(FOOT_PX + KEY_PX) left top Left reverse horizontal \
	maxcols KEY_COLUMNS samplen 3 spacing (IS_SVG ? 0.8 : 1.05) font FONT11
