package facts

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/bundle"
	"github.com/senda-dev/senda/internal/condition"
	"github.com/senda-dev/senda/internal/consent"
	"github.com/senda-dev/senda/internal/identity"
	"github.com/senda-dev/senda/internal/jsonata"
)

// Reader makes views. Its fields are set once.
type Reader struct {
	Store senda.Store
	// Rules and Declared are today's.
	Rules    func() *consent.Rules
	Declared func() *Declared
	// Zone is the zone in which a person's days begin; nil: UTC.
	Zone func(senda.Person) *time.Location
}

// View is what conditions may read of one person at one instant. It reads each
// part from the store when it is first asked for, and once. It is not safe for
// concurrent use.
type View struct {
	r      *Reader
	Person senda.Person
	At     time.Time

	head     senda.ConsentHead
	headRead bool
	lines    []senda.Happening
	lineRead bool
}

// View begins a view of a person as read.
func (r *Reader) View(p senda.Person, at time.Time) *View { return &View{r: r, Person: p, At: at} }

// KnowHead gives the view the head of consent, read by whoever made it.
func (v *View) KnowHead(h senda.ConsentHead) { v.head, v.headRead = h, true }

// Head is the person's consent.
func (v *View) Head(ctx context.Context) (*senda.ConsentHead, error) {
	if !v.headRead {
		h, _, _, err := senda.Read[senda.ConsentHead](ctx, v.r.Store, senda.ConsentKey(v.Person.ID))
		if err != nil {
			return nil, err
		}
		v.KnowHead(h)
	}
	return &v.head, nil
}

// Lines is the person's timeline in its order, the latest MaxLines.
func (v *View) Lines(ctx context.Context) ([]senda.Happening, error) {
	if v.lineRead {
		return v.lines, nil
	}
	got, err := v.r.Store.Range(ctx, senda.Range{Kind: senda.KindHappening, Part: string(v.Person.ID), Reverse: true, Limit: MaxLines})
	if err != nil {
		return nil, err
	}
	v.lines = make([]senda.Happening, 0, len(got))
	for _, g := range slices.Backward(got) {
		h, _, _, err := senda.As[senda.Happening](g)
		if err != nil {
			return nil, err
		}
		v.lines = append(v.lines, h)
	}
	v.lineRead = true
	return v.lines, nil
}

// Attribute is an attribute's value, Nothing when it is not known. Those that
// delivery needs stand in fields of the person.
func (v *View) Attribute(name string) jsonata.Value {
	if a, ok := v.Person.Attributes[name]; ok {
		if a.Value.Kind() == jsonata.KindNull {
			return jsonata.Nothing // a source has forgotten it, and known(x) is no
		}
		return a.Value
	}
	field := ""
	switch name {
	case identity.AttributeEmail:
		field = v.Person.Address
	case identity.AttributeLocale:
		field = v.Person.Locale
	case identity.AttributeZone:
		field = v.Person.Zone
	case identity.AttributeCountry:
		field = v.Person.Country
	case identity.AttributePostal:
		field = v.Person.PostalCode
	}
	if field == "" {
		return jsonata.Nothing
	}
	return jsonata.String(field)
}

// Attributes are the values of attributes by name, without those that are not known.
func (v *View) Attributes(names []string) jsonata.Value {
	members := make([]jsonata.Member, 0, len(names))
	for _, name := range names {
		members = append(members, jsonata.Member{Key: name, Value: v.Attribute(name)})
	}
	return jsonata.Object(members...)
}

// Facts are the values of facts by name. A fact that was never declared, or is
// not any more, is missing: what is missing is "no".
func (v *View) Facts(ctx context.Context, names []string) (jsonata.Value, error) {
	if len(names) == 0 {
		return jsonata.Object(), nil
	}
	lines, err := v.Lines(ctx)
	if err != nil {
		return jsonata.Nothing, err
	}
	zone := time.UTC
	if v.r.Zone != nil {
		zone = v.r.Zone(v.Person)
	}
	declared := v.r.Declared()
	members := make([]jsonata.Member, 0, len(names))
	for _, name := range names {
		if given, ok := v.Person.Fact(name); ok {
			members = append(members, jsonata.Member{Key: name, Value: given})
		} else if f := declared.Facts[name]; f != nil {
			members = append(members, jsonata.Member{Key: name, Value: f.Eval(lines, v.At, zone)})
		}
	}
	return jsonata.Object(members...), nil
}

// Consent says for each "brand.purpose" whether there is a basis for it now, as
// {brand: {purpose: boolean}}.
func (v *View) Consent(ctx context.Context, scopes []string) (jsonata.Value, error) {
	out := jsonata.Object()
	if len(scopes) == 0 {
		return out, nil
	}
	h, err := v.Head(ctx)
	if err != nil {
		return out, err
	}
	rules := v.r.Rules()
	for _, s := range scopes {
		brand, purpose, _ := strings.Cut(s, ".")
		yes := rules.Ground(h, brand, purpose, v.At).Basis != senda.BasisNone
		out = out.With(brand, out.Get(brand).With(purpose, jsonata.Bool(yes)))
	}
	return out, nil
}

// Mails are the outcomes of the mails and offers of an entry's steps, as {step:
// {outcome: value}}: of the last run of each step. Nothing came of a mail that never left.
func (v *View) Mails(ctx context.Context, e senda.EntryID, steps []string) (jsonata.Value, error) {
	out := jsonata.Object()
	for _, step := range steps {
		claim, err := v.last(ctx, senda.KindClaim, e, step)
		if err != nil {
			return out, err
		}
		c, _, left, err := senda.As[senda.Claim](claim)
		if err != nil {
			return out, err
		}
		came := outcomes(c)
		if !left {
			// A step of this name may be one that chose an offer.
			decision, err := v.last(ctx, senda.KindDecision, e, step)
			if err != nil {
				return out, err
			}
			d, _, chose, err := senda.As[senda.Decision](decision)
			if err != nil {
				return out, err
			}
			if chose {
				came = jsonata.Object(jsonata.Member{Key: "used", Value: jsonata.Bool(!d.Used.IsZero())})
			}
		}
		out = out.With(step, came)
	}
	return out, nil
}

// last is the record of the last run of a step.
func (v *View) last(ctx context.Context, kind senda.Kind, e senda.EntryID, step string) (senda.Versioned, error) {
	got, err := v.r.Store.Range(ctx, senda.Range{
		Kind: kind, Part: string(v.Person.ID), Prefix: fmt.Sprintf("%s|%s|", e, step), Reverse: true, Limit: 1,
	})
	if err != nil || len(got) == 0 {
		return senda.Versioned{}, err
	}
	return got[0], nil
}

func outcomes(c senda.Claim) jsonata.Value {
	happened := func(t time.Time) jsonata.Value { return jsonata.Bool(!t.IsZero()) }
	return jsonata.Object(
		jsonata.Member{Key: "delivered", Value: happened(c.Delivered)},
		jsonata.Member{Key: "opened", Value: happened(c.Opened)},
		jsonata.Member{Key: "clicked", Value: happened(c.Clicked)},
		jsonata.Member{Key: "bounced", Value: happened(c.Bounced)},
		jsonata.Member{Key: "answered", Value: happened(c.Answered)},
		jsonata.Member{Key: "answer", Value: answer(c.Answer)},
	)
}

// answer is a number where one was answered ("how-likely.answer <= 6"), else text.
func answer(s string) jsonata.Value {
	if s == "" {
		return jsonata.Nothing
	}
	if n, err := strconv.ParseFloat(s, 64); err == nil && strconv.FormatFloat(n, 'f', -1, 64) == s {
		return jsonata.Number(n)
	}
	return jsonata.String(s)
}

// Roots reads what a condition needs, and only that. e is the entry it is asked
// for, nil where there is none yet.
func (v *View) Roots(ctx context.Context, needs bundle.Condition, e *senda.Entry) (condition.Roots, error) {
	r := condition.Roots{Now: v.At}
	var err error
	if len(needs.Attributes) > 0 {
		r.Person = v.Attributes(needs.Attributes)
	}
	if len(needs.Facts) > 0 {
		if r.Facts, err = v.Facts(ctx, needs.Facts); err != nil {
			return r, err
		}
	}
	if len(needs.Consent) > 0 {
		if r.Consent, err = v.Consent(ctx, needs.Consent); err != nil {
			return r, err
		}
	}
	if e == nil {
		return r, nil
	}
	r.Entry, r.Ways = e.Data, Ways(e.Ways)
	if len(needs.Mails) > 0 {
		r.Mails, err = v.Mails(ctx, e.ID, needs.Mails)
	}
	return r, err
}

// Ways are the ways of an entry's splits as the variable of conditions.
func Ways(m map[string]string) jsonata.Value {
	if len(m) == 0 {
		return jsonata.Nothing
	}
	members := make([]jsonata.Member, 0, len(m))
	for _, split := range slices.Sorted(maps.Keys(m)) {
		members = append(members, jsonata.Member{Key: split, Value: jsonata.String(m[split])})
	}
	return jsonata.Object(members...)
}
