// Package measure says what a journey earned: the difference between those it
// treated and those it held out, with an interval, and the smallest difference
// that so many people could have shown.
package measure
