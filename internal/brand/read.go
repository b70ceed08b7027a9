package brand

import (
	"net/mail"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/calendar"
	"github.com/senda-dev/senda/internal/decode"
	"github.com/senda-dev/senda/internal/diag"
	"github.com/senda-dev/senda/internal/guard"
	"github.com/senda-dev/senda/internal/money"
	"github.com/senda-dev/senda/internal/outline"
)

// Keys are the keys of brands.yaml.
func Keys() []string { return []string{"families", "brands"} }

// FamilyKeys are the keys of a family.
func FamilyKeys() []string {
	return []string{"note", "zone", "quiet", "closed", "hold-at-most", "caps", "control", "sunset", "currencies"}
}

// KeysOfBrand are the keys of a brand.
func KeysOfBrand() []string {
	return []string{
		"note", "family", "title", "controller", "post", "from", "from-service", "reply", "languages", "one-click", "purposes",
	}
}

// PurposeKeys are the keys of a purpose.
func PurposeKeys() []string { return []string{"note", "class", "basis", "confirm"} }

// DefaultHold is how long a mail is held for quiet hours where nothing is said.
var DefaultHold = calendar.Span{N: 36, Unit: calendar.Hours}

type reader struct{ *decode.Reader }

// Read reads brands.yaml. The book is never nil.
func Read(file string, src []byte) (*Book, diag.List) {
	root, found := outline.Read(file, src)
	r := reader{&decode.Reader{Found: found}}
	b := &Book{}
	m, ok := r.Map(root, "brands.yaml", Keys())
	if !ok {
		return b, r.Found
	}
	m.Require(m.Pos(), "families", "brands")
	for _, e := range r.Named(m.Node("families"), "families") {
		b.Families = append(b.Families, r.family(e))
	}
	for _, e := range r.Named(m.Node("brands"), "brands") {
		b.Brands = append(b.Brands, r.brand(b, e))
	}
	return b, r.Found
}

func (r reader) family(e outline.Entry) *Family {
	f := &Family{Name: e.Key, Zone: time.UTC, HoldAtMost: DefaultHold}
	m, ok := r.Map(e.Value, "a family", FamilyKeys())
	if !ok {
		return f
	}
	m.Require(e.Key.Pos, "zone", "currencies")
	f.Note = m.Words("note")
	if t := m.Text("zone"); !t.IsZero() {
		if loc, ok := calendar.Zone(t.Value); ok {
			f.Zone = loc
		} else {
			r.Add(diag.BadZone.At(t.Pos, "there is no time zone %q", t.Value).Try("write it as Europe/Madrid"))
		}
	}
	for _, n := range r.OneOrMore(m, "quiet") {
		if w := decode.Timed(r.Reader, r.Text(n, "quiet"), calendar.ParseWindow); !w.IsZero() {
			f.Quiet = append(f.Quiet, w)
		}
	}
	if f.Opening(calendar.Window{}).Week.IsEmpty() {
		r.Add(diag.ClosedForEver.At(m.PosOf("quiet"), "these quiet hours leave no minute of the week"))
	}
	for _, n := range r.OneOrMore(m, "closed") {
		if c, ok := r.closed(r.Text(n, "closed")); ok {
			f.Closed = append(f.Closed, c)
		}
	}
	if h := m.Span("hold-at-most"); !h.IsZero() {
		f.HoldAtMost = h
	}
	for _, n := range r.OneOrMore(m, "caps") {
		r.addCap(f, r.Text(n, "caps"))
	}
	f.Control, f.Sunset = m.Share("control"), m.Span("sunset")
	for _, n := range r.OneOrMore(m, "currencies") {
		t := r.Text(n, "currencies")
		switch c := money.Currency(t.Value); {
		case t.IsZero():
		case !c.Valid():
			r.Add(diag.BadCurrency.At(t.Pos, "%q is not a currency", t.Value).Try("write its code in capitals, as EUR"))
		default:
			f.Currencies = append(f.Currencies, c)
		}
	}
	return f
}

const closedHelp = "write 12-25 for every year, 2026-12-24 for one, or sunday"

func (r reader) closed(t diag.Text) (ClosedDay, bool) {
	if t.IsZero() {
		return ClosedDay{}, false
	}
	for d := time.Sunday; d <= time.Saturday; d++ {
		if t.Value == strings.ToLower(d.String()) {
			return ClosedDay{Weekly: true, Weekday: d, writtenDay: t.Value}, true
		}
	}
	written := t.Value
	if len(written) == len("12-25") {
		written = "2000-" + written // a leap year, so that 02-29 is a day
	}
	d, err := calendar.ParseDate(written)
	if err != nil {
		r.Add(diag.BadTime.At(t.Pos, "%q is not a day", t.Value).Try(closedHelp))
		return ClosedDay{}, false
	}
	c := ClosedDay{Year: d.Year, Month: d.Month, Day: d.Day, writtenDay: t.Value}
	if written != t.Value {
		c.Year = 0
	}
	return c, true
}

var capPattern = regexp.MustCompile(`^([1-9][0-9]{0,2}) in ([1-9][0-9]{0,2}) days?(?:, keep ([1-9][0-9]{0,2}) for high)?$`)

// MaxCapDays bounds the days of a cap: as many days of claims are kept.
const MaxCapDays = 90

func (r reader) addCap(f *Family, t diag.Text) {
	if t.IsZero() {
		return
	}
	m := capPattern.FindStringSubmatch(t.Value)
	if m == nil {
		r.Add(diag.BadCount.At(t.Pos, "%q is not a cap", t.Value).Try("write 3 in 7 days, or 3 in 7 days, keep 1 for high"))
		return
	}
	number := func(s string) int { n, _ := strconv.Atoi("0" + s); return n } // the pattern leaves digits only
	c := guard.Cap{Max: number(m[1]), Days: number(m[2]), Keep: number(m[3])}
	switch {
	case c.Keep >= c.Max:
		r.Add(diag.CapTooWide.At(t.Pos, "this cap keeps %d of %d places, so that nothing else could leave", c.Keep, c.Max).Try("keep fewer"))
		return
	case c.Days > MaxCapDays:
		r.Add(diag.BadCount.At(t.Pos, "a cap looks back %d days at most", MaxCapDays))
		return
	}
	for _, o := range f.Caps {
		if o.Days <= c.Days && o.Max >= c.Max || o.Days >= c.Days && o.Max <= c.Max {
			r.Add(diag.CapTooWide.At(t.Pos, "of this cap and %q one never matters", o).Try("delete the wider"))
		}
	}
	f.Caps = append(f.Caps, c)
}

func (r reader) brand(b *Book, e outline.Entry) *Brand {
	x := &Brand{Name: e.Key, OneClick: OneClickBrand}
	m, ok := r.Map(e.Value, "a brand", KeysOfBrand())
	if !ok {
		return x
	}
	m.Require(e.Key.Pos, "family", "title", "controller", "from", "languages", "purposes")
	x.Note, x.Title, x.Controller, x.Post = m.Words("note"), m.Text("title").Value, m.Text("controller").Value, m.Text("post").Value
	if t := m.Name("family"); !t.IsZero() {
		x.Family = t.Value
		if _, ok := b.Family(t.Value); !ok {
			var names []string
			for _, f := range b.Families {
				names = append(names, f.Name.Value)
			}
			r.Add(diag.UnknownFamily.At(t.Pos, "there is no family called %q", t.Value).
				Try("%s", diag.DidYouMean(t.Value, names)).Try("the families are %s", diag.Words(names, 12)))
		}
	}
	x.From, x.FromService, x.Reply = r.mailbox(m, "from"), r.mailbox(m, "from-service"), r.mailbox(m, "reply")
	for _, n := range r.OneOrMore(m, "languages") {
		if t := r.language(r.Text(n, "languages")); t != "" {
			x.Languages = append(x.Languages, t)
		}
	}
	if w := m.OneOf("one-click", []string{string(OneClickBrand), string(OneClickPurpose)}); w != "" {
		x.OneClick = OneClick(w)
	}
	for _, p := range r.Named(m.Node("purposes"), "purposes") {
		x.Purposes = append(x.Purposes, r.purpose(p))
	}
	for _, key := range []string{"post", "reply"} {
		if !m.Has(key) && slices.ContainsFunc(x.Purposes, func(p Purpose) bool { return p.Class == senda.Marketing }) {
			r.Add(diag.NoSender.At(e.Key.Pos, "%s sends marketing and has no %s", e.Key.Value, key).Try("%s", map[string]string{
				"post": "write post: and the address at which the controller can be written to", "reply": "write reply: and a mailbox that a person reads",
			}[key]))
		}
	}
	return x
}

func (r reader) mailbox(m decode.Map, key string) string {
	t := m.Text(key)
	if t.IsZero() {
		return ""
	}
	a, err := mail.ParseAddress(t.Value)
	if err != nil || !strings.Contains(a.Address[strings.LastIndexByte(a.Address, '@'):], ".") {
		r.Add(diag.BadAddress.At(t.Pos, "%q is not a mailbox", t.Value).Try("write The Cellar <hello@news.cellar.example>, or the address alone"))
		return ""
	}
	return t.Value
}

var languagePattern = regexp.MustCompile(`^[a-z]{2,3}(-[A-Z]{2})?$`)

func (r reader) language(t diag.Text) string {
	if t.IsZero() {
		return ""
	}
	if !languagePattern.MatchString(t.Value) {
		r.Add(diag.BadLanguage.At(t.Pos, "%q is not a language", t.Value).Try("write es, or es-MX for one country"))
		return ""
	}
	return t.Value
}

func (r reader) purpose(e outline.Entry) Purpose {
	p := Purpose{Name: e.Key}
	m, ok := r.Map(e.Value, "a purpose", PurposeKeys())
	if !ok {
		return p
	}
	m.Require(e.Key.Pos, "class")
	p.Note = m.Words("note")
	p.Class = senda.Class(m.OneOf("class", []string{string(senda.Marketing), string(senda.Service), string(senda.Transactional)}))
	words := []string{string(senda.BasisConsent), string(senda.BasisCustomer)}
	for _, n := range r.OneOrMore(m, "basis") {
		t := r.Text(n, "basis")
		switch {
		case t.IsZero():
		case !slices.Contains(words, t.Value):
			r.Add(decode.BadWord(t, "basis", words))
		default:
			p.Basis = append(p.Basis, senda.Basis(t.Value))
		}
	}
	p.ConfirmTwice = m.OneOf("confirm", []string{"once", "twice"}) == "twice"
	switch {
	case p.Class == senda.Marketing && !m.Has("basis"):
		r.Add(diag.NoBasis.At(e.Key.Pos, "%s is marketing and has no basis", e.Key.Value).Try("write basis: consent, or basis: [consent, customer]"))
	case p.Class != senda.Marketing && p.Class != "" && m.Has("basis"):
		r.Add(diag.NoBasis.At(m.KeyPos("basis"), "only marketing has a basis, and %s is %s", e.Key.Value, p.Class).Try("delete it"))
	}
	return p
}
