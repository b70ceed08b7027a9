package emit_test

import (
	"strings"
	"testing"

	"github.com/senda-dev/senda/internal/diagram"
	"github.com/senda-dev/senda/internal/emit"
	"github.com/senda-dev/senda/internal/journey"
	"github.com/senda-dev/senda/internal/plan"
	"github.com/senda-dev/senda/internal/plan/plantest"
)

// Every kind of step goes through every pass behind check, so that a new kind
// cannot be half added: it is a state of the machine and stands in the drawing.
func TestEveryKind(t *testing.T) {
	r := plantest.Journey(t, "journey.yaml", []byte(`journey: all
owner: crm-team
state: live
brand: cellar
purpose: offers
enter:
  event: order.completed
holdout: 10%
steps:
  - wait: 1 day
  - score: a-score
  - offer: an-offer
  - email: a-mail
  - await: order.completed
    for: 1 day
  - set: person.tier
    to: '"gold"'
  - emit: care.requested
  - if: a-mail.sent
    as: an-if
    then:
      - email: second
  - split: a-split
    ways:
      - way: a
        share: 50%
        then:
          - email: third
      - way: b
        share: 50%
  - as: a-branch
    branch:
      - if: an-offer.chosen
        then:
          - email: fourth
      - otherwise:
          - exit: enough
`))
	m, found := emit.Machine(plan.Build(r, plan.Options{}))
	if len(found) > 0 {
		t.Fatal(found.Err())
	}
	drawn := diagram.Of(r.Journey)
	seen := map[journey.Kind]bool{journey.KindInclude: true} // check replaces it by its steps
	for s := range journey.Walk(r.Journey.Steps) {
		seen[s.Kind()] = true
		name, state, node := s.Common().Name, false, false
		for _, st := range m.States {
			state = state || st.Base().Name == name || strings.HasPrefix(st.Base().Name, name+" ")
		}
		for _, n := range drawn.Nodes {
			node = node || n.Step == name
		}
		if !state || !node {
			t.Errorf("%s %s: a state %v, in the drawing %v", s.Kind(), name, state, node)
		}
	}
	for _, k := range journey.Kinds() {
		if !seen[k] {
			t.Errorf("no step of kind %s is tested", k)
		}
	}
}
