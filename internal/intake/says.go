package intake

import (
	"maps"
	"strings"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/consent"
	"github.com/senda-dev/senda/internal/identity"
	"github.com/senda-dev/senda/internal/jsonata"
)

// The kinds of events that Senda itself understands. Their contracts fix the
// names of the fields read here.
const (
	KindAsked      = "consent.asked"
	KindGranted    = "consent.granted"
	KindWithdrawn  = "consent.withdrawn"
	KindObjected   = "consent.objected"
	KindErased     = "person.erased"
	KindCareOpened = "care.opened"
	KindCareClosed = "care.closed"
	KindOrder      = "order.completed"
)

// importSource is the source, or the first word of it, of events that a list
// brought and no person caused: "import", "import.legacy-crm".
const importSource = "import"

func imported(source string) bool {
	first, _, _ := strings.Cut(source, ".")
	return first == importSource
}

// learned is the person with the attributes that the event teaches, each only
// if the event is later than the one that taught what is known. Of two at one
// instant the greater text stands, so that the order of arrival cannot matter.
func learned(p senda.Person, c *Contract, e senda.Event, knownZone func(string) bool) (senda.Person, []Note) {
	var notes []Note
	var attributes map[string]senda.Attribute
	learn := func(name string, v jsonata.Value) {
		if v.Kind() == jsonata.KindNothing {
			return
		}
		if name == identity.AttributeZone && v.Kind() != jsonata.KindNull && (v.Kind() != jsonata.KindString || !knownZone(v.Str())) {
			notes = append(notes, NoteZone)
			return
		}
		if attributes == nil {
			attributes = maps.Clone(p.Attributes)
			if attributes == nil {
				attributes = map[string]senda.Attribute{}
			}
		}
		was, known := attributes[name]
		if known && (was.Time.After(e.Time) || was.Time.Equal(e.Time) && was.Value.String() >= v.String()) {
			return
		}
		attributes[name] = senda.Attribute{Value: v, Time: e.Time}
	}
	if address := e.Identifiers[identity.Email]; address != "" {
		learn(identity.AttributeEmail, jsonata.String(address))
	}
	for _, l := range c.Teaches {
		learn(l.Attribute, at(e.Data, l.Value))
	}
	if attributes != nil {
		p.Attributes = attributes
		p = identity.Mirrored(p)
	}
	return p, notes
}

// agree takes in what the event says about consent and care.
func agree(d *consent.Draft, rules *consent.Rules, c *Contract, e senda.Event) error {
	data := e.Data
	change := consent.Change{
		Time: e.Time, Import: imported(e.Source) || data.Get("source").Str() == importSource,
		By: e.Source, Source: data.Get("source").Str(),
		Form: data.Get("form").Str(), Wording: data.Get("wording").Str(), Language: data.Get("language").Str(),
		Evidence: data.Get("evidence").Str(),
	}
	if change.Evidence == "" {
		change.Evidence = e.Source + " " + e.ID
	}
	if c.Alive && !change.Import {
		d.Alive(e.Time)
	}
	switch e.Kind {
	case KindAsked, KindGranted:
		return grant(d, rules, e, change)
	case KindWithdrawn, KindObjected:
		return withdraw(d, rules, e, change)
	case KindCareOpened, KindCareClosed:
		d.Care(e.Kind == KindCareOpened, e.Time)
	case KindOrder:
		if !change.Import {
			d.Purchase(rules.Brand(c.brand(data)), change)
		}
	case KindErased:
		d.Erase()
	}
	return nil
}

func grant(d *consent.Draft, rules *consent.Rules, e senda.Event, change consent.Change) error {
	p, ok := rules.Purpose(e.Data.Get("brand").Str(), e.Data.Get("purpose").Str())
	if !ok {
		return refuse(UnknownPurpose, "no brand has this purpose")
	}
	if e.Data.Get("basis").Str() == string(senda.BasisCustomer) {
		// A source that knows of a purchase and not of a word of the person's.
		if e.Kind == KindGranted {
			d.Purchase([]consent.Purpose{p}, change)
		}
		return nil
	}
	change.Scope, change.State = p.Scope(), senda.ConsentAsked
	confirmed := e.Data.Get("confirmed").Bool()
	if e.Kind == KindGranted && (!p.Twice || confirmed) {
		change.State = senda.ConsentGranted
		if confirmed {
			change.Confirmed = e.Time
		}
	}
	d.Set(change)
	return nil
}

// withdraw reads how far a withdrawal or an objection reaches: as far as the
// event says, or else as far as the names that it gives.
func withdraw(d *consent.Draft, rules *consent.Rules, e senda.Event, change consent.Change) error {
	brand, purpose := e.Data.Get("brand").Str(), e.Data.Get("purpose").Str()
	level := consent.LevelBrand
	switch reach := e.Data.Get("reach").Str(); {
	case e.Kind == KindObjected && e.Data.Get("profiling").Bool():
		level = consent.LevelProfiling
	case reach == "family":
		level = consent.LevelFamily
	case reach == "everything":
		level = consent.LevelEverything
	case reach == "purpose", reach == "" && purpose != "":
		level = consent.LevelTopic
	}
	change.State = senda.ConsentWithdrawn
	if e.Kind == KindObjected {
		change.State = senda.ConsentObjected
	}
	if err := d.Withdraw(rules, level, brand, purpose, change); err != nil {
		return refuse(UnknownPurpose, "no brand has this purpose")
	}
	return nil
}

// opens says whether an asking starts a double opt-in; any other event may start
// what it likes.
func opens(h *senda.ConsentHead, rules *consent.Rules, e senda.Event) bool {
	if e.Kind != KindAsked {
		return true
	}
	p, ok := rules.Purpose(e.Data.Get("brand").Str(), e.Data.Get("purpose").Str())
	return ok && consent.Opens(h.Standing(p.Scope()), e.Time)
}
