package scenario

import (
	"fmt"
	"strings"
	"testing"

	"github.com/senda-dev/senda/internal/golden"
	"github.com/senda-dev/senda/internal/jsonata"
)

func TestGolden(t *testing.T) {
	golden.Run(t, "testdata/*.txtar", func(_ *testing.T, c *golden.Case) {
		src := c.File("scenarios.yaml")
		list, found := Read("scenarios.yaml", src)
		c.Want("diag", found.Render(func(string) []byte { return src }))
		c.Want("scenarios", show(list))
	})
}

func show(list []Scenario) string {
	var b strings.Builder
	values := func(m map[string]jsonata.Value) string { return jsonata.Of(anyMap(m)).String() }
	for _, s := range list {
		g, w := s.Given, s.Want
		fmt.Fprintf(&b, "%q at %s enter=%s\n  given person=%s facts=%s scores=%s consent=%v offers=%v ways=%v held out=%v address=%v\n",
			s.Name, s.At, s.Enter, values(g.Person), values(g.Facts), values(g.Scores), g.Consent, g.Offers, g.Ways, g.HeldOut, g.Address)
		for _, e := range s.Events {
			fmt.Fprintf(&b, "  after %s: %s %s\n", e.After, e.Kind, e.Data)
		}
		fmt.Fprintf(&b, "  wants path=%v mails=%v offers=%v refused=%v leaves=%q\n", w.Path, w.Mails, w.Offers, w.Refused, w.Leaves)
	}
	return b.String()
}

func anyMap(m map[string]jsonata.Value) map[string]any {
	out := map[string]any{}
	for k, v := range m {
		out[k] = v.String()
	}
	return out
}

func FuzzRead(f *testing.F) {
	f.Add("- name: x\n  given:\n    person:\n      a: 1\n  events:\n    - after: 2 days\n      event: a.b\n      c:\n        d: [1, x]\n  path: [a]\n")
	f.Fuzz(func(t *testing.T, src string) {
		if len(src) > 1<<12 {
			return
		}
		list, found := Read("f", []byte(src))
		show(list)
		found.Render(func(string) []byte { return []byte(src) })
	})
}
