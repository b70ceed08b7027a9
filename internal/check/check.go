package check

import (
	"slices"
	"strings"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/events"
	"github.com/senda-dev/senda/internal/brand"
	"github.com/senda-dev/senda/internal/diag"
	"github.com/senda-dev/senda/internal/journey"
)

// checker is one run.
type checker struct {
	cat   *Catalog
	j     *journey.Journey // the copy that becomes the resolved form
	found diag.List

	placed map[journey.Step]placed
	step   map[string]journey.Step
	brand  *brand.Brand // of the head; nil when unknown
	family *brand.Family
	class  map[string]senda.Class
	listen map[string]bool
}

func (c *checker) add(f diag.Finding) { c.found.Add(f) }

// Journey checks a journey that package parse has read. The journey is left as it
// is. The resolved form is complete when the findings hold no error; else it is
// as complete as can be, for tools that show what there is.
func Journey(j *journey.Journey, cat *Catalog) (*journey.Resolved, diag.List) {
	c := &checker{cat: cat, placed: map[journey.Step]placed{}, class: map[string]senda.Class{}, listen: map[string]bool{}}
	copied := *j
	c.j = &copied
	in := &inliner{c: c}
	top := &scope{}
	c.j.Steps = in.steps(j.Steps, top, nil)
	c.names()
	c.head(j)
	env := &reach{}
	c.walk(c.j.Steps, env)
	c.traps()
	slices.Sort(in.parts)
	r := &journey.Resolved{
		Journey: c.j, Step: c.step, Class: c.class, Listens: sortedKeys(c.listen), Parts: slices.Compact(in.parts),
		Longest: c.longest(c.j.Steps),
	}
	if c.family != nil {
		r.Family = c.family.Name.Value
	}
	return r, c.found
}

func sortedKeys(m map[string]bool) []string {
	var out []string
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

// head checks what stands before the steps, fills in its defaults and resolves
// its expressions. j is the journey as written.
func (c *checker) head(j *journey.Journey) {
	h := c.j
	if h.Priority == "" {
		h.Priority = senda.Normal
	}
	if h.Enter.Again.Kind == 0 {
		h.Enter.Again.Kind = journey.AgainNever
	}
	if h.Enter.Meanwhile == 0 {
		h.Enter.Meanwhile = journey.Ignore
	}
	c.brandAndPurpose()
	c.enter(j)
	h.Exits = slices.Clone(j.Exits)
	for i := range h.Exits {
		c.exit(&h.Exits[i])
	}
	if j.Goal != nil {
		g := *j.Goal
		h.Goal = &g
		h.Goal.If, h.Goal.Value = c.copyExpr(g.If), c.copyExpr(g.Value)
		c.eventKind(g.Event)
		c.listenTo(g.Event.Value)
		env := &reach{event: []string{g.Event.Value}}
		c.condition(h.Goal.If, env)
		c.amount(h.Goal.Value, env)
	}
}

func (c *checker) brandAndPurpose() {
	h := c.j
	if h.Brand.IsZero() {
		return
	}
	b, ok := c.cat.brands().Brand(h.Brand.Value)
	if !ok {
		c.add(unknown(diag.UnknownBrand, h.Brand, "brand", c.cat.brands().BrandNames()))
		return
	}
	c.brand = b
	c.family, _ = c.cat.brands().FamilyOf(h.Brand.Value)
	if !h.Purpose.IsZero() {
		if _, ok := b.Purpose(h.Purpose.Value); !ok {
			c.add(noPurpose(h.Purpose, b))
		}
	}
}

func noPurpose(name diag.Text, b *brand.Brand) diag.Finding {
	return diag.UnknownPurpose.At(name.Pos, "%s has no purpose called %q", b.Name.Value, name.Value).
		Try("%s", diag.DidYouMean(name.Value, b.PurposeNames())).Try("its purposes are %s", diag.Words(b.PurposeNames(), 12))
}

func (c *checker) enter(j *journey.Journey) {
	e := &c.j.Enter
	e.If, e.Each = c.copyExpr(j.Enter.If), c.copyExpr(j.Enter.Each)
	if !e.Audience.IsZero() {
		if _, ok := c.cat.Audiences.Audience(e.Audience.Value); !ok {
			c.add(unknown(diag.UnknownAudience, e.Audience, "audience", c.cat.Audiences.Names()))
		}
		if runs := c.j.Runs; e.Schedule.Once && (e.Schedule.Date.Before(runs.From) || !runs.To.IsZero() && runs.To.Before(e.Schedule.Date)) {
			c.add(diag.EntersNever.At(e.SchedulePos, "the audience is looked at on a day on which the journey does not run").Try("change once or runs"))
		}
		return
	}
	c.eventKind(e.Event)
	env := &reach{event: []string{e.Event.Value}}
	c.condition(e.If, env)
	c.resolve(e.Each, env)
	if e.Each != nil && e.Each.Personal() {
		c.add(diag.PersonalKey.At(e.Each.Text.Pos, "each value would become part of a key, and this is personal").Try("use an id that says nothing, as event.basket.id"))
	}
	if e.Meanwhile == journey.Restart {
		c.listenTo(e.Event.Value)
	}
}

func (c *checker) exit(x *journey.Exit) {
	x.If = c.copyExpr(x.If)
	kind := x.Event.Value
	if kind == senda.GoalEvent {
		if c.j.Goal == nil {
			c.add(diag.UnknownEvent.At(x.Event.Pos, "this exit waits for the goal, and the journey has none").Try("write goal: with event and within"))
		} else {
			kind = c.j.Goal.Event.Value
		}
	} else {
		c.eventKind(x.Event)
	}
	c.listenTo(kind)
	c.condition(x.If, &reach{event: []string{kind}})
	if x.Reason.IsZero() {
		x.Reason = diag.Text{Value: strings.ReplaceAll(x.Event.Value, ".", "-")}
	} else if slices.Contains(senda.OwnReasons(), x.Reason.Value) {
		c.add(ownReason(x.Reason))
	}
}

func ownReason(t diag.Text) diag.Finding {
	return diag.OwnReason.At(t.Pos, "%q is a reason that Senda itself gives", t.Value).Try("say why in other words, as bought or unhappy")
}

func (c *checker) listenTo(kind string) {
	if kind != "" {
		c.listen[kind] = true
	}
}

// eventKind checks that there is a contract for a kind of event.
func (c *checker) eventKind(kind diag.Text) bool {
	if kind.IsZero() {
		return false
	}
	if _, ok := c.cat.event(kind.Value); ok {
		return c.heard(kind)
	}
	c.add(unknown(diag.UnknownEvent, kind, "event", c.cat.kinds()))
	return false
}

// heard checks that an event of a kind ever reaches a journey.
func (c *checker) heard(kind diag.Text) bool {
	if !events.OnlyTold(kind.Value) {
		return true
	}
	c.add(diag.UnknownEvent.At(kind.Pos, "no journey hears of %s: Senda tells it to other systems only", kind.Value).
		Try("await an outcome of a mail, as hello.clicked, or ask in a condition whether it was sent, as hello.sent"))
	return false
}

// classOf is the class of a purpose of a brand.
func classOf(b *brand.Brand, purpose string) (senda.Class, bool) {
	p, ok := b.Purpose(purpose)
	return p.Class, ok && p.Class != ""
}
