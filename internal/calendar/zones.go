package calendar

import (
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Whereabouts is what is known of where a person is. Each may be empty.
type Whereabouts struct {
	Zone    string // as the person stated it, an IANA name: "Europe/Madrid"
	Country string // ISO 3166-1 alpha-2, capitals: "ES"
	Postal  string // postal code, as written in the country
}

// ZoneSource says what a zone was concluded from; its words are shown to people.
type ZoneSource string

// The sources, the surest first.
const (
	ZoneStated  ZoneSource = "zone stated"
	ZonePostal  ZoneSource = "zone from postal code"
	ZoneCountry ZoneSource = "zone of the country"
	ZoneEvery   ZoneSource = "every zone of the country"
	ZoneBrand   ZoneSource = "zone of the brand"
)

// Zones are the zones in which a person may be, and what they were concluded
// from: the zone stated, else that of the postal code, else that of a country
// with one, else every zone of the country, else the brand's. There is always at
// least one. A zone that does not exist counts as not stated. The first is the
// one for the person's calendar days: the brand's zone where it is among them.
func (w Whereabouts) Zones(brand *time.Location) ([]*time.Location, ZoneSource) {
	if w.Zone != "" {
		if loc, ok := Zone(w.Zone); ok {
			return []*time.Location{loc}, ZoneStated
		}
	}
	if name := postalZone(w.Country, w.Postal); name != "" {
		if loc, ok := Zone(name); ok {
			return []*time.Location{loc}, ZonePostal
		}
	}
	zones := ZonesOf(w.Country)
	switch len(zones) {
	case 0:
		return []*time.Location{brand}, ZoneBrand
	case 1:
		return zones, ZoneCountry
	}
	if i := slices.IndexFunc(zones, func(z *time.Location) bool { return z.String() == brand.String() }); i > 0 {
		zones[0], zones[i] = zones[i], zones[0]
	}
	return zones, ZoneEvery
}

// Zone finds a zone by its IANA name. "Local", "" and paths are no zones.
func Zone(name string) (*time.Location, bool) {
	if loc, ok := loaded.Load(name); ok {
		return loc.(*time.Location), true // only this function stores
	}
	if name == "" || name == "Local" || strings.ContainsAny(name, `.\`) {
		return nil, false
	}
	loc, err := time.LoadLocation(name)
	if err != nil {
		return nil, false
	}
	loaded.Store(name, loc)
	return loc, true
}

// loaded keeps the zones that were found, since package time reads a file for each
// call. What was not found is not kept: strangers can name zones without end.
var loaded sync.Map

// ZonesOf are the zones of a country whose clocks differ; none for a country
// that there is not.
func ZonesOf(country string) []*time.Location {
	var out []*time.Location
	for _, name := range strings.Fields(countryZones[country]) {
		if loc, ok := Zone(name); ok {
			out = append(out, loc)
		}
	}
	return out
}

// postalRange is a run of postal codes that begin with a number from From to To,
// of so many digits as From is written with.
type postalRange struct {
	from, to int
	digits   int
	zone     string
}

// postalZones says for some countries with several zones where a postal code tells
// which. What lies in two zones is left out, and every zone of the country counts
// then. The ranges are a conservative reading of how the countries number their
// regions; they were not checked against the postal services' own lists, so a
// stated zone always comes first.
var postalZones = map[string][]postalRange{
	"ES": {{35, 35, 2, "Atlantic/Canary"}, {38, 38, 2, "Atlantic/Canary"}, {1, 52, 2, "Europe/Madrid"}},
	"PT": {{95, 99, 2, "Atlantic/Azores"}, {10, 94, 2, "Europe/Lisbon"}},
	"MX": {
		{77, 77, 2, "America/Cancun"},
		{83, 85, 2, "America/Hermosillo"},
		{80, 82, 2, "America/Mazatlan"},
		{23, 23, 2, "America/Mazatlan"},
		{1, 20, 2, "America/Mexico_City"},
		{24, 24, 2, "America/Merida"},
		{34, 62, 2, "America/Mexico_City"},
		{68, 76, 2, "America/Mexico_City"},
	},
	"AU": {
		{288, 288, 3, ""}, // Broken Hill keeps the time of Adelaide
		{8, 9, 2, "Australia/Darwin"},
		{20, 29, 2, "Australia/Sydney"},
		{30, 39, 2, "Australia/Melbourne"},
		{40, 49, 2, "Australia/Brisbane"},
		{50, 59, 2, "Australia/Adelaide"},
		{60, 67, 2, ""},
		{70, 79, 2, "Australia/Hobart"},
	},
	"US": {
		{6, 9, 3, ""},
		{10, 299, 3, "America/New_York"},
		{300, 319, 3, "America/New_York"},
		{330, 344, 3, "America/New_York"},
		{386, 397, 3, "America/Chicago"},
		{430, 459, 3, "America/New_York"},
		{500, 528, 3, "America/Chicago"},
		{530, 567, 3, "America/Chicago"},
		{590, 599, 3, "America/Denver"},
		{600, 658, 3, "America/Chicago"},
		{700, 729, 3, "America/Chicago"},
		{730, 749, 3, "America/Chicago"},
		{750, 797, 3, "America/Chicago"},
		{800, 816, 3, "America/Denver"},
		{820, 831, 3, "America/Denver"},
		{840, 847, 3, "America/Denver"},
		{870, 884, 3, "America/Denver"},
		{900, 961, 3, "America/Los_Angeles"},
		{967, 968, 3, "Pacific/Honolulu"},
		{980, 994, 3, "America/Los_Angeles"},
	},
}

// canadianZones are by the first letter of the code, for the provinces that lie
// in one zone but for a village or two.
var canadianZones = map[byte]string{
	'B': "America/Halifax", 'C': "America/Halifax", 'E': "America/Moncton", 'H': "America/Toronto", 'J': "America/Toronto",
	'K': "America/Toronto", 'L': "America/Toronto", 'M': "America/Toronto", 'N': "America/Toronto",
	'R': "America/Winnipeg", 'T': "America/Edmonton", 'Y': "America/Whitehorse",
}

// postalLength is how many digits a code begins with, at least.
var postalLength = map[string]int{"ES": 5, "PT": 4, "MX": 5, "AU": 4, "US": 5}

// postalZone is the zone of a postal code, "" when it does not tell.
func postalZone(country, code string) string {
	code = strings.ToUpper(strings.TrimSpace(code))
	if country == "CA" && len(code) >= 6 {
		return canadianZones[code[0]]
	}
	n := postalLength[country]
	if n == 0 || len(code) < n || !digits(code[:n]) {
		return ""
	}
	if rest := code[n:]; rest != "" && rest[0] >= '0' && rest[0] <= '9' {
		return "" // longer than a code of that country
	}
	for _, r := range postalZones[country] {
		prefix, err := strconv.Atoi(code[:r.digits])
		if err == nil && prefix >= r.from && prefix <= r.to {
			return r.zone
		}
	}
	return ""
}
