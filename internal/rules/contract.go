package rules

import (
	"iter"

	"github.com/senda-dev/senda/events"
	"github.com/senda-dev/senda/internal/intake"
	"github.com/senda-dev/senda/internal/jsonata"
	"github.com/senda-dev/senda/internal/profile"
)

// acts are the kinds of events that a person causes themselves: a sign of life.
var acts = map[string]bool{
	"order.completed": true, "basket.changed": true, "basket.emptied": true, "consent.granted": true, "mail.answered": true,
}

// contract is what intake asks of a published contract. The timeline keeps what
// the contract names and does not mark as personal: facts need no more.
func contract(c *events.Contract, book *profile.Book) *intake.Contract {
	out := &intake.Contract{
		Kind: c.Kind, Lateness: c.Lateness.Longest(), Timeline: c.WithoutPersonal, Public: c.WithoutPersonal,
		Alive: acts[c.Kind], Brand: find(c.Root, "brand"),
		Check: func(data jsonata.Value) string {
			if breaches := c.Validate(data.AppendJSON(nil)); len(breaches) > 0 {
				return breaches[0].String()
			}
			return ""
		},
	}
	if paths := amounts(c.Root, nil); len(paths) > 0 {
		out.Amounts = func(data jsonata.Value) iter.Seq[intake.Amount] {
			return func(yield func(intake.Amount) bool) {
				for _, p := range paths {
					if !each(data, p, p.path, jsonata.Nothing, yield) {
						return
					}
				}
			}
		}
	}
	for _, a := range book.Attributes {
		if a.Event.Value == c.Kind {
			out.Teaches = append(out.Teaches, intake.Lesson{Attribute: a.Name.Value, Value: a.Field})
		}
	}
	return out
}

// find is the path of the first field of a name, nil without one.
func find(f events.Field, name string) []string {
	for _, g := range f.Fields {
		if g.Name == name {
			return []string{name}
		}
	}
	for _, g := range f.Fields {
		if rest := find(g, name); rest != nil {
			return append([]string{g.Name}, rest...)
		}
	}
	return nil
}

// amount is where a contract has an amount of money.
type amount struct {
	path     []string // of the object that holds it, lists looked through
	value    string
	currency string
	signed   bool
}

func amounts(f events.Field, path []string) []amount {
	var out []amount
	for _, g := range f.Fields {
		if g.Currency != "" {
			out = append(out, amount{path: path, value: g.Name, currency: g.Currency, signed: g.Signed})
			continue
		}
		inner := append(append([]string(nil), path...), g.Name)
		out = append(out, amounts(g, inner)...)
		if g.Items != nil {
			out = append(out, amounts(*g.Items, inner)...)
		}
	}
	return out
}

// each yields the amounts of one place, in each element of the lists on the way.
// A line without a currency of its own is in that of the order around it.
func each(v jsonata.Value, a amount, path []string, currency jsonata.Value, yield func(intake.Amount) bool) bool {
	if v.Kind() == jsonata.KindArray {
		for _, item := range v.Elements() {
			if !each(item, a, path, currency, yield) {
				return false
			}
		}
		return true
	}
	if own := v.Get(a.currency); own.Kind() != jsonata.KindNothing {
		currency = own
	}
	if len(path) > 0 {
		return each(v.Get(path[0]), a, path[1:], currency, yield)
	}
	if v.Get(a.value).Kind() == jsonata.KindNothing {
		return true
	}
	return yield(intake.Amount{Value: v.Get(a.value), Currency: currency, Signed: a.signed})
}
