package preferences_test

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/events"
	"github.com/senda-dev/senda/internal/bundle"
	"github.com/senda-dev/senda/internal/condition"
	"github.com/senda-dev/senda/internal/consent"
	"github.com/senda-dev/senda/internal/enroll"
	"github.com/senda-dev/senda/internal/entry"
	"github.com/senda-dev/senda/internal/facts"
	"github.com/senda-dev/senda/internal/hearing"
	"github.com/senda-dev/senda/internal/identity"
	"github.com/senda-dev/senda/internal/inmem"
	"github.com/senda-dev/senda/internal/intake"
	"github.com/senda-dev/senda/internal/jsonata"
	"github.com/senda-dev/senda/internal/mail/token"
	"github.com/senda-dev/senda/internal/money"
	"github.com/senda-dev/senda/internal/preferences"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

type world struct {
	*preferences.Service
	in    *intake.Intake
	store *inmem.Store
	now   time.Time
	n     int
}

func (w *world) Now() time.Time { return w.now }

func newWorld(t *testing.T) *world {
	t.Helper()
	set, err := events.Default()
	if err != nil {
		t.Fatal(err)
	}
	keys, err := identity.NewKeys(bytes.Repeat([]byte("k"), 32))
	if err != nil {
		t.Fatal(err)
	}
	ring, err := token.NewRing(token.Key{ID: "a", Secret: bytes.Repeat([]byte("s"), 32)})
	if err != nil {
		t.Fatal(err)
	}
	w := &world{store: inmem.New(), now: noon}
	p := func(brand, purpose string, class senda.Class) consent.Purpose {
		return consent.Purpose{Controller: "Music " + brand, Brand: brand, Family: "music", Name: purpose, Class: class, Consent: true, Customer: purpose == "offers", Twice: true}
	}
	rules := consent.NewRules([]consent.Purpose{p("cellar", "offers", senda.Marketing), p("cellar", "news", senda.Marketing), p("cellar", "account", senda.Service), p("pantry", "offers", senda.Marketing)}, nil)
	contract := func(kind string) *intake.Contract {
		c, ok := set.Contract(kind)
		if !ok {
			return nil
		}
		return &intake.Contract{Kind: kind, Timeline: c.WithoutPersonal, Public: c.WithoutPersonal, Check: func(data jsonata.Value) string {
			if b := c.Validate(data.AppendJSON(nil)); len(b) > 0 {
				return b[0].String()
			}
			return ""
		}}
	}
	shelf, conditions, random := &bundle.Shelf{}, &condition.Cache{}, rand.NewChaCha8([32]byte{5})
	reader := &facts.Reader{Store: w.store, Rules: func() *consent.Rules { return rules }}
	entries := &entry.Service{Store: w.store, Machines: inmem.NewMachines(), Clock: w, Rules: entry.Product()}
	w.in = &intake.Intake{
		Store: w.store, Clock: w, Keys: keys, Random: random, Contract: contract, Rules: reader.Rules, Reader: reader,
		Currency: func(string, money.Currency) bool { return true }, Zone: func(string) bool { return true },
		Merger:  &identity.Merger{Store: w.store, Entries: entries, Random: random},
		Hearing: &hearing.Service{Store: w.store, Entries: entries, Bundles: shelf, Conditions: conditions},
		Enroll:  &enroll.Service{Entries: entries, Deployments: shelf, Bundles: shelf, Clock: w, Conditions: conditions},
	}
	w.Service = &preferences.Service{
		Store: w.store, Clock: w, Ring: ring, Rules: reader.Rules, Take: w.in.Take, Random: random,
		OneClick: func(brand string) consent.Level {
			if brand == "pantry" {
				return consent.LevelTopic
			}
			return consent.LevelBrand
		},
	}
	return w
}

// event is something that the shop tells of the person.
func (w *world) event(t *testing.T, kind, data string) {
	t.Helper()
	w.n++
	v, err := jsonata.ParseJSON([]byte(data))
	if err != nil {
		t.Fatal(err)
	}
	r, err := w.in.Take(t.Context(), senda.Event{Source: "shop", ID: fmt.Sprint("e-", w.n), Kind: kind, Time: w.now, Identifiers: map[string]string{"customer": "C-1"}, Data: v})
	if err != nil || r.Fate != intake.Taken {
		t.Fatalf("%+v %v %v", r, r.Refusal, err)
	}
}

func (w *world) person(t *testing.T) senda.PersonID {
	t.Helper()
	r, err := identity.Resolve(t.Context(), w.store, w.in.Keys, map[string]string{"customer": "C-1"})
	if err != nil || len(r.People) == 0 {
		t.Fatal("nobody", err)
	}
	return r.People[0].Person.ID
}

func (w *world) link(t *testing.T, kind token.Kind, brand, purpose, message string) string {
	t.Helper()
	s, err := w.Ring.Sign(token.Claims{Kind: kind, Person: string(w.person(t)), Brand: brand, Purpose: purpose, Message: message, Issued: w.now})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func (w *world) basis(t *testing.T, brand, purpose string) senda.Basis {
	t.Helper()
	h, _, _, err := senda.Read[senda.ConsentHead](t.Context(), w.store, senda.ConsentKey(w.person(t)))
	if err != nil {
		t.Fatal(err)
	}
	return w.Rules().Ground(&h, brand, purpose, w.now).Basis
}

func (w *world) proofs(t *testing.T) []senda.Proof {
	t.Helper()
	h, _, _, err := senda.Read[senda.ConsentHead](t.Context(), w.store, senda.ConsentKey(w.person(t)))
	if err != nil {
		t.Fatal(err)
	}
	got, err := w.store.Range(t.Context(), senda.Range{Kind: senda.KindProof, Part: h.Subject})
	if err != nil {
		t.Fatal(err)
	}
	var out []senda.Proof
	for _, v := range got {
		out = append(out, v.Record.(senda.Proof))
	}
	if err := consent.Verify(out, h.LastProof); err != nil {
		t.Fatal(err)
	}
	return out
}

const asked = `{"brand":"cellar","purpose":"offers","source":"form","form":"footer-v2","wording":"12","language":"es"}`

const granted = `{"brand":%q,"purpose":%q,"source":"form","wording":"1","language":"es","confirmed":true}`

func TestADoubleOptInIsGrantedByAPressAndNotByALook(t *testing.T) {
	w := newWorld(t)
	w.event(t, "consent.asked", asked)
	w.now = w.now.Add(time.Minute)
	// The mail is of a service purpose; the link knows no more than its brand.
	first := w.link(t, token.Confirm, "cellar", "account", "m-1")
	w.now = w.now.Add(48 * time.Hour)
	reminder := w.link(t, token.Confirm, "cellar", "account", "m-2")
	for range 3 {
		if a, err := w.LookConfirm(t.Context(), first); err != nil || a != consent.AnswerGranted {
			t.Fatalf("%s, %v", a, err)
		}
	}
	if w.basis(t, "cellar", "offers") != senda.BasisNone {
		t.Fatal("a look has granted something")
	}
	for _, link := range []string{first, first, reminder} {
		w.now = w.now.Add(time.Minute)
		if a, err := w.Confirm(t.Context(), link); err != nil || a != consent.AnswerGranted {
			t.Fatalf("%s, %v", a, err)
		}
	}
	if w.basis(t, "cellar", "offers") != senda.BasisConsent || w.basis(t, "cellar", "news") != senda.BasisNone {
		t.Error("granted is not what was asked")
	}
	log := w.proofs(t)
	last := log[len(log)-1]
	if len(log) != 2 || last.Form != "footer-v2" || last.Wording != "12" || last.Language != "es" || last.Source != "confirmation" || last.Confirmed.IsZero() {
		t.Errorf("%d proofs, the last %+v", len(log), last)
	}
	// Withdrawn since: the old link lifts nothing.
	w.now = w.now.Add(time.Hour)
	if err := w.Withdraw(t.Context(), w.link(t, token.Withdraw, "cellar", "offers", "m-3")); err != nil {
		t.Fatal(err)
	}
	if a, err := w.Confirm(t.Context(), first); err != nil || a != consent.AnswerWithdrawn || w.basis(t, "cellar", "offers") != senda.BasisNone {
		t.Errorf("%s, %v", a, err)
	}
	w.now = w.now.AddDate(0, 0, 8)
	if a, err := w.Confirm(t.Context(), first); err != nil || a != consent.AnswerExpired {
		t.Errorf("after its time: %s, %v", a, err)
	}
}

func TestALinkConfirmsNothingAskedAfterItsMail(t *testing.T) {
	w := newWorld(t)
	w.event(t, "consent.asked", asked)
	link := w.link(t, token.Confirm, "cellar", "account", "m-1")
	w.now = w.now.Add(time.Hour)
	w.event(t, "consent.asked", strings.Replace(asked, "offers", "news", 1))
	if _, err := w.Confirm(t.Context(), link); err != nil {
		t.Fatal(err)
	}
	if w.basis(t, "cellar", "offers") != senda.BasisConsent || w.basis(t, "cellar", "news") != senda.BasisNone {
		t.Error("a link has confirmed what was asked for after its mail")
	}
}

func TestOneClickEndsWhatTheBrandSaysAndAgainAfterANewConsent(t *testing.T) {
	w := newWorld(t)
	for _, s := range [][2]string{{"cellar", "offers"}, {"cellar", "news"}, {"pantry", "offers"}} {
		w.event(t, "consent.granted", fmt.Sprintf(granted, s[0], s[1]))
	}
	cellar, pantry := w.link(t, token.Withdraw, "cellar", "news", "m-1"), w.link(t, token.Withdraw, "pantry", "offers", "m-2")
	w.now = w.now.Add(time.Hour)
	before := len(w.proofs(t))
	for range 3 {
		if err := w.Withdraw(t.Context(), cellar); err != nil {
			t.Fatal(err)
		}
	}
	if w.basis(t, "cellar", "offers") != "" || w.basis(t, "cellar", "news") != "" || w.basis(t, "pantry", "offers") == "" {
		t.Error("one click in a mail of the cellar ends the cellar's marketing")
	}
	if n := len(w.proofs(t)) - before; n != 1 {
		t.Errorf("three clicks are proven %d times", n)
	}
	if err := w.Withdraw(t.Context(), pantry); err != nil || w.basis(t, "pantry", "offers") != "" {
		t.Errorf("%v", err)
	}
	w.now = w.now.Add(time.Hour)
	w.event(t, "consent.granted", fmt.Sprintf(granted, "cellar", "offers"))
	w.now = w.now.Add(time.Hour)
	if w.basis(t, "cellar", "offers") != senda.BasisConsent {
		t.Fatal("a new consent counts for nothing")
	}
	if err := w.Withdraw(t.Context(), cellar); err != nil || w.basis(t, "cellar", "offers") != "" {
		t.Errorf("the old link does not withdraw the new consent: %v", err)
	}
}

func TestThePageShowsAndChangesWhatOneWants(t *testing.T) {
	w := newWorld(t)
	w.event(t, "consent.granted", fmt.Sprintf(granted, "cellar", "offers"))
	w.event(t, "consent.granted", fmt.Sprintf(granted, "cellar", "news"))
	link := w.link(t, token.Preferences, "cellar", "offers", "m-1")
	look := func() preferences.Page {
		t.Helper()
		p, err := w.Look(t.Context(), link)
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	if p := look(); len(p.Topics) != 2 || !p.Topics[0].On || !p.Topics[1].On || p.LessOften || !p.PausedUntil.IsZero() {
		t.Errorf("%+v", p)
	}
	for _, step := range []struct {
		level   consent.Level
		purpose string
		want    func(preferences.Page) bool
	}{
		{consent.LevelLess, "", func(p preferences.Page) bool { return p.LessOften && p.Topics[0].On }},
		{consent.LevelProfiling, "", func(p preferences.Page) bool { return p.NoProfiling && p.Topics[0].On }},
		{consent.LevelTopic, "news", func(p preferences.Page) bool { return p.Topics[0].On && !p.Topics[1].On }},
		{consent.LevelPause, "", func(p preferences.Page) bool {
			return p.PausedUntil.Equal(w.now.Add(consent.PauseFor)) && !p.Topics[0].On
		}},
		{consent.LevelEverything, "", func(p preferences.Page) bool { return !p.Topics[0].On && !p.Topics[1].On }},
	} {
		w.now = w.now.Add(time.Minute)
		for range 2 {
			if err := w.Change(t.Context(), link, step.level, step.purpose); err != nil {
				t.Fatalf("%s: %v", step.level, err)
			}
		}
		if p := look(); !step.want(p) {
			t.Errorf("after %s: %+v", step.level, p)
		}
	}
	w.now = w.now.Add(consent.PauseFor)
	if w.basis(t, "pantry", "offers") != "" || w.basis(t, "cellar", "offers") != "" {
		t.Error("everything is not everything")
	}
	if err := w.Change(t.Context(), link, consent.LevelTopic, "gossip"); senda.CodeOf(err) != senda.Invalid {
		t.Errorf("%v", err)
	}
	if err := w.Change(t.Context(), link, "a bit", ""); senda.CodeOf(err) != senda.Invalid {
		t.Errorf("%v", err)
	}
}

// watching counts what is asked of a store.
type watching struct {
	senda.Store
	n int
}

func (w *watching) Get(ctx context.Context, keys ...senda.Key) ([]senda.Versioned, error) {
	w.n++
	return w.Store.Get(ctx, keys...)
}

func TestForgedLinksOpenNothingAndReadNothing(t *testing.T) {
	w := newWorld(t)
	w.event(t, "consent.granted", fmt.Sprintf(granted, "cellar", "offers"))
	good := w.link(t, token.Withdraw, "cellar", "offers", "m-1")
	store := &watching{Store: w.store}
	w.Store = store
	for _, link := range []string{"", "a.b", good[:len(good)-2], good + "A", strings.Replace(good, "a.", "b.", 1), w.link(t, token.Preferences, "cellar", "offers", "m-1")} {
		if err := w.Withdraw(t.Context(), link); senda.CodeOf(err) != senda.Denied {
			t.Errorf("%q: %v", link, err)
		}
		if _, err := w.Look(t.Context(), good); senda.CodeOf(err) != senda.Denied {
			t.Errorf("a link of one kind opens another: %v", err)
		}
	}
	if store.n != 0 {
		t.Errorf("the store was read %d times", store.n)
	}
}

func TestLinksWorkAfterAnErasure(t *testing.T) {
	w := newWorld(t)
	w.event(t, "consent.asked", asked)
	confirm, withdraw, page := w.link(t, token.Confirm, "cellar", "account", "m-1"), w.link(t, token.Withdraw, "cellar", "offers", "m-1"), w.link(t, token.Preferences, "cellar", "offers", "m-1")
	w.event(t, "person.erased", `{}`)
	if a, err := w.Confirm(t.Context(), confirm); err != nil || a != consent.AnswerErased {
		t.Errorf("%s, %v", a, err)
	}
	if err := w.Withdraw(t.Context(), withdraw); err != nil {
		t.Error(err)
	}
	for _, level := range consent.Levels() {
		if err := w.Change(t.Context(), page, level, "offers"); err != nil {
			t.Errorf("%s: %v", level, err)
		}
	}
	if p, err := w.Look(t.Context(), page); err != nil || !p.Erased || p.LessOften || p.NoProfiling {
		t.Errorf("%+v, %v", p, err)
	}
}
