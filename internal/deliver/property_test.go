package deliver_test

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/intake"
	"github.com/senda-dev/senda/internal/jsonata"
)

// Whatever the order in which a person agrees and withdraws, and mails are asked for,
// marketing leaves only while they agree, never more of it than the family's caps allow
// in any seven days, and no message twice. All is counted from what left.
func TestWhateverTheOrder(t *testing.T) {
	madrid, err := time.LoadLocation("Europe/Madrid")
	if err != nil {
		t.Fatal(err)
	}
	left, refused := 0, map[string]int{}
	rapid.Check(t, func(rt *rapid.T) {
		w := newWorld(t, "letters")
		w.agrees()
		agreed := map[string]bool{}
		seen := map[senda.MessageID]bool{}
		var days []time.Time
		w.outbox.Fault = func(_ int, e senda.Envelope) (bool, error) {
			purpose := map[string]string{"hello": "offers", "news": "news", "last": "offers"}[e.Step]
			if !agreed[purpose] {
				rt.Fatalf("%s left without a basis at %v", e.Step, w.clock.Now())
			}
			if seen[e.Message] {
				rt.Fatalf("%s left twice", e.Message)
			}
			seen[e.Message] = true
			y, m, d := w.clock.Now().In(madrid).Date()
			days = append(days, time.Date(y, m, d, 0, 0, 0, 0, time.UTC))
			return true, nil
		}
		entries := []senda.Entry{w.entry}
		for n := range rapid.IntRange(5, 60).Draw(rt, "things") {
			w.clock.Set(w.clock.Now().Add(time.Duration(rapid.IntRange(1, 40).Draw(rt, "hours")) * time.Hour))
			purpose := rapid.SampledFrom([]string{"offers", "news"}).Draw(rt, "purpose")
			switch rapid.IntRange(0, 5).Draw(rt, "what") {
			case 0, 1:
				kind := rapid.SampledFrom([]string{"consent.granted", "consent.granted", "consent.withdrawn"}).Draw(rt, "kind")
				data, err := jsonata.ParseJSON(fmt.Appendf(nil, `{"brand": "alpha", "purpose": %q, "source": "form", "form": "f", "wording": "1", "language": "en"}`, purpose))
				if err != nil {
					rt.Fatal(err)
				}
				if kind == "consent.withdrawn" {
					data = data.With("form", jsonata.Nothing).With("wording", jsonata.Nothing).With("language", jsonata.Nothing)
				}
				r, err := w.Intake.Take(t.Context(), senda.Event{
					Source: "shop", ID: fmt.Sprint(n), Kind: kind, Time: w.clock.Now(), Identifiers: map[string]string{"person": string(ana)}, Data: data,
				})
				if err != nil || r.Fate != intake.Taken {
					rt.Fatalf("%s: %v, %+v", kind, err, r)
				}
				agreed[purpose] = kind == "consent.granted"
			case 2:
				e := w.entry
				e.ID, e.At = senda.NewEntryID("letters", fmt.Sprint(n), 1), w.clock.Now()
				w.put(e)
				entries = append(entries, e)
			default:
				w.entry = rapid.SampledFrom(entries).Draw(rt, "entry")
				q := w.request(rapid.SampledFrom([]string{"hello", "news", "last"}).Draw(rt, "step"))
				r, err := w.Deliver.Send(t.Context(), q)
				if code := senda.CodeOf(err); code != "" && code != senda.Held && code != senda.Leaving {
					rt.Fatal(err)
				}
				refused[came(r)]++
			}
		}
		for i := range days {
			if i >= 2 && days[i].Sub(days[i-2]) < 7*24*time.Hour {
				rt.Fatalf("three mails within seven days: %v", days)
			}
		}
		left += len(days)
	})
	if left < 50 || refused["cap"] < 20 || refused["withdrawn"] < 20 || refused["no-basis"] < 20 {
		t.Errorf("%d mails, refusals %v: too little happened", left, refused)
	}
}
