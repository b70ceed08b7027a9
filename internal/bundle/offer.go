package bundle

import "github.com/senda-dev/senda/internal/calendar"

// Slot is a place of the journey where one of several offers is chosen, pinned.
type Slot struct {
	Name string `json:"name"`
	// Offers are the names of the candidates, in the author's order.
	Offers []string `json:"offers"`
	// Fallback is chosen when no candidate is eligible; empty for none.
	Fallback string `json:"fallback,omitempty"`
}

// Offer is something that a person may get, pinned. Money is in minor units of
// Currency.
type Offer struct {
	Name  string `json:"name"`
	Brand string `json:"brand"`
	// If is the condition of who may have it, emitted; empty for everybody.
	If       string `json:"if,omitempty"`
	Currency string `json:"currency"`
	Value    int64  `json:"value"`
	Cost     int64  `json:"cost"`
	// PerPerson bounds how many one person gets in PerPersonIn (in all when that is
	// zero), Total how many there are in all; 0 is no bound.
	PerPerson   int           `json:"per-person,omitempty"`
	PerPersonIn calendar.Span `json:"per-person-in,omitzero"`
	Total       int           `json:"total,omitempty"`
	// Budget bounds the sum of costs in BudgetIn, in all when that is zero; 0 is
	// no bound.
	Budget   int64         `json:"budget,omitempty"`
	BudgetIn calendar.Span `json:"budget-in,omitzero"`
	// Valid is how long the person may use it; zero: no end is said.
	Valid calendar.Span `json:"valid,omitzero"`
	Code  string        `json:"code,omitempty"`
	// Title, Text and Terms are what mails show, by language.
	Title map[string]string `json:"title,omitempty"`
	Text  map[string]string `json:"text,omitempty"`
	Terms map[string]string `json:"terms,omitempty"`
}

// Slot finds a slot by its name.
func (b *Bundle) Slot(name string) (Slot, bool) {
	for _, s := range b.Slots {
		if s.Name == name {
			return s, true
		}
	}
	return Slot{}, false
}

// Offer finds an offer by its name.
func (b *Bundle) Offer(name string) (Offer, bool) {
	for _, o := range b.Offers {
		if o.Name == name {
			return o, true
		}
	}
	return Offer{}, false
}
