package privacy_test

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/compile"
	"github.com/senda-dev/senda/internal/deliver"
	"github.com/senda-dev/senda/internal/house"
	"github.com/senda-dev/senda/internal/identity"
	"github.com/senda-dev/senda/internal/inmem"
	"github.com/senda-dev/senda/internal/jsonata"
	"github.com/senda-dev/senda/internal/mail/token"
	"github.com/senda-dev/senda/internal/privacy"
	"github.com/senda-dev/senda/internal/rules"
	"github.com/senda-dev/senda/internal/score"
)

// postbox is a mailer under watch: address and content of a mail are personal by
// their nature, everything that names the mail is not.
type postbox struct {
	inmem.Outbox
	watch *privacy.Watch
	mu    sync.Mutex
	shown int
}

func (p *postbox) HandOver(ctx context.Context, e senda.Envelope) (string, error) {
	p.watch.Text("name of a mail", fmt.Sprint(e.Message, e.Journey, e.Step, e.Brand, e.Language, e.From))
	if len(p.watch.Needles.In(e.To)) > 0 {
		p.mu.Lock()
		p.shown++
		p.mu.Unlock()
	}
	return p.Outbox.HandOver(ctx, e)
}

// script is a feed of events in their order.
type script []senda.Event

func (s *script) Peek() (time.Time, bool) {
	if len(*s) == 0 {
		return time.Time{}, false
	}
	return (*s)[0].Time, true
}

func (s *script) Next() senda.Event {
	e := (*s)[0]
	*s = (*s)[1:]
	return e
}

// The shop's own journeys are walked by people with planted names for two months:
// they are scored, chosen offers for and mailed, and no execution, record, name or
// error says who they are.
func TestNobodysNameTravelsThroughTheShop(t *testing.T) {
	files := os.DirFS("../../journeys")
	shop, found := compile.Dir(files, "journeys")
	if found.HasErrors() {
		t.Fatal(found.Render(func(name string) []byte { return shop.Sources[name] }))
	}
	models, err := score.LoadModels(files)
	if err != nil {
		t.Fatal(err)
	}
	r, err := rules.New(shop.Catalog, "salt", nil)
	if err != nil {
		t.Fatal(err)
	}
	secret := bytes.Repeat([]byte("s"), 32)
	keys, err := identity.NewKeys(secret)
	if err != nil {
		t.Fatal(err)
	}
	ring, err := token.NewRing(token.Key{ID: "a", Secret: secret})
	if err != nil {
		t.Fatal(err)
	}
	watch := &privacy.Watch{Needles: privacy.Plant(name, surname, street, "quastenflosser@mail.example", number)}
	inner, clock := inmem.New(), house.NewVirtual(noon)
	post := &postbox{watch: watch}
	shelf := shop.Shelf()
	failed := 0
	h := house.New(house.Config{
		Store: watch.Store(inner), Bundles: shelf, Deployments: shelf, Rules: r, Clock: clock, Mailer: post, Keys: keys,
		Links: deliver.Links{Base: "https://links.example", Ring: ring}, Random: rand.NewChaCha8([32]byte{9}),
		Models: func() *score.Models { return models }, Remember: true, Failed: func(e senda.Execution) {
			failed++
			watch.Text("error of an execution", e.Error+" "+e.Cause)
		},
	})
	feed := lives(40)
	if err := h.Drive(t.Context(), clock, &feed, noon.AddDate(0, 2, 0), nil); err != nil {
		watch.Error("error of the house", err)
		t.Fatal(err)
	}
	for _, leak := range watch.Leaks() {
		t.Error(leak)
	}
	if failed > 0 {
		t.Errorf("%d executions failed", failed)
	}
	if n := len(post.Left()); n < 40 || post.shown < n/2 {
		t.Errorf("%d mails left, %d of them to planted addresses: the watch is blind", n, post.shown)
	}
	for _, kind := range []senda.Kind{senda.KindEntry, senda.KindStep, senda.KindClaim, senda.KindCaps, senda.KindDecision, senda.KindExecution} {
		if !slices.Contains(watch.Kinds(), kind) {
			t.Errorf("no record of kind %d was written", kind)
		}
	}
	if watch.Seen("profile") == 0 {
		t.Error("nobody's name is in a profile: the watch is blind")
	}
}

// lives are the first weeks of some people at the shop.
func lives(n int) script {
	var out script
	for i := range n {
		id := 0
		who := map[string]string{"customer": fmt.Sprint(number, "-", i), "email": fmt.Sprintf("z%d.quastenflosser@mail.example", i)}
		tell := func(kind string, after time.Duration, data string) {
			id++
			v, err := jsonata.ParseJSON([]byte(data))
			if err != nil {
				panic(err)
			}
			out = append(out, senda.Event{
				Source: "shop", ID: fmt.Sprintf("%d-%d", i, id), Kind: kind, Time: noon.Add(after + time.Duration(i)*time.Minute), Identifiers: who, Data: v,
			})
		}
		order := func(after time.Duration) {
			tell("order.completed", after, fmt.Sprintf(`{"order":{"id":"A-%d-%d","brand":"cellar","currency":"EUR","total":45.5,"margin":12,
				"lines":[{"sku":"LP-1","quantity":1,"price":45.5}]},"note":"for %s %s, %s"}`, i, id, name, surname, street))
		}
		tell("customer.updated", 0, fmt.Sprintf(`{"first-name":%q,"last-name":%q,"locale":%q,"country":"ES","favourite":"jazz"}`, name, surname, []string{"en", "es"}[i%2]))
		tell("consent.asked", time.Hour, `{"brand":"cellar","purpose":"news","source":"form","form":"footer-v1","wording":"12","language":"es"}`)
		if i%4 > 0 {
			for _, purpose := range []string{"offers", "news"} {
				tell("consent.granted", 2*time.Hour, fmt.Sprintf(`{"brand":"cellar","purpose":%q,"source":"form","wording":"12","language":"es","confirmed":true,"by":%q}`, purpose, name+" "+surname))
			}
		}
		order(3 * time.Hour)
		tell("basket.changed", 20*time.Hour, fmt.Sprintf(`{"basket":{"id":"B-%d","currency":"EUR","total":60},"delivery":%q}`, i, street))
		if i%5 == 0 {
			order(15 * 24 * time.Hour)
		}
		if i%7 == 0 {
			tell("care.opened", 20*24*time.Hour, `{"case":"C-1","brand":"cellar","reason":"damaged"}`)
		}
		if i%11 == 0 {
			tell("person.erased", 30*24*time.Hour, `{"request":"R-1"}`)
		}
	}
	slices.SortStableFunc(out, func(a, b senda.Event) int { return a.Time.Compare(b.Time) })
	return out
}

// No file of the shop's own that is published names a person either.
func TestNoSampleNamesSomebodyReal(t *testing.T) {
	err := fs.WalkDir(os.DirFS("../../events"), ".", func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(p, ".json") {
			return err
		}
		text, err := os.ReadFile("../../events/" + p)
		if err != nil {
			return err
		}
		for _, field := range strings.FieldsFunc(string(text), func(r rune) bool { return strings.ContainsRune("\" ,\n", r) }) {
			if at := strings.IndexByte(field, '@'); at > 0 && !strings.HasSuffix(field, "@example.com") && !strings.HasSuffix(field, ".example") {
				t.Errorf("%s: %s is no address of an example (RFC 2606)", p, field)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
