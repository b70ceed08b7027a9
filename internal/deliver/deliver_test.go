package deliver_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/deliver"
	"github.com/senda-dev/senda/internal/entry"
	"github.com/senda-dev/senda/internal/mail/token"
	"github.com/senda-dev/senda/internal/storetest"
	"github.com/senda-dev/senda/internal/task"
)

func TestMarketingLeavesOnceUnderAClaim(t *testing.T) {
	w := newWorld(t, "letters")
	w.sends("hello", "sent")
	w.sends("hello", "sent") // the machine did not hear the answer and asks again
	w.left(1)
	e := w.outbox.Left()[0]
	if e.To != email || e.Class != senda.Marketing || e.Brand != "alpha" || e.Journey != "letters" || e.Step != "hello" || e.Language != "en" {
		t.Errorf("the envelope is %+v", e)
	}
	c, _ := w.claim("hello")
	if c.Fate != senda.Sent || c.Message != e.Message || c.Service == "" || c.Policy != senda.PolicySkip || c.Family != "books" {
		t.Errorf("the claim is %+v", c)
	}
	if p := w.ledger(); len(p) != 1 || p[0].Message != e.Message || p[0].Day != "2026-03-02" || p[0].Purpose != "offers" {
		t.Errorf("the caps count %+v", p)
	}
	r := read[senda.StepRecord](w, senda.StepKey(ana, w.entry.ID, "hello", 1))
	if r.Outcome != task.OutcomeSent || len(r.Guards) != len(senda.Guards()) || slices.ContainsFunc(r.Guards, func(v senda.Verdict) bool { return !v.Pass }) {
		t.Errorf("the timeline says %+v", r)
	}
	after := read[senda.Entry](w, w.entry.Key())
	if !after.Touched.Equal(noon) || !after.Goal.Opened.Equal(noon) || !after.Goal.Until.Equal(noon.AddDate(0, 0, 30).Add(-time.Hour)) {
		t.Errorf("touched %v, goal %+v: 30 days in Madrid are an hour less when summer time begins", after.Touched, after.Goal)
	}
}

// Every guard refuses in its own word, nothing leaves, nothing is claimed or
// counted, the offer goes back, and the first refusal is the one that reports count.
func TestEveryGuardRefuses(t *testing.T) {
	complained := func(w *world) {
		w.suppressed(func(s *senda.Suppression) { s.Complained = []string{"Alpha Books S.L."} })
	}
	for want, change := range map[senda.Guard]func(*world){
		senda.GuardErased:     func(w *world) { w.consents(func(h *senda.ConsentHead) { h.Erased = true }) },
		senda.GuardDead:       func(w *world) { w.suppressed(func(s *senda.Suppression) { s.Dead = true }) },
		senda.GuardComplained: complained,
		senda.GuardExcluded:   func(w *world) { w.consents(func(h *senda.ConsentHead) { h.Minor = true }) },
		senda.GuardWithdrawn: func(w *world) {
			w.consents(func(h *senda.ConsentHead) { h.Standings[0] = standing("alpha", "offers", senda.ConsentWithdrawn) })
		},
		senda.GuardBasis:   func(w *world) { w.agrees("beta.offers") },
		senda.GuardSunset:  func(w *world) { w.consents(func(h *senda.ConsentHead) { silence(h, noon.AddDate(-2, 0, 0)) }) },
		senda.GuardCare:    func(w *world) { w.consents(func(h *senda.ConsentHead) { h.Care = true }) },
		senda.GuardStopped: func(w *world) { w.now(func(e *senda.Entry) { e.Status, e.Reason = senda.StatusLeaving, "bought" }) },
		senda.GuardExpired: func(w *world) { w.clock.Set(noon.AddDate(0, 0, 3)) },
		senda.GuardCap: func(w *world) {
			w.put(senda.CapLedger{Person: ana, Family: "books", Places: []senda.Place{{Day: "2026-02-24", Purpose: "offers"}, {Day: "2026-02-28", Purpose: "news"}}})
		},
	} {
		t.Run(string(want), func(t *testing.T) {
			w := newWorld(t, "letters")
			w.chooses()
			change(w)
			before := len(w.ledger())
			q := w.request("hello")
			q.Reached, q.At = noon, noon
			if want == senda.GuardStopped {
				// An entry that is leaving leaves by its machine: no step of it acts any more.
				if got := w.comes(q); got != "" {
					t.Fatalf("an entry that leaves: %s", got)
				}
				w.left(0)
				return
			}
			if got := w.comes(q); got != string(want) {
				t.Fatalf("got %s", got)
			}
			w.left(0)
			if _, ok := w.claim("hello"); ok {
				t.Error("there is a claim")
			}
			if len(w.ledger()) != before {
				t.Error("it takes a place")
			}
			if !read[senda.Entry](w, w.entry.Key()).Touched.IsZero() {
				t.Error("a refusal is no touch")
			}
			w.offer(senda.Released)
			if guards := read[senda.StepRecord](w, senda.StepKey(ana, w.entry.ID, "hello", 1)).Guards; len(guards) != len(senda.Guards()) {
				t.Errorf("only %d guards were asked", len(guards))
			}
		})
	}
}

func silence(h *senda.ConsentHead, since time.Time) {
	h.Alive = since
	for i := range h.Standings {
		h.Standings[i].Time = since
	}
}

func TestAPersonWithoutAnAddressIsUnreachable(t *testing.T) {
	w := newWorld(t, "letters")
	w.put(senda.Person{ID: ana, Country: "ES"})
	w.sends("receipt", string(senda.GuardDead))
	if e := read[senda.Entry](w, w.entry.Key()); e.Status == senda.StatusActive || e.Reason != senda.LeftUnreachable {
		t.Errorf("the entry is %s (%s)", e.Status, e.Reason)
	}
}

func TestAStoppedJourneyLetsNobodyGoOn(t *testing.T) {
	w := newWorld(t, "letters")
	if err := w.shop.Shelf.Set("letters", senda.StateStopped); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = w.shop.Shelf.Set("letters", senda.StateLive) })
	w.sends("notice", string(senda.GuardStopped))
	if e := read[senda.Entry](w, w.entry.Key()); e.Status == senda.StatusActive || e.Reason != senda.LeftStopped {
		t.Errorf("the entry is %s (%s)", e.Status, e.Reason)
	}
}

// Somebody held out walks the same way: every guard is asked, the touch opens the
// goal, and nothing is used up.
func TestWhoIsHeldOutUsesNothing(t *testing.T) {
	for _, arm := range []senda.Arm{senda.HeldOut, senda.Control} {
		t.Run(string(arm), func(t *testing.T) {
			w := newWorld(t, "letters")
			w.now(func(e *senda.Entry) { e.Arm, e.HoldoutHash = arm, 0.1 })
			w.chooses()
			w.sends("hello", task.OutcomeWouldHave)
			w.left(0)
			if _, ok := w.claim("hello"); ok || len(w.ledger()) > 0 {
				t.Error("there is a claim, or a place is taken")
			}
			e := read[senda.Entry](w, w.entry.Key())
			if !e.Touched.Equal(noon) || e.Goal.Opened.IsZero() {
				t.Errorf("no touch: %v, %+v", e.Touched, e.Goal)
			}
			w.offer("")
			// What another guard refuses would not have been.
			w.consents(func(h *senda.ConsentHead) { h.Care = true })
			w.sends("last", string(senda.GuardCare))
			// Nobody is held out of service.
			w.sends("notice", "sent")
			w.left(1)
		})
	}
}

func (w *world) held(q task.SendRequest) time.Time {
	w.t.Helper()
	r, err := w.Deliver.Send(context.Background(), q)
	due, ok := task.HeldDue(err)
	if !ok {
		w.t.Fatalf("not held: %v, %v", came(r), err)
	}
	if name, cause := task.Failure(err); name != "Senda.Held" || !strings.Contains(cause, q.Step+" hold") {
		w.t.Errorf("a machine sees %s: %s", name, cause)
	}
	if !due.Until.Equal(due.Real) {
		w.t.Errorf("in life a hold ends by the clock: %+v", due)
	}
	return due.Until
}

func TestQuietHoursHold(t *testing.T) {
	night := time.Date(2026, 3, 2, 22, 30, 0, 0, time.UTC) // 23:30 in Madrid
	w := newWorld(t, "letters")
	w.clock.Set(night)
	until := w.held(w.request("hello"))
	if want := time.Date(2026, 3, 3, 7, 0, 0, 0, time.UTC); !until.Equal(want) {
		t.Errorf("held until %v, want %v", until, want)
	}
	if _, ok := w.claim("hello"); ok || len(w.ledger()) > 0 {
		t.Error("a mail that is held claims nothing")
	}
	w.held(w.request("notice")) // service waits for the morning too
	w.sends("receipt", "sent")  // what answers the person's own act does not
	news := w.request("news")   // its window is the journey's own
	news.Window = "10:00-18:00" // Madrid
	if until, want := w.held(news), time.Date(2026, 3, 3, 9, 0, 0, 0, time.UTC); !until.Equal(want) {
		t.Errorf("in its window: held until %v, want %v", until, want)
	}
	// In the morning it is checked whole again.
	w.clock.Set(until)
	w.consents(func(h *senda.ConsentHead) { h.Standings[0] = standing("alpha", "offers", senda.ConsentWithdrawn) })
	q := w.request("hello")
	q.Reached = night
	if r, err := w.Deliver.Send(t.Context(), q); err != nil || came(r) != string(senda.GuardWithdrawn) {
		t.Errorf("after the hold: %v, %v", came(r), err)
	}
	w.left(1)
}

// Somebody who may be in any zone of a country gets mail when all of them are awake.
func TestQuietHoursOfACountryWithManyZones(t *testing.T) {
	w := newWorld(t, "letters")
	w.put(senda.Person{ID: ana, Address: email, Country: "US", Locale: "en"})
	// 12:00 in Madrid is 06:00 in New York and midnight in Honolulu.
	until := w.held(w.request("hello"))
	honolulu, _ := time.LoadLocation("Pacific/Honolulu")
	if h := until.In(honolulu).Hour(); h < 8 {
		t.Errorf("it would leave at %02d:00 in Honolulu", h)
	}
}

func TestHeldNoLongerThanAllowed(t *testing.T) {
	w := newWorld(t, "letters")
	night := time.Date(2026, 3, 3, 22, 30, 0, 0, time.UTC)
	w.clock.Set(night)
	q := w.request("last")
	q.Reached = night.Add(-20 * time.Hour) // 24 hours in all: until half past three, when it is still night
	r, err := w.Deliver.Send(t.Context(), q)
	if err != nil || came(r) != string(senda.GuardQuiet) {
		t.Fatalf("%v, %v", came(r), err)
	}
	w.left(0)
}

// A mail that shows a value which is missing is not sent half empty.
func TestWhatCannotBeMadeIsRefusedWhole(t *testing.T) {
	w := newWorld(t, "letters")
	w.chooses()
	w.now(func(e *senda.Entry) { e.Data = e.Data.With("order", e.Data.Get("nothing")) })
	w.sends("hello", deliver.Unrenderable)
	w.left(0)
	if _, ok := w.claim("hello"); ok || len(w.ledger()) > 0 {
		t.Error("there is a claim, or a place is taken")
	}
	w.offer(senda.Released)
}

func TestOffersAreSpentWithTheMailThatShowsThem(t *testing.T) {
	w := newWorld(t, "letters")
	w.chooses()
	w.offer(senda.Reserved)
	w.sends("hello", "sent")
	w.offer(senda.Spent)
	m := letter(t, w.outbox.Left()[0])
	if got := m.GetHeader("Subject"); got != "Hello and a bookmark" {
		t.Errorf("the subject is %q", got)
	}
	if c, _ := w.claim("hello"); len(c.Offers) != 1 || c.Offers[0] != "gift/bookmark/gift/1" {
		t.Errorf("the claim shows %v", c.Offers)
	}
}

// What is known not to have left gives everything back.
func TestAMailThatStayedGivesBackItsPlaceAndItsOffer(t *testing.T) {
	w := newWorld(t, "letters")
	w.chooses()
	w.outbox.Fault = func(int, senda.Envelope) (bool, error) {
		return false, senda.Errorf(senda.Denied, "hand over", "not this one")
	}
	w.sends("hello", string(senda.Denied))
	w.offer(senda.Released)
	if c, _ := w.claim("hello"); c.Fate != senda.NotSent || len(w.ledger()) > 0 {
		t.Errorf("the claim is %s, places %v", c.Fate, w.ledger())
	}
}

// The mail service is down: the machine tries the step again from the beginning.
func TestAMailServiceThatIsDown(t *testing.T) {
	w := newWorld(t, "letters")
	w.chooses()
	w.outbox.Fault = func(n int, _ senda.Envelope) (bool, error) {
		if n == 1 {
			return false, senda.Errorf(senda.Unavailable, "hand over", "try later")
		}
		return true, nil
	}
	if _, err := w.Deliver.Send(t.Context(), w.request("hello")); senda.CodeOf(err) != senda.Unavailable {
		t.Fatalf("got %v", err)
	}
	w.offer(senda.Reserved)
	w.sends("hello", "sent")
	w.left(1)
	w.offer(senda.Spent)
}

// Exits that nobody wrote: a withdrawal ends the entry only when no mail of it may
// leave any more.
func TestUnwrittenExits(t *testing.T) {
	withdraw := func(brand string) func(*world) {
		return func(w *world) {
			w.consents(func(h *senda.ConsentHead) {
				h.Standings = slices.DeleteFunc(h.Standings, func(s senda.Standing) bool { return s.Scope.Brand == brand && s.Scope.Purpose == "offers" })
				h.Standings = append(h.Standings, standing(brand, "offers", senda.ConsentWithdrawn))
			})
		}
	}
	both := func(w *world) { withdraw("alpha")(w); withdraw("beta")(w) }
	complained := func(w *world) {
		w.suppressed(func(s *senda.Suppression) { s.Complained = []string{"Alpha Books S.L.", "Beta Maps S.L."} })
	}
	for _, c := range []struct {
		name, journey, step string
		change              func(*world)
		reason, leaves      string
	}{
		{"a service mail may follow", "letters", "hello", withdraw("alpha"), "withdrawn", ""},
		{"the sister house may still write", "pair", "first", withdraw("alpha"), "withdrawn", ""},
		{"nobody may", "pair", "first", both, "withdrawn", senda.LeftWithdrawn},
		{"a complaint about both", "pair", "first", complained, "complained", senda.LeftWithdrawn},
		{"nothing comes after the last", "pair", "second", withdraw("beta"), "withdrawn", senda.LeftWithdrawn},
		{"no basis is no withdrawal", "pair", "second", func(w *world) { w.agrees() }, "no-basis", ""},
		{"erased", "pair", "first", func(w *world) { w.consents(func(h *senda.ConsentHead) { h.Erased = true }) }, "erased", senda.LeftErased},
		{"unreachable", "pair", "first", func(w *world) { w.suppressed(func(s *senda.Suppression) { s.Dead = true }) }, "unreachable", senda.LeftUnreachable},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t, c.journey)
			c.change(w)
			w.sends(c.step, c.reason)
			w.left(0)
			e := read[senda.Entry](w, w.entry.Key())
			if left := e.Status != senda.StatusActive; left != (c.leaves != "") || e.Reason != c.leaves {
				t.Errorf("the entry is %s (%s), want %q", e.Status, e.Reason, c.leaves)
			}
		})
	}
}

func TestTheLanguageIsThePersonsOrTheBrandsFirst(t *testing.T) {
	for locale, want := range map[string]string{"es-MX": "es", "es": "es", "en-GB": "en", "fr": "en", "": "en"} {
		w := newWorld(t, "letters")
		w.put(senda.Person{ID: ana, Address: email, Locale: locale, Country: "ES"})
		w.sends("news", "sent")
		e := w.outbox.Left()[0]
		m := letter(t, e)
		subject := map[string]string{"es": "Novedades", "en": "News"}[want]
		if c, _ := w.claim("news"); e.Language != want || m.GetHeader("Content-Language") != want || m.GetHeader("Subject") != subject || c.Language != want {
			t.Errorf("%q gets %s: %q", locale, e.Language, m.GetHeader("Subject"))
		}
	}
}

func TestHeadersOfMarketing(t *testing.T) {
	w := newWorld(t, "letters")
	w.sends("news", "sent")
	e := w.outbox.Left()[0]
	raw, _, _ := strings.Cut(string(e.MIME), "\r\n\r\n")
	unsubscribe := ""
	for line := range strings.SplitSeq(raw, "\r\n") {
		if rest, ok := strings.CutPrefix(line, "List-Unsubscribe: "); ok {
			unsubscribe = rest
		}
	}
	text, ok := strings.CutPrefix(unsubscribe, "<https://links.example"+deliver.WithdrawPath)
	text, end := strings.CutSuffix(text, ">")
	if !ok || !end {
		t.Fatalf("List-Unsubscribe is not on one line: %q", unsubscribe)
	}
	c, err := w.shop.Ring.Verify(text, token.Withdraw, noon)
	if err != nil || c.Kind != token.Withdraw || c.Person != string(ana) || c.Brand != "alpha" || c.Purpose != "news" || c.Message != string(e.Message) {
		t.Errorf("the token says %+v, %v", c, err)
	}
	m := letter(t, e)
	for name, want := range map[string]string{
		"List-Unsubscribe-Post": "List-Unsubscribe=One-Click", "To": email, "Cc": "", "Bcc": "",
		"From": `"Alpha Books" <hello@news.alpha.example>`, "Reply-To": `"Alpha Books" <ask@alpha.example>`,
		"List-Id": "<news.alpha.news.alpha.example>", "Feedback-ID": "letters:alpha:marketing:senda", "X-Senda-Claim": string(e.Message),
	} {
		if got := m.GetHeader(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if strings.Contains(string(e.MIME), "p-ana") {
		t.Error("the id of the person stands in the message in the clear")
	}
}

func TestServiceHasNoListHeaders(t *testing.T) {
	w := newWorld(t, "letters")
	w.agrees()
	w.sends("notice", "sent")
	m := letter(t, w.outbox.Left()[0])
	for _, name := range []string{"List-Unsubscribe", "List-Unsubscribe-Post", "List-Id"} {
		if got := m.GetHeader(name); got != "" {
			t.Errorf("%s: %s", name, got)
		}
	}
	if got := m.GetHeader("From"); got != `"Alpha Books" <service@mail.alpha.example>` {
		t.Errorf("From: %s", got)
	}
	if len(w.ledger()) > 0 {
		t.Error("service takes no place")
	}
}

// The reply says when the pauses that may follow end.
func TestTheEndsOfThePausesThatFollow(t *testing.T) {
	w := newWorld(t, "letters")
	q := w.request("hello")
	q.Next = map[string]senda.PauseSpec{
		"wait-3-days": {For: "3 days", Open: &senda.Opening{Brand: "alpha", Purpose: "news", Window: "13:00-18:00"}},
		"until-nine":  {Until: "tuesday 09:00"},
	}
	r, err := w.Deliver.Send(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	for pause, want := range map[string]time.Time{
		"wait-3-days": time.Date(2026, 3, 5, 12, 0, 0, 0, time.UTC), // 12:00 in Madrid is before the window
		"until-nine":  time.Date(2026, 3, 3, 8, 0, 0, 0, time.UTC),
	} {
		if got := r.Due[pause]; !got.Until.Equal(want) || !got.Real.Equal(want) {
			t.Errorf("%s ends %v, want %v", pause, got, want)
		}
	}
}

// between is a store in which something happens right before a commit.
type between struct {
	senda.Store
	before func()
}

func (b *between) Commit(ctx context.Context, writes ...senda.Write) error {
	if f := b.before; f != nil && len(writes) > 2 {
		b.before = nil
		f()
	}
	return b.Store.Commit(ctx, writes...)
}

// A withdrawal that is recorded between the judgement and the claim is seen.
func TestAWithdrawalInBetween(t *testing.T) {
	w := newWorld(t, "pair")
	for name, change := range map[string]func(){
		"withdrawn": func() {
			w.consents(func(h *senda.ConsentHead) { h.Standings[0] = standing("alpha", "offers", senda.ConsentWithdrawn) })
		},
		"care": func() { w.consents(func(h *senda.ConsentHead) { h.Care = true }) },
		"complained": func() {
			w.agrees("alpha.offers")
			w.suppressed(func(s *senda.Suppression) { s.Complained = []string{"Alpha Books S.L."} })
		},
		"unreachable": func() { w.suppressed(func(s *senda.Suppression) { s.Dead = true }) },
	} {
		t.Run(name, func(t *testing.T) {
			w = newWorld(t, "pair")
			w.Entries.Store = &between{w.store, change}
			w.sends("first", name)
			w.left(0)
			if _, ok := w.claim("first"); ok {
				t.Error("there is a claim")
			}
		})
	}
}

// Whatever a store may do to those who write, a mail leaves once, or it is known why not.
func TestAFlakyStore(t *testing.T) {
	faults := 0
	for seed := range uint64(200) {
		w := newWorld(t, "letters")
		w.chooses()
		flaky := storetest.NewFlaky(w.store, seed, 0.2)
		w.Entries.Store, w.Deliver.Store, w.Choose.Store = flaky, flaky, flaky
		q := w.request("hello")
		for try := 0; ; try++ {
			r, err := w.Deliver.Send(t.Context(), q)
			if err == nil {
				if got := came(r); got != "sent" && got != "unsure" {
					t.Fatalf("seed %d: %s", seed, got)
				}
				break
			}
			if code := senda.CodeOf(err); !code.Retryable() && code != senda.Unsure || try > 50 {
				t.Fatalf("seed %d: %v", seed, err)
			}
			w.clock.Set(w.clock.Now().Add(time.Minute))
		}
		if n := w.outbox.Calls(); n > 1 {
			t.Fatalf("seed %d: handed over %d times", seed, n)
		}
		faults += flaky.Faults()
	}
	if faults < 200 {
		t.Errorf("only %d faults: the store was not flaky", faults)
	}
}

// Rather twice than never: a receipt of which nobody knows whether it left is composed
// and handed over once more, also when the entry has ended behind it.
func TestTransactionalIsResent(t *testing.T) {
	for _, status := range []senda.Status{senda.StatusActive, senda.StatusEnded} {
		w := newWorld(t, "letters")
		w.outbox.Fault = func(n int, _ senda.Envelope) (bool, error) {
			if n == 1 {
				return false, senda.Errorf(senda.Unsure, "hand over", "the line broke")
			}
			return true, nil
		}
		w.sends("receipt", "sent")
		w.left(0)
		w.now(func(e *senda.Entry) { e.Status = status })
		w.clock.Set(noon.Add(entry.Unknown + time.Minute))
		if err := w.Sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
		w.left(1)
		if c, _ := w.claim("receipt"); c.Fate != senda.Sent || c.Fence != 2 {
			t.Errorf("%s: the claim is %s by attempt %d", status, c.Fate, c.Fence)
		}
		if got := letter(t, w.outbox.Left()[0]).GetHeader("Subject"); got != "Your receipt" {
			t.Errorf("the subject is %q", got)
		}
	}
}

// What must not be sent any more gets its fate instead of being tried for ever.
func TestAResendThatIsRefusedIsSettled(t *testing.T) {
	w := newWorld(t, "letters")
	w.outbox.Fault = func(int, senda.Envelope) (bool, error) {
		return false, senda.Errorf(senda.Unsure, "hand over", "the line broke")
	}
	w.sends("receipt", "sent")
	w.consents(func(h *senda.ConsentHead) { h.Erased = true })
	w.clock.Set(noon.Add(entry.Unknown + time.Minute))
	if err := w.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	if c, _ := w.claim("receipt"); c.Fate != senda.Skipped || c.Reason != string(senda.GuardErased) || w.outbox.Calls() != 1 {
		t.Errorf("the claim is %s (%s) after %d calls", c.Fate, c.Reason, w.outbox.Calls())
	}
}

// Marketing of which nobody knows is never tried again; service waits for a person.
func TestPoliciesOfTheOtherClasses(t *testing.T) {
	for step, want := range map[string]senda.Fate{"hello": senda.Skipped, "notice": senda.Unproven} {
		w := newWorld(t, "letters")
		w.outbox.Fault = func(int, senda.Envelope) (bool, error) {
			return true, senda.Errorf(senda.Unsure, "hand over", "the line broke")
		}
		w.sends(step, "sent")
		w.clock.Set(noon.Add(entry.Unknown + time.Minute))
		if err := w.Sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
		if c, _ := w.claim(step); c.Fate != want || w.outbox.Calls() != 1 {
			t.Errorf("%s: %s after %d calls, want %s", step, c.Fate, w.outbox.Calls(), want)
		}
	}
}

// A brand or purpose that brands.yaml does not know any more is an engineer's work.
func TestAPurposeThatIsGone(t *testing.T) {
	w := newWorld(t, "letters")
	for _, change := range []func(*task.SendRequest){
		func(q *task.SendRequest) { q.Brand = "gamma" },
		func(q *task.SendRequest) { q.Purpose = "gossip" },
		func(q *task.SendRequest) { q.Step = "nothing" },
		func(q *task.SendRequest) { q.Window = "half past nine" },
		func(q *task.SendRequest) { q.Expires = "soon" },
	} {
		q := w.request("hello")
		change(&q)
		if _, err := w.Deliver.Send(t.Context(), q); senda.CodeOf(err) != senda.Invalid {
			t.Errorf("%+v: %v", q, err)
		}
	}
	q := w.request("hello")
	q.Bundle = "sha256-of-nothing"
	if _, err := w.Deliver.Send(t.Context(), q); senda.CodeOf(err) != senda.NotFound {
		t.Errorf("a bundle that is not there: %v", err)
	}
	w.left(0)
}
