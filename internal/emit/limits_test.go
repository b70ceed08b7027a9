package emit_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/senda-dev/senda/internal/diag"
	"github.com/senda-dev/senda/internal/emit"
	"github.com/senda-dev/senda/internal/plan"
	"github.com/senda-dev/senda/internal/plan/plantest"
)

const head0 = `journey: j
note: %s
owner: crm-team
state: live
brand: cellar
purpose: offers
enter:
  event: order.completed
holdout: 10%%
steps:
%s`

func mails(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "  - email: mail-%d\n", i)
	}
	return b.String()
}

// What AWS would not take is told where it stands, with a way out, before anybody
// deploys; and what it takes is not.
func TestLimits(t *testing.T) {
	for name, c := range map[string]struct {
		note, steps string
		want        []diag.Code
		at          string
	}{
		"sound":           {"x", "  - email: a\n", nil, ""},
		"a dollar brace":  {"x", "  - email: a\n    if: entry.x = \"${y}\"\n", []diag.Code{emit.Substitution}, "journey.yaml:12:20"},
		"in a note":       {"costs ${5}", "  - email: a\n", []diag.Code{emit.Substitution}, "journey.yaml:2:13"},
		"personal value":  {"x", "  - set: person.tier\n    to: person.secret-city\n", []diag.Code{emit.TravelsWith}, "journey.yaml:12:9"},
		"many mails":      {"x", mails(40), nil, ""},
		"too many events": {"x", mails(50), []diag.Code{emit.LongHistory}, "journey.yaml:1:10"},
		"too large":       {"x", mails(900), []diag.Code{emit.TooLarge, emit.LongHistory}, "journey.yaml:1:10"},
	} {
		t.Run(name, func(t *testing.T) {
			r := plantest.Journey(t, "journey.yaml", []byte(fmt.Sprintf(head0, c.note, c.steps)))
			_, found := emit.Machine(plan.Build(r, plan.Options{HoldAtMost: 1}))
			var codes []diag.Code
			for _, f := range found.Sorted() {
				codes = append(codes, f.Code)
				if f.Pos.String() != c.at || len(f.Help) == 0 || f.Severity() != diag.Error {
					t.Errorf("%s at %s, help %q", f.Title(), f.Pos, f.Help)
				}
			}
			if fmt.Sprint(codes) != fmt.Sprint(c.want) {
				t.Errorf("found %v, want %v", codes, c.want)
			}
		})
	}
}

// A part that is included under a name makes long names: the state of the hold is
// the longest of a mail's.
func TestLongNames(t *testing.T) {
	for length, want := range map[int]bool{75: false, 76: true} {
		r := plantest.Journey(t, "journey.yaml", []byte(fmt.Sprintf(head0, "x", "  - email: a\n")))
		r.Class[strings.Repeat("a", length)] = r.Class["a"]
		r.Journey.Steps[0].Common().Name = strings.Repeat("a", length)
		_, found := emit.Machine(plan.Build(r, plan.Options{}))
		if got := len(found) == 1 && found[0].Code == emit.LongName && found[0].Pos.String() == "journey.yaml:11:12"; got != want {
			t.Errorf("a name of %d characters: %v", length, found)
		}
	}
}
