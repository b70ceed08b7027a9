// Package finding holds what a check of a mail has to say to its author: the
// place, a stable code, plain words and the way out.
package finding

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// A Place is where something stands in a source file.
type Place struct {
	File string // path as given to the compiler, with forward slashes
	Line int    // from 1
	Col  int    // in runes, from 1
}

func (p Place) String() string { return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Col) }

// Advance returns the place that follows s when s starts at p.
func (p Place) Advance(s string) Place {
	if n := strings.Count(s, "\n"); n > 0 {
		p.Line += n
		p.Col = 1
		s = s[strings.LastIndexByte(s, '\n')+1:]
	}
	p.Col += utf8.RuneCountInString(s)
	return p
}

// Severity says whether a finding stops the journey from being compiled.
type Severity string

// The severities.
const (
	Error   Severity = "error"   // the mail cannot be sent as it is
	Warning Severity = "warning" // the author may mean it
)

// A Finding is one thing that is wrong with a mail. Codes are documented in
// docs/language/mails.md and never reused.
type Finding struct {
	Place
	Width    int // runes under the caret, at least 1
	Severity Severity
	Code     string // M001 ...
	Message  string
	Help     string // the way out; may be empty
}

func (f Finding) String() string { return fmt.Sprintf("%s: %s [%s]", f.Place, f.Message, f.Code) }

// A List gathers findings. The zero value is ready to use.
type List struct {
	all  []Finding
	seen map[Finding]bool
}

// Add keeps f, once: a shared part is read for every mail that includes it and
// would otherwise be reported as often.
func (l *List) Add(f Finding) {
	f.Width = max(f.Width, 1)
	if f.Severity == "" {
		f.Severity = Error
	}
	if l.seen == nil {
		l.seen = map[Finding]bool{}
	}
	if !l.seen[f] {
		l.seen[f] = true
		l.all = append(l.all, f)
	}
}

// Sorted returns the findings by place, then by code.
func (l *List) Sorted() []Finding {
	out := slices.Clone(l.all)
	slices.SortStableFunc(out, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line),
			cmp.Compare(a.Col, b.Col), cmp.Compare(a.Code, b.Code))
	})
	return out
}

// HasErrors reports whether any finding is more than a warning.
func HasErrors(all []Finding) bool {
	return slices.ContainsFunc(all, func(f Finding) bool { return f.Severity == Error })
}

// Format writes findings as a person reads them, each under a caret. source
// returns the text of a file; a file it does not know is shown without a line.
func Format(all []Finding, source func(file string) (string, bool)) string {
	var b strings.Builder
	for _, f := range all {
		kind := ""
		if f.Severity == Warning {
			kind = "warning: "
		}
		fmt.Fprintf(&b, "%s: %s%s [%s]\n", f.Place, kind, f.Message, f.Code)
		if src, ok := source(f.File); ok {
			lines := strings.Split(src, "\n")
			if f.Line >= 1 && f.Line <= len(lines) {
				line := strings.TrimRight(strings.ReplaceAll(lines[f.Line-1], "\t", " "), "\r")
				pad := min(max(f.Col-1, 0), utf8.RuneCountInString(line))
				room := max(utf8.RuneCountInString(line)-pad, 1)
				fmt.Fprintf(&b, "  | %s\n  | %s%s\n", line, strings.Repeat(" ", pad), strings.Repeat("^", min(f.Width, room)))
			}
		}
		if f.Help != "" {
			fmt.Fprintf(&b, "  help: %s\n", f.Help)
		}
	}
	return b.String()
}
