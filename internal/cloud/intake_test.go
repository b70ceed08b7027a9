package cloud

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	senda "github.com/senda-dev/senda"
)

// failing refuses commits that touch a kind of record.
type failing struct {
	senda.Store
	kind senda.Kind
}

func (f failing) Commit(ctx context.Context, writes ...senda.Write) error {
	if slices.ContainsFunc(writes, func(w senda.Write) bool { return w.Key.Kind == f.kind }) {
		return senda.Errorf(senda.Unavailable, "commit", "not now")
	}
	return f.Store.Commit(ctx, writes...)
}

// A poison message takes nobody with it: it is kept with its reason, and is done.
// What is delivered again does nothing again.
func TestIntakeTakesABatch(t *testing.T) {
	w := newWorld(t)
	h, now := w.open(Intake), w.Now()
	bodies := []string{
		registered(1, now), `{"no json`, ordered(1, 1, now), bridged("x", "order.vanished", "C-1", now, `{}`), ordered(2, 1, now),
	}
	if failed := w.deliver(h, bodies...); len(failed) > 0 {
		t.Errorf("%v failed", failed)
	}
	if got := len(w.machines.Started()); got != 4 { // letters and orders, of two people
		t.Errorf("%d executions were started", got)
	}
	for name, want := range map[string]float64{
		"Quarantined malformed": 1, "Quarantined unknown-kind": 1, "Entered letters": 2, "Entered orders": 2,
	} {
		if w.counted[name] != want {
			t.Errorf("%s: %v, want %v", name, w.counted[name], want)
		}
	}
	if failed := w.deliver(h, bodies...); len(failed) > 0 {
		t.Errorf("%v failed the second time", failed)
	}
	if got := len(w.machines.Started()); got != 4 || w.counted["Entered orders"] != 2 {
		t.Errorf("%d executions, %v entered, after a second delivery", got, w.counted["Entered orders"])
	}
	for _, s := range w.machines.Started() {
		hasNone(t, s.Input.String(), "example.com", "28004")
	}
}

// What a second delivery may mend fails its own message, and the second mends it.
func TestIntakeAsksForASecondDelivery(t *testing.T) {
	w := newWorld(t)
	whole := w.store
	h := w.open(Intake)
	w.store = failing{whole, senda.KindEntry}
	broken := w.open(Intake)
	bodies := []string{registered(1, w.Now()), ordered(1, 1, w.Now())}
	if failed := w.deliver(broken, bodies...); !slices.Equal(failed, []string{"1"}) {
		t.Errorf("%v failed, want the order", failed)
	}
	if failed := w.deliver(h, bodies...); len(failed) > 0 || len(w.machines.Started()) != 2 {
		t.Errorf("%v failed, %d were started", failed, len(w.machines.Started()))
	}
}

// The secret is read again after ten minutes and not before; one that cannot be
// read, or is none, leaves the keys as they were.
func TestTheSecretIsReadAgain(t *testing.T) {
	w := newWorld(t)
	reads, text, err := 0, secret, error(nil)
	w.secret = func() (string, error) { reads++; return text, err }
	h := w.open(Intake)
	at := w.Now()
	step := func(after time.Duration, want int) {
		t.Helper()
		w.set(at.Add(after))
		if failed := w.deliver(h, registered(1, at)); len(failed) > 0 {
			t.Errorf("after %v: %v failed", after, failed)
		}
		if reads != want {
			t.Errorf("after %v the secret was read %d times, want %d", after, reads, want)
		}
	}
	step(Fresh-time.Second, 1)
	step(Fresh, 2)
	err = senda.Errorf(senda.Unavailable, "read the secret", "no answer")
	step(2*Fresh, 3)
	step(2*Fresh+retrySecret-time.Second, 3)
	err, text = nil, "{}"
	step(2*Fresh+retrySecret, 4)
	// A new master signs, and people are named by the key of the oldest.
	text = `{"master": "` + strings.Repeat("n", 40) + `", "previous": [` + secret + `]}`
	step(3*Fresh, 5)
	if people := find[senda.Person](w, senda.KindPerson); len(people) != 1 {
		t.Errorf("%d people, want the same one under all keys", len(people))
	}
}

func TestAFunctionDoesNotOpenWithoutItsSecret(t *testing.T) {
	w := newWorld(t)
	w.secret = func() (string, error) { return "", senda.Errorf(senda.Unavailable, "read the secret", "no answer") }
	if _, err := Intake(t.Context(), w.ground()); senda.CodeOf(err) != senda.Unavailable {
		t.Errorf("%v", err)
	}
	w.secret = func() (string, error) { return `{"master": "short"}`, nil }
	if _, err := Intake(t.Context(), w.ground()); senda.CodeOf(err) != senda.Invalid {
		t.Errorf("%v", err)
	}
}
