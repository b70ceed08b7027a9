package emit_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/senda-dev/senda/internal/asl"
	"github.com/senda-dev/senda/internal/emit"
	"github.com/senda-dev/senda/internal/golden"
	"github.com/senda-dev/senda/internal/journey"
	"github.com/senda-dev/senda/internal/parse"
	"github.com/senda-dev/senda/internal/plan"
	"github.com/senda-dev/senda/internal/plan/plantest"
	"pgregory.net/rapid"
)

func options(c *golden.Case) plan.Options {
	return plan.Options{Uses: func(s *journey.Email) []string {
		var uses []string
		for _, u := range bytes.Fields(c.File("mails/" + s.Mail.Value)) {
			uses = append(uses, string(u))
		}
		return uses
	}}
}

// A journey in, its plan, its machine and what its paths cost out.
func TestMachines(t *testing.T) {
	golden.Run(t, "testdata/*.txtar", func(t *testing.T, c *golden.Case) {
		r := plantest.Journey(t, "journey.yaml", c.File("journey.yaml"))
		p := plan.Build(r, options(c))
		m, found := emit.Machine(p)
		for _, f := range found {
			t.Error(f.Title())
		}
		c.Want("plan", p.String())
		c.Want("machine.json", string(indent(t, m.Encode())))
		typical, longest := emit.Transitions(m)
		nt, nl := emit.Naive(p)
		c.Want("transitions", fmt.Sprintf("typical %d, naive %d\nlongest %d, naive %d\n", typical, nt, longest, nl))
		for _, w := range unsound(p, m) {
			t.Error(w)
		}
		if _, problems := asl.Parse(m.Encode()); len(problems) > 0 {
			t.Errorf("the machine is not sound: %v", problems)
		}
	})
}

// Whatever the journey: the same text gives the same bytes, the machine is one that
// AWS would create, and every variable is set before it is read.
func TestRandomJourneys(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		src := plantest.Random(t)
		build := func() (*plan.Plan, *asl.Machine) {
			j, found := parse.Journey("journey.yaml", src)
			if found.HasErrors() {
				t.Fatalf("%v\n%s", found.Err(), src)
			}
			p := plan.Build(plantest.Resolve(j), plan.Options{})
			m, limits := emit.Machine(p)
			for _, l := range limits {
				// A journey drawn at random may hold a person so often that no history
				// could keep it; that is said, and the machine is sound all the same.
				if l.Code != emit.LongHistory {
					t.Fatalf("%v\n%s", limits, src)
				}
			}
			return p, m
		}
		p, m := build()
		_, again := build()
		if !bytes.Equal(m.Encode(), again.Encode()) {
			t.Fatalf("two machines of one journey:\n%s", src)
		}
		if _, problems := asl.Parse(m.Encode()); len(problems) > 0 {
			t.Fatalf("%v\n%s\n%s", problems, src, p)
		}
		if wrong := unsound(p, m); len(wrong) > 0 {
			t.Fatalf("%s\n%s\n%s", strings.Join(wrong, "\n"), src, p)
		}
	})
}

func indent(t *testing.T, data []byte) []byte {
	var out bytes.Buffer
	if err := json.Indent(&out, data, "", " "); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}
