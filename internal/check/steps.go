package check

import (
	"slices"
	"strconv"
	"strings"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/brand"
	"github.com/senda-dev/senda/internal/diag"
	"github.com/senda-dev/senda/internal/journey"
)

// reach is what an expression may name at a place of the journey.
type reach struct {
	steps []inReach
	// event are the kinds of the event at hand; nil where there is none.
	event []string
	// inMachine is set for the steps: there the clock is the machine's own.
	inMachine bool
	scope     *scope
}

// inReach is an earlier step.
type inReach struct {
	step journey.Step
	// sure is set when everybody who comes here has been at the step.
	sure bool
}

func (r *reach) with(s journey.Step, sure bool) *reach {
	out := *r
	out.steps = append(slices.Clip(r.steps), inReach{s, sure})
	return &out
}

// unsure is r with the steps from index n on no longer certain: what is known
// after a block of what happened inside it.
func (r *reach) unsure(from int, later *reach) *reach {
	out := *r
	out.steps = slices.Clone(r.steps)
	for _, s := range later.steps[from:] {
		if !slices.ContainsFunc(out.steps, func(o inReach) bool { return o.step == s.step }) {
			out.steps = append(out.steps, inReach{s.step, false})
		}
	}
	return &out
}

// walk checks a list of steps and returns what is in reach after it; ends says
// that nobody comes out of it.
func (c *checker) walk(list []journey.Step, env *reach) (after *reach, ends bool) {
	env = &reach{steps: env.steps, event: env.event, inMachine: true}
	for _, s := range list {
		if ends {
			c.add(diag.NeverReached.At(s.Common().Pos, "nobody comes to this step, since everybody has left before it").
				Try("move it up, or delete it"))
			env, _ = c.one(s, env)
			c.walkQuietly(list, s, env) // once is enough
			return env, true
		}
		env, ends = c.one(s, env)
	}
	return env, ends
}

// walkQuietly checks what stands behind an unreachable step, for its other
// findings.
func (c *checker) walkQuietly(list []journey.Step, after journey.Step, env *reach) {
	i := slices.Index(list, after)
	for _, s := range list[i+1:] {
		env, _ = c.one(s, env)
	}
}

// one checks a step and what is inside it.
func (c *checker) one(s journey.Step, env *reach) (after *reach, ends bool) {
	b := s.Common()
	here := *env
	here.scope = c.placed[s].own
	c.condition(b.If, &here)
	sure := b.If == nil
	next := env.with(s, sure)
	n := len(env.steps)
	blocks := func(inside *reach, lists ...[]journey.Step) bool {
		all := true
		for _, l := range lists {
			out, over := c.walk(l, inside)
			next = next.unsure(n, out)
			all = all && over
		}
		return all && sure
	}
	switch s := s.(type) {
	case *journey.Wait:
		c.wait(s)
	case *journey.Await:
		ends = c.await(s, env, &here, blocks)
	case *journey.If:
		c.condition(s.Cond, &here)
		ends = blocks(env, s.Then, s.Otherwise)
	case *journey.Branch:
		var lists [][]journey.Step
		for _, a := range s.Arms {
			c.condition(a.Cond, &here)
			lists = append(lists, a.Then)
		}
		ends = blocks(env, append(lists, s.Otherwise)...)
	case *journey.Split:
		var lists [][]journey.Step
		for _, w := range s.Ways {
			lists = append(lists, w.Then)
		}
		ends = blocks(env.with(s, true), lists...) && len(lists) > 0
	case *journey.Score:
		if _, ok := c.cat.model(s.Model.Value); !ok && !s.Model.IsZero() {
			names := make([]string, 0, len(c.cat.Models))
			for _, m := range c.cat.Models {
				names = append(names, m.Name)
			}
			c.add(unknown(diag.UnknownModel, s.Model, "model", names))
		}
	case *journey.Offer:
		c.offer(s)
	case *journey.Email:
		c.email(s)
	case *journey.Set:
		c.set(s, &here)
	case *journey.Emit:
		c.emit(s)
	case *journey.Leave:
		if slices.Contains(senda.OwnReasons(), s.Reason.Value) {
			c.add(ownReason(s.Reason))
		}
		ends = sure
	case *journey.Include: // none is left
	}
	return next, ends
}

func (c *checker) wait(s *journey.Wait) {
	m := s.For.Until
	if m.Field == "" {
		return
	}
	at := s.ForText.At(m.FieldAt, m.FieldAt+len(m.Field))
	root, name, _ := strings.Cut(m.Field, ".")
	if root != "person" {
		c.add(diag.UnknownAttribute.At(at, "a pause can hang on an attribute of the person only").Try("write person. and the name of a date"))
		return
	}
	ref := journey.Ref{From: m.FieldAt, To: m.FieldAt + len(m.Field), Path: []string{name}, MayMiss: true}
	if f, ok := c.cat.profile().Fact(name); ok {
		ref.Kind = journey.RefFact
		if t := c.factType(f); t != journey.Date && t != journey.Instant {
			c.add(diag.UnknownAttribute.At(at, "%s is not a date but of type %s", m.Field, t).Try("name a date"))
		}
		s.Refs = []journey.Ref{ref}
		return
	}
	a, ok := c.cat.profile().Attribute(name)
	if !ok {
		c.add(unknown(diag.UnknownAttribute, diag.NewText(name, at), "attribute", c.cat.profile().Names()))
		return
	}
	if a.Type != journey.Date && a.Type != journey.Instant {
		c.add(diag.UnknownAttribute.At(at, "%s is not a date but of type %s", m.Field, a.Type).Try("name a date"))
		return
	}
	if a.Default.IsZero() && !asksWhetherKnown(s.If, name) {
		c.add(diag.NeedsDefault.At(at, "who has no %s goes on at once", m.Field).Try("give it a default in profile.yaml, or the wait if: known(%s)", m.Field))
	}
	ref.Kind, ref.Personal = journey.RefPerson, a.Personal
	s.Refs = []journey.Ref{ref}
}

// asksWhetherKnown says whether a condition asks known(person.NAME).
func asksWhetherKnown(e *journey.Expr, name string) bool {
	return e != nil && slices.ContainsFunc(e.Refs, func(r journey.Ref) bool {
		return r.InKnown && r.Kind == journey.RefPerson && r.Path[0] == name
	})
}

func (c *checker) await(s *journey.Await, env, here *reach, blocks func(*reach, ...[]journey.Step) bool) bool {
	var kinds []string
	for i := range s.Events {
		a := &s.Events[i]
		if kind := c.awaited(a, here); kind != "" {
			kinds = append(kinds, kind)
			c.listenTo(kind)
		}
	}
	inside := *env
	inside.event = kinds
	match := inside
	match.scope = here.scope
	c.condition(s.Match, &match)
	then := blocks(&inside, s.Then)
	otherwise := blocks(env, s.Otherwise)
	return then && otherwise
}

// awaited resolves what an await waits for and returns the kind of event.
func (c *checker) awaited(a *journey.Awaited, env *reach) string {
	name, outcome, _ := strings.Cut(a.Text.Value, ".")
	if _, ok := c.cat.event(a.Text.Value); ok {
		if !c.heard(a.Text) {
			return ""
		}
		return a.Text.Value
	}
	s, ok := c.lookUp(name, env)
	if !ok {
		isStep := slices.ContainsFunc(journey.Outcomes(journey.KindEmail), func(o journey.Outcome) bool { return o.Name == outcome })
		if _, near := diag.Nearest(a.Text.Value, c.cat.kinds()); near || !isStep && !c.named(name) {
			c.add(unknown(diag.UnknownEvent, a.Text, "event", c.cat.kinds()))
			return ""
		}
		c.add(c.noStep(name, a.Text.At(0, len(name)), env))
		return ""
	}
	k := s.step.Kind()
	i := slices.IndexFunc(journey.Outcomes(k), func(o journey.Outcome) bool { return o.Name == outcome && o.Await })
	if i < 0 {
		var can []string
		for _, o := range journey.Outcomes(k) {
			if o.Await {
				can = append(can, o.Name)
			}
		}
		f := diag.UnknownOutcome.At(a.Text.At(len(name)+1, len(a.Text.Value)), "nothing called %q can come of %s", outcome, name)
		if len(can) > 0 {
			f = f.Try("%s", nearby(outcome, can)).Try("await one of %s", diag.Words(can, 12))
		} else {
			f = f.Try("only mails and offers can be awaited, and events")
		}
		c.add(f)
		return ""
	}
	a.Step, a.Outcome = s.step.Common().Name, outcome
	if outcome == "answered" {
		c.asks(s.step, a.Text.Pos)
	}
	if k == journey.KindOffer {
		return "offer." + outcome
	}
	return "mail." + outcome
}

// ours are the beginnings of events that only Senda or the person may bring about:
// a journey that withdrew a consent or erased a person would be a catastrophe.
var ours = []string{"mail.", "consent.", "person.", "offer.", "journey.", "customer."}

func (c *checker) emit(s *journey.Emit) {
	if !c.eventKind(s.Event) {
		return
	}
	kind := s.Event.Value
	if kind == c.j.Enter.Event.Value {
		c.add(diag.EntersItself.At(s.Event.Pos, "this event starts the journey in which it is emitted").Try("emit another event, or start another journey"))
		return
	}
	if slices.ContainsFunc(ours, func(p string) bool { return strings.HasPrefix(kind, p) }) {
		c.add(diag.NotEmitted.At(s.Event.Pos, "no journey may say that %s has happened", kind).Try("emit an event of your own, as care.requested"))
		return
	}
	contract, _ := c.cat.event(kind)
	for _, f := range contract.Root.Fields {
		if f.Required {
			c.add(diag.NotEmitted.At(s.Event.Pos, "%s needs %s, and an emitted event has no fields", kind, f.Name).
				Try("publish a contract without required fields, as care.requested"))
			return
		}
	}
}

func (c *checker) offer(s *journey.Offer) {
	if s.Slot.IsZero() {
		return
	}
	slot, ok := c.cat.offers().Slot(s.Slot.Value)
	if !ok {
		c.add(unknown(diag.UnknownSlot, s.Slot, "slot", c.cat.offers().SlotNames()))
		return
	}
	from := s.From
	for _, b := range from {
		c.ofFamily(b)
	}
	if len(from) == 0 {
		s.From = []diag.Text{c.j.Brand}
	}
	names := append(slices.Clone(slot.Offers), slot.Fallback)
	for _, name := range names {
		o, ok := c.cat.offers().Offer(name.Value)
		if ok && slices.ContainsFunc(s.From, func(b diag.Text) bool { return b.Value == o.Brand.Value }) {
			return
		}
	}
	c.add(diag.OtherBrandOffer.At(s.Slot.Pos, "no offer of %q is of %s", s.Slot.Value, s.From[0].Value).
		Try("say whose offers may be chosen, as from: [%s]", strings.Join(c.cat.brands().BrandNames(), ", ")))
}

// ofFamily finds a brand and checks that it belongs to the journey's family.
func (c *checker) ofFamily(name diag.Text) (*brand.Brand, bool) {
	b, ok := c.cat.brands().Brand(name.Value)
	if !ok {
		c.add(unknown(diag.UnknownBrand, name, "brand", c.cat.brands().BrandNames()))
		return nil, false
	}
	if c.brand != nil && b.Family != c.brand.Family {
		c.add(diag.OtherFamily.At(name.Pos, "%s belongs to another family than %s", name.Value, c.j.Brand.Value).
			Try("its family has %s", diag.Words(c.cat.brands().InFamily(c.brand.Family), 12)))
		return nil, false
	}
	return b, true
}

func (c *checker) email(s *journey.Email) {
	b, ok := c.brand, c.brand != nil
	if s.Brand.IsZero() {
		s.Brand = diag.Text{Value: c.j.Brand.Value}
	} else {
		b, ok = c.ofFamily(s.Brand)
	}
	purpose := s.Purpose
	if purpose.IsZero() {
		s.Purpose = diag.Text{Value: c.j.Purpose.Value}
		purpose = diag.NewText(c.j.Purpose.Value, s.Mail.Pos)
	}
	var class senda.Class
	if ok && purpose.Value != "" {
		if class, ok = classOf(b, purpose.Value); !ok {
			if s.Purpose.Pos != (diag.Pos{}) || b != c.brand { // the head's own is reported there
				c.add(noPurpose(purpose, b))
			}
		} else {
			c.class[s.Name] = class
		}
	}
	if !s.Window.IsZero() && c.family != nil && class != senda.Transactional && c.family.Opening(s.Window).Week.IsEmpty() {
		c.add(diag.NeverOpen.At(s.WindowPos, "the family %s sends nothing in this window", c.family.Name.Value).
			Try("its quiet hours are %s", c.family.Quiet[0]))
	}
	c.mail(s, b, class)
}

func (c *checker) mail(s *journey.Email, b *brand.Brand, class senda.Class) {
	if c.cat.Mails == nil || s.Mail.IsZero() {
		return
	}
	m, ok := c.cat.Mails[s.Mail.Value]
	if !ok {
		names := make([]string, 0, len(c.cat.Mails))
		for name := range c.cat.Mails {
			names = append(names, name)
		}
		slices.Sort(names)
		c.add(unknown(diag.UnknownMail, s.Mail, "mail", names))
		return
	}
	if m.Offer && class != "" && class != senda.Marketing {
		c.add(diag.OfferInService.At(s.Mail.Pos, "this mail shows an offer and is not marketing but %s", class).
			Try("take the offer out, or send it for a purpose of class marketing"))
	}
	if b != nil && len(m.Languages) > 0 { // one that could not be compiled has findings of its own
		for _, lang := range b.Languages {
			if !slices.Contains(m.Languages, lang) {
				who := "who reads " + lang
				if n, known := c.cat.Readers[lang]; known {
					who += " (" + strconv.Itoa(n) + " people)"
				}
				c.add(diag.NoLanguage.At(s.Mail.Pos, "%s has no variant for %s, a language of %s", s.Mail.Value, lang, b.Name.Value).
					Try("%s gets it in %s", who, m.Languages[0]))
			}
		}
	}
}

// asks reports that an answer is asked of a mail without a question.
func (c *checker) asks(s journey.Step, at diag.Pos) {
	e, ok := s.(*journey.Email)
	if !ok || c.cat.Mails == nil {
		return
	}
	if m, ok := c.cat.Mails[e.Mail.Value]; ok && !m.Question && len(m.Languages) > 0 {
		c.add(diag.NoQuestion.At(at, "%s asks nothing, so nobody can answer it", e.Mail.Value).Try("write question: nps at the top of the mail"))
	}
}

func first(s []string) string {
	if len(s) == 0 {
		return ""
	}
	return s[0]
}

func (c *checker) set(s *journey.Set, env *reach) {
	t := c.resolve(s.To, env)
	if s.Attr.IsZero() {
		return
	}
	a, ok := c.cat.profile().Attribute(s.Attr.Value)
	if !ok {
		c.add(unknown(diag.UnknownAttribute, s.Attr, "attribute", c.cat.profile().Names()))
		return
	}
	if !a.Writable() {
		c.add(diag.NotWritable.At(s.Attr.Pos, "%s is taught by %s, which would write over it", s.Attr.Value, a.Event.Value).
			Try("declare an attribute without an event in profile.yaml"))
		return
	}
	if s.To == nil || s.To.Tree == nil {
		return
	}
	if t != journey.Any && !fits(t, a.Type) {
		c.add(diag.WrongArgument.At(s.To.Text.Pos, "%s is of type %s, and this is %s", s.Attr.Value, a.Type, article(t)).Try("write %s", article(a.Type)))
	}
	if word, ok := literalText(s.To.Tree.Root); ok && a.Words != nil && !slices.Contains(a.Words, word) {
		c.add(diag.BadWord.At(s.To.Text.Pos, "%s cannot be %q", s.Attr.Value, word).Try("%s", nearby(word, a.Words)).
			Try("it is one of %s", diag.Words(a.Words, 12)))
	}
}
