package diag

import "strconv"

// plural counts in words: "1 finding", "2 findings".
func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}

// Summary is the last line of a run: "2 errors and 1 warning".
func (l List) Summary() string {
	e, w := l.Count()
	switch {
	case e == 0 && w == 0:
		return "nothing found"
	case w == 0:
		return plural(e, "error", "errors")
	case e == 0:
		return plural(w, "warning", "warnings")
	}
	return plural(e, "error", "errors") + " and " + plural(w, "warning", "warnings")
}
