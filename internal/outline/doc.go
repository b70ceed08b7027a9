// Package outline reads the plain part of YAML that authors use: maps and lists
// by indentation, lists in brackets on one line, text with or without quotes,
// longer text after | or >, and comments. Every value is its source text with its
// place; nothing is turned into a number, a date or a yes.
//
// The rest of YAML is refused where it stands, because it does silently what a
// marketer does not mean: maps in braces, anchors, aliases, tags, documents,
// values over several lines, tabs. After a mistake reading goes on with the most
// likely meaning, so that one run shows all of them. That is why no YAML library
// is used here: each stops at the first mistake or accepts it. What this package
// reads without a finding, a YAML library reads as the same; a fuzz test says so.
package outline
