package brand

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/calendar"
	"github.com/senda-dev/senda/internal/golden"
)

func TestGolden(t *testing.T) {
	golden.Run(t, "testdata/*.txtar", func(_ *testing.T, c *golden.Case) {
		src := c.File("brands.yaml")
		b, found := Read("brands.yaml", src)
		c.Want("diag", found.Render(func(string) []byte { return src }))
		c.Want("book", show(b))
	})
}

func show(b *Book) string {
	var s strings.Builder
	for _, f := range b.Families {
		fmt.Fprintf(&s, "family %s zone=%s quiet=%v closed=%v hold=%s caps=%v control=%s sunset=%s currencies=%v\n",
			f.Name, f.Zone, f.Quiet, f.Closed, f.HoldAtMost, f.Caps, f.Control, f.Sunset, f.Currencies)
	}
	for _, x := range b.Brands {
		fmt.Fprintf(&s, "brand %s of %s %q by %q at %q from %q, service %q, reply %q in %v, one click: %s\n",
			x.Name, x.Family, x.Title, x.Controller, x.Post, x.From, x.FromService, x.Reply, x.Languages, x.OneClick)
		for _, p := range x.Purposes {
			fmt.Fprintf(&s, "  %s is %s on %v, twice=%v\n", p.Name, p.Class, p.Basis, p.ConfirmTwice)
		}
	}
	return s.String()
}

// The shop's own file is without findings.
func TestTheShop(t *testing.T) {
	src, err := os.ReadFile("../../journeys/brands.yaml")
	if err != nil {
		t.Fatal(err)
	}
	b, found := Read("journeys/brands.yaml", src)
	if len(found) > 0 {
		t.Error(found.Render(func(string) []byte { return src }))
	}
	if len(b.Brands) < 2 || len(b.Families) == 0 {
		t.Errorf("the shop has %d brands", len(b.Brands))
	}
}

// The rules of a family mean what they say.
func TestRules(t *testing.T) {
	src, err := os.ReadFile("testdata/whole.txtar")
	if err != nil {
		t.Fatal(err)
	}
	_, text, _ := strings.Cut(string(src), "-- brands.yaml --\n")
	text, _, _ = strings.Cut(text, "-- want/")
	b, _ := Read("brands.yaml", []byte(text))
	f, ok := b.FamilyOf("cellar")
	if !ok {
		t.Fatal("cellar has no family")
	}
	open := f.Opening(calendar.Window{})
	for at, want := range map[string]bool{
		"2026-03-02T10:00:00+01:00": true,
		"2026-03-02T08:59:00+01:00": false,
		"2026-03-02T21:30:00+01:00": false,
		"2027-12-25T12:00:00+01:00": false, // closed every year
		"2026-12-24T12:00:00+01:00": false, // closed once
		"2027-12-24T12:00:00+01:00": true,
		"2026-03-01T12:00:00+01:00": false, // a Sunday
	} {
		when, err := time.Parse(time.RFC3339, at)
		if err != nil {
			t.Fatal(err)
		}
		if got := open.Open(when, f.Zone); got != want {
			t.Errorf("open at %s: %v", at, got)
		}
	}
	if narrowed := f.Opening(calendar.Window{Days: calendar.AllDays, From: 22 * 60, To: 23 * 60}); !narrowed.Week.IsEmpty() {
		t.Error("a window inside quiet hours is open")
	}
	x, _ := b.Brand("cellar")
	if x.Sender(senda.Marketing) == x.Sender(senda.Service) || x.Sender(senda.Service) != x.Sender(senda.Transactional) {
		t.Error("marketing and service leave from one sender")
	}
	if !f.Currency("EUR") || f.Currency("USD") {
		t.Error("the currencies differ")
	}
	if p, ok := x.Purpose("offers"); !ok || !p.ConfirmTwice {
		t.Errorf("offers is %+v", p)
	}
}

func FuzzRead(f *testing.F) {
	src, err := os.ReadFile("../../journeys/brands.yaml")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(string(src))
	f.Add("families:\n  x:\n    caps: 1 in 1 day\nbrands:\n  y: z\n")
	f.Fuzz(func(t *testing.T, src string) {
		if len(src) > 1<<12 {
			return
		}
		b, found := Read("f", []byte(src))
		show(b)
		found.Render(func(string) []byte { return []byte(src) })
	})
}
