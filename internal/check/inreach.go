package check

import (
	"strings"

	"github.com/senda-dev/senda/internal/diag"
	"github.com/senda-dev/senda/internal/journey"
)

// named says whether any step of the journey has a name, in reach or not.
func (c *checker) named(name string) bool {
	for s := range c.placed {
		for _, n := range c.placed[s].names {
			if n == name {
				return true
			}
		}
	}
	return false
}

// lookUp finds an earlier step by the name by which it is known here.
func (c *checker) lookUp(name string, env *reach) (inReach, bool) {
	for i := len(env.steps) - 1; i >= 0; i-- {
		s := env.steps[i]
		if n, ok := c.placed[s.step].names[env.scope]; ok && n == name {
			return s, true
		}
	}
	return inReach{}, false
}

// noStep is the finding about a step that is not in reach, with the most helpful
// of the reasons.
func (c *checker) noStep(name string, at diag.Pos, env *reach) diag.Finding {
	var here []string
	near, line, kind := "", 0, journey.Kind(0)
	for _, s := range env.steps {
		n, ok := c.placed[s.step].names[env.scope]
		if !ok || len(journey.Outcomes(s.step.Kind())) == 0 && s.step.Kind() != journey.KindScore && s.step.Kind() != journey.KindSplit {
			continue
		}
		here = append(here, n)
	}
	for s := range journey.Walk(c.j.Steps) {
		if n, ok := c.placed[s].names[env.scope]; ok && n == name {
			return diag.AlwaysNo.At(at, "%q stands later, or on another way: nobody who comes here has been there", name).
				Try("move this below line %d", s.Common().Pos.Line)
		}
	}
	if n, ok := diag.Nearest(name, here); ok {
		near = n
		if s, ok := c.lookUp(n, env); ok {
			line, kind = s.step.Common().Pos.Line, s.step.Kind()
		}
	}
	f := diag.UnknownStepName.At(at, "there is no step called %q", name)
	if near != "" {
		f = f.Try(`did you mean "%s" (%s, line %d)?`, near, kind, line)
	}
	if len(here) > 0 {
		if len(here) > 15 {
			return f.Try("%s", "names in reach: "+diag.Words(here, 12))
		}
		return f.Try("%s", "names in reach: "+strings.Join(here, ", "))
	}
	return f.Try("no step before this one has an outcome")
}
