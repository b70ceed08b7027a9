package play

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/diag"
	"github.com/senda-dev/senda/internal/scenario"
)

// Difference is one thing that came out otherwise than the scenario says.
type Difference struct {
	// Pos is where the scenario says it.
	Pos  diag.Pos `json:"-"`
	What string   `json:"what"` // path, mails, offers, refused, leaves
	Want string   `json:"want"`
	Got  string   `json:"got"`
}

func (d Difference) String() string { return fmt.Sprintf("%s: want %s, got %s", d.What, d.Want, d.Got) }

// Compare holds a result against what the scenario wants.
func Compare(s scenario.Scenario, r Result) []Difference {
	var out []Difference
	add := func(pos diag.Pos, what, want, got string) {
		if want != got {
			out = append(out, Difference{pos, what, want, got})
		}
	}
	if r.Failed != nil {
		add(s.Name.Pos, "execution", "it ends", r.Failed.Error+": "+r.Failed.Cause)
	}
	if w := s.Want; w.Path != nil {
		want := texts(w.Path)
		add(first(w.Path, s), "path", list(want), list(r.path(want)))
	}
	if s.Want.Mails != nil {
		add(first(s.Want.Mails, s), "mails", list(texts(s.Want.Mails)), list(r.mailed()))
	}
	for _, slot := range slices.Sorted(maps.Keys(s.Want.Offers)) {
		t := s.Want.Offers[slot]
		add(t.Pos, "offers: "+slot, t.Value, r.Offers[slot])
	}
	for _, step := range slices.Sorted(maps.Keys(s.Want.Refused)) {
		t := s.Want.Refused[step]
		add(t.Pos, "refused: "+step, t.Value, r.refused(step))
	}
	if t := s.Want.Leaves; t.Value != "" {
		add(t.Pos, "leaves", t.Value, r.Leaves)
	}
	return out
}

// path is the steps of the result; with how the person left behind them where the
// scenario asks for it.
func (r Result) path(want []string) []string {
	var out []string
	for _, l := range r.Lines {
		if l.Kind != senda.PauseHold { // the hours of a mail are no step of their own
			out = append(out, l.Step)
		}
	}
	if n := len(want); n > 0 && strings.HasPrefix(want[n-1], scenario.LeftPrefix) && r.Leaves != "" && r.Leaves != senda.LeftCompleted {
		out = append(out, scenario.LeftPrefix+r.Leaves)
	}
	return out
}

func (r Result) mailed() []string {
	var out []string
	for _, m := range r.Mails {
		out = append(out, m.Step)
	}
	return out
}

func (r Result) refused(step string) string {
	for _, l := range r.Lines {
		if l.Step == step {
			if l.Outcome == "refused" {
				return l.Reason
			}
			return l.Outcome
		}
	}
	return "never reached"
}

func texts(list []diag.Text) []string {
	var out []string
	for _, t := range list {
		out = append(out, t.Value)
	}
	return out
}

func first(list []diag.Text, s scenario.Scenario) diag.Pos {
	if len(list) > 0 {
		return list[0].Pos
	}
	return s.Name.Pos
}

func list(words []string) string { return "[" + strings.Join(words, ", ") + "]" }
