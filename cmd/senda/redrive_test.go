package main

import (
	"context"
	"strings"
	"testing"
	"time"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/identity"
	"github.com/senda-dev/senda/internal/inmem"
	"github.com/senda-dev/senda/internal/intake"
	"github.com/senda-dev/senda/internal/sqs"
)

// lane is a queue whose reader does as the test says with each event, at the next beat.
type lane struct {
	bodies [][]byte
	take   func(e senda.Event)
	beats  int
}

func (l *lane) Send(_ context.Context, body []byte) error {
	l.bodies = append(l.bodies, body)
	return nil
}

func (l *lane) wait(context.Context) error {
	l.beats++
	for _, body := range l.bodies {
		if e, err := intake.Decode(body); err == nil && l.take != nil {
			l.take(e)
		}
	}
	l.bodies = nil
	return nil
}

func refusedEvent(id string) senda.Quarantined {
	return senda.Quarantined{ID: "q-" + id, Reason: "order: total is missing", Tries: 1, Body: intake.Encode(senda.Event{
		Source: "shop", ID: id, Kind: "order.completed", Time: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC), Identifiers: map[string]string{identity.Self: "p-1"},
	})}
}

func TestRedriveTellsWhatCameOfEachEvent(t *testing.T) {
	ctx, store := t.Context(), inmem.New()
	commit := func(w ...senda.Write) {
		t.Helper()
		if err := store.Commit(ctx, w...); err != nil {
			t.Fatal(err)
		}
	}
	nonsense := senda.Quarantined{ID: "q-4", Body: []byte("no event"), Tries: 1}
	for _, q := range []senda.Quarantined{refusedEvent("1"), refusedEvent("2"), refusedEvent("3"), nonsense} {
		commit(senda.Put(q, 0))
	}
	l := &lane{take: func(e senda.Event) {
		switch e.ID {
		case "1":
			commit(senda.Put(senda.Seen{Ref: e.Ref(), Done: true}, 0))
		case "2":
			q, v, _, _ := senda.Read[senda.Quarantined](ctx, store, refusedEvent("2").Key())
			q.Tries, q.Reason = 2, "its time is too far ahead"
			commit(senda.Put(q, v))
		}
	}}
	a := &again{store: store, queue: l, wait: l.wait}
	got, err := a.drive(ctx, []string{"q-1", "q-2", "q-3", "q-4"})
	if err != nil {
		t.Fatal(err)
	}
	var said []string
	for _, o := range got {
		said = append(said, o.ID+" "+o.say())
	}
	want := "q-1 taken in\nq-2 still refused: its time is too far ahead\nq-3 on its way: nothing was heard of it yet; it stays in quarantine until it is taken in\nq-4 on its way: nothing was heard of it yet; it stays in quarantine until it is taken in"
	if text := strings.Join(said, "\n"); text != want {
		t.Errorf("it says\n%s\nwant\n%s", text, want)
	}
	if l.beats != looks {
		t.Errorf("it waited %d beats for what never came", l.beats)
	}
	left := map[string]bool{}
	if err := quarantined(ctx, store, func(q senda.Quarantined) error { left[q.ID] = true; return nil }); err != nil {
		t.Fatal(err)
	}
	if left["q-1"] || !left["q-2"] || !left["q-3"] || !left["q-4"] {
		t.Errorf("in quarantine stay %v: only what was taken in leaves it", left)
	}
	if _, err := a.drive(ctx, []string{"q-9"}); senda.CodeOf(err) != senda.NotFound {
		t.Errorf("an id that nobody has: %v", err)
	}
}

func TestADeadLetterSaysItsReasonAndNobody(t *testing.T) {
	body := string(refusedEvent("1").Body)
	r := dead("intake", sqs.Letter{ID: "m", Body: body, Received: 6, Reason: map[string]string{"ERROR_CODE": "NO_PERMISSIONS", "RULE_ARN": "arn:aws:events:rule/x", "RETRY_ATTEMPTS": "185"}})
	if r.Kind != "order.completed" || r.Reason != "error_code NO_PERMISSIONS, retry_attempts 185" || r.Tries != 6 || r.In != "intake" {
		t.Errorf("%+v", r)
	}
	if r := dead("settle", sqs.Letter{Body: "{}"}); r.Kind != "" || !strings.Contains(r.Reason, "the log of settle says why") {
		t.Errorf("%+v", r)
	}
}
