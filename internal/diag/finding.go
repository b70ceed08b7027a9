package diag

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Severity says whether a finding forbids to go on.
type Severity uint8

// The severities.
const (
	Error   Severity = iota + 1 // the journey cannot be compiled
	Warning                     // the author may mean it
)

func (s Severity) String() string {
	switch s {
	case Error:
		return "error"
	case Warning:
		return "warning"
	}
	return ""
}

// Finding is one thing to tell an author.
type Finding struct {
	Pos     Pos
	Code    Code
	Message string   // plain words, no full stop, no capital
	Help    []string // ways out, shown on one line
	soft    bool
}

// At makes a finding. The severity is the code's.
func (c Code) At(p Pos, format string, args ...any) Finding {
	return Finding{Pos: p, Code: c, Message: fmt.Sprintf(format, args...)}
}

// Try adds a way out; an empty one is left out.
func (f Finding) Try(format string, args ...any) Finding {
	help := format
	if len(args) > 0 {
		help = fmt.Sprintf(format, args...)
	}
	if help != "" {
		f.Help = append(slices.Clip(f.Help), help)
	}
	return f
}

// Soft makes the finding a warning whatever its code says: mails have codes whose
// weight hangs on the case.
func (f Finding) Soft() Finding { f.soft = true; return f }

// Severity is that of the code, unless the finding is Soft.
func (f Finding) Severity() Severity {
	if f.soft {
		return Warning
	}
	return f.Code.Severity()
}

// MarshalJSON is the form for editors and scripts. Columns count characters from
// 1; the end is the column after the last.
func (f Finding) MarshalJSON() ([]byte, error) {
	type place struct {
		Line int `json:"line"`
		Col  int `json:"column"`
	}
	out := struct {
		File     string   `json:"file"`
		Start    *place   `json:"start,omitempty"`
		End      *place   `json:"end,omitempty"`
		Code     Code     `json:"code"`
		Severity string   `json:"severity"`
		Message  string   `json:"message"`
		Help     []string `json:"help,omitempty"`
	}{File: f.Pos.File, Code: f.Code, Severity: f.Severity().String(), Message: f.Message, Help: f.Help}
	if !f.Pos.IsZero() {
		out.Start = &place{f.Pos.Line, f.Pos.Col}
		out.End = &place{f.Pos.Line, f.Pos.End()}
	}
	return json.Marshal(out)
}

// List is the findings of a run.
type List []Finding

// Add appends findings.
func (l *List) Add(f ...Finding) { *l = append(*l, f...) }

// Sorted is the list in the order of files, lines and codes, each finding once:
// two passes may notice the same thing.
func (l List) Sorted() List {
	out := slices.Clone(l)
	slices.SortStableFunc(out, func(a, b Finding) int {
		if a.Pos != b.Pos {
			if a.Pos.Before(b.Pos) {
				return -1
			}
			return 1
		}
		return cmp.Or(cmp.Compare(a.Code, b.Code), cmp.Compare(a.Message, b.Message))
	})
	return slices.CompactFunc(out, func(a, b Finding) bool {
		return a.Pos == b.Pos && a.Code == b.Code && a.Message == b.Message
	})
}

// HasErrors says whether a finding forbids to go on.
func (l List) HasErrors() bool {
	return slices.ContainsFunc(l, func(f Finding) bool { return f.Severity() == Error })
}

// Count of errors and of warnings.
func (l List) Count() (errors, warnings int) {
	for _, f := range l {
		if f.Severity() == Error {
			errors++
		} else {
			warnings++
		}
	}
	return errors, warnings
}

// Err is nil when nothing forbids to go on; else the errors, without the lines
// they stand on, for callers that have no sources to show.
func (l List) Err() error {
	var lines []string
	for _, f := range l.Sorted() {
		if f.Severity() == Error {
			lines = append(lines, f.Title())
		}
	}
	if lines == nil {
		return nil
	}
	return errors.New(strings.Join(lines, "\n"))
}

// Title is the first line of a finding.
func (f Finding) Title() string {
	var b strings.Builder
	if place := f.Pos.String(); place != "" {
		b.WriteString(place + ": ")
	}
	if f.Severity() == Warning {
		b.WriteString("warning: ")
	}
	fmt.Fprintf(&b, "%s [%s]", f.Message, f.Code)
	return b.String()
}
