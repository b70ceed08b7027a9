package plan_test

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/senda-dev/senda/internal/journey"
	"github.com/senda-dev/senda/internal/parse"
	"github.com/senda-dev/senda/internal/plan"
	"github.com/senda-dev/senda/internal/plan/plantest"
	"pgregory.net/rapid"
)

func random(t *rapid.T) (*plan.Plan, string) {
	src := plantest.Random(t)
	j, found := parse.Journey("journey.yaml", src)
	if found.HasErrors() {
		t.Fatalf("%v\n%s", found.Err(), src)
	}
	return plan.Build(plantest.Resolve(j), plan.Options{}), string(src)
}

// known is what a path knows when it comes to a node: what the last facts task
// read, less what died since.
type known struct {
	reads plan.Reads
	fresh bool // nothing has died since the last facts task
	used  bool // something has asked for what it read
}

// Whatever the journey, on every path: a condition is preceded by a facts task that
// read all it needs, with nothing in between that makes it stale; what was read is asked
// for; and nobody reads where every path knows already.
func TestFactsAreReadOnceAndInTime(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, src := random(t)
		fail := func(format string, args ...any) { t.Fatalf("%s\n%s\n%s", fmt.Sprintf(format, args...), src, p) }
		feeds := map[string]bool{}
		for _, n := range p.Nodes {
			if f, ok := n.(*plan.Facts); ok {
				for _, c := range f.Reads.Is {
					for _, s := range c.Reads.Steps {
						feeds[s] = true
					}
				}
			}
		}
		seen := map[string]bool{}
		needed := map[string]bool{}
		var walk func(id plan.ID, k known)
		walk = func(id plan.ID, k known) {
			if id == plan.End {
				if k.fresh && !k.used {
					fail("facts are read in vain")
				}
				return
			}
			key := fmt.Sprintf("%d %v %v %v", id, k.fresh, k.used, k.reads)
			if seen[key] {
				return
			}
			seen[key] = true
			n := p.Nodes[id]
			die := func() {
				if k.fresh && !k.used {
					fail("facts are read in vain before %s", n.Common().Name)
				}
				k = known{}
			}
			switch n := n.(type) {
			case *plan.Facts:
				needed[n.Name] = needed[n.Name] || !k.fresh
				k = known{reads: n.Reads, fresh: true}
			case *plan.Pause:
				die()
			case *plan.Exit:
				die()
			case *plan.Task:
				switch n.Step.Kind() {
				case journey.KindEmail, journey.KindSet:
					die()
				case journey.KindScore, journey.KindOffer:
					if feeds[n.Name] {
						die() // a condition of the facts task hangs on the answer
					}
				default:
				}
			case *plan.Choice:
				for _, r := range n.Rules {
					for _, c := range r.If {
						if !c.Reads.Asks() {
							continue
						}
						if !k.fresh || !covers(k.reads, c.Reads) {
							fail("%s asks for what nobody has read: %v of %v", n.Name, c.Reads, k.reads)
						}
						k.used = true
					}
				}
			}
			for _, s := range plan.Successors(n) {
				walk(*s, k)
			}
		}
		walk(p.Start, known{})
		for name, ok := range needed {
			if !ok {
				fail("%s reads what everybody knows", name)
			}
		}
	})
}

func covers(have, want plan.Reads) bool {
	in := func(a, b []string) bool {
		return !slices.ContainsFunc(b, func(s string) bool { return !slices.Contains(a, s) })
	}
	is := slices.Collect(maps.Keys(have.Is))
	return in(have.Attributes, want.Attributes) && in(have.Facts, want.Facts) && in(have.Consent, want.Consent) &&
		in(have.Mails, want.Mails) && in(is, slices.Collect(maps.Keys(want.Is)))
}

// Whatever the journey: every path ends with a node that ends the entry, no choice
// leads straight to a choice that it could be, no pause is followed by nothing, and
// whoever calls a function knows each pause that may come before the next call.
func TestEveryPathEnds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, src := random(t)
		fail := func(format string, args ...any) { t.Fatalf("%s\n%s\n%s", fmt.Sprintf(format, args...), src, p) }
		for id, n := range p.Nodes {
			switch n := n.(type) {
			case *plan.Task:
				if (n.Next == plan.End) != (n.Ends != "") {
					fail("%s neither goes on nor ends, or both", n.Name)
				}
			default:
				for _, s := range plan.Successors(n) {
					if *s == plan.End {
						fail("%s leads to nothing", n.Common().Name)
					}
				}
			}
			for _, s := range plan.Successors(n) {
				// A machine runs along the text, so that (seq, n) only grows.
				if *s != plan.End && p.Nodes[*s].Common().Seq < n.Common().Seq {
					fail("%s leads back to %s", n.Common().Name, p.Nodes[*s].Common().Name)
				}
			}
			if pause, ok := n.(*plan.Pause); ok {
				reached := false
				for from := range p.Nodes {
					reached = reached || plan.ID(id) == p.Start || leads(p, plan.ID(from), plan.ID(id))
				}
				if !reached || (!pause.Callback && pause.Expire) {
					fail("%s is not sound", pause.Name)
				}
			}
		}
		check := func(who string, from plan.ID, knows int) {
			if got := pauses(p, from, map[plan.ID]bool{}); len(got) != knows {
				fail("%s knows %d of the pauses %v", who, knows, got)
			}
		}
		check("enroll", p.Start, len(p.First))
		for _, n := range p.Nodes {
			switch n := n.(type) {
			case *plan.Task:
				check(n.Name, n.Next, len(n.Pauses))
			case *plan.Facts:
				check(n.Name, n.Next, len(n.Pauses))
			case *plan.Pause:
				check(n.Name, n.OnEvent, len(n.EventPauses))
				check(n.Name, n.OnTime, len(n.Pauses))
				if len(n.Pauses) > 0 && !n.Expire {
					fail("after %s nobody computes the next pause", n.Name)
				}
			}
		}
	})
}

func leads(p *plan.Plan, from, to plan.ID) bool {
	return slices.ContainsFunc(plan.Successors(p.Nodes[from]), func(s *plan.ID) bool { return *s == to })
}

func pauses(p *plan.Plan, id plan.ID, got map[plan.ID]bool) map[plan.ID]bool {
	if id == plan.End {
		return got
	}
	switch n := p.Nodes[id].(type) {
	case *plan.Pause:
		got[id] = true
	case *plan.Choice:
		for _, s := range plan.Successors(n) {
			pauses(p, *s, got)
		}
	}
	return got
}
