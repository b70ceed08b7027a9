package plan

import "slices"

// maxRules bounds what choices may grow to by becoming one: each rule is asked
// in turn, and each takes room in the definition.
const maxRules = 24

// merge makes a choice that leads to a choice one with it. The rules keep their
// order, so that the first that holds is still the first.
//
// Where a machine begins nothing has been answered yet, and reading a variable
// that nobody set fails: there a choice that asks for answers stays on its own.
func (b *builder) merge(start ID) ID {
	order := b.order(start)
	for _, id := range slices.Backward(order) {
		c, ok := b.Nodes[id].(*Choice)
		if !ok {
			continue
		}
		fits := func(d *Choice, rules int) bool {
			return rules+len(d.Rules) <= maxRules && (id != start || !answered(d))
		}
		var rules []Rule
		for _, r := range c.Rules {
			d, ok := b.choiceAt(r.To)
			if !ok || !fits(d, len(rules)+len(c.Rules)) {
				rules = append(rules, r)
				continue
			}
			for _, inner := range d.Rules {
				rules = append(rules, Rule{slices.Concat(r.If, inner.If), inner.To})
			}
			rules = append(rules, Rule{r.If, d.Default})
		}
		if d, ok := b.choiceAt(c.Default); ok && fits(d, len(rules)) {
			rules = append(rules, d.Rules...)
			c.Default = d.Default
		}
		for len(rules) > 0 && rules[len(rules)-1].To == c.Default {
			rules = rules[:len(rules)-1]
		}
		c.Rules = rules
	}
	return start
}

// answered says whether a choice asks for what a step answered.
func answered(c *Choice) bool {
	for _, cond := range c.conds() {
		if len(cond.Reads.Steps) > 0 {
			return true
		}
	}
	return false
}

func (b *builder) choiceAt(id ID) (*Choice, bool) {
	if id == End {
		return nil, false
	}
	c, ok := b.Nodes[id].(*Choice)
	return c, ok
}
