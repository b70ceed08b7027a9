package diag

import (
	"slices"
	"strings"
)

// Nearest is the candidate that a misspelt word was most likely meant to be: the
// one with the fewest typing mistakes (a letter missing, too many, wrong or
// swapped with its neighbour), at most one in three letters. The first of equals
// wins.
func Nearest(word string, candidates []string) (string, bool) {
	if len(word) > 64 { // nobody misspells a name that long; the table would only cost
		return "", false
	}
	best, least := "", max(len(word)/3, 1)+1
	for _, c := range candidates {
		if c == word {
			continue
		}
		if strings.EqualFold(c, word) {
			return c, true
		}
		if d := typos(word, c, least); d < least {
			best, least = c, d
		}
	}
	return best, best != ""
}

// DidYouMean is the help line for a misspelt word, or "".
func DidYouMean(word string, candidates []string) string {
	if near, ok := Nearest(word, candidates); ok {
		return `did you mean "` + near + `"?`
	}
	return ""
}

// Instead is the help line for a word that is none of the candidates: the nearest of
// them, or all where none is near.
func Instead(word string, candidates []string) string {
	if near := DidYouMean(word, candidates); near != "" || len(candidates) == 0 {
		return near
	}
	return "known here: " + Words(slices.Sorted(slices.Values(candidates)), 12)
}

// typos is the optimal string alignment distance, or limit when it is not less.
func typos(a, b string, limit int) int {
	if d := len(a) - len(b); d >= limit || -d >= limit {
		return limit
	}
	before, last := make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row := make([]int, len(b)+1)
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last = last, row
	}
	return min(last[len(b)], limit)
}

// Words lists names for a help line: `a`, `a and b`, `a, b and c`; at most max of
// them, and then how many more there are.
func Words(names []string, most int) string {
	if len(names) > most {
		return strings.Join(names[:most], ", ") + " and " + plural(len(names)-most, "more", "more")
	}
	switch len(names) {
	case 0:
		return ""
	case 1:
		return names[0]
	}
	return strings.Join(names[:len(names)-1], ", ") + " and " + names[len(names)-1]
}
