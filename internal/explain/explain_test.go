package explain_test

import (
	"strings"
	"testing"
	"time"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/explain"
	"github.com/senda-dev/senda/internal/inmem"
	"github.com/senda-dev/senda/internal/shoptest"
)

const ana = senda.PersonID("p-ana")

var ten = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC) // in Madrid

// told is a teller over one entry of Ana in the journey letters, with what the tests add.
func told(t *testing.T, e senda.Entry, more ...senda.Record) *explain.Teller {
	t.Helper()
	shop := shoptest.Open(t)
	j, _ := shop.House.Journey("letters")
	e.Person, e.ID, e.Journey, e.Bundle, e.At = ana, senda.NewEntryID("letters", "A-1", 1), "letters", j.Bundle.Digest(), ten
	if e.Arm == "" {
		e.Arm = senda.Treated
	}
	store := inmem.New()
	for _, r := range append([]senda.Record{e, senda.Person{ID: ana, Address: "ana@example.com", Country: "ES", PostalCode: "28004"}}, more...) {
		if err := store.Commit(t.Context(), senda.Put(r, 0)); err != nil {
			t.Fatal(err)
		}
	}
	return &explain.Teller{Store: store, Bundles: shop.Shelf, Book: shop.Rules.Brands}
}

func id() senda.EntryID { return senda.NewEntryID("letters", "A-1", 1) }

func mail(step, outcome, reason string, pass bool) senda.StepRecord {
	return senda.StepRecord{
		Person: ana, Entry: id(), Seq: 2, Step: step, N: 1, Kind: "email", At: ten, Outcome: outcome, Reason: reason,
		Guards: []senda.Verdict{{Guard: senda.GuardErased, Pass: true}, {Guard: senda.GuardBasis, Pass: true, Why: "consent, 2025-06-11"}, {Guard: senda.GuardCap, Pass: pass, Why: "2 in 7 days: 2026-02-27 news"}},
	}
}

func claim(fate senda.Fate) senda.Claim {
	return senda.Claim{Person: ana, Entry: id(), Step: "hello", N: 1, Message: "m-1", Fate: fate}
}

func story(t *testing.T, teller *explain.Teller) explain.Story {
	t.Helper()
	all, err := teller.Stories(t.Context(), ana)
	if err != nil || len(all) != 1 {
		t.Fatalf("%d stories, %v", len(all), err)
	}
	return all[0]
}

func TestAMailThatWasRefused(t *testing.T) {
	s := story(t, told(t, senda.Entry{Status: senda.StatusActive, Started: true}, mail("hello", "refused", "cap", false),
		senda.Decision{Person: ana, Entry: id(), Step: "gift", N: 1, Slot: "gift", At: ten.Add(-time.Minute), Offer: "bookmark", State: senda.Released},
		senda.StepRecord{Person: ana, Entry: id(), Seq: 3, Step: "wait-3-days", N: 1, Kind: "wait", At: ten.AddDate(0, 0, 3), Outcome: "time"}))
	var b strings.Builder
	if !s.WriteMail(&b, "hello") {
		t.Fatal("there is no such mail")
	}
	want := `2026-03-02 10:00 Europe/Madrid (zone from postal code)   entry ` + string(id()) + ` · step hello · NOT MAILED: cap
  yes  not erased
  yes  basis for alpha/offers                 consent, 2025-06-11
  NO   caps of the family                     2 in 7 days: 2026-02-27 news
What next: went on to "wait-3-days"; offer "bookmark" released.
`
	if b.String() != want {
		t.Errorf("it says\n%swant\n%s", &b, want)
	}
	if s.WriteMail(&b, "news") || len(s.Mails()) != 1 {
		t.Errorf("it tells of a mail that was never reached; the mails are %v", s.Mails())
	}
}

// What is not known is said to be not known.
func TestVerdicts(t *testing.T) {
	for want, more := range map[string][]senda.Record{
		"· MAILED\n":                         {mail("hello", "sent", "", true), claim(senda.Sent)},
		"WOULD HAVE BEEN MAILED: held out\n": {mail("hello", "would-have-been", "", true)},
		"PERHAPS MAILED: nobody knows whether it left, and it is not tried again\n": {mail("hello", "sent", "", true), claim(senda.Skipped)},
		"PERHAPS MAILED: nobody knows whether it left, and somebody must look\n":    {mail("hello", "sent", "", true), claim(senda.Unproven)},
		"PERHAPS MAILED: the answer of the mail service is awaited\n":               {mail("hello", "sent", "", true), claim(senda.Claimed)},
		"NOT MAILED: Denied\n": {mail("hello", "refused", "Denied", true), claim(senda.NotSent)},
	} {
		var b strings.Builder
		story(t, told(t, senda.Entry{Status: senda.StatusActive, Started: true}, more...)).WriteMail(&b, "hello")
		if !strings.Contains(b.String(), want) {
			t.Errorf("it says %s, want %s", &b, want)
		}
	}
}

func TestWhatComesNext(t *testing.T) {
	until := ten.AddDate(0, 0, 3)
	for want, e := range map[string]senda.Entry{
		`waits at "wait-3-days" until 2026-03-05 10:00`:                                         {Status: senda.StatusActive, Started: true, Pause: &senda.Pause{Step: "wait-3-days", Until: until}},
		`waits at "await" until 2026-03-05 10:00, or for order.completed, hello (mail.clicked)`: {Status: senda.StatusActive, Started: true, Pause: &senda.Pause{Step: "await", Until: until, Listens: []senda.Listen{{Event: "order.completed"}, {Event: "mail.clicked", Step: "hello"}}}},
		"goes on with the next step":                                                            {Status: senda.StatusActive, Started: true, Pause: &senda.Pause{Over: &senda.Over{How: senda.OverTime}}},
		"the journey is about to begin":                                                         {Status: senda.StatusActive},
		"leaves at the next step (bought)":                                                      {Status: senda.StatusLeaving, Reason: "bought"},
		"nothing: the journey ended for this person on 2026-03-05 10:00 (completed)":            {Status: senda.StatusEnded, Reason: "completed", LeftAt: until},
	} {
		if got := story(t, told(t, e)).Next; got != want {
			t.Errorf("next: %s, want %s", got, want)
		}
	}
}

// The story is told of whoever somebody became, without a word of who they are.
func TestTheWholeStory(t *testing.T) {
	teller := told(t, senda.Entry{Status: senda.StatusEnded, Reason: "completed", LeftAt: ten}, mail("hello", "sent", "", true), claim(senda.Skipped),
		senda.Person{ID: "p-once", Into: ana})
	all, err := teller.Stories(t.Context(), "p-once")
	if err != nil || len(all) != 1 {
		t.Fatalf("%v, %v", all, err)
	}
	var b strings.Builder
	all[0].Write(&b)
	want := `2026-03-02 10:00  entry ` + string(id()) + ` · treated, ended (completed)
  2026-03-02 10:00  hello                    sent, nobody knows whether it left, and it is not tried again
What next: nothing: the journey ended for this person on 2026-03-02 10:00 (completed).
`
	if b.String() != want {
		t.Errorf("it says\n%swant\n%s", &b, want)
	}
	if _, err := teller.Stories(t.Context(), "p-nobody"); senda.CodeOf(err) != senda.NotFound {
		t.Errorf("nobody: %v", err)
	}
}
