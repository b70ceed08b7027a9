package consent

import (
	"slices"
	"time"

	senda "github.com/senda-dev/senda"
)

// Purpose is what today's rules say of one purpose of a brand.
type Purpose struct {
	Controller, Brand, Family, Name string
	Class                           senda.Class
	// Consent and Customer are the bases that marketing may rest on.
	Consent, Customer bool
	// Twice says that a consent counts only once it was confirmed (double opt-in).
	Twice bool
}

// Scope is that of the purpose over e-mail.
func (p Purpose) Scope() senda.Scope {
	return senda.Scope{Controller: p.Controller, Brand: p.Brand, Purpose: p.Name, Channel: Email}
}

// Rules are today's purposes of all brands and what their wordings name. They
// apply to everybody at once and are never pinned. Immutable once made.
type Rules struct {
	all     []Purpose
	brands  map[string][]Purpose
	members map[string][]string // family -> its controllers
	names   map[string][]string // wording -> the legal entities it names
}

// NewRules makes rules of all purposes. wordings says of each wording of a
// consent which legal entities it names; one that is missing names only the
// controller of the brand that asked.
func NewRules(purposes []Purpose, wordings map[string][]string) *Rules {
	r := &Rules{all: slices.Clone(purposes), brands: map[string][]Purpose{}, members: map[string][]string{}, names: wordings}
	for _, p := range r.all {
		r.brands[p.Brand] = append(r.brands[p.Brand], p)
		if !slices.Contains(r.members[p.Family], p.Controller) {
			r.members[p.Family] = append(r.members[p.Family], p.Controller)
		}
	}
	return r
}

// Brand lists the purposes of a brand, none when there is no such brand.
func (r *Rules) Brand(brand string) []Purpose { return r.brands[brand] }

// Purpose finds a purpose of a brand.
func (r *Rules) Purpose(brand, name string) (Purpose, bool) {
	for _, p := range r.brands[brand] {
		if p.Name == name {
			return p, true
		}
	}
	return Purpose{}, false
}

// Ground is on what a mail of a purpose may rest.
type Ground struct {
	// Basis is none for marketing that must not leave. Service and transactional
	// mail needs none.
	Basis senda.Basis
	// Standing is what decided: of the scope itself, of a wider withdrawal, or of
	// the brand of the family whose wording named everyone (Through).
	Standing senda.Standing
	Through  string
	// Withdrawn says that the person withdrew or objected, Paused that they asked
	// for a pause that lasts: no basis, and the reason is theirs.
	Withdrawn bool
	Paused    bool
}

// Ground finds on what a mail of a brand's purpose may rest at an instant. An
// unknown purpose rests on nothing.
func (r *Rules) Ground(h *senda.ConsentHead, brand, purpose string, at time.Time) Ground {
	p, ok := r.Purpose(brand, purpose)
	if !ok || h.Erased {
		return Ground{}
	}
	g := r.ground(h, p)
	if g.Basis != senda.BasisNone && p.Class == senda.Marketing && at.Before(h.PausedUntil) {
		g.Basis, g.Paused = senda.BasisNone, true
	}
	return g
}

func (r *Rules) ground(h *senda.ConsentHead, p Purpose) Ground {
	scope := p.Scope()
	own := h.Standing(scope)
	for _, over := range h.Standings {
		if wide(over.Scope) && covers(over.Scope, scope) && compare(over, own) > 0 {
			own = over
		}
	}
	g := Ground{Standing: own}
	switch {
	case negative(own.State):
		g.Withdrawn = true
		return g
	case own.State == senda.ConsentGranted && p.Consent:
		g.Basis = senda.BasisConsent
		return g
	}
	if st, ok := r.through(h, p); ok {
		return Ground{Basis: senda.BasisConsent, Standing: st, Through: st.Scope.Brand}
	}
	if own.Basis == senda.BasisCustomer && p.Customer {
		g.Basis = senda.BasisCustomer
	}
	return g
}

// through finds a consent to the same purpose that was given to another brand of
// the family in words that named every legal entity of it.
func (r *Rules) through(h *senda.ConsentHead, p Purpose) (senda.Standing, bool) {
	if !p.Consent {
		return senda.Standing{}, false
	}
	for _, st := range h.Standings {
		if st.State != senda.ConsentGranted || st.Scope.Purpose != p.Name || st.Scope.Channel != Email || st.Scope.Brand == p.Brand {
			continue
		}
		other, ok := r.Purpose(st.Scope.Brand, st.Scope.Purpose)
		if ok && other.Family == p.Family && other.Controller == st.Scope.Controller && r.everyone(st.Wording, p.Family) {
			return st, true
		}
	}
	return senda.Standing{}, false
}

// everyone says that a wording named every legal entity of a family.
func (r *Rules) everyone(wording, family string) bool {
	named, ok := r.names[wording]
	if !ok {
		return false
	}
	for _, controller := range r.members[family] {
		if !slices.Contains(named, controller) {
			return false
		}
	}
	return true
}
