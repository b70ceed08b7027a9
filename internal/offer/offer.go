// Package offer holds what offers.yaml says: the offers with who may have them,
// what they are worth and cost and how many there are, and the slots from which
// journeys choose.
package offer

import (
	"slices"

	"github.com/senda-dev/senda/internal/calendar"
	"github.com/senda-dev/senda/internal/diag"
	"github.com/senda-dev/senda/internal/journey"
	"github.com/senda-dev/senda/internal/money"
)

// Book is one offers.yaml, in the order of the file.
type Book struct {
	Slots  []Slot
	Offers []Offer
}

// Slot is a place where one of several offers is chosen.
type Slot struct {
	Name diag.Text
	Note diag.Text
	// Offers are the candidates; the choice among those eligible is learned.
	Offers []diag.Text
	// Fallback is chosen when no candidate is eligible; "" for none: then nothing
	// is chosen. It has no condition and no limit of its own.
	Fallback diag.Text
}

// Offer is something that a person may get.
type Offer struct {
	Name  diag.Text
	Note  diag.Text
	Brand diag.Text
	If    *journey.Expr // over person., consent. and known(); nil: everybody
	// Value is what an offer that is used is expected to bring, before its cost;
	// Cost is what it takes.
	Value, Cost money.Money
	// PerPerson bounds how many one person gets, Total how many there are; 0: no
	// bound.
	PerPerson Limit
	Total     int
	Budget    Budget
	// Valid is how long the person may use it; zero: no end is said.
	Valid calendar.Span
	// Code is what the person types or shows; "" where none is needed.
	Code string
	// Title, Text and Terms are what mails show, by language.
	Title, Text, Terms map[string]string
}

// Limit is at most N in a span; in all when the span is zero.
type Limit struct {
	N  int
	In calendar.Span
}

// Budget bounds the sum of the costs, in each span or in all when it is zero.
type Budget struct {
	Money money.Money
	In    calendar.Span
}

// Slot finds a slot by name.
func (b *Book) Slot(name string) (Slot, bool) {
	i := slices.IndexFunc(b.Slots, func(s Slot) bool { return s.Name.Value == name })
	if i < 0 {
		return Slot{}, false
	}
	return b.Slots[i], true
}

// Offer finds an offer by name.
func (b *Book) Offer(name string) (Offer, bool) {
	i := slices.IndexFunc(b.Offers, func(o Offer) bool { return o.Name.Value == name })
	if i < 0 {
		return Offer{}, false
	}
	return b.Offers[i], true
}

// SlotNames are the names of the slots, in the order of the file.
func (b *Book) SlotNames() []string {
	out := make([]string, 0, len(b.Slots))
	for _, s := range b.Slots {
		out = append(out, s.Name.Value)
	}
	return out
}

// Names are the names of the offers, in the order of the file.
func (b *Book) Names() []string {
	out := make([]string, 0, len(b.Offers))
	for _, o := range b.Offers {
		out = append(out, o.Name.Value)
	}
	return out
}
