package check

import (
	"slices"
	"strconv"

	"github.com/senda-dev/senda/internal/decode"
	"github.com/senda-dev/senda/internal/diag"
	"github.com/senda-dev/senda/internal/journey"
)

// names makes sure that every step has a name of its own.
func (c *checker) names() {
	taken := map[string]journey.Step{}
	for s := range journey.Walk(c.j.Steps) {
		b := s.Common()
		if b.Written && (slices.Contains(journey.Roots(), b.Name) || isFunction(b.Name)) {
			c.add(diag.ReservedName.At(b.NamePos, "a step cannot be called %q, which has a meaning in expressions", b.Name).
				Try("give it another name with as: %s", decode.Slug("my "+b.Name)))
		}
		if len(b.Name) > decode.MaxName+20 {
			c.add(diag.BadName.At(b.NamePos, "with what its includes put before it, this name has %d characters", len(b.Name)).Try("say as: shorter"))
		}
		first, twice := taken[b.Name]
		if !twice {
			taken[b.Name] = s
			continue
		}
		switch k := s.Kind(); {
		case b.Written:
			c.duplicate(b, first)
		case k != journey.KindWait && k != journey.KindAwait:
			c.number(s, taken)
		default: // pauses are what reports and explanations speak of
			c.add(diag.SecondUnnamed.At(b.Pos, "a second step would be called %q", b.Name).
				Try("give it a name of its own with as:").Try("the first is in line %d", first.Common().Pos.Line))
		}
	}
	c.step = taken
}

func (c *checker) duplicate(b *journey.Base, first journey.Step) {
	f := diag.DuplicateName.At(b.NamePos, "two steps are called %q", b.Name)
	if len(b.Via) > 0 {
		c.add(f.Try("give the include a name of its own with as:"))
		return
	}
	c.add(f.Try("give this one another with as:").Try("the first is in line %d", first.Common().NamePos.Line))
}

// number tells apart steps that nobody refers to.
func (c *checker) number(s journey.Step, taken map[string]journey.Step) {
	b := s.Common()
	for n := 2; ; n++ {
		name := b.Name + "-" + strconv.Itoa(n)
		if _, ok := taken[name]; !ok {
			b.Name = name
			taken[name] = s
			return
		}
	}
}
