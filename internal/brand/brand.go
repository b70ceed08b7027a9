// Package brand holds what brands.yaml says: the families with their rules
// (quiet hours, caps, control group), the brands with what the law wants to be
// said in a mail, and the purposes with their class and basis. These are today's
// rules for everybody: no journey pins them.
package brand

import (
	"slices"
	"time"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/calendar"
	"github.com/senda-dev/senda/internal/diag"
	"github.com/senda-dev/senda/internal/guard"
	"github.com/senda-dev/senda/internal/journey"
	"github.com/senda-dev/senda/internal/money"
)

// Book is one brands.yaml. Families and brands are in the order of the file.
type Book struct {
	Families []*Family
	Brands   []*Brand
}

// Family is brands that share what a person may be asked to bear.
type Family struct {
	Name diag.Text
	Note diag.Text
	// Zone is where the family lives: the zone of people of whom nothing is known,
	// of schedules and of dates that a journey runs.
	Zone *time.Location
	// Quiet are the windows in which no mail of class marketing or service leaves.
	Quiet []calendar.Window
	// Closed are the days on which none leaves.
	Closed []ClosedDay
	// HoldAtMost is how long such a mail may be held before it is refused.
	HoldAtMost calendar.Span
	Caps       []guard.Cap
	// Control is the share of people who get no marketing of the family at all.
	Control journey.Share
	// Sunset stops marketing after so long without a human sign of life; zero:
	// never.
	Sunset calendar.Span
	// Currencies are those in which the family takes money; the first is the one
	// of reports.
	Currencies []money.Currency
}

// ClosedDay is a day of every year (Year 0), of one year, or of every week.
type ClosedDay struct {
	Year       int
	Month      time.Month
	Day        int
	Weekly     bool
	Weekday    time.Weekday
	writtenDay string
}

// Holds says whether d is such a day.
func (c ClosedDay) Holds(d calendar.Date) bool {
	if c.Weekly {
		return d.Weekday() == c.Weekday
	}
	return d.Month == c.Month && d.Day == c.Day && (c.Year == 0 || c.Year == d.Year)
}

// String is the day as written.
func (c ClosedDay) String() string { return c.writtenDay }

// Brand is what people know.
type Brand struct {
	Name   diag.Text
	Note   diag.Text
	Family string
	// Title is how a mail calls it: "The Cellar".
	Title string
	// Controller is the legal entity that answers for the data; Post its address.
	Controller string
	Post       string
	// From is the sender of marketing, FromService of the other classes, Reply
	// where an answer is read by a person. Mailboxes as in RFC 5322.
	From, FromService, Reply string
	// Languages are tags such as "es" or "es-MX"; the first is the default.
	Languages []string
	// OneClick is what one click withdraws from.
	OneClick OneClick
	Purposes []Purpose
}

// OneClick is what the one-click link of a mail withdraws from.
type OneClick string

// The reaches of one click.
const (
	OneClickBrand   OneClick = "brand"   // all marketing of the brand
	OneClickPurpose OneClick = "purpose" // the purpose of the mail
)

// Purpose is what mails are for.
type Purpose struct {
	Name  diag.Text
	Note  diag.Text
	Class senda.Class
	// Basis are the grounds that are accepted, for marketing only.
	Basis []senda.Basis
	// ConfirmTwice asks for double opt-in: a consent counts once it is confirmed.
	ConfirmTwice bool
}

// Family finds a family by name.
func (b *Book) Family(name string) (*Family, bool) {
	i := slices.IndexFunc(b.Families, func(f *Family) bool { return f.Name.Value == name })
	if i < 0 {
		return nil, false
	}
	return b.Families[i], true
}

// Brand finds a brand by name.
func (b *Book) Brand(name string) (*Brand, bool) {
	i := slices.IndexFunc(b.Brands, func(x *Brand) bool { return x.Name.Value == name })
	if i < 0 {
		return nil, false
	}
	return b.Brands[i], true
}

// FamilyOf finds the family of a brand.
func (b *Book) FamilyOf(brand string) (*Family, bool) {
	x, ok := b.Brand(brand)
	if !ok {
		return nil, false
	}
	return b.Family(x.Family)
}

// BrandNames are the names of the brands, in the order of the file.
func (b *Book) BrandNames() []string {
	out := make([]string, 0, len(b.Brands))
	for _, x := range b.Brands {
		out = append(out, x.Name.Value)
	}
	return out
}

// InFamily are the names of the brands of a family, in the order of the file.
func (b *Book) InFamily(family string) []string {
	var out []string
	for _, x := range b.Brands {
		if x.Family == family {
			out = append(out, x.Name.Value)
		}
	}
	return out
}

// Purpose finds a purpose of the brand by name.
func (x *Brand) Purpose(name string) (Purpose, bool) {
	for _, p := range x.Purposes {
		if p.Name.Value == name {
			return p, true
		}
	}
	return Purpose{}, false
}

// PurposeNames are the names of the brand's purposes, in the order of the file.
func (x *Brand) PurposeNames() []string {
	out := make([]string, 0, len(x.Purposes))
	for _, p := range x.Purposes {
		out = append(out, p.Name.Value)
	}
	return out
}

// Sender is the mailbox from which mail of a class leaves.
func (x *Brand) Sender(c senda.Class) string {
	if c != senda.Marketing && x.FromService != "" {
		return x.FromService
	}
	return x.From
}

// Opening is when the family sends mail that obeys quiet hours, narrowed to a
// mail's own window; the zero window narrows nothing.
func (f *Family) Opening(w calendar.Window) calendar.Opening {
	var quiet calendar.Week
	for _, q := range f.Quiet {
		quiet = quiet.Union(q.Week())
	}
	week := quiet.Complement()
	if !w.IsZero() {
		week = week.Intersect(w.Week())
	}
	return calendar.Opening{Week: week, Closed: f.ClosedOn}
}

// ClosedOn says whether the family sends nothing on a day.
func (f *Family) ClosedOn(d calendar.Date) bool {
	return slices.ContainsFunc(f.Closed, func(c ClosedDay) bool { return c.Holds(d) })
}

// Currency says whether the family takes money in c.
func (f *Family) Currency(c money.Currency) bool { return slices.Contains(f.Currencies, c) }
