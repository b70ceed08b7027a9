package feedback_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/feedback"
	"github.com/senda-dev/senda/internal/storetest"
)

func TestWhatEachNoticeTells(t *testing.T) {
	at := noon.Add(time.Hour)
	for _, tc := range []struct {
		notice  feedback.Notice
		claim   string // what the claim says then
		event   string
		address string // what is known of the address
		alive   bool
		refused bool // the person withdrew from the controller
		alarm   string
	}{
		{notice: feedback.Notice{Kind: feedback.Sent}},
		{notice: feedback.Notice{Kind: feedback.Delivered}, claim: "delivered", event: "mail.delivered"},
		{notice: feedback.Notice{Kind: feedback.Bounced, Type: "Permanent", Sub: "General"}, claim: "bounced hard", event: "mail.bounced permanent general", address: "dead"},
		{notice: feedback.Notice{Kind: feedback.Bounced, Type: "Permanent", Sub: "OnAccountSuppressionList"}, claim: "bounced listed", event: "mail.bounced permanent suppressed", address: "dead"},
		{notice: feedback.Notice{Kind: feedback.Bounced, Type: "Transient", Sub: "MailboxFull"}, claim: "bounced soft", event: "mail.bounced transient mailbox-full", address: "soft 1"},
		{notice: feedback.Notice{Kind: feedback.Bounced, Type: "Undetermined", Sub: "Odd"}, claim: "bounced soft", event: "mail.bounced undetermined unknown", address: "soft 1"},
		{notice: feedback.Notice{Kind: feedback.Bounced, Type: "Transient", Sub: "MessageTooLarge"}, claim: "bounced ours", event: "mail.bounced transient too-large", alarm: feedback.WhyMessage},
		{notice: feedback.Notice{Kind: feedback.Complained, Type: "abuse"}, claim: "complained", event: "mail.complained abuse", address: "complained Vinos SL", refused: true},
		{notice: feedback.Notice{Kind: feedback.Complained, Type: "fraud"}, claim: "complained", event: "mail.complained other", address: "complained Vinos SL", refused: true},
		{notice: feedback.Notice{Kind: feedback.Complained, Type: "not-spam"}, event: "mail.complained not-spam"},
		{notice: feedback.Notice{Kind: feedback.Opened}, claim: "opened", event: "mail.opened false"},
		{notice: feedback.Notice{Kind: feedback.Opened, Machine: true}, event: "mail.opened true"},
		{notice: feedback.Notice{Kind: feedback.Clicked, Link: 2}, claim: "clicked", event: "mail.clicked false 2", alive: true},
		{notice: feedback.Notice{Kind: feedback.Clicked, Machine: true}, event: "mail.clicked true 0"},
		{notice: feedback.Notice{Kind: feedback.Answered, Question: "nps", Answer: 9, Comment: "I am Ana"}, claim: "answered 9", event: "mail.answered nps 9", alive: true},
	} {
		h := newHouse(t, nil)
		c := h.mailed("p-1", 1, noon)
		n := tc.notice
		n.Message, n.Time, n.ID = c.Message, at, "n-1"
		name := fmt.Sprintf("%s %s %s", n.Kind, n.Type, n.Sub)
		h.take(n)
		h.take(n) // once more, and nothing changes

		got := h.claim(c)
		var says []string
		for what, when := range map[string]time.Time{"delivered": got.Delivered, "bounced": got.Bounced, "complained": got.Complained, "opened": got.Opened, "clicked": got.Clicked, "answered": got.Answered} {
			if !when.IsZero() {
				says = append(says, strings.TrimSpace(what+" "+got.Bounce+got.Answer))
			}
		}
		if strings.Join(says, ",") != tc.claim {
			t.Errorf("%s: the claim says %v", name, says)
		}
		var told []string
		for _, e := range h.bus.Events() {
			text := e.Kind
			for _, k := range []string{"kind", "detail", "machine", "link", "question", "answer"} {
				if v := e.Data.Get(k); v.Kind() != 0 {
					text += " " + strings.Trim(v.String(), `"`)
				}
			}
			told = append(told, text)
		}
		if strings.Join(told, ",") != tc.event {
			t.Errorf("%s: told %v, want %s", name, told, tc.event)
		}
		s, known := h.suppression(), ""
		switch {
		case s.Dead:
			known = "dead"
		case s.Soft > 0:
			known = fmt.Sprint("soft ", s.Soft)
		case len(s.Complained) > 0:
			known = "complained " + strings.Join(s.Complained, " ")
		}
		if known != tc.address {
			t.Errorf("%s: the address is %q", name, known)
		}
		head := read[senda.ConsentHead](h, senda.ConsentKey("p-1"))
		withdrawn := slices.ContainsFunc(head.Standings, func(st senda.Standing) bool {
			return st.State == senda.ConsentWithdrawn && st.Scope.Controller == "Vinos SL" && st.Scope.Brand == ""
		})
		if head.Alive.Equal(at) != tc.alive || withdrawn != tc.refused || head.Proofs > 0 != tc.refused {
			t.Errorf("%s: the head says %+v", name, head)
		}
		if len(h.alarms) > 0 != (tc.alarm != "") || tc.alarm != "" && h.alarms[0].Why != tc.alarm {
			t.Errorf("%s: alarms %v", name, h.alarms)
		}
		lines, err := h.store.Range(t.Context(), senda.Range{Kind: senda.KindHappening, Part: "p-1"})
		if err != nil || len(lines) != len(told) || strings.Contains(fmt.Sprint(lines), "Ana") {
			t.Errorf("%s: the timeline has %v, %v", name, lines, err)
		}
	}
}

func TestNoticesThatCannotBe(t *testing.T) {
	h := newHouse(t, nil)
	c := h.mailed("p-1", 1, noon)
	for _, n := range []feedback.Notice{
		{},
		{Message: c.Message, Kind: feedback.Clicked},
		{Message: c.Message, Time: noon, Kind: "liked"},
		{Message: c.Message, Time: noon, Kind: feedback.Answered, Question: "nps", Answer: 11},
		{Message: c.Message, Time: noon, Kind: feedback.Clicked, Link: -1},
	} {
		if err := h.Take(t.Context(), n); senda.CodeOf(err) != senda.Invalid {
			t.Errorf("%+v: %v", n, err)
		}
	}
	if err := h.Take(t.Context(), feedback.Notice{Message: "m-x", Time: noon, Kind: feedback.Delivered}); senda.CodeOf(err) != senda.NotFound {
		t.Errorf("a message of nobody: %v", err)
	}
}

// A click by a person ends the await of its own entry, and of no other; a click by
// a machine ends none.
func TestAClickEndsItsAwait(t *testing.T) {
	h := newHouse(t, nil)
	h.now = noon.Add(3 * time.Minute)
	mine, other := h.mailed("p-1", 1, noon), h.mailed("p-1", 2, noon)
	h.awaiting(mine, "mine")
	h.awaiting(other, "other")
	paused := func(c senda.Claim) bool {
		return read[senda.Entry](h, senda.EntryKey(c.Person, c.Entry)).Pause.Over == nil
	}
	h.take(feedback.Notice{Message: mine.Message, Kind: feedback.Clicked, Time: noon.Add(time.Minute), ID: "1", Machine: true})
	if !paused(mine) || !paused(other) {
		t.Error("a machine's click ended a pause")
	}
	h.take(feedback.Notice{Message: mine.Message, Kind: feedback.Clicked, Time: noon.Add(2 * time.Minute), ID: "2"})
	if paused(mine) || !paused(other) {
		t.Errorf("after a person's click mine pauses %v, the other %v", paused(mine), paused(other))
	}
}

// That something became of a message proves that it left.
func TestANoticeProvesThatTheMessageLeft(t *testing.T) {
	h := newHouse(t, nil)
	c := h.mailed("p-1", 1, noon)
	now, version, _, _ := senda.Read[senda.Claim](t.Context(), h.store, c.Key())
	now.Fate = senda.Skipped
	if err := h.store.Commit(t.Context(), senda.Put(now, version)); err != nil {
		t.Fatal(err)
	}
	h.take(feedback.Notice{Message: c.Message, Kind: feedback.Sent, Time: noon, Service: "ses-1"})
	if got := h.claim(c); got.Fate != senda.Sent || got.Service != "ses-1" {
		t.Errorf("%s, %q", got.Fate, got.Service)
	}
}

// A bounce that comes after the person has another address is not held against it,
// unless it names it.
func TestABounceIsOfTheAddressOfThen(t *testing.T) {
	h := newHouse(t, nil)
	c := h.mailed("p-1", 1, noon)
	p, version, _, _ := senda.Read[senda.Person](t.Context(), h.store, senda.PersonKey("p-1"))
	p.Attributes = map[string]senda.Attribute{"email": {Value: p.Attributes["email"].Value, Time: noon.Add(time.Hour)}}
	if err := h.store.Commit(t.Context(), senda.Put(p, version)); err != nil {
		t.Fatal(err)
	}
	n := feedback.Notice{Message: c.Message, Kind: feedback.Bounced, Type: "Permanent", Time: noon.Add(2 * time.Hour)}
	h.take(n)
	if h.suppression().Dead {
		t.Error("the new address is dead")
	}
	n.Address = address
	h.take(n)
	if !h.suppression().Dead {
		t.Error("the address that bounced is not dead")
	}
}

// Whatever the order of notices about a person's mails, however often each comes,
// over a store that fails: what is known at the end is what they tell in order, once.
func TestNoticesComeInAnyOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		mails := rapid.IntRange(1, 7).Draw(t, "mails")
		var all []feedback.Notice
		order := func(h *house) []senda.Claim {
			var out []senda.Claim
			for i := range mails {
				out = append(out, h.mailed("p-1", i+1, noon.AddDate(0, 0, 4*i-30)))
			}
			return out
		}
		plain := newHouse(t, nil)
		for i, c := range order(plain) {
			for k := range rapid.IntRange(1, 3).Draw(t, "notices") {
				n := feedback.Notice{Message: c.Message, Time: c.At.Add(time.Duration(rapid.IntRange(1, 90).Draw(t, "hours")) * time.Hour), ID: fmt.Sprint(i, "-", k)}
				n.Kind = rapid.SampledFrom([]feedback.Kind{feedback.Delivered, feedback.Bounced, feedback.Bounced, feedback.Bounced, feedback.Complained, feedback.Opened, feedback.Clicked, feedback.Answered}).Draw(t, "kind")
				switch n.Kind {
				case feedback.Bounced:
					n.Type = rapid.SampledFrom([]string{"Transient", "Transient", "Transient", "Transient", "Permanent"}).Draw(t, "type")
				case feedback.Complained:
					n.Type = rapid.SampledFrom([]string{"abuse", "not-spam"}).Draw(t, "type")
				case feedback.Answered:
					n.Question, n.Answer = "nps", rapid.IntRange(0, 10).Draw(t, "answer")
				default:
					n.Machine = rapid.Bool().Draw(t, "machine") && n.Kind != feedback.Delivered
				}
				all = append(all, n)
			}
		}
		sum := func(h *house) string {
			var out []string
			for i := range mails {
				c := h.claim(senda.Claim{Person: "p-1", Entry: senda.NewEntryID("win-back", "", i+1), Step: "come-back", N: 1})
				out = append(out, fmt.Sprintf("%d %v %v %v %v %v %v %s %s", i, c.Delivered, c.Opened, c.Clicked, c.Bounced, c.Complained, c.Answered, c.Answer, c.Bounce))
			}
			s, head := h.suppression(), read[senda.ConsentHead](h, senda.ConsentKey("p-1"))
			out = append(out, fmt.Sprint(s.Dead, s.Complained, head.Alive))
			if !s.Dead { // an address that is dead is counted no further
				out = append(out, fmt.Sprint(s.Soft, s.Since))
			}
			for _, st := range head.Standings {
				out = append(out, fmt.Sprint(st.Scope, st.State))
			}
			var names []string
			for _, e := range h.bus.Events() {
				names = append(names, e.ID)
			}
			slices.Sort(names)
			return strings.Join(append(out, names...), "\n")
		}
		inOrder := slices.Clone(all)
		slices.SortStableFunc(inOrder, func(a, b feedback.Notice) int { return a.Time.Compare(b.Time) })
		for _, n := range inOrder {
			plain.take(n)
		}
		want := sum(plain)

		seed := rapid.Uint64().Draw(t, "seed")
		flaky := newHouse(t, func(s senda.Store) senda.Store { return storetest.NewFlaky(s, seed, 0.1) })
		order(flaky)
		come := rapid.Permutation(append(slices.Clone(all), all[:len(all)/2]...)).Draw(t, "come")
		for len(come) > 0 {
			n := come[0]
			come = come[1:]
			if err := flaky.Take(context.Background(), n); err != nil {
				if c := senda.CodeOf(err); c != senda.Unavailable && c != senda.Conflict && c != senda.Unsure && c != senda.NotFound {
					t.Fatal(err)
				}
				come = append(come, n) // the queue delivers it again
			}
		}
		if got := sum(flaky); got != want {
			t.Fatalf("got\n%s\nwant\n%s\nof %v", got, want, inOrder)
		}
	})
}

// Of two deliveries the first is told, of two answers the last.
func TestTheFirstCountsAndTheLastAnswer(t *testing.T) {
	for _, order := range [][]int{{1, 2}, {2, 1}} {
		h := newHouse(t, nil)
		c := h.mailed("p-1", 1, noon)
		for _, hours := range order {
			at := noon.Add(time.Duration(hours) * time.Hour)
			h.take(feedback.Notice{Message: c.Message, Kind: feedback.Clicked, Time: at})
			h.take(feedback.Notice{Message: c.Message, Kind: feedback.Answered, Time: at, Question: "nps", Answer: hours})
		}
		if got := h.claim(c); !got.Clicked.Equal(noon.Add(time.Hour)) || got.Answer != "2" || !got.Answered.Equal(noon.Add(2*time.Hour)) {
			t.Errorf("told in the order %v: clicked %v, answered %s at %v", order, got.Clicked, got.Answer, got.Answered)
		}
	}
}

// Five transient bounces in a row over two weeks kill an address; a delivery in
// between does not let them, however late it is told.
func TestARowOfTransientBounces(t *testing.T) {
	h := newHouse(t, nil)
	claims := []senda.Claim{}
	for i := range 6 {
		claims = append(claims, h.mailed("p-1", i+1, noon.AddDate(0, 0, 4*i-30)))
	}
	tell := func(i int, k feedback.Kind) {
		h.take(feedback.Notice{Message: claims[i].Message, Kind: k, Type: "Transient", Sub: "MailboxFull", Time: claims[i].At.Add(time.Hour)})
	}
	for _, i := range []int{5, 0, 3, 1} {
		tell(i, feedback.Bounced)
		if h.suppression().Dead {
			t.Fatalf("dead after %d", i)
		}
	}
	tell(4, feedback.Bounced)
	if s := h.suppression(); !s.Dead || s.Soft != 5 || !s.Since.Equal(claims[0].At.Add(time.Hour)) {
		t.Errorf("after five: %+v", s)
	}
	tell(2, feedback.Delivered)
	if s := h.suppression(); s.Dead || s.Soft != 3 {
		t.Errorf("after the delivery between them: %+v", s)
	}
}

// The second complaint within a thousand mails closes a journey, as the fifty-first
// permanent bounce does; what is longer ago does not count.
func TestTheBreaker(t *testing.T) {
	type story struct {
		name  string
		mails int
		// kind of the notice about the n-th mail, from 0
		bad  func(n int) feedback.Notice
		open bool
		why  string
	}
	good := feedback.Notice{Kind: feedback.Delivered}
	complaint, hard := feedback.Notice{Kind: feedback.Complained, Type: "abuse"}, feedback.Notice{Kind: feedback.Bounced, Type: "Permanent"}
	listed := feedback.Notice{Kind: feedback.Bounced, Type: "Permanent", Sub: "Suppressed"}
	at := func(n feedback.Notice, when ...int) func(int) feedback.Notice {
		return func(i int) feedback.Notice {
			if slices.Contains(when, i) {
				return n
			}
			return good
		}
	}
	for _, tc := range []story{
		{"one complaint", 40, at(complaint, 3), true, ""},
		{"two complaints", 40, at(complaint, 3, 30), false, feedback.WhyComplaints},
		{"two complaints far apart", 1300, at(complaint, 3, 1200), true, ""},
		{"fifty bounces", 60, func(i int) feedback.Notice { return at(hard)(i) }, true, ""},
		{"fifty bounces", 60, func(i int) feedback.Notice { return map[bool]feedback.Notice{true: hard, false: good}[i < 50] }, true, ""},
		{"fifty-one bounces", 60, func(i int) feedback.Notice { return map[bool]feedback.Notice{true: hard, false: good}[i < 51] }, false, feedback.WhyBounces},
		{"sixty that the service did not try", 60, func(int) feedback.Notice { return listed }, true, ""},
	} {
		h := newHouse(t, nil)
		h.bus.Deliver = nil // what entries hear is told elsewhere
		for i := range tc.mails {
			c := h.mailed(senda.PersonID(fmt.Sprint("p-", i)), 1, noon)
			n := tc.bad(i)
			n.Message, n.Time = c.Message, noon.Add(time.Minute)
			if n.Kind == feedback.Complained {
				h.take(feedback.Notice{Message: c.Message, Time: noon, Kind: feedback.Delivered})
			}
			h.take(n)
			h.take(n)
		}
		d, err := h.shelf.Deployment(t.Context(), "win-back")
		if err != nil || (d.State == senda.StateLive) != tc.open {
			t.Errorf("%s: the journey is %s, %v", tc.name, d.State, err)
		}
		if tc.open != (len(h.alarms) == 0) || !tc.open && (h.alarms[0].Why != tc.why || len(h.alarms) != 1) {
			t.Errorf("%s: alarms %v", tc.name, h.alarms)
		}
	}
}
