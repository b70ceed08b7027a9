package jsonata

import (
	"slices"
	"strings"
)

// nearest returns the names that a misspelt one most likely meant: at most
// three, and more than one only when they are equally near.
func nearest(word string, names []string) []string {
	type candidate struct {
		name     string
		distance int
	}
	limit := 1 + len(word)/4
	var found []candidate
	for _, name := range names {
		d := distance(strings.ToLower(word), strings.ToLower(name))
		if d > limit && len(word) >= 3 && (strings.HasPrefix(name, word) || strings.HasPrefix(word, name) && len(name) >= 3) {
			d = limit
		}
		if d <= limit && d < max(len(word), len(name)) {
			found = append(found, candidate{name, d})
		}
	}
	slices.SortFunc(found, func(a, b candidate) int {
		if a.distance != b.distance {
			return a.distance - b.distance
		}
		return strings.Compare(a.name, b.name)
	})
	var out []string
	for _, c := range found[:min(3, len(found))] {
		if c.distance == found[0].distance {
			out = append(out, c.name)
		}
	}
	return out
}

// distance counts the letters to insert, delete, replace or swap with their
// neighbour (optimal string alignment).
func distance(a, b string) int {
	x, y := []rune(a), []rune(b)
	rows := make([][]int, len(x)+1)
	for i := range rows {
		rows[i] = make([]int, len(y)+1)
		rows[i][0] = i
	}
	for j := range rows[0] {
		rows[0][j] = j
	}
	for i := 1; i <= len(x); i++ {
		for j := 1; j <= len(y); j++ {
			cost := 1
			if x[i-1] == y[j-1] {
				cost = 0
			}
			d := min(rows[i-1][j]+1, rows[i][j-1]+1, rows[i-1][j-1]+cost)
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				d = min(d, rows[i-2][j-2]+1)
			}
			rows[i][j] = d
		}
	}
	return rows[len(x)][len(y)]
}
