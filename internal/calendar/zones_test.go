package calendar

import (
	"strings"
	"testing"
	"time"
)

func TestZonesOfAPerson(t *testing.T) {
	brand := madridZone(t)
	for _, c := range []struct {
		w     Whereabouts
		first string
		n     int
		how   ZoneSource
	}{
		{Whereabouts{Zone: "America/Lima", Country: "ES", Postal: "35001"}, "America/Lima", 1, ZoneStated},
		{Whereabouts{Zone: "Mars/Base", Country: "ES", Postal: "35001"}, "Atlantic/Canary", 1, ZonePostal},
		{Whereabouts{Zone: "Local", Country: "DE"}, "Europe/Berlin", 1, ZoneCountry},
		{Whereabouts{Zone: "../../etc/passwd", Country: "DE"}, "Europe/Berlin", 1, ZoneCountry},
		{Whereabouts{Country: "ES", Postal: "28001"}, "Europe/Madrid", 1, ZonePostal},
		{Whereabouts{Country: "ES", Postal: "280"}, "Europe/Madrid", 2, ZoneEvery},
		{Whereabouts{Country: "ES", Postal: "280011"}, "Europe/Madrid", 2, ZoneEvery},
		{Whereabouts{Country: "ES", Postal: "99999"}, "Europe/Madrid", 2, ZoneEvery},
		{Whereabouts{Country: "ES"}, "Europe/Madrid", 2, ZoneEvery},
		{Whereabouts{Country: "US", Postal: "10001"}, "America/New_York", 1, ZonePostal},
		{Whereabouts{Country: "US", Postal: "10001-1234"}, "America/New_York", 1, ZonePostal},
		{Whereabouts{Country: "US", Postal: "37201"}, "America/New_York", 8, ZoneEvery}, // Tennessee lies in two
		{Whereabouts{Country: "CA", Postal: "k1a 0b1"}, "America/Toronto", 1, ZonePostal},
		{Whereabouts{Country: "AU", Postal: "2880"}, "Australia/Lord_Howe", 7, ZoneEvery},
		{Whereabouts{Country: "PT", Postal: "9500-321"}, "Atlantic/Azores", 1, ZonePostal},
		{Whereabouts{Country: "XX", Postal: "1"}, "Europe/Madrid", 1, ZoneBrand},
		{Whereabouts{}, "Europe/Madrid", 1, ZoneBrand},
	} {
		zones, how := c.w.Zones(brand)
		if zones[0].String() != c.first || len(zones) != c.n || how != c.how {
			t.Errorf("%+v: %v, %s; want %s, %d of them, %s", c.w, zones, how, c.first, c.n, c.how)
		}
	}
}

// Every zone that is named anywhere exists in the embedded data.
func TestNamedZonesExist(t *testing.T) {
	names := map[string]bool{}
	for _, zones := range countryZones {
		for _, z := range strings.Fields(zones) {
			names[z] = true
		}
	}
	for _, ranges := range postalZones {
		for _, r := range ranges {
			names[r.zone] = r.zone != ""
		}
	}
	for _, z := range canadianZones {
		names[z] = true
	}
	for name, used := range names {
		if _, err := time.LoadLocation(name); used && err != nil {
			t.Error(err)
		}
	}
	if len(countryZones) < 240 {
		t.Errorf("only %d countries", len(countryZones))
	}
}
