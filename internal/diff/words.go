package diff

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/senda-dev/senda/internal/bundle"
)

func (j *Journey) warn(format string, args ...any) {
	j.Warnings = append(j.Warnings, fmt.Sprintf(format, args...))
}

// share spells hundredths of a percent.
func share(n int) string {
	return strconv.FormatFloat(float64(n)/100, 'f', -1, 64) + "%"
}

// fromTo says that a value became another; either may be none.
func fromTo(what, before, after string) string {
	switch {
	case before == "":
		return what + " is new: " + after
	case after == "":
		return what + " is gone (it was " + before + ")"
	}
	return what + ": " + after + " instead of " + before
}

// people counts in words.
func people(n int, more bool) string {
	text := grouped(n)
	if more {
		return "more than " + text + " people"
	}
	if n == 1 {
		return "1 person"
	}
	return text + " people"
}

// grouped spells a count with a comma at each thousand.
func grouped(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// condition writes an emitted condition as its author wrote it, but for blanks: the
// rewritings that emit adds are taken away again. Where it cannot tell, it leaves
// what stands there.
func condition(b *bundle.Bundle, text string) string {
	s := strings.TrimSpace(text)
	if inner, ok := strings.CutPrefix(s, "{%"); ok {
		s = strings.TrimSpace(strings.TrimSuffix(inner, "%}"))
	}
	if inner, ok := strings.CutPrefix(s, "($to := ("); ok {
		if value, _, ok := strings.Cut(inner, "); $exists($to)"); ok {
			s = value
		}
	}
	if inner, ok := strings.CutSuffix(s, ") = true"); ok && strings.HasPrefix(inner, "(") {
		s = inner[1:]
	}
	s = strings.ReplaceAll(s, "`", "")
	s = strings.ReplaceAll(s, "$states.context.Execution.Input.ways.", "")
	s = strings.ReplaceAll(s, "$exists(", "known(")
	s = strings.ReplaceAll(s, "$mails.", "")
	s = strings.ReplaceAll(s, "$facts.", "person.")
	for _, step := range b.Steps {
		if name := strings.ReplaceAll(step.Name, "-", "_"); strings.Contains(s, "$"+name) {
			s = regexp.MustCompile(`\$`+regexp.QuoteMeta(name)+`\b`).ReplaceAllString(s, step.Name)
		}
	}
	return root.ReplaceAllString(s, "$1")
}

// root is a declared root, which authors write without its sign.
var root = regexp.MustCompile(`\$(person|entry|event|consent)\b`)
