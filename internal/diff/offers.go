package diff

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/senda-dev/senda/internal/bundle"
	"github.com/senda-dev/senda/internal/calendar"
	"github.com/senda-dev/senda/internal/money"
)

// offers compares the slots of the journey and the offers that they may give.
func (j *Journey) offers(was, is *bundle.Bundle) {
	for _, s := range is.Slots {
		before, ok := was.Slot(s.Name)
		if !ok {
			j.add("slot", s.Name, added, "gives "+gives(s))
		} else if a, b := gives(before), gives(s); a != b {
			j.add("slot", s.Name, altered, fromTo("gives", a, b))
		}
	}
	for _, s := range was.Slots {
		if _, ok := is.Slot(s.Name); !ok {
			j.add("slot", s.Name, removed, "is asked no more")
		}
	}
	for _, o := range is.Offers {
		before, ok := was.Offer(o.Name)
		if !ok {
			j.add("offer", o.Name, added, offer(is, o))
			continue
		}
		j.offer(was, is, before, o)
	}
	for _, o := range was.Offers {
		if _, ok := is.Offer(o.Name); !ok {
			j.add("offer", o.Name, removed, "is given no more")
		}
	}
}

func gives(s bundle.Slot) string {
	text := strings.Join(s.Offers, ", ")
	if s.Fallback != "" {
		text += ", or else " + s.Fallback
	}
	return text
}

func (j *Journey) offer(was, is *bundle.Bundle, a, b bundle.Offer) {
	var said []string
	for _, part := range []struct{ name, before, after string }{
		{"brand", a.Brand, b.Brand},
		{"for whom", whom(was, a), whom(is, b)},
		{"value", amount(a.Value, a.Currency), amount(b.Value, b.Currency)},
		{"cost", amount(a.Cost, a.Currency), amount(b.Cost, b.Currency)},
		{"for one person", bound(a.PerPerson, a.PerPersonIn), bound(b.PerPerson, b.PerPersonIn)},
		{"in all", bound(a.Total, calendar.Span{}), bound(b.Total, calendar.Span{})},
		{"budget", budget(a), budget(b)},
		{"valid", span(a.Valid), span(b.Valid)},
		{"code", a.Code, b.Code},
	} {
		if part.before != part.after {
			said = append(said, fromTo(part.name, part.before, part.after))
		}
	}
	if !reflect.DeepEqual([]map[string]string{a.Title, a.Text, a.Terms}, []map[string]string{b.Title, b.Text, b.Terms}) {
		said = append(said, "it is worded otherwise")
	}
	if len(said) > 0 {
		j.add("offer", b.Name, altered, strings.Join(said, "; "))
	}
}

func offer(b *bundle.Bundle, o bundle.Offer) string {
	return fmt.Sprintf("value %s, cost %s, for %s", amount(o.Value, o.Currency), amount(o.Cost, o.Currency), whom(b, o))
}

func whom(b *bundle.Bundle, o bundle.Offer) string {
	if o.If == "" {
		return "everybody"
	}
	return condition(b, o.If)
}

func amount(minor int64, currency string) string {
	return money.Money{Minor: minor, Currency: money.Currency(currency)}.String()
}

func bound(n int, in calendar.Span) string {
	if n == 0 {
		return "no bound"
	}
	text := grouped(n)
	if !in.IsZero() {
		text += " in " + in.String()
	}
	return text
}

func budget(o bundle.Offer) string {
	if o.Budget == 0 {
		return "no bound"
	}
	text := amount(o.Budget, o.Currency)
	if !o.BudgetIn.IsZero() {
		text += " in " + o.BudgetIn.String()
	}
	return text
}

func span(s calendar.Span) string {
	if s.IsZero() {
		return "without end"
	}
	return s.String()
}
