// Package rules turns the shared files of a shop into what the use cases ask:
// whom the law lets us mail, what an event may say, how facts are folded, who
// belongs to an audience. These are today's rules: they hold for everybody at
// once, and no journey pins them.
package rules

import (
	"time"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/audience"
	"github.com/senda-dev/senda/internal/brand"
	"github.com/senda-dev/senda/internal/bundle"
	"github.com/senda-dev/senda/internal/calendar"
	"github.com/senda-dev/senda/internal/check"
	"github.com/senda-dev/senda/internal/condition"
	"github.com/senda-dev/senda/internal/consent"
	"github.com/senda-dev/senda/internal/emit"
	"github.com/senda-dev/senda/internal/enroll"
	"github.com/senda-dev/senda/internal/facts"
	"github.com/senda-dev/senda/internal/hours"
	"github.com/senda-dev/senda/internal/intake"
	"github.com/senda-dev/senda/internal/journey"
	"github.com/senda-dev/senda/internal/money"
	"github.com/senda-dev/senda/internal/plan"
	"github.com/senda-dev/senda/internal/profile"
)

// Rules are today's rules. They do not change once made; a new set takes the
// place of an old one.
type Rules struct {
	Brands    *brand.Book
	Consent   *consent.Rules
	Declared  *facts.Declared
	Audiences map[string]audience.Audience

	salt      string
	writable  map[string]bool
	contracts map[string]*intake.Contract
}

// Epoch is that of the families' control groups: another one draws them anew.
const Epoch = "1"

// New reads a checked catalog. salt makes the installation's assignments its own;
// wordings says of each wording of a consent which legal entities it names.
func New(cat *check.Catalog, salt string, wordings map[string][]string) (*Rules, error) {
	r := &Rules{
		Brands: cat.Brands, Consent: consent.NewRules(purposes(cat.Brands), wordings), salt: salt,
		Declared:  &facts.Declared{Attributes: map[string]facts.Attribute{}, Facts: map[string]*facts.Fact{}},
		Audiences: map[string]audience.Audience{}, contracts: map[string]*intake.Contract{},
		writable: map[string]bool{},
	}
	for _, a := range cat.Profile.Attributes {
		r.Declared.Attributes[a.Name.Value] = facts.Attribute{Personal: a.Personal}
		r.writable[a.Name.Value] = a.Writable() && !a.Personal
	}
	for _, f := range cat.Profile.Facts {
		compiled, err := fact(f)
		if err != nil {
			return nil, err
		}
		r.Declared.Facts[f.Name.Value] = compiled
	}
	for _, a := range cat.Audiences {
		reads, text, err := compiled(a.If)
		if err != nil {
			return nil, senda.Wrap(senda.Invalid, "compile the audience "+a.Name.Value, err)
		}
		r.Audiences[a.Name.Value] = audience.Audience{If: text, Reads: reads}
	}
	for _, kind := range cat.Events.Kinds() {
		c, _ := cat.Events.Contract(kind)
		r.contracts[kind] = contract(c, cat.Profile)
	}
	return r, nil
}

func purposes(book *brand.Book) []consent.Purpose {
	var out []consent.Purpose
	for _, b := range book.Brands {
		for _, p := range b.Purposes {
			c := consent.Purpose{Controller: b.Controller, Brand: b.Name.Value, Family: b.Family, Name: p.Name.Value, Class: p.Class, Twice: p.ConfirmTwice}
			for _, basis := range p.Basis {
				c.Consent = c.Consent || basis == senda.BasisConsent
				c.Customer = c.Customer || basis == senda.BasisCustomer
			}
			out = append(out, c)
		}
	}
	return out
}

var folds = map[profile.Fold]facts.Fold{
	profile.Count: facts.Count, profile.Sum: facts.Sum, profile.First: facts.First, profile.Last: facts.Last, profile.Distinct: facts.Distinct,
}

func fact(f profile.Fact) (*facts.Fact, error) {
	out := &facts.Fact{Name: f.Name.Value, Fold: folds[f.Fold], Event: f.Event.Value, Value: f.Field, Window: f.Window}
	if f.If == nil {
		return out, nil
	}
	var err error
	out.If, err = condition.Compile(emit.Condition(f.If, ""))
	return out, senda.Wrap(senda.Invalid, "compile the fact "+f.Name.Value, err)
}

func compiled(e *journey.Expr) (bundle.Condition, *condition.Condition, error) {
	c, err := condition.Compile(emit.Condition(e, ""))
	reads := plan.Of("", e)
	return bundle.Condition{Attributes: reads.Attributes, Facts: reads.Facts, Consent: reads.Consent, Event: reads.Event, Entry: reads.Entry}, c, err
}

// Contract is that of a kind of event, nil when none is published.
func (r *Rules) Contract(kind string) *intake.Contract { return r.contracts[kind] }

// Writable says whether the set step of a journey may write an attribute: no event
// teaches it and it is not personal.
func (r *Rules) Writable(attribute string) bool { return r.writable[attribute] }

// Family is what enrolment asks of a family.
func (r *Rules) Family(name string) (enroll.Family, error) {
	f, ok := r.Brands.Family(name)
	if !ok {
		return enroll.Family{}, senda.Errorf(senda.NotFound, "find the family "+name, "brands.yaml has none of this name")
	}
	return enroll.Family{Salt: r.salt, Epoch: Epoch, Control: f.Control.Fraction(), Zone: f.Zone}, nil
}

// Takes says whether a brand's family takes money in a currency; without a brand,
// whether any family does.
func (r *Rules) Takes(brandName string, c money.Currency) bool {
	if f, ok := r.Brands.FamilyOf(brandName); ok {
		return f.Currency(c)
	}
	for _, f := range r.Brands.Families {
		if f.Currency(c) {
			return true
		}
	}
	return false
}

// Books is the currency in which a brand's family keeps its books.
func (r *Rules) Books(brandName string) money.Currency {
	f, ok := r.Brands.FamilyOf(brandName)
	if !ok || len(f.Currencies) == 0 {
		return ""
	}
	return f.Currencies[0]
}

// Zone is the zone of a person's calendar days where no family is at hand: that
// of the first stands in for a home.
func (r *Rules) Zone(p senda.Person) *time.Location {
	home := time.UTC
	if len(r.Brands.Families) > 0 {
		home = r.Brands.Families[0].Zone
	}
	return hours.PlaceOf(p, home).Zone()
}

// KnowsZone says whether there is an IANA zone of a name.
func KnowsZone(name string) bool {
	_, ok := calendar.Zone(name)
	return ok
}
