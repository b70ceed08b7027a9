package house_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/house"
	"github.com/senda-dev/senda/internal/inmem"
	"github.com/senda-dev/senda/internal/intake"
	"github.com/senda-dev/senda/internal/jsonata"
	"github.com/senda-dev/senda/internal/shoptest"
)

// all reads every record of the store, in order, as text.
func all(t *testing.T, s senda.Store) []string {
	t.Helper()
	var out []string
	for part := range 16 {
		people, err := s.Find(t.Context(), senda.IndexRange{Index: senda.IndexPeople, Part: fmt.Sprintf("%x", part)})
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range people {
			id := p.Record.Key().Part
			for kind := senda.KindPerson; kind <= senda.KindRelease; kind++ {
				got, err := s.Range(t.Context(), senda.Range{Kind: kind, Part: id})
				if err != nil {
					t.Fatal(err)
				}
				for _, v := range got {
					text, err := json.Marshal(v.Record)
					if err != nil {
						t.Fatal(err)
					}
					out = append(out, fmt.Sprintf("%s %s", v.Record.Key(), text))
				}
			}
		}
	}
	return out
}

// The same feed gives the same records and the same mails, byte for byte.
func TestTheSameFeedGivesTheSame(t *testing.T) {
	once := func() ([]string, []senda.Envelope) {
		shop, store, box, clock := shoptest.Open(t), inmem.New(), &inmem.Outbox{}, house.NewVirtual(begin)
		h := house.New(shop.Config(store, clock, box, 3))
		if err := h.Drive(t.Context(), clock, &list{feed(60, 12, 5)}, begin.AddDate(0, 0, 45), nil); err != nil {
			t.Fatal(err)
		}
		if n := h.Runner.Running(); n != 0 {
			t.Errorf("%d executions still run", n)
		}
		return all(t, store), box.Left()
	}
	store, mails := once()
	again, mailsAgain := once()
	if len(store) < 500 || len(mails) < 100 {
		t.Fatalf("%d records, %d mails: too little happened", len(store), len(mails))
	}
	for i := range min(len(store), len(again)) {
		if store[i] != again[i] {
			t.Fatalf("records differ:\n%s\n%s", store[i], again[i])
		}
	}
	if len(store) != len(again) || len(mails) != len(mailsAgain) {
		t.Fatalf("%d and %d records, %d and %d mails", len(store), len(again), len(mails), len(mailsAgain))
	}
	for i := range mails {
		if mails[i].Message != mailsAgain[i].Message || !bytes.Equal(mails[i].MIME, mailsAgain[i].MIME) {
			t.Fatalf("mail %d differs: %s, %s", i, mails[i].Message, mailsAgain[i].Message)
		}
	}
}

func event(t *testing.T, id, kind, customer string, at time.Time, data string) senda.Event {
	t.Helper()
	v, err := jsonata.ParseJSON([]byte(data))
	if err != nil {
		t.Fatal(err)
	}
	return senda.Event{Source: "shop", ID: id, Kind: kind, Time: at, Identifiers: map[string]string{"customer": customer}, Data: v}
}

func order(t *testing.T, n int, at time.Time) senda.Event {
	t.Helper()
	return event(t, fmt.Sprintf("order-%d", n), "order.completed", "C-1", at,
		fmt.Sprintf(`{"order": {"id": "A-%d", "brand": "alpha", "currency": "EUR", "total": 20}}`, n))
}

const address = `{"email": "ana@example.com", "country": "ES", "locale": "en"}`

// At one instant events come first, then what is due of executions, then audiences:
// an order at the very end of an await ends it, and one at the hour of an audience
// counts there.
func TestTheOrderAtOneInstant(t *testing.T) {
	shop, store, box := without(t, "letters"), inmem.New(), &inmem.Outbox{}
	noon := time.Date(2026, 3, 2, 11, 0, 0, 0, time.UTC) // in Madrid
	clock := house.NewVirtual(noon.Add(-time.Hour))
	h := house.New(shop.Config(store, clock, box, 3))
	var told []string
	box.Fault = func(_ int, e senda.Envelope) (bool, error) {
		told = append(told, e.Journey+" "+e.Step)
		return true, nil
	}
	feed := &list{[]senda.Event{
		event(t, "1", "customer.updated", "C-1", noon.Add(-time.Minute), address),
		order(t, 1, noon), order(t, 2, noon.AddDate(0, 0, 2)), order(t, 3, noon.AddDate(0, 0, 2)),
	}}
	if err := h.Drive(t.Context(), clock, feed, noon.AddDate(0, 0, 2), nil); err != nil {
		t.Fatal(err)
	}
	// The await of the first order ends with the second, not by its time: no "again".
	if want := []string{"orders thanks", "orders thanks"}; !slices.Equal(told, want) {
		t.Errorf("%v left, want %v", told, want)
	}
	// Three orders are there when the audience is asked, at the same instant as the third.
	got, err := store.Range(t.Context(), senda.Range{Kind: senda.KindEntry, Part: person(t, store)})
	if err != nil {
		t.Fatal(err)
	}
	regular := slices.ContainsFunc(got, func(v senda.Versioned) bool { return v.Record.(senda.Entry).Journey == "regulars" })
	if !regular {
		t.Error("the audience was asked before the event of the same instant")
	}
}

// Without an end it goes on for as long as the feed does, and no longer.
func TestDriveToTheEndOfTheFeed(t *testing.T) {
	shop, store, box := without(t, "letters"), inmem.New(), &inmem.Outbox{}
	clock := house.NewVirtual(begin)
	h := house.New(shop.Config(store, clock, box, 3))
	noon := time.Date(2026, 3, 2, 11, 0, 0, 0, time.UTC)
	feed := &list{[]senda.Event{event(t, "1", "customer.updated", "C-1", noon, address), order(t, 1, noon), order(t, 2, noon.AddDate(0, 0, 4))}}
	if err := h.Drive(t.Context(), clock, feed, time.Time{}, nil); err != nil {
		t.Fatal(err)
	}
	if got := len(box.Left()); got != 3 || !clock.Now().Equal(noon.AddDate(0, 0, 4)) || h.Runner.Running() != 1 {
		t.Errorf("%d mails at %v, %d run: want thanks, again, terms, and the second order about to be thanked for", got, clock.Now(), h.Runner.Running())
	}
}

// person is the only one in the store.
func person(t *testing.T, s senda.Store) string {
	t.Helper()
	for part := range 16 {
		people, err := s.Find(t.Context(), senda.IndexRange{Index: senda.IndexPeople, Part: fmt.Sprintf("%x", part)})
		if err != nil {
			t.Fatal(err)
		}
		if len(people) > 0 {
			return people[0].Record.Key().Part
		}
	}
	t.Fatal("nobody is known")
	return ""
}

// without is the shop with a journey that nobody enters.
func without(t *testing.T, journey string) *shoptest.Shop {
	t.Helper()
	shop := shoptest.Open(t)
	if err := shop.Shelf.Set(journey, senda.StateClosed); err != nil {
		t.Fatal(err)
	}
	return shop
}

// failing is a store that is down for one kind of record.
type failing struct {
	senda.Store
	down func(senda.Write) bool
}

func (f *failing) Commit(ctx context.Context, writes ...senda.Write) error {
	if f.down != nil && slices.ContainsFunc(writes, f.down) {
		return senda.Errorf(senda.Unavailable, "commit", "the disk is full")
	}
	return f.Store.Commit(ctx, writes...)
}

// live is a house served in the time of a bubble.
type live struct {
	t        *testing.T
	house    *house.House
	box      *inmem.Outbox
	store    *failing
	events   chan house.Incoming
	problems []string
	stop     context.CancelFunc
	timers   int
}

// serve begins to serve at nine on a Monday in Madrid.
func serve(t *testing.T) *live {
	t.Helper()
	time.Sleep(time.Until(time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)))
	l := &live{t: t, box: &inmem.Outbox{}, store: &failing{Store: inmem.New()}, events: make(chan house.Incoming)}
	shop := without(t, "letters")
	c := shop.Config(l.store, senda.ClockFunc(func() time.Time { return time.Now().UTC() }), l.box, 3)
	c.Remember = true
	l.house = house.New(c)
	ctx, stop := context.WithCancel(t.Context())
	l.stop = stop
	go func() {
		err := l.house.Serve(ctx, l.events, func(d time.Duration) (<-chan time.Time, func() bool) {
			l.timers++
			timer := time.NewTimer(d)
			return timer.C, timer.Stop
		}, func(err error) { l.problems = append(l.problems, err.Error()) })
		if err != nil {
			t.Error(err)
		}
	}()
	t.Cleanup(stop)
	return l
}

// tell hands an event over the wire and returns what came of it.
func (l *live) tell(body string) (r intake.Result, err error) {
	l.t.Helper()
	done := make(chan struct{})
	l.events <- house.Incoming{Body: []byte(body), Done: func(got intake.Result, e error) { r, err = got, e; close(done) }}
	<-done
	return r, err
}

func (l *live) wire(n int, kind, data string) string {
	return fmt.Sprintf(`{"source": "shop", "id": "%d", "kind": %q, "time": %q, "person": {"customer": "C-1"}, "data": %s}`,
		n, kind, time.Now().UTC().Format(time.RFC3339), data)
}

func (l *live) mails() string {
	var out []string
	for _, e := range l.box.Left() {
		out = append(out, e.Step)
	}
	return strings.Join(out, " ")
}

func (l *live) orders(n int) {
	l.t.Helper()
	data := fmt.Sprintf(`{"order": {"id": "A-%d", "brand": "alpha", "currency": "EUR", "total": 20}}`, n)
	if r, err := l.tell(l.wire(100+n, "order.completed", data)); err != nil || r.Fate != intake.Taken {
		l.t.Fatalf("%+v, %v", r, err)
	}
}

// In real time: events at once, pauses by the clock, audiences at their hour.
func TestServe(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := serve(t)
		if r, err := l.tell(l.wire(1, "customer.updated", address)); err != nil || r.Fate != intake.Taken {
			t.Fatalf("%+v, %v", r, err)
		}
		if r, err := l.tell(`{"not": "an event"`); err != nil || r.Fate != intake.Refused {
			t.Fatalf("%+v, %v", r, err)
		}
		l.orders(1)
		if got := l.mails(); got != "thanks" {
			t.Fatalf("when the order is answered, %q left", got)
		}
		close(l.events) // the source ends, and those inside go on
		time.Sleep(48*time.Hour - time.Second)
		synctest.Wait()
		if got := l.mails(); got != "thanks" {
			t.Errorf("before two days are over, %q left", got)
		}
		time.Sleep(2 * time.Second)
		synctest.Wait()
		if got := l.mails(); got != "thanks again" {
			t.Errorf("after two days, %q left", got)
		}
		time.Sleep(24 * time.Hour)
		synctest.Wait()
		if got := l.mails(); got != "thanks again terms" {
			t.Errorf("after three days, %q left", got)
		}
		if len(l.problems) > 0 {
			t.Error(l.problems)
		}
	})
}

func TestServeAudiences(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := serve(t)
		if _, err := l.tell(l.wire(1, "customer.updated", address)); err != nil {
			t.Fatal(err)
		}
		for n := range 3 {
			l.orders(n)
		}
		entered := func() bool {
			got, err := l.store.Range(t.Context(), senda.Range{Kind: senda.KindEntry, Part: person(t, l.store)})
			if err != nil {
				t.Fatal(err)
			}
			return slices.ContainsFunc(got, func(v senda.Versioned) bool { return v.Record.(senda.Entry).Journey == "regulars" })
		}
		time.Sleep(3*time.Hour - time.Second) // noon in Madrid is 11:00
		synctest.Wait()
		if entered() {
			t.Error("before noon")
		}
		l.store.down = func(w senda.Write) bool { return w.Key.Kind == senda.KindAudience }
		timers := l.timers
		time.Sleep(time.Minute)
		synctest.Wait()
		if len(l.problems) < 3 || len(l.problems) > 7 || l.timers-timers > 30 {
			t.Errorf("in a minute without a disk: %d problems, %d times awake", len(l.problems), l.timers-timers)
		}
		l.store.down = nil
		time.Sleep(house.RetryAfter)
		synctest.Wait()
		if !entered() {
			t.Errorf("not after noon: %v", l.problems)
		}
	})
}

// What fails is told, keeps nobody waiting, and is done when it can be.
func TestServeThroughTrouble(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := serve(t)
		if _, err := l.tell(l.wire(1, "customer.updated", address)); err != nil {
			t.Fatal(err)
		}
		l.store.down = func(w senda.Write) bool { return w.Key.Kind == senda.KindExecution }
		body := l.wire(2, "order.completed", `{"order": {"id": "A-1", "brand": "alpha", "currency": "EUR", "total": 20}}`)
		if _, err := l.tell(body); err == nil {
			t.Fatal("an event whose journey cannot begin must be delivered again")
		}
		l.store.down = nil
		if r, err := l.tell(body); err != nil {
			t.Fatalf("%+v, %v", r, err)
		}
		time.Sleep(10 * time.Minute) // or the sweep starts it
		synctest.Wait()
		if got := l.mails(); got != "thanks" {
			t.Errorf("%q left, problems %v", got, l.problems)
		}
		// A claim of which nobody knows gets its fate from the sweep.
		l.box.Fault = func(int, senda.Envelope) (bool, error) {
			return false, senda.Errorf(senda.Unsure, "hand over", "the line broke")
		}
		l.orders(2)
		time.Sleep(20 * time.Minute)
		synctest.Wait()
		got, err := l.store.Range(t.Context(), senda.Range{Kind: senda.KindClaim, Part: person(t, l.store)})
		if err != nil {
			t.Fatal(err)
		}
		skipped := 0
		for _, v := range got {
			switch v.Record.(senda.Claim).Fate {
			case senda.Skipped:
				skipped++
			case senda.Claimed:
				t.Errorf("no fate: %+v", v.Record)
			default: // another fate is one too
			}
		}
		if skipped == 0 {
			t.Errorf("nothing was skipped: %+v", got)
		}
	})
}
