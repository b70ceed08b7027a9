// Package page makes of a report what people look at: one file that needs no other
// and no network, readable on a phone and on paper, light and dark, and beside it a
// file for each mail of a journey with every message of it that left.
//
// The charts are drawn here as SVG without any letters, so that they stretch with the
// page, and labelled in HTML, so that labels do not. The same report gives the same bytes.
package page
