package town

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"time"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/data/cdnow"
	"github.com/senda-dev/senda/internal/jsonata"
)

// Source is the name under which the town's shop tells events, MarketSource that of
// the lists of a market place: what a list brings makes nobody a customer of ours.
const (
	Source       = "shop.demo"
	MarketSource = "import.market.demo"
)

// History is everything that happens in the town whatever we do, in order of
// time. Events of one instant keep the order of the people.
func History(people []Person) []senda.Event {
	var out []senda.Event
	for _, p := range people {
		out = append(out, p.history()...)
	}
	slices.SortStableFunc(out, func(a, b senda.Event) int { return a.Time.Compare(b.Time) })
	return out
}

type member = jsonata.Member

func text(k, v string) member           { return member{Key: k, Value: jsonata.String(v)} }
func number(k string, v float64) member { return member{Key: k, Value: jsonata.Number(v)} }
func object(k string, m ...member) member {
	return member{Key: k, Value: jsonata.Object(m...)}
}

// event is one of the person's, with an id of its own.
func (p Person) event(kind, id string, at time.Time, data ...member) senda.Event {
	return senda.Event{
		Source: Source, ID: kind + ":" + p.Number + ":" + id, Kind: kind, Time: at,
		Identifiers: map[string]string{"customer": p.Number}, Data: jsonata.Object(data...),
	}
}

func (p Person) history() []senda.Event {
	first := p.when(0)
	out := []senda.Event{p.told(first.Add(-20 * time.Minute))}
	out = append(out, p.event("customer.registered", "1", p.Registers(), text("brand", "cellar"), text("form", "checkout-v7"), member{Key: "newsletter", Value: jsonata.Bool(p.wants())}))
	out = append(out, p.consents()...)
	for i := range p.Orders {
		out = append(out, p.order(i))
		if draw(p.Number, "basket", i) < 0.5 {
			// Most orders were a basket first, for an hour or two.
			at := p.when(i).Add(-time.Duration(20+draw(p.Number, "browses", i)*90) * time.Minute)
			out = append(out, p.basket(fmt.Sprintf("o%d", i), at, cents(p.Orders[i].Cents)))
		}
	}
	return append(out, p.leftStanding()...)
}

// wants says whether somebody ticked the box of the newsletter.
func (p Person) wants() bool { return p.Consent != Refused && p.Consent != SoftOptIn }

// when is the instant of an order: its day is real, its hour is not.
func (p Person) when(i int) time.Time {
	return hour(p.Orders[i].Date, draw(p.Number, "order hour", p.Orders[i].Line), draw(p.Number, "order minute", p.Orders[i].Line))
}

// told is what the shop knows of the person.
func (p Person) told(at time.Time) senda.Event {
	data := []member{text("first-name", p.First), text("last-name", p.Last), text("favourite", p.Favourite)}
	for _, m := range []member{text("email", p.Address), text("locale", p.Locale), text("country", p.Country), text("postal-code", p.Postal), text("zone", p.Zone)} {
		if m.Value.Str() != "" {
			data = append(data, m)
		}
	}
	e := p.event("customer.updated", "1", at, data...)
	if p.Address != "" {
		e.Identifiers["email"] = p.Address
	}
	return e
}

// consents are the words of the person about being mailed. Whoever registers
// after the opening confirms by a mail of ours, or does not: see Reactions.
func (p Person) consents() []senda.Event {
	language := "en"
	if len(p.Locale) >= 2 && p.Locale[:2] == "es" {
		language = "es"
	}
	word := func(kind, purpose, brand string, at time.Time, more ...member) senda.Event {
		return p.event(kind, brand+":"+purpose+at.Format(":20060102"), at, append([]member{
			text("brand", brand), text("purpose", purpose),
			text("source", "form"), text("form", "checkout-v7"), text("wording", "12"), text("language", language),
		}, more...)...)
	}
	// The words come before the account, which starts the mail that asks to confirm.
	asked := p.Registers().Add(-time.Second)
	confirmed := asked.Add(time.Duration(3+draw(p.Number, "confirms")*600) * time.Minute)
	var out []senda.Event
	grant := func(brand, purpose string) {
		out = append(out, word("consent.asked", purpose, brand, asked))
		if !p.Guest {
			out = append(out, word("consent.granted", purpose, brand, confirmed, member{Key: "confirmed", Value: jsonata.Bool(true)}))
		}
	}
	switch p.Consent {
	case Unconfirmed:
		out = append(out, word("consent.asked", "offers", "cellar", asked))
	case Confirmed, Withdrawn, Objected:
		grant("cellar", "offers")
		if p.Pantry {
			grant("pantry", "offers")
		}
	case Refused:
		out = append(out, word("consent.withdrawn", "offers", "cellar", asked))
	case SoftOptIn:
	}
	switch p.Consent {
	case Withdrawn:
		at := p.WithdrawsAt(asked)
		out = append(out, p.event("consent.withdrawn", "later", at, text("brand", "cellar"), text("purpose", "offers"), text("source", "preferences")))
	case Objected:
		out = append(out, p.event("consent.objected", "profiling", confirmed.AddDate(0, 0, 20), text("brand", "cellar"), text("source", "call"), member{Key: "profiling", Value: jsonata.Bool(true)}))
	default:
	}
	return out
}

func cents(c int64) float64 { return math.Round(float64(c)) / 100 }

// order is one purchase. Its id is the row's, since the sample holds purchases
// that are alike to the cent.
func (p Person) order(i int) senda.Event {
	r := p.Orders[i]
	total := cents(r.Cents)
	margin := math.Round(total*(0.22+0.2*draw(p.Number, "margin", r.Line))*100) / 100
	e := p.event("order.completed", fmt.Sprintf("row-%d", r.Line), p.when(i), object("order",
		text("id", fmt.Sprintf("C-%05d", r.Line)), text("brand", "cellar"), text("channel", pick(draw(p.Number, "channel", r.Line), []weighted[string]{{"web", 8}, {"shop", 1}, {"phone", 1}})),
		text("currency", "USD"), number("total", total), number("margin", margin), number("items", float64(r.CDs)),
		member{Key: "lines", Value: jsonata.Array(p.line(r))},
	))
	if p.Market {
		e.Source = MarketSource
	}
	return e
}

var records = map[string][]string{
	"jazz": {"Blue Hour", "Second Take", "Night Bus"}, "folk": {"Harvest Road", "The Ferry"}, "soul": {"Sunday Best", "Slow Burn"},
	"classical": {"Suites for Cello", "Nocturnes"}, "electronic": {"Low Tide", "Grid"}, "flamenco": {"Compás", "Patio"},
}

func (p Person) line(r cdnow.Row) jsonata.Value {
	shelf := p.Favourite
	if draw(p.Number, "other shelf", r.Line) < 0.3 {
		shelf = pick(draw(p.Number, "which shelf", r.Line), shelves)
	}
	name := one(draw(p.Number, "record", r.Line), records[shelf])
	price := math.Round(cents(r.Cents)/float64(r.CDs)*100) / 100
	return jsonata.Object(text("sku", fmt.Sprintf("CD-%04d", senda.Hash64("sku", shelf, name)%10000)), text("name", name), text("category", shelf), number("quantity", float64(r.CDs)), number("price", price))
}

func (p Person) basket(id string, at time.Time, total float64) senda.Event {
	return p.event("basket.changed", id, at, object("basket",
		text("id", "b-"+p.Number+"-"+id), text("brand", "cellar"), text("currency", "USD"), number("total", total), number("items", math.Max(1, math.Round(total/14)))))
}

// leftStanding are baskets that were filled and left, from October 1997 on: some
// are changed once or twice more, some emptied.
func (p Person) leftStanding() []senda.Event {
	var out []senda.Event
	for month := range 9 {
		if draw(p.Number, "left", month) >= 0.07 {
			continue
		}
		day := time.Date(1997, time.October+time.Month(month), 1+int(draw(p.Number, "left day", month)*28), 0, 0, 0, 0, time.UTC)
		at := hour(day, draw(p.Number, "left hour", month), draw(p.Number, "left minute", month))
		total := math.Round((12+90*draw(p.Number, "left total", month))*100) / 100
		id := fmt.Sprintf("l%d", month)
		out = append(out, p.basket(id, at, total))
		for change := 1; change <= 2 && draw(p.Number, "again", month, change) < 0.4; change++ {
			at = at.Add(time.Duration(5+40*draw(p.Number, "again when", month, change)) * time.Minute)
			total += 14.5
			e := p.basket(id, at, total)
			e.ID = fmt.Sprintf("%s:%d", e.ID, change)
			out = append(out, e)
		}
		if draw(p.Number, "emptied", month) < 0.15 {
			out = append(out, p.event("basket.emptied", id, at.Add(35*time.Minute), object("basket", text("id", "b-"+p.Number+"-"+id))))
		}
	}
	slices.SortFunc(out, func(a, b senda.Event) int { return cmp.Compare(a.Time.UnixNano(), b.Time.UnixNano()) })
	return out
}
