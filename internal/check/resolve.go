package check

import (
	"slices"
	"strings"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/events"
	"github.com/senda-dev/senda/internal/diag"
	"github.com/senda-dev/senda/internal/journey"
	"github.com/senda-dev/senda/internal/jsonata"
	"github.com/senda-dev/senda/internal/profile"
)

// name resolves the names that a path begins with. end is how many of them the
// reference takes in; more says that the path goes on behind them.
func (r *resolver) name(names []*jsonata.Name, end int, more bool) journey.ValueType {
	ref := journey.Ref{From: names[0].Pos, To: names[end-1].End, InKnown: r.known > 0}
	for _, n := range names[1:end] {
		ref.Path = append(ref.Path, n.Value)
	}
	var t journey.ValueType
	var ok bool
	switch names[0].Value {
	case "person":
		t, ok = r.person(&ref, names)
	case "entry":
		t, ok = r.entry(&ref, names)
	case "event":
		t, ok = r.event(&ref, names)
	case "consent":
		t, ok = r.consent(&ref, names)
	case "known":
		r.c.add(diag.UnknownName.At(r.at(ref.From, ref.To), "known asks of a name whether it has a value").Try("write known(person.tier)"))
	default:
		t, ok = r.step(&ref, names, more)
	}
	if ok {
		r.refs = append(r.refs, ref)
	}
	return t
}

func (r *resolver) nameAt(n *jsonata.Name) diag.Text {
	return diag.NewText(n.Value, r.at(n.Pos, n.End))
}

// bare reports a root without a name behind it.
func (r *resolver) bare(names []*jsonata.Name, example string) bool {
	if len(names) > 1 {
		return false
	}
	r.c.add(diag.UnknownField.At(r.at(names[0].Pos, names[0].End), "%s alone is no value", names[0].Value).Try("name what of it, as %s", example))
	return true
}

func (r *resolver) person(ref *journey.Ref, names []*jsonata.Name) (journey.ValueType, bool) {
	if r.bare(names, "person.tier") {
		return journey.Any, false
	}
	p := r.c.cat.profile()
	name := names[1].Value
	// Attributes and facts are flat: what follows is not part of the name.
	ref.To, ref.Path = names[1].End, []string{name}
	if len(names) > 2 {
		r.c.add(diag.UnknownField.At(r.at(names[2].Pos, names[2].End), "person.%s has no fields", name).Try("delete .%s", names[2].Value))
		return journey.Any, false
	}
	if a, ok := p.Attribute(name); ok {
		ref.Kind, ref.Personal, ref.MayMiss = journey.RefPerson, a.Personal, true
		return a.Type, true
	}
	if f, ok := p.Fact(name); ok {
		ref.Kind, ref.MayMiss = journey.RefFact, f.MayMiss()
		if contract, ok := r.c.cat.event(f.Event.Value); ok {
			if field, ok := contract.Field(f.Field...); ok {
				ref.Personal = field.Personal
			}
		}
		return r.c.factType(f), true
	}
	r.c.add(diag.UnknownField.At(r.nameAt(names[1]).Pos, "profile.yaml has neither an attribute nor a fact called %q", name).
		Try("%s", nearby(name, p.Names())).Try("it has %s", diag.Words(p.Names(), 15)))
	return journey.Any, false
}

// factType is the type of the value of a fact.
func (c *checker) factType(f profile.Fact) journey.ValueType {
	switch f.Fold {
	case profile.Count, profile.Sum, profile.Distinct:
		return journey.Number
	case profile.First, profile.Last:
	}
	if f.Field == nil {
		return journey.Instant
	}
	contract, ok := c.cat.event(f.Event.Value)
	if !ok {
		return journey.Any
	}
	field, ok := contract.Field(f.Field...)
	if !ok {
		return journey.Any
	}
	return typeOf(field.Type)
}

func typeOf(t events.Type) journey.ValueType {
	switch t {
	case events.Bool:
		return journey.Bool
	case events.Number:
		return journey.Number
	case events.Text:
		return journey.Text
	case events.Date:
		return journey.Date
	case events.Instant:
		return journey.Instant
	case events.List:
		return journey.List
	case events.Object:
		return journey.Object
	case events.Any:
	}
	return journey.Any
}

func (r *resolver) entry(ref *journey.Ref, names []*jsonata.Name) (journey.ValueType, bool) {
	kind := r.c.j.Enter.Event.Value
	if kind == "" {
		r.c.add(diag.NoEventHere.At(r.at(names[0].Pos, names[0].End), "people enter by an audience, so entry holds nothing").Try("use an attribute or a fact: person.…"))
		return journey.Any, false
	}
	ref.Kind = journey.RefEntry
	return r.field(ref, names, []string{kind})
}

func (r *resolver) event(ref *journey.Ref, names []*jsonata.Name) (journey.ValueType, bool) {
	if len(r.env.event) == 0 {
		help := "event belongs to enter, exit, goal, and to what stands inside an await"
		if r.c.j.Enter.Event.Value != "" {
			help = "the event that started the journey is called entry"
		}
		r.c.add(diag.NoEventHere.At(r.at(names[0].Pos, names[0].End), "no event has happened here").Try("%s", help))
		return journey.Any, false
	}
	ref.Kind = journey.RefEvent
	return r.field(ref, names, r.env.event)
}

// field resolves a field of an event that is of one of some kinds.
func (r *resolver) field(ref *journey.Ref, names []*jsonata.Name, kinds []string) (journey.ValueType, bool) {
	if r.bare(names, names[0].Value+".order.total") {
		return journey.Any, false
	}
	if len(kinds) == 1 {
		ref.Event = kinds[0]
	}
	path := make([]string, 0, len(names)-1)
	for _, n := range names[1:] {
		path = append(path, n.Value)
	}
	t, found := journey.Any, false
	for i, kind := range kinds {
		contract, ok := r.c.cat.event(kind)
		if !ok {
			return journey.Any, false // the kind itself was reported
		}
		f, ok := contract.Field(path...)
		if !ok {
			ref.MayMiss = true
			if i == len(kinds)-1 && !found {
				r.noField(names, contract)
				return journey.Any, false
			}
			continue
		}
		ref.Personal = ref.Personal || f.Personal
		ref.MayMiss = ref.MayMiss || contract.MayMiss(path...) || f.Personal
		if found && t != typeOf(f.Type) {
			t = journey.Any
		} else {
			t = typeOf(f.Type)
		}
		if inList(contract, path) {
			t = journey.Any // one value, several, or none
		}
		found = true
	}
	if ref.Personal && (ref.Kind == journey.RefEntry || r.env.inMachine) {
		name := r.e.Text.Value[ref.From:ref.To]
		r.c.add(diag.NotKept.At(r.at(ref.From, ref.To), "%s is personal and not kept once the event is taken in", name).
			Try("ask the profile, as person.%s, if it has such an attribute", path[len(path)-1]))
		return t, false
	}
	return t, found
}

// inList says whether a path goes through a list: then it gives every element's.
func inList(c *events.Contract, path []string) bool {
	for i := 1; i < len(path); i++ {
		if f, ok := c.Field(path[:i]...); ok && f.Type == events.List {
			return true
		}
	}
	return false
}

// noField reports the first name of a path that a contract does not have.
func (r *resolver) noField(names []*jsonata.Name, contract *events.Contract) {
	at := contract.Root
	var path []string
	for _, n := range names[1:] {
		next, ok := contract.Field(append(path, n.Value)...)
		if ok {
			at, path = next, append(path, n.Value)
			continue
		}
		what := contract.Kind
		if len(path) > 0 {
			what = strings.Join(path, ".") + " of " + contract.Kind
		}
		f := diag.UnknownField.At(r.at(n.Pos, n.End), "%s has no field %q", what, n.Value).Try("%s", nearby(n.Value, at.Names()))
		if len(at.Names()) > 0 {
			f = f.Try("it has %s", diag.Words(at.Names(), 12))
		}
		r.c.add(f)
		return
	}
}

func (r *resolver) consent(ref *journey.Ref, names []*jsonata.Name) (journey.ValueType, bool) {
	if r.bare(names, "consent.offers") {
		return journey.Any, false
	}
	ref.Kind = journey.RefConsent
	b, at, ok := r.c.brand, 1, r.c.brand != nil
	ref.Brand = r.c.j.Brand.Value
	if len(names) > 2 {
		name := r.nameAt(names[1])
		if b, ok = r.c.ofFamily(name); !ok {
			return journey.Bool, false
		}
		ref.Brand, at = name.Value, 2
	} else if b == nil {
		if r.c.j.Brand.IsZero() { // a shared file, where no brand is the journey's own
			r.c.add(diag.UnknownBrand.At(r.at(names[0].Pos, names[1].End), "of which brand?").Try("write consent.BRAND.%s", names[1].Value))
		}
		return journey.Bool, false
	}
	purpose := r.nameAt(names[at])
	ref.Purpose, ref.To, ref.Path = purpose.Value, names[at].End, nil
	for _, n := range names[1 : at+1] {
		ref.Path = append(ref.Path, n.Value)
	}
	if len(names) > at+1 {
		r.c.add(diag.UnknownField.At(r.at(names[at+1].Pos, names[at+1].End), "a consent is yes or no and has no fields").Try("delete .%s", names[at+1].Value))
		return journey.Bool, false
	}
	if p, found := b.Purpose(purpose.Value); !ok || !found {
		if brand, isBrand := r.c.cat.brands().Brand(purpose.Value); isBrand && at == 1 {
			r.c.add(diag.UnknownPurpose.At(purpose.Pos, "%q is a brand, and consent is for a purpose of it", purpose.Value).
				Try("write consent.%s.%s", purpose.Value, first(brand.PurposeNames())))
			return journey.Bool, false
		}
		r.c.add(noPurpose(purpose, b))
		return journey.Bool, false
	} else if p.Class != senda.Marketing {
		r.c.add(diag.NoBasis.At(purpose.Pos, "%s is %s, which needs no consent", purpose.Value, p.Class).Try("delete the condition"))
		return journey.Bool, false
	}
	return journey.Bool, true
}

func (r *resolver) step(ref *journey.Ref, names []*jsonata.Name, more bool) (journey.ValueType, bool) {
	name := r.nameAt(names[0])
	s, ok := r.c.lookUp(name.Value, r.env)
	if !ok {
		r.noName(name, more)
		return journey.Any, false
	}
	ref.Step, ref.MayMiss = s.step.Common().Name, !s.sure
	switch step := s.step.(type) {
	case *journey.Split:
		ref.Kind = journey.RefSplit
		if len(names) > 1 {
			r.c.add(diag.UnknownField.At(r.at(names[1].Pos, names[1].End), "a split is the name of the way that was taken").Try(`write %s = "%s"`, name.Value, firstWay(step)))
			return journey.Any, false
		}
		return journey.Text, true
	case *journey.Score:
		ref.Kind = journey.RefScore
		m, ok := r.c.cat.model(step.Model.Value)
		if !ok {
			return journey.Any, false
		}
		return r.scoreField(ref, names, m)
	}
	outcomes := journey.Outcomes(s.step.Kind())
	if len(outcomes) == 0 {
		r.c.add(diag.UnknownOutcome.At(name.Pos, "nothing comes of %s, which is %s", name.Value, articleKind(s.step.Kind())).
			Try("ask a mail, an offer, a score or a split"))
		return journey.Any, false
	}
	return r.outcome(ref, names, s, outcomes)
}

func articleKind(k journey.Kind) string {
	if strings.ContainsAny(k.String()[:1], "aeio") {
		return "an " + k.String()
	}
	return "a " + k.String()
}

func firstWay(s *journey.Split) string {
	if len(s.Ways) == 0 {
		return "a"
	}
	return s.Ways[0].Name.Value
}

func (r *resolver) scoreField(ref *journey.Ref, names []*jsonata.Name, m Model) (journey.ValueType, bool) {
	if r.bare(names, names[0].Value+"."+first(m.names())) {
		return journey.Any, false
	}
	f, ok := m.field(names[1].Value)
	if !ok || len(names) > 2 {
		n := names[min(len(names)-1, 1)]
		r.c.add(diag.UnknownField.At(r.at(n.Pos, n.End), "the model %s has no field %q", m.Name, n.Value).
			Try("%s", nearby(n.Value, m.names())).Try("it has %s", diag.Words(m.names(), 12)))
		return journey.Any, false
	}
	ref.MayMiss = ref.MayMiss || f.MayMiss
	return f.Type, true
}

func (r *resolver) outcome(ref *journey.Ref, names []*jsonata.Name, s inReach, outcomes []journey.Outcome) (journey.ValueType, bool) {
	words := make([]string, 0, len(outcomes))
	for _, o := range outcomes {
		words = append(words, o.Name)
	}
	if r.bare(names, names[0].Value+"."+words[0]) {
		return journey.Any, false
	}
	n := names[1]
	i := slices.Index(words, n.Value)
	if i < 0 || len(names) > 2 {
		if i >= 0 {
			n = names[2]
		}
		r.c.add(diag.UnknownField.At(r.at(n.Pos, n.End), "nothing called %q can come of %s", n.Value, names[0].Value).
			Try("%s", nearby(n.Value, words)).Try("ask for %s", diag.Words(words, 12)))
		return journey.Any, false
	}
	o := outcomes[i]
	switch {
	case o.Name == "answer":
		ref.Kind, ref.MayMiss = journey.RefAnswer, true
		r.c.asks(s.step, r.at(ref.From, ref.To))
		return journey.Number, true
	case s.step.Kind() == journey.KindOffer:
		ref.Kind = journey.RefOffer
		ref.MayMiss = ref.MayMiss || o.Name == "name"
	default:
		ref.Kind = journey.RefMail
		ref.MayMiss = ref.MayMiss || o.Name == "reason"
	}
	if o.Name == "opened" {
		r.c.add(diag.OpenedCondition.At(r.at(ref.From, ref.To), "machines open mails too, so this says little of the person").Try("ask for clicked"))
	}
	return o.Type, true
}

// noName reports a name that begins with nothing declared.
func (r *resolver) noName(name diag.Text, more bool) {
	if r.c.named(name.Value) || more {
		roots := journey.Roots()
		if near, ok := diag.Nearest(name.Value, roots); ok && !r.c.named(name.Value) {
			r.c.add(diag.UnknownName.At(name.Pos, "nothing is called %q", name.Value).Try("did you mean %s.?", near))
			return
		}
		r.c.add(r.c.noStep(name.Value, name.Pos, r.env))
		return
	}
	f := diag.UnknownName.At(name.Pos, "nothing is called %q", name.Value)
	switch {
	case name.Value == "yes" || name.Value == "no":
		f = f.Try("write true or false")
	case isFunction(name.Value):
		f = f.Try("functions begin with $: $%s(…)", name.Value)
	default:
		f = f.Try("%s", nearby(name.Value, journey.Roots())).Try(`a text stands in quotes: "%s"`, name.Value)
	}
	r.c.add(f)
}
