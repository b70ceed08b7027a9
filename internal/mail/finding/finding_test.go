package finding

import (
	"fmt"
	"testing"
)

func TestNearest(t *testing.T) {
	names := []string{"first-name", "last-name", "city", "if", "mj-text", "mj-table"}
	for name, want := range map[string]string{
		"first_name": "first-name", "frist-name": "first-name", "First-Name": "first-name", "ctiy": "city",
		"mj-txt": "mj-text", "mj-tabel": "mj-table", "zebra": "", "x": "", "": "",
	} {
		if got := Nearest(name, names); got != want {
			t.Errorf("%q: got %q, want %q", name, got, want)
		}
	}
	if got := DidYouMean("zzzzzz", []string{"b", "a"}); got != "known here: a, b" {
		t.Errorf("got %q", got)
	}
	if got := DidYouMean("x", nil); got != "" {
		t.Errorf("got %q", got)
	}
}

func TestPlacesAreCountedInRunes(t *testing.T) {
	p := Place{"f", 3, 5}
	if got := p.Advance("ñé"); got != (Place{"f", 3, 7}) {
		t.Errorf("got %v", got)
	}
	if got := p.Advance("a\nb\nñc"); got != (Place{"f", 5, 3}) {
		t.Errorf("got %v", got)
	}
}

func TestFormat(t *testing.T) {
	var l List
	l.Add(Finding{Place: Place{"b", 1, 3}, Width: 99, Code: "M001", Message: "too wide", Help: "cut it"})
	l.Add(Finding{Place: Place{"a", 9, 1}, Severity: Warning, Code: "M002", Message: "beyond the end"})
	l.Add(Finding{Place: Place{"b", 1, 3}, Width: 99, Code: "M001", Message: "too wide", Help: "cut it"})
	got := Format(l.Sorted(), func(file string) (string, bool) { return "xñyz\n", true })
	want := "a:9:1: warning: beyond the end [M002]\nb:1:3: too wide [M001]\n  | xñyz\n  |   ^^\n  help: cut it\n"
	if got != want {
		t.Errorf("got\n%s", got)
	}
	if !HasErrors(l.Sorted()) || HasErrors(l.Sorted()[:1]) {
		t.Error("only the second is an error")
	}
	if got := fmt.Sprint(l.Sorted()[1]); got != "b:1:3: too wide [M001]" {
		t.Errorf("got %q", got)
	}
}
