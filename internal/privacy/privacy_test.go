package privacy_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/events"
	"github.com/senda-dev/senda/internal/bundle"
	"github.com/senda-dev/senda/internal/calendar"
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
	"github.com/senda-dev/senda/internal/money"
	"github.com/senda-dev/senda/internal/privacy"
	"github.com/senda-dev/senda/internal/storetest"
	"github.com/senda-dev/senda/internal/task"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

// What is planted. The address appears in other spellings too.
const (
	name    = "Zebulonia"
	surname = "Quastenflosser"
	street  = "Wunderwinkel 17b"
	address = "zebulonia.quastenflosser@mail.example"
	other   = "zq-second-box@mail.example"
	number  = "KDNR-778812345"
)

var planted = []string{name, surname, street, address, other, number}

func TestNeedlesAreFoundInDisguise(t *testing.T) {
	n := privacy.Plant(address)
	for what, text := range map[string]string{
		"in capitals": "x ZEBULONIA.QUASTENFLOSSER@MAIL.EXAMPLE y", "in a link": "https://x/?to=zebulonia.quastenflosser%40mail.example",
		"in base 64": "x" + base64of("ab"+address+"yz"), "in hex": fmt.Sprintf("%x", address),
		"hashed without a key": fmt.Sprintf("%x", sha256of(address)),
	} {
		if found := n.In(text); !slices.Equal(found, []string{address}) {
			t.Errorf("%s: %v", what, found)
		}
	}
	if found := n.In("zebulonia at mail.example"); len(found) != 0 {
		t.Errorf("%v", found)
	}
}

type entrance struct {
	*intake.Intake
	*facts.Service
	watch *privacy.Watch
	inner *inmem.Store
	shelf *bundle.Shelf
	now   time.Time
}

func (h *entrance) Now() time.Time { return h.now }

// newEntrance is the way in under watch, over the contracts as published. mend may
// change a contract: the test that planted bugs are found does.
func newEntrance(t *testing.T, faults float64, mend func(*intake.Contract)) *entrance {
	t.Helper()
	set, err := events.Default()
	if err != nil {
		t.Fatal(err)
	}
	keys, err := identity.NewKeys(bytes.Repeat([]byte("k"), 32))
	if err != nil {
		t.Fatal(err)
	}
	h := &entrance{watch: &privacy.Watch{Needles: privacy.Plant(planted...)}, inner: inmem.New(), shelf: &bundle.Shelf{}, now: noon}
	store := h.watch.Store(h.inner)
	if faults > 0 {
		store = storetest.NewFlaky(store, 7, faults)
	}
	rules := consent.NewRules([]consent.Purpose{
		{Controller: "Cellar Music S.L.", Brand: "cellar", Family: "music", Name: "offers", Class: senda.Marketing, Consent: true, Customer: true},
		{Controller: "Cellar Music S.L.", Brand: "cellar", Family: "music", Name: "news", Class: senda.Marketing, Consent: true},
	}, nil)
	declared := &facts.Declared{
		Attributes: map[string]facts.Attribute{"email": {Personal: true}, "first-name": {Personal: true}, "last-name": {Personal: true}, "locale": {}},
		Facts: map[string]*facts.Fact{
			"orders": {Name: "orders", Fold: facts.Count, Event: "order.completed"},
			"last":   {Name: "last", Fold: facts.Last, Event: "order.completed", Value: []string{"order", "id"}},
		},
	}
	conditions := &condition.Cache{}
	reader := &facts.Reader{Store: store, Rules: func() *consent.Rules { return rules }, Declared: func() *facts.Declared { return declared }}
	entries := &entry.Service{
		Store: store, Machines: h.watch.Machines(inmem.NewMachines()), Clock: h, Rules: entry.Product(), Match: hearing.Match(reader, h.shelf, conditions),
		Ends: func(context.Context, senda.Entry, map[string]senda.PauseSpec, time.Time) (map[string]senda.Due, error) {
			return nil, nil
		},
	}
	random := rand.NewChaCha8([32]byte{3})
	contracts := map[string]*intake.Contract{}
	for _, kind := range set.Kinds() {
		c, _ := set.Contract(kind)
		in := &intake.Contract{
			Kind: kind, Lateness: c.Lateness.Longest(), Timeline: c.WithoutPersonal, Public: c.WithoutPersonal, Alive: true,
			Brand: []string{"order", "brand"},
			Check: func(data jsonata.Value) string {
				if b := c.Validate(data.AppendJSON(nil)); len(b) > 0 {
					return b[0].String()
				}
				return ""
			},
		}
		if kind == "customer.updated" {
			for _, f := range c.Root.Names() {
				in.Teaches = append(in.Teaches, intake.Lesson{Attribute: f, Value: []string{f}})
			}
		}
		if mend != nil {
			mend(in)
		}
		contracts[kind] = in
	}
	h.Intake = &intake.Intake{
		Store: store, Clock: h, Keys: keys, Random: random, Rules: reader.Rules, Reader: reader,
		Contract: func(kind string) *intake.Contract { return contracts[kind] },
		Currency: func(string, money.Currency) bool { return true },
		Zone:     func(z string) bool { _, ok := calendar.Zone(z); return ok },
		Merger:   &identity.Merger{Store: store, Entries: entries, Random: random},
		Hearing:  &hearing.Service{Store: store, Entries: entries, Bundles: h.shelf, Conditions: conditions},
		Enroll: &enroll.Service{
			Entries: entries, Deployments: h.shelf, Bundles: h.shelf, Clock: h, Conditions: conditions,
			Family: func(string) (enroll.Family, error) {
				return enroll.Family{Salt: "s", Zone: time.UTC}, nil
			},
		},
	}
	h.Service = &facts.Service{Reader: reader, Entries: entries, Bundles: h.shelf, Conditions: conditions}
	// A journey for every kind: what can be kept of an event is kept.
	for _, kind := range set.Kinds() {
		b := &bundle.Bundle{
			Journey: "j-" + strings.ReplaceAll(kind, ".", "-"), Owner: "crm", Brand: "cellar", Family: "music", Purpose: "offers", Class: senda.Marketing, Priority: senda.Low,
			Enter: bundle.Enter{Event: kind, Again: bundle.Again{Kind: bundle.AtOnce}, Restart: true},
			Goal:  &bundle.Goal{Event: "order.completed", Within: calendar.Span{N: 30, Unit: calendar.Days}, FromEntry: true, Value: "$event.order.total"},
			Exits: []bundle.Exit{{Event: "care.opened", Reason: "unhappy"}}, Listens: set.Kinds(), Machine: "{}",
			Steps: []bundle.Step{{Name: "hello", Kind: "email", Seq: 1}},
		}
		if err := bundle.Seal(b); err != nil {
			t.Fatal(err)
		}
		h.shelf.Put(b, senda.StateLive)
	}
	return h
}

// plant fills every personal text of a sample with planted words, and adds a
// member that no contract names.
func plant(c *events.Contract) jsonata.Value {
	var v any
	if err := json.Unmarshal(c.Sample(), &v); err != nil {
		panic(err)
	}
	m := v.(map[string]any)
	for _, f := range c.Root.Fields {
		if f.Personal && f.Type == events.Text {
			m[f.Name] = map[string]any{"email": address, "first-name": name, "last-name": surname, "postal-code": "17b-" + "Wunder"}[f.Name]
			if m[f.Name] == nil {
				m[f.Name] = name + " " + surname
			}
		}
	}
	m["delivery-note"] = "leave it with " + name + " " + surname + ", " + street
	m["contact"] = map[string]any{"mail": strings.ToUpper(address)}
	return jsonata.Of(v)
}

// live lets a person live a whole life: every kind of event, bad ones, a second
// identity that is merged, facts asked by machines, erasure in the end.
func (h *entrance) live(t *testing.T) {
	t.Helper()
	set, err := events.Default()
	if err != nil {
		t.Fatal(err)
	}
	take := func(body []byte) {
		for range 300 {
			r, err := h.TakeRaw(t.Context(), body)
			h.watch.Error("error of intake", err)
			if r.Refusal != nil {
				h.watch.Text("reason of a refusal", r.Refusal.Text)
			}
			h.watch.Text("result of intake", fmt.Sprintf("%+v", r))
			if err == nil {
				return
			}
		}
		t.Fatal("never taken")
	}
	send := func(kind, id string, who map[string]string, data jsonata.Value) {
		take(intake.Encode(senda.Event{Source: "shop", ID: id, Kind: kind, Time: noon.Add(-time.Minute), Identifiers: who, Data: data}))
	}
	me := map[string]string{"customer": number, "email": address}
	for round := range 2 {
		for _, kind := range set.Kinds() {
			if kind == "person.erased" {
				continue
			}
			c, _ := set.Contract(kind)
			send(kind, fmt.Sprint(kind, round), me, plant(c))
		}
		h.now = h.now.Add(time.Hour)
	}
	order, _ := set.Contract("order.completed")
	// A second identity, and the event that says that both are one.
	send("order.completed", "second", map[string]string{"email": other}, plant(order))
	send("order.completed", "both", map[string]string{"email": other, "customer": number}, plant(order))
	// Events that are refused, with the person in every place a stranger may put one.
	good := string(intake.Encode(senda.Event{Source: "shop", ID: "bad", Kind: "order.completed", Time: noon, Identifiers: me, Data: plant(order)}))
	for _, bad := range []string{
		strings.Replace(good, `"bad"`, `"`+address+`"`, 1), strings.Replace(good, `"shop"`, `"`+name+" "+surname+`"`, 1),
		strings.Replace(good, `"order.completed"`, `"order.`+strings.ToLower(name)+`"`, 1), strings.Replace(good, `"time"`, `"`+name+`"`, 1),
		strings.Replace(good, `"data"`, `"`+strings.ToLower(surname)+`":1,"data"`, 1), strings.Replace(good, `"person":{`, `"person":{"`+address+`":"x",`, 1),
		strings.Replace(good, `"currency":"EUR"`, `"currency":"`+address+`"`, 1), strings.Replace(good, `"total":41.5`, `"total":"`+name+`"`, 1),
		strings.Replace(good, address, name, 1), good[:len(good)/2],
	} {
		take([]byte(bad))
	}
	// Machines ask for everything that they may, and for what they may not.
	found, err := identity.Resolve(t.Context(), h.inner, h.Keys, me)
	if err != nil || len(found.People) != 1 {
		t.Fatal(found, err)
	}
	p := found.People[0].Person
	got, err := h.inner.Range(t.Context(), senda.Range{Kind: senda.KindEntry, Part: string(p.ID)})
	if err != nil || len(got) == 0 {
		t.Fatal("nobody entered anything", err)
	}
	asked := 0
	for _, v := range got {
		e := v.Record.(senda.Entry)
		head := task.Head{Version: task.Version, Person: e.Person, Entry: e.ID, Bundle: e.Bundle, Step: "facts", N: 1, Seq: 1, At: h.now, Pace: 1}
		r, err := h.Facts(t.Context(), task.FactsRequest{
			Head: head, Attributes: []string{"locale", "zone"}, Facts: []string{"orders", "last"}, Consent: []string{"cellar.offers"}, Mails: []string{"hello"},
			Is: map[string]string{"named": `($person."first-name" = "` + "X" + `") = true`}, With: jsonata.Object(),
		})
		h.watch.Error("error of a task", err)
		if err == nil {
			asked++
			h.watch.Text("reply of a task", r.Value().String())
		}
		_, err = h.Facts(t.Context(), task.FactsRequest{Head: head, Attributes: []string{"first-name"}})
		h.watch.Error("error of a task", err)
	}
	if asked == 0 {
		t.Fatal("no facts were asked")
	}
	h.now = h.now.Add(time.Hour)
	if _, err := h.Sweep(t.Context()); err != nil {
		h.watch.Error("error of a sweep", err)
	}
	erased, _ := set.Contract("person.erased")
	send("person.erased", "erase", me, plant(erased))
}

// A person lives a whole life with planted names and addresses in every place
// that a source may put them: they turn up in profile, timeline, queue and
// quarantine, and nowhere else. After the erasure they are nowhere at all.
func TestPersonalDataStaysWhereItMayBe(t *testing.T) {
	for _, faults := range []float64{0, 0.05} {
		h := newEntrance(t, faults, nil)
		h.live(t)
		for _, leak := range h.watch.Leaks() {
			t.Errorf("with faults %v: %s", faults, leak)
		}
		for _, place := range []string{"profile", "queue", "quarantine"} {
			if h.watch.Seen(place) == 0 {
				t.Errorf("nothing was seen in the %s: the watch is blind", place)
			}
		}
		for _, kind := range []senda.Kind{
			senda.KindPerson, senda.KindIdentity, senda.KindHappening, senda.KindSeen, senda.KindQuarantined, senda.KindConsent,
			senda.KindProof, senda.KindSuppression, senda.KindEntry,
		} {
			if !slices.Contains(h.watch.Kinds(), kind) {
				t.Errorf("no record of kind %d was written", kind)
			}
		}
		h.nothingRemains(t)
	}
}

// nothingRemains looks at the records that are left after the erasure. What could
// not be read names nobody that could be found: it expires with the quarantine.
func (h *entrance) nothingRemains(t *testing.T) {
	t.Helper()
	h.now = h.now.Add(intake.Kept + time.Hour)
	for range 300 {
		if _, err := h.Expire(t.Context()); err == nil {
			break
		}
	}
	parts := map[senda.Kind][]string{senda.KindQuarantined: {""}, senda.KindSeen: {"shop"}, senda.KindIdentity: {"email", "customer"}}
	found, err := identity.Resolve(t.Context(), h.inner, h.Keys, map[string]string{"customer": number})
	if err != nil || len(found.People) != 1 || !found.People[0].Person.Erased {
		t.Fatalf("%+v, %v", found, err)
	}
	ids := []string{string(found.People[0].Person.ID)}
	for _, id := range found.People[0].Person.Merged {
		ids = append(ids, string(id))
	}
	for k := senda.KindPerson; k <= senda.KindRelease; k++ {
		for _, part := range append(parts[k], ids...) {
			got, err := h.inner.Range(t.Context(), senda.Range{Kind: k, Part: part})
			if err != nil {
				t.Fatal(err)
			}
			for _, v := range got {
				text, err := json.Marshal(v.Record)
				if err != nil {
					t.Fatal(err)
				}
				if what := h.watch.Needles.In(string(text)); len(what) > 0 {
					t.Errorf("after the erasure a %T still says %q", v.Record, what)
				}
			}
		}
	}
}

// The watch finds what it is there for: entries that keep the whole event, a
// breach that quotes, a timeline is no excuse for an input.
func TestTheWatchFindsPlantedLeaks(t *testing.T) {
	for what, mend := range map[string]func(*intake.Contract){
		"entries keep the whole event": func(c *intake.Contract) { c.Public = nil },
		"a refusal quotes": func(c *intake.Contract) {
			c.Check = func(v jsonata.Value) string {
				if v.Get("order").Get("total").Kind() == jsonata.KindString {
					return "total is " + v.Get("order").Get("total").Str()
				}
				return ""
			}
		},
	} {
		h := newEntrance(t, 0, mend)
		h.live(t)
		if len(h.watch.Leaks()) == 0 {
			t.Errorf("%s, and nothing was found", what)
		}
	}
}
