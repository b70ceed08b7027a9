package plan

import (
	"fmt"
	"slices"
	"strings"
	"time"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/journey"
)

// Options are what a plan needs to know beside the journey.
type Options struct {
	// Uses are the paths of values that the mail of an email step shows; nil: none.
	Uses func(*journey.Email) []string
	// Default is what an attribute without a value counts as, empty for none; nil:
	// there are no defaults.
	Default func(attribute string) string
	// HoldAtMost is how long the family holds a mail in all, 0: nobody says.
	HoldAtMost time.Duration
}

// holds bounds how often a mail is held: hours open and close at most twice a day.
// Where nobody says how long it may be held, a week.
func (o Options) holds() int {
	const day = 24 * time.Hour
	most := o.HoldAtMost
	if most <= 0 {
		most = 7 * day
	}
	return 2 * int((most+day-1)/day)
}

// Build plans a checked journey. Same journey, same plan.
func Build(r *journey.Resolved, o Options) *Plan {
	b := &builder{
		Plan: Plan{Journey: r.Journey, Family: r.Family, Class: r.Class, Leavable: len(r.Journey.Exits) > 0, Used: map[string]bool{}, Holds: o.holds()},
		o:    o, seq: map[journey.Step]int{},
	}
	for s := range journey.Walk(r.Journey.Steps) {
		b.Steps = append(b.Steps, Step{Step: s, Seq: len(b.Steps) + 1})
		b.seq[s] = len(b.Steps)
	}
	b.scopes(r.Journey.Steps, scope{})
	b.first = make([]ID, len(b.Steps))
	start := b.block(r.Journey.Steps, End)
	b.ahead()
	start = b.gather(start)
	start = b.merge(start)
	b.close(start)
	b.used()
	b.finish()
	return &b.Plan
}

// builder makes the graph from its end: a step is built when it is known what
// comes after it.
type builder struct {
	Plan
	o     Options
	seq   map[journey.Step]int
	scope map[journey.Step]scope
	// first is the node at which each step begins, by its place in Steps.
	first []ID
	// feeds are the steps whose answers a condition of the facts task needs.
	feeds map[string]bool
}

// scope is what a name means where a step stands.
type scope struct {
	event  string   // the nearest enclosing await
	offers []string // the offer steps before, in order
}

// scopes walks the steps in order and notes the scope of each.
func (b *builder) scopes(steps []journey.Step, s scope) scope {
	if b.scope == nil {
		b.scope = map[journey.Step]scope{}
	}
	for _, st := range steps {
		b.scope[st] = s
		inside := s
		for i, block := range journey.Blocks(st) {
			inside.event = s.event
			if a, ok := st.(*journey.Await); ok && i == 0 {
				inside.event = a.Name // only where it came is there an event
			}
			// What a block chose is in reach after it.
			inside.offers = b.scopes(block, inside).offers
		}
		s.offers = inside.offers
		if _, ok := st.(*journey.Offer); ok {
			s.offers = append(slices.Clip(s.offers), st.Common().Name)
		}
	}
	return s
}

func (b *builder) add(n Node) ID {
	b.Nodes = append(b.Nodes, n)
	return ID(len(b.Nodes) - 1)
}

// block builds steps that lead to next and returns where they begin.
func (b *builder) block(steps []journey.Step, next ID) ID {
	for _, s := range slices.Backward(steps) {
		next = b.step(s, next)
		b.first[b.seq[s]-1] = next
	}
	return next
}

func (b *builder) base(s journey.Step, part string) Base {
	name := s.Common().Name
	if part != "" {
		name += " " + part
	}
	return Base{Step: s, Name: name, Seq: b.seq[s]}
}

func (b *builder) step(s journey.Step, next ID) ID {
	id := b.bare(s, next)
	cond := s.Common().If
	if cond == nil || id == next {
		return id
	}
	return b.choice(b.base(s, "if"), []Rule{{b.written(s, 0, cond), id}}, next)
}

// bare builds a step without the condition that may stand on it.
func (b *builder) bare(s journey.Step, next ID) ID {
	switch s := s.(type) {
	case *journey.Wait:
		if next == End {
			return End
		}
		return b.add(&Pause{Base: b.base(s, ""), Spec: b.waitSpec(s), OnEvent: next, OnTime: next})
	case *journey.Await:
		return b.await(s, next)
	case *journey.If:
		then, otherwise := b.block(s.Then, next), b.block(s.Otherwise, next)
		return b.choice(b.base(s, ""), []Rule{{b.written(s, 0, s.Cond), then}}, otherwise)
	case *journey.Branch:
		otherwise := b.block(s.Otherwise, next)
		rules := make([]Rule, len(s.Arms))
		for i, a := range slices.Backward(s.Arms) {
			rules[i] = Rule{b.written(s, i, a.Cond), b.block(a.Then, next)}
		}
		return b.choice(b.base(s, ""), rules, otherwise)
	case *journey.Split:
		// The last way needs no question: ways make 100 %.
		last := len(s.Ways) - 1
		otherwise := b.block(s.Ways[last].Then, next)
		rules := make([]Rule, last)
		for i, w := range slices.Backward(s.Ways[:last]) {
			rules[i] = Rule{[]*Cond{{Kind: OnWay, Step: s.Name, Way: w.Name.Value}}, b.block(w.Then, next)}
		}
		return b.choice(b.base(s, ""), rules, otherwise)
	case *journey.Leave:
		return b.add(&Exit{Base: b.base(s, ""), Reason: s.Reason.Value})
	case *journey.Include:
		return next // check has inlined it
	}
	t := &Task{Base: b.base(s, ""), Next: next}
	switch s := s.(type) {
	case *journey.Set:
		t.Event = b.scope[s].event
		t.Reads = Of(t.Event, s.To)
	case *journey.Email:
		b.shows(t, s)
	}
	return b.add(t)
}

func (b *builder) await(s *journey.Await, next ID) ID {
	then, otherwise := b.block(s.Then, next), b.block(s.Otherwise, next)
	if then == End && otherwise == End {
		return End
	}
	p := &Pause{Base: b.base(s, ""), Spec: senda.PauseSpec{For: s.For.String()}, Callback: true, Await: s, OnEvent: then, OnTime: otherwise}
	p.Reads = Of("", s.Match)
	if then != otherwise {
		p.OnTime = b.choice(b.base(s, "in time"), []Rule{{[]*Cond{{Kind: Happened, Step: s.Name, Reads: Reads{Steps: []string{s.Name}}}}, then}}, otherwise)
	}
	return b.add(p)
}

// choice adds a choice, unless all its ways lead to one place.
func (b *builder) choice(base Base, rules []Rule, otherwise ID) ID {
	// A rule in front of the default that leads where the default does asks in vain.
	for len(rules) > 0 && rules[len(rules)-1].To == otherwise {
		rules = rules[:len(rules)-1]
	}
	if len(rules) == 0 {
		return otherwise
	}
	return b.add(&Choice{Base: base, Rules: rules, Default: otherwise})
}

// written is the author's condition on an arm of a step.
func (b *builder) written(s journey.Step, arm int, e *journey.Expr) []*Cond {
	c := &Cond{Kind: Written, Expr: e, Event: b.scope[s].event}
	reads := Of(c.Event, e)
	if !e.Personal() {
		c.Reads = reads
		return []*Cond{c}
	}
	c.Is = s.Common().Name
	if arm > 0 {
		c.Is = fmt.Sprintf("%s %d", c.Is, arm+1)
	}
	// The facts task reads the rest; what earlier steps answered travels to it.
	c.Reads = Reads{Is: map[string]*Cond{c.Is: c}, Steps: reads.Steps, Entry: reads.Entry, Event: reads.Event}
	return []*Cond{c}
}

// waitSpec is when a wait ends, in the language's own words.
func (b *builder) waitSpec(s *journey.Wait) senda.PauseSpec {
	if s.For.Until.IsZero() {
		return senda.PauseSpec{For: s.For.Span.String()}
	}
	spec := senda.PauseSpec{Until: strings.TrimPrefix(s.For.Until.String(), "until ")}
	if attr, ok := strings.CutPrefix(s.For.Until.Field, "person."); ok && b.o.Default != nil {
		spec.Default = b.o.Default(attr)
	}
	return spec
}

// shows notes which offers and answers of earlier steps a mail shows: "offer" is
// the one chosen last, any step is known by its name.
func (b *builder) shows(t *Task, s *journey.Email) {
	if b.o.Uses == nil {
		return
	}
	offers := b.scope[s].offers
	for _, path := range b.o.Uses(s) {
		root, _, _ := strings.Cut(path, ".")
		switch {
		case root == "offer" && len(offers) > 0:
			t.Offers = union(t.Offers, offers[len(offers)-1:])
		case slices.Contains(offers, root):
			t.Offers = union(t.Offers, []string{root})
		case root == "event" && b.scope[s].event != "":
			t.Reads.add(Reads{Steps: []string{b.scope[s].event}})
		default:
			if _, ok := b.answers(root); ok {
				t.Reads.add(Reads{Steps: []string{root}})
			}
		}
	}
}

// answers finds a step whose answer a mail may show: a score.
func (b *builder) answers(name string) (journey.Step, bool) {
	for _, s := range b.Steps {
		if _, ok := s.Step.(*journey.Score); ok && s.Common().Name == name {
			return s.Step, true
		}
	}
	return nil, false
}
