package dynamo_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/dynamo"
	"github.com/senda-dev/senda/internal/house"
	"github.com/senda-dev/senda/internal/inmem"
	"github.com/senda-dev/senda/internal/jsonata"
	"github.com/senda-dev/senda/internal/shoptest"
)

// customers do what the house listens to, each in another order of things.
type customers struct{ left []senda.Event }

func (c *customers) Peek() (time.Time, bool) {
	if len(c.left) == 0 {
		return time.Time{}, false
	}
	return c.left[0].Time, true
}

func (c *customers) Next() senda.Event {
	e := c.left[0]
	c.left = c.left[1:]
	return e
}

var begin = time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)

func newCustomers(t *testing.T, people int) *customers {
	c := &customers{}
	add := func(p, day, minute int, kind, data string) {
		v, err := jsonata.ParseJSON([]byte(data))
		if err != nil {
			t.Fatal(err)
		}
		c.left = append(c.left, senda.Event{
			Source: "shop", ID: fmt.Sprintf("%s-%d-%d", kind, p, day), Kind: kind, Time: begin.AddDate(0, 0, day).Add(9*time.Hour + time.Duration(minute)*time.Minute),
			Identifiers: map[string]string{"customer": fmt.Sprintf("C-%d", p)}, Data: v,
		})
	}
	for p := range people {
		add(p, 0, p, "customer.updated", fmt.Sprintf(`{"email": "c%d@example.com", "locale": "es", "country": "ES", "postal-code": "28004"}`, p))
		add(p, 0, 60+p, "consent.granted", `{"brand": "alpha", "purpose": "offers", "source": "form", "form": "f", "wording": "1", "language": "es"}`)
		for n := range 1 + p%4 {
			add(p, 1+3*n, p, "order.completed", fmt.Sprintf(`{"order": {"id": "A-%d-%d", "brand": "alpha", "currency": "EUR", "total": 20, "margin": 5}}`, p, n))
		}
		if p%3 == 2 {
			add(p, 6, p, "consent.withdrawn", `{"brand": "alpha", "purpose": "offers", "source": "preferences"}`)
		}
	}
	slices.SortStableFunc(c.left, func(a, b senda.Event) int { return a.Time.Compare(b.Time) })
	return c
}

// live lets the customers live for so many days and returns every record of
// theirs, and the mails that left.
func live(t *testing.T, store senda.Store, people, days int) (records []string, mails []senda.Envelope) {
	t.Helper()
	shop, box, clock := shoptest.Open(t), &inmem.Outbox{}, house.NewVirtual(begin)
	h := house.New(shop.Config(store, clock, box, 3))
	if err := h.Drive(t.Context(), clock, newCustomers(t, people), begin.AddDate(0, 0, days), nil); err != nil {
		t.Fatal(err)
	}
	for part := range 16 {
		found, err := store.Find(t.Context(), senda.IndexRange{Index: senda.IndexPeople, Part: fmt.Sprintf("%x", part)})
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range found {
			for kind := senda.KindPerson; kind <= senda.KindRelease; kind++ {
				if kind == senda.KindIdentity || kind == senda.KindSeen {
					continue // their parts are no people
				}
				got, err := store.Range(t.Context(), senda.Range{Kind: kind, Part: p.Record.Key().Part})
				if err != nil {
					t.Fatal(err)
				}
				for _, v := range got {
					text, err := json.Marshal(v.Record)
					if err != nil {
						t.Fatal(err)
					}
					records = append(records, fmt.Sprintf("%s %s", v.Record.Key(), text))
				}
			}
		}
	}
	return records, box.Left()
}

// A write is paid by the kilobyte. The records that are written most are the size
// of one, in life as in the tiny shop; those that grow with a person's life are bounded.
func TestMostItemsAreOneUnit(t *testing.T) {
	sizes := map[senda.Kind][]int{}
	store := &weighed{Store: inmem.New(), t: t, sizes: sizes}
	live(t, store, 60, 45)
	for _, k := range []senda.Kind{senda.KindEntry, senda.KindSeen, senda.KindHappening, senda.KindStep, senda.KindClaim, senda.KindCaps, senda.KindCounter, senda.KindConsent, senda.KindProof, senda.KindIdentity, senda.KindPerson} {
		slices.Sort(sizes[k])
		n := len(sizes[k])
		if n < 20 {
			t.Errorf("only %d writes of kind %s", n, dynamo.Kinds()[k])
			continue
		}
		if most := sizes[k][n*95/100]; most > 1024 {
			t.Errorf("of %d writes of kind %s one in twenty has %d bytes or more", n, dynamo.Kinds()[k], most)
		}
	}
	for k := senda.KindPerson; k <= senda.KindRelease; k++ {
		if n := len(sizes[k]); n > 0 {
			slices.Sort(sizes[k])
			t.Logf("%-12s %5d writes, median %5d bytes, greatest %5d", dynamo.Kinds()[k], n, sizes[k][n/2], sizes[k][n-1])
		}
	}
}

// weighed notes the sizes of the items that commits would write.
type weighed struct {
	senda.Store
	t     *testing.T
	sizes map[senda.Kind][]int
}

func (w *weighed) Commit(ctx context.Context, writes ...senda.Write) error {
	for _, x := range writes {
		if x.Record == nil || x.Delete {
			continue
		}
		_, size, err := dynamo.Item(x.Record)
		if err != nil {
			w.t.Error(err)
		}
		w.sizes[x.Key.Kind] = append(w.sizes[x.Key.Kind], size)
	}
	return w.Store.Commit(ctx, writes...)
}
