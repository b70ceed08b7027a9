// Package diag is how Senda tells an author what is wrong: the place, a stable
// code, plain words and the way out.
//
//	journeys/basket-reminder/journey.yaml:29:12: there is no step called "stil-there" [J021]
//	   |   - await: stil-there.clicked
//	   |            ^^^^^^^^^^
//	   help: did you mean "still-there" (email, line 26)?   names in reach: still-there
//
// Passes never stop at the first mistake: each returns every finding it can make,
// and a List puts them in the order of the files. Every code is declared here, so
// that none is used twice, and is explained in docs/language/findings.md.
package diag
