package town

import (
	"strings"
	"time"

	"github.com/senda-dev/senda/data/cdnow"
)

// Consent is where somebody stands when they are first met.
type Consent string

// The standings of the town, each with its share of people.
const (
	Confirmed   Consent = "confirmed"    // asked for offers and confirmed it
	Unconfirmed Consent = "unconfirmed"  // asked and never confirmed
	SoftOptIn   Consent = "soft-opt-in"  // bought, was told, said nothing: a customer
	Withdrawn   Consent = "withdrawn"    // confirmed, and withdraws some months later
	Objected    Consent = "objected"     // objects to being profiled
	Refused     Consent = "never-wanted" // opted out when buying
)

// Person is one customer of the town.
type Person struct {
	Number    string // in the sample: "0001"
	First     string
	Last      string
	Address   string
	Locale    string
	Country   string // empty: nothing is known
	Postal    string
	Zone      string // stated by few; one of them names a zone that does not exist
	Favourite string
	Consent   Consent
	Pantry    bool // also agreed to offers of the sister house
	Dead      bool // the address bounces
	Complains bool // reports a mail as abuse when one comes
	// Market: buys at a market place, which tells us in a list. Nobody becomes our
	// customer that way, so that no purchase is a ground to mail them.
	Market bool
	// Guest: bought without an account at first and opens one only months later.
	Guest  bool
	Orders []cdnow.Row
}

var (
	firstNames = map[string][]string{
		"es": {"Ana", "Lucía", "Carmen", "Javier", "Diego", "Marta", "Pablo", "Elena", "Sergio", "Irene", "Rocío", "Andrés", "Nuria", "Álvaro", "Pilar", "Íñigo"},
		"en": {"Grace", "Tom", "Ruth", "Ellen", "Hugh", "Nora", "Frank", "Alice", "Miles", "June", "Walter", "Ivy", "Owen", "Faye", "Seán", "Zoë"},
	}
	lastNames = map[string][]string{
		"es": {"Ruiz", "Ortega", "Navarro", "Iglesias", "Peña", "Molina", "Vidal", "Castaño", "Herrero", "Santos", "Lozano", "Ibáñez"},
		"en": {"Baker", "O'Hara", "Whitfield", "Marsh", "Doyle", "Fletcher", "Lane", "Abbott", "Quinn", "Rowe", "Sutton", "Hale"},
	}
	shelves = []weighted[string]{{"jazz", 4}, {"folk", 3}, {"soul", 3}, {"classical", 2}, {"electronic", 2}, {"flamenco", 2}}
	homes   = []weighted[home]{
		{home{"ES", "es", []string{"28004", "41001", "08012", "15001", "35001", "48005"}}, 46},
		{home{"ES", "es-ES", nil}, 6},
		{home{"MX", "es-MX", []string{"06700", "77500", "83000"}}, 10},
		{home{"US", "en-US", []string{"10003", "60614", "94110", "80302"}}, 14},
		{home{"US", "en-US", nil}, 5},
		{home{"GB", "en-GB", []string{"M4 1AA"}}, 8},
		{home{"DE", "de-DE", []string{"10437"}}, 4},
		{home{"", "", nil}, 7},
	}
	standings = []weighted[Consent]{{Confirmed, 44}, {SoftOptIn, 27}, {Unconfirmed, 11}, {Withdrawn, 8}, {Refused, 7}, {Objected, 3}}
	plain     = strings.NewReplacer("á", "a", "é", "e", "í", "i", "ó", "o", "ú", "u", "ñ", "n", "ë", "e", "Á", "a", "Í", "i", "ñ", "n", "'", "", " ", "")
)

type home struct {
	country, locale string
	codes           []string
}

// People are the customers of the rows, in the order of their numbers.
func People(rows []cdnow.Row) []Person {
	var out []Person
	at := map[string]int{}
	for _, r := range rows {
		i, ok := at[r.Sample]
		if !ok {
			i = len(out)
			at[r.Sample] = i
			out = append(out, person(r.Sample))
		}
		out[i].Orders = append(out[i].Orders, r)
	}
	return out
}

func person(n string) Person {
	h := pick(draw(n, "home"), homes)
	tongue := "en"
	if strings.HasPrefix(h.locale, "es") {
		tongue = "es"
	}
	p := Person{
		Number: n, First: one(draw(n, "first"), firstNames[tongue]), Last: one(draw(n, "last"), lastNames[tongue]),
		Locale: h.locale, Country: h.country, Favourite: pick(draw(n, "shelf"), shelves), Consent: pick(draw(n, "consent"), standings),
		Pantry: draw(n, "pantry") < 0.35, Dead: draw(n, "dead") < 0.02, Complains: draw(n, "complains") < 0.004,
		Market: draw(n, "market") < 0.1, Guest: draw(n, "guest") < 0.3,
	}
	if len(h.codes) > 0 {
		p.Postal = one(draw(n, "postal"), h.codes)
	}
	switch u := draw(n, "zone"); {
	case u < 0.01:
		p.Zone = "Europe/Atlantis"
	case u < 0.05:
		p.Zone = "Atlantic/Canary"
	}
	// One in fifty bought in the shop and left no address.
	if draw(n, "address") >= 0.02 {
		p.Address = strings.ToLower(plain.Replace(p.First)+"."+plain.Replace(p.Last)) + "." + n + "@" + one(draw(n, "domain"), []string{"mail.example", "post.example", "correo.example"})
	}
	return p
}

// Opening is the day on which the journeys open for people. Until then what
// happens in the town only teaches.
var Opening = time.Date(1997, time.October, 1, 0, 0, 0, 0, time.UTC)

// Registers is when somebody opens an account: at the first order, or as a guest of
// old in the eight months after the journeys have opened.
func (p Person) Registers() time.Time {
	if !p.Guest {
		return p.when(0).Add(-19 * time.Minute)
	}
	day := Opening.AddDate(0, 0, 3+int(draw(p.Number, "registers")*235))
	return hour(day, draw(p.Number, "registers hour"), draw(p.Number, "registers minute"))
}

// WithdrawsAt is when somebody withdraws who does, counted from when they
// registered.
func (p Person) WithdrawsAt(first time.Time) time.Time {
	return hour(first.AddDate(0, 0, 120+int(draw(p.Number, "withdraws")*300)), draw(p.Number, "withdraw hour"), 0.5)
}
