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

// The shop's own file is without findings, and its rules mean what they say.
func TestTheShop(t *testing.T) {
	src, err := os.ReadFile("../../journeys/brands.yaml")
	if err != nil {
		t.Fatal(err)
	}
	b, found := Read("journeys/brands.yaml", src)
	if len(found) > 0 {
		t.Fatal(found.Render(func(string) []byte { return src }))
	}
	f, ok := b.FamilyOf("pantry")
	if !ok {
		t.Fatal("pantry has no family")
	}
	madrid := f.Zone
	open := f.Opening(calendar.Window{})
	for at, want := range map[string]bool{
		"2026-03-02T10:00:00+01:00": true,
		"2026-03-02T21:30:00+01:00": false,
		"2026-12-25T12:00:00+01:00": false, // closed every year
	} {
		when, _ := time.Parse(time.RFC3339, at)
		if got := open.Open(when, madrid); got != want {
			t.Errorf("open at %s: %v", at, got)
		}
	}
	x, _ := b.Brand("cellar")
	if p, ok := x.Purpose("offers"); !ok || p.Class != senda.Marketing || x.Sender(p.Class) == x.Sender(senda.Service) {
		t.Errorf("offers is %+v", p)
	}
	narrowed := f.Opening(calendar.Window{Days: calendar.AllDays, From: 22 * 60, To: 23 * 60})
	if !narrowed.Week.IsEmpty() {
		t.Error("a window inside quiet hours is open")
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
