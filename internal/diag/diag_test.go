package diag

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

const journeyText = "steps:\n  - await: stil-there.clicked\n    for: 1 day\n"

// The text of 7-language.md, whole: it sets the tone of every other finding.
func TestRender(t *testing.T) {
	f := UnknownStepName.At(Pos{"journeys/basket-reminder/journey.yaml", 2, 12, 10}, "there is no step called %q", "stil-there").
		Try(`did you mean "still-there" (email, line 26)?`).Try("names in reach: still-there")
	want := `journeys/basket-reminder/journey.yaml:2:12: there is no step called "stil-there" [J021]
   |   - await: stil-there.clicked
   |            ^^^^^^^^^^
   help: did you mean "still-there" (email, line 26)?   names in reach: still-there
`
	if got := f.Render(func(string) []byte { return []byte(journeyText) }); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestRenderOddPlaces(t *testing.T) {
	for _, c := range []struct {
		name, src string
		pos       Pos
		want      string
	}{
		{"nowhere", "x\n", Pos{}, "m [J001]\n"},
		{"no source", "", Pos{"f", 1, 1, 1}, "f:1:1: m [J001]\n"},
		{"behind the end", "x\n", Pos{"f", 9, 1, 1}, "f:9:1: m [J001]\n"},
		{"tab stays a tab", "\tab: c\n", Pos{"f", 1, 2, 2}, "f:1:2: m [J001]\n   | \tab: c\n   | \t^^\n"},
		{"letters beyond ASCII are one column", "é: ñandú x\n", Pos{"f", 1, 4, 5}, "f:1:4: m [J001]\n   | é: ñandú x\n   |    ^^^^^\n"},
		{"behind the last character", "ab\r\n", Pos{"f", 1, 3, 4}, "f:1:3: m [J001]\n   | ab\n   |   ^\n"},
	} {
		got := Unreadable.At(c.pos, "m").Render(func(string) []byte { return []byte(c.src) })
		if got != c.want {
			t.Errorf("%s: got\n%s\nwant\n%s", c.name, got, c.want)
		}
	}
}

// Whatever the place, rendering does not fail, and a caret stands where the
// finding points.
func TestRenderNeverFails(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		src := rapid.StringMatching(`([a-zñ\t :]{0,300}\n){0,3}`).Draw(t, "src")
		p := Pos{"f", rapid.IntRange(0, 5).Draw(t, "line"), rapid.IntRange(1, 400).Draw(t, "col"), rapid.IntRange(0, 400).Draw(t, "width")}
		out := Unreadable.At(p, "m").Render(func(string) []byte { return []byte(src) })
		lines := strings.Split(strings.TrimSuffix(out, "\n"), "\n")
		if len(lines) != 1 && len(lines) != 3 {
			t.Fatalf("%d lines:\n%s", len(lines), out)
		}
		if len(lines) == 3 && !strings.Contains(lines[2], "^") {
			t.Fatalf("no caret:\n%s", out)
		}
	})
}

func TestJSON(t *testing.T) {
	f := GluedComment.At(Pos{"f", 2, 3, 4}, "m").Try("h")
	got, err := json.Marshal(f)
	want := `{"file":"f","start":{"line":2,"column":3},"end":{"line":2,"column":7},"code":"J018","severity":"warning","message":"m","help":["h"]}`
	if err != nil || string(got) != want {
		t.Errorf("got %s, %v", got, err)
	}
}

func TestSorted(t *testing.T) {
	a, b, c := Unreadable.At(Pos{"a", 2, 1, 1}, "m"), Unreadable.At(Pos{"a", 10, 1, 1}, "m"), Unreadable.At(Pos{"b", 1, 1, 1}, "m")
	got := List{c, b, a, b}.Sorted()
	if want := (List{a, b, c}); !slices.EqualFunc(got, want, func(x, y Finding) bool { return x.Pos == y.Pos }) {
		t.Errorf("got %v", got)
	}
}

func TestQuotedPlaces(t *testing.T) {
	// In the file: 'it''s' from column 5; the value is it's.
	text := QuotedText("it's", Pos{"f", 1, 5, 7}, []int{6, 7, 8, 10, 11})
	if p := text.At(3, 4); p.Col != 10 || p.Width != 1 {
		t.Errorf("the s is at %d, %d wide", p.Col, p.Width)
	}
	plain := NewText("ñ x", Pos{"f", 1, 5, 3})
	if p := plain.At(3, 4); p.Col != 7 {
		t.Errorf("the x is at %d", p.Col)
	}
	if p := plain.At(99, -1); p.Col != 8 || p.Width != 1 {
		t.Errorf("outside is at %d, %d wide", p.Col, p.Width)
	}
}

func TestNearest(t *testing.T) {
	names := []string{"wait", "email", "await", "offer"}
	for in, want := range map[string]string{"sendd": "", "emial": "email", "Email": "email", "e-mail": "email", "waiit": "wait", "ofer": "offer", "x": ""} {
		if got, _ := Nearest(in, names); got != want {
			t.Errorf("Nearest(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestInstead(t *testing.T) {
	for word, want := range map[string]string{"frist-name": `did you mean "first-name"?`, "zzzzzz": "known here: city and first-name"} {
		if got := Instead(word, []string{"first-name", "city"}); got != want {
			t.Errorf("%s: got %q, want %q", word, got, want)
		}
	}
	if got := Instead("x", nil); got != "" {
		t.Errorf("got %q", got)
	}
}

func TestPlacesAreCountedInCharacters(t *testing.T) {
	p := Pos{"f", 3, 5, 2}
	if got := p.Advance("ñé").Wide(0); got != (Pos{"f", 3, 7, 1}) {
		t.Errorf("got %v", got)
	}
	if got := p.Advance("a\nb\nñc").Wide(4); got != (Pos{"f", 5, 3, 4}) {
		t.Errorf("got %v", got)
	}
}
