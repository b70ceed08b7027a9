// Package diagram draws a journey: as SVG for a page, and as text for a terminal.
//
// A diagram is made of the author's steps, never of the states of a machine, so that it
// is the same for every target. It can carry counts: how many people went which way,
// how many mails were refused and why, who left on the way. Counts are made from the
// timelines of entries (Counts.Add), which name steps only; the ways between
// them are found in the graph.
//
// A journey is blocks inside blocks, so the drawing needs no general layout: what
// follows stands below, ways stand side by side and meet again. The same journey
// and counts give the same bytes.
package diagram
