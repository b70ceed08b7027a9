package emit_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"testing"

	"github.com/senda-dev/senda/internal/asl"
	"github.com/senda-dev/senda/internal/emit"
	"github.com/senda-dev/senda/internal/golden"
	"github.com/senda-dev/senda/internal/journey"
	"github.com/senda-dev/senda/internal/plan"
	"github.com/senda-dev/senda/internal/plan/plantest"
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
		if _, problems := asl.Parse(m.Encode()); len(problems) > 0 {
			t.Errorf("the machine is not sound: %v", problems)
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
