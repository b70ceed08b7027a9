package asl

import "strings"

// Expression returns the JSONata inside a string that is written {% … %}, and
// whether it is one. Space outside the signs makes it a plain string.
func Expression(s string) (source string, is bool) {
	if len(s) < len("{%%}") || !strings.HasPrefix(s, "{%") || !strings.HasSuffix(s, "%}") {
		return "", false
	}
	return strings.TrimSpace(s[2 : len(s)-2]), true
}

// Expr writes a JSONata source as the string that holds it in a definition.
func Expr(source string) string { return "{% " + source + " %}" }
