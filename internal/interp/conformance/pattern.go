package main

import (
	"strconv"
	"strings"
)

// pattern is a JSONPath as the recordings use it: names, [n], [*], .* and ..
type pattern []part

type part struct {
	name string // * stands for any
	deep bool   // may lie any number of levels further down
}

func parsePattern(s string) pattern {
	s = strings.TrimPrefix(s, "$")
	var p pattern
	for s != "" {
		var one part
		switch {
		case strings.HasPrefix(s, ".."):
			one.deep = true
			s = s[2:]
		case s[0] == '.':
			s = s[1:]
		}
		if strings.HasPrefix(s, "[") {
			end := strings.IndexByte(s, ']')
			if end < 0 {
				end = len(s) - 1
			}
			one.name = strings.Trim(s[1:end], `'"`)
			s = s[min(end+1, len(s)):]
			if strings.HasPrefix(one.name, "?") {
				one.name = "*" // a filter ignores more rather than less
			}
		} else {
			end := strings.IndexAny(s, ".[")
			if end < 0 {
				end = len(s)
			}
			one.name, s = s[:end], s[end:]
		}
		if one.name != "" {
			p = append(p, one)
		}
	}
	return p
}

// matches says whether the pattern names this very path. The recordings hold
// the history under a name of their own; a pattern may begin with that.
func (p pattern) matches(path []string) bool {
	return match(p, path) || len(p) > 1 && !p[0].deep && match(p[1:], path)
}

func match(p pattern, path []string) bool {
	switch {
	case len(p) == 0:
		return len(path) == 0
	case len(path) == 0:
		return false
	case (p[0].name == "*" || p[0].name == path[0]) && match(p[1:], path[1:]):
		return true
	default:
		return p[0].deep && match(p, path[1:])
	}
}

func index(i int) string { return strconv.Itoa(i) }
