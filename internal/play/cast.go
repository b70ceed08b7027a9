package play

import (
	"encoding/binary"
	"fmt"
	"maps"
	"math/rand/v2"
	"time"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/bundle"
	"github.com/senda-dev/senda/internal/compile"
	"github.com/senda-dev/senda/internal/entry"
	"github.com/senda-dev/senda/internal/hours"
	"github.com/senda-dev/senda/internal/identity"
	"github.com/senda-dev/senda/internal/jsonata"
	"github.com/senda-dev/senda/internal/scenario"
)

// before is how long before the scenario begins its person is known.
const before = 48 * time.Hour

// casting makes a script of a scenario.
type casting struct {
	*Player
	j     *compile.Journey
	s     scenario.Scenario
	seed  uint64 // of the next person to try
	start time.Time
}

// cast finds the scenario's person from a seed on, and says where to look for the next.
func (p *Player) cast(j *compile.Journey, s scenario.Scenario, from uint64) (*Script, uint64, error) {
	c := &casting{Player: p, j: j, s: s, seed: from, start: s.At}
	family, err := p.rules.Family(j.Bundle.Family)
	if err != nil {
		return nil, 0, err
	}
	if c.start.IsZero() {
		c.start = time.Date(2026, time.March, 2, 10, 0, 0, 0, family.Zone) // a Monday
	}
	person, err := c.somebody(family.Salt, family.Epoch, family.Control)
	if err != nil {
		return nil, 0, err
	}
	script := &Script{Journey: j, Scenario: s, Start: c.start, Person: person, Zone: hours.PlaceOf(person, c.home()).Zone()}
	script.Acts, err = c.acts(person)
	return script, c.seed, err
}

// home is the zone of the family.
func (c *casting) home() *time.Location {
	if f, ok := c.rules.Brands.Family(c.j.Bundle.Family); ok {
		return f.Zone
	}
	return time.UTC
}

// somebody finds a person whom the hashes assign as the scenario says: nothing is
// overridden, so that what is played is what happens.
func (c *casting) somebody(salt, epoch string, control float64) (senda.Person, error) {
	b := c.j.Bundle
	want := senda.Treated
	if c.s.Given.HeldOut {
		want = senda.HeldOut
		if b.Holdout == 0 {
			return senda.Person{}, fmt.Errorf("%s: the journey holds nobody out", c.s.Name.Value)
		}
	}
	for last := c.seed + 1<<20; c.seed < last; {
		var n [32]byte
		// People of different scenarios may live in one store.
		binary.LittleEndian.PutUint64(n[:], c.seed)
		binary.LittleEndian.PutUint64(n[8:], senda.Hash64(b.Journey, c.s.Name.Value, c.at.Run))
		c.seed++
		p, err := identity.NewPerson(rand.NewChaCha8(n), c.start.Add(-before))
		if err != nil {
			return p, err
		}
		if entry.ArmOf(entry.HoldoutHash(salt, b.Journey, p.ID), float64(b.Holdout)/bundle.AllShares, entry.ControlHash(salt, b.Family, epoch, p.ID), control) != want {
			continue
		}
		if c.walks(b, salt, p.ID) {
			return c.known(p), nil
		}
	}
	return senda.Person{}, fmt.Errorf("%s: nobody is assigned to these ways", c.s.Name.Value)
}

func (c *casting) walks(b *bundle.Bundle, salt string, p senda.PersonID) bool {
	for split, way := range c.s.Given.Ways {
		s, ok := b.Split(split)
		if !ok {
			return false
		}
		shares := make([]int, len(s.Ways))
		for i, w := range s.Ways {
			shares[i] = w.Share
		}
		if s.Ways[entry.WayOf(entry.SplitHash(salt, b.Journey, split, p), shares)].Name != way.Value {
			return false
		}
	}
	return true
}

// known gives the person what the scenario says of them, on top of somebody in
// Madrid who reads English.
func (c *casting) known(p senda.Person) senda.Person {
	values := map[string]jsonata.Value{}
	if contract, ok := c.House.Catalog.Events.Contract("customer.updated"); ok {
		if sample, err := jsonata.ParseJSON(contract.Sample()); err == nil {
			for _, a := range c.House.Catalog.Profile.Attributes {
				if v := sample.Get(a.Name.Value); a.Event.Value == contract.Kind && !a.BuiltIn && v.Kind() != jsonata.KindNothing {
					values[a.Name.Value] = v
				}
			}
		}
	}
	for name, text := range map[string]string{identity.AttributeLocale: "en", identity.AttributeCountry: "ES", identity.AttributePostal: "28004"} {
		values[name] = jsonata.String(text)
	}
	if c.s.Given.Address {
		values[identity.AttributeEmail] = jsonata.String(string(p.ID) + "@scenario.example")
	}
	if _, moved := c.s.Given.Person[identity.AttributeCountry]; moved {
		delete(values, identity.AttributePostal)
	}
	maps.Copy(values, c.s.Given.Person)
	p.Attributes = map[string]senda.Attribute{}
	for name, v := range values {
		p.Attributes[name] = senda.Attribute{Value: v, Time: p.Born}
	}
	p.Test = true
	// A journey of this name there is not: nobody enters any before the scenario begins.
	p.Given = &senda.Given{Facts: c.s.Given.Facts, Scores: c.s.Given.Scores, Journey: "-"}
	return identity.Mirrored(p)
}
