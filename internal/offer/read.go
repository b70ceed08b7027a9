package offer

import (
	"strconv"
	"strings"

	"github.com/senda-dev/senda/internal/calendar"
	"github.com/senda-dev/senda/internal/decode"
	"github.com/senda-dev/senda/internal/diag"
	"github.com/senda-dev/senda/internal/money"
	"github.com/senda-dev/senda/internal/outline"
)

// Keys are the keys of offers.yaml.
func Keys() []string { return []string{"slots", "offers"} }

// SlotKeys are the keys of a slot.
func SlotKeys() []string { return []string{"note", "offers", "fallback"} }

// KeysOfOffer are the keys of an offer.
func KeysOfOffer() []string {
	return []string{
		"note", "brand", "if", "value", "cost", "per-person", "total", "budget", "valid", "code", "title", "text", "terms",
	}
}

type reader struct{ *decode.Reader }

// Read reads offers.yaml. The book is never nil. Whether brands exist is for
// package check.
func Read(file string, src []byte) (*Book, diag.List) {
	root, found := outline.Read(file, src)
	r := reader{&decode.Reader{Found: found}}
	b := &Book{}
	m, ok := r.Map(root, "offers.yaml", Keys())
	if !ok {
		return b, r.Found
	}
	for _, e := range r.Named(m.Node("offers"), "offers") {
		b.Offers = append(b.Offers, r.offer(e))
	}
	for _, e := range r.Named(m.Node("slots"), "slots") {
		b.Slots = append(b.Slots, r.slot(b, e))
	}
	return b, r.Found
}

func (r reader) slot(b *Book, e outline.Entry) Slot {
	s := Slot{Name: e.Key}
	m, ok := r.Map(e.Value, "a slot", SlotKeys())
	if !ok {
		return s
	}
	m.Require(e.Key.Pos, "offers")
	s.Note, s.Fallback = m.Words("note"), m.Name("fallback")
	if m.Has("offers") {
		s.Offers = m.Names("offers")
	}
	for _, o := range s.Offers {
		r.known(b, o)
	}
	if !s.Fallback.IsZero() {
		o, ok := r.known(b, s.Fallback)
		if ok && (o.If != nil || o.Total > 0 || o.PerPerson.N > 0 || o.Budget.Money.Minor > 0) {
			r.Add(diag.CapTooWide.At(s.Fallback.Pos, "the fallback %q has a condition or a limit of its own, so that it may not be there when it is needed", s.Fallback.Value).
				Try("name an offer that everybody may always have"))
		}
	}
	return s
}

func (r reader) known(b *Book, name diag.Text) (Offer, bool) {
	o, ok := b.Offer(name.Value)
	if !ok {
		r.Add(diag.UnknownOffer.At(name.Pos, "there is no offer called %q", name.Value).
			Try("%s", diag.DidYouMean(name.Value, b.Names())).Try("the offers are %s", diag.Words(b.Names(), 12)))
	}
	return o, ok
}

func (r reader) offer(e outline.Entry) Offer {
	o := Offer{Name: e.Key}
	m, ok := r.Map(e.Value, "an offer", KeysOfOffer())
	if !ok {
		return o
	}
	m.Require(e.Key.Pos, "brand", "value", "cost", "title")
	o.Note, o.Brand, o.If = m.Words("note"), m.Name("brand"), m.Expr("if")
	o.Value, o.Cost = r.amount(m, "value"), r.amount(m, "cost")
	o.PerPerson, o.Total = r.limit(m), m.Count("total")
	o.Budget = r.budget(m)
	o.Valid, o.Code = m.Span("valid"), m.Text("code").Value
	o.Title, o.Text, o.Terms = r.texts(m, "title"), r.texts(m, "text"), r.texts(m, "terms")
	if b, c := o.Budget.Money, o.Cost; b.Minor > 0 && c.Currency == b.Currency && b.Minor < c.Minor {
		r.Add(diag.BudgetTooSmall.At(m.PosOf("budget"), "a budget of %s does not pay one offer of %s", b, c))
	}
	for _, other := range []money.Money{o.Cost, o.Budget.Money} {
		if o.Value.Currency != "" && other.Currency != "" && other.Currency != o.Value.Currency {
			r.Add(diag.BadCurrency.At(e.Key.Pos, "value, cost and budget of an offer have one currency, and %s has %s and %s", e.Key.Value, o.Value.Currency, other.Currency))
			break
		}
	}
	return o
}

func (r reader) amount(m decode.Map, key string) money.Money {
	v := m.Money(key)
	if v.Minor < 0 {
		r.Add(diag.BadMoney.At(m.PosOf(key), "%s cannot be less than nothing", key))
	}
	return v
}

const limitHelp = "write 1 in 90 days, or 1 for once and for all"

func (r reader) limit(m decode.Map) Limit {
	t := m.Text("per-person")
	if t.IsZero() {
		return Limit{}
	}
	number, _, in := strings.Cut(t.Value, " in ")
	n, err := strconv.Atoi(number)
	if err != nil || n < 1 || strconv.Itoa(n) != number {
		r.Add(diag.BadCount.At(t.Pos, "%q is not a limit", t.Value).Try(limitHelp))
		return Limit{}
	}
	if !in {
		return Limit{N: n}
	}
	return Limit{N: n, In: r.span(t, len(number)+len(" in "))}
}

// span reads the length of time that t holds from a byte on.
func (r reader) span(t diag.Text, from int) calendar.Span {
	s, err := calendar.ParseSpan(t.Value[from:])
	if err != nil {
		r.Add(decode.BadTime(t, from, err))
	}
	return s
}

func (r reader) budget(m decode.Map) Budget {
	t := m.Text("budget")
	if t.IsZero() {
		return Budget{}
	}
	amount, _, in := strings.Cut(t.Value, " in ")
	v, err := money.Parse(amount)
	if err != nil || v.Minor <= 0 {
		r.Add(diag.BadMoney.At(t.At(0, len(amount)), "%q is not a budget", t.Value).Try("write 2000 EUR, or 2000 EUR in 30 days"))
		return Budget{}
	}
	b := Budget{Money: v}
	if in {
		b.In = r.span(t, len(amount)+len(" in "))
	}
	return b
}

// texts reads a text per language, or one for every language, which is under "".
func (r reader) texts(m decode.Map, key string) map[string]string {
	n := m.Node(key)
	if n == nil {
		return nil
	}
	if n.Kind != outline.Map {
		if t := m.Words(key); !t.IsZero() {
			return map[string]string{"": t.Value}
		}
		return nil
	}
	out := map[string]string{}
	for _, e := range n.Entries {
		if e.Value.Kind == outline.Block {
			out[e.Key.Value] = e.Value.Text.Value
		} else if t := r.Text(e.Value, key); !t.IsZero() {
			out[e.Key.Value] = t.Value
		}
	}
	return out
}
