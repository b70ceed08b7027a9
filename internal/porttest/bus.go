package porttest

import (
	"context"
	"maps"
	"testing"
	"time"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/jsonata"
)

// Bus is a senda.Bus under test, on which nothing was published.
type Bus struct {
	senda.Bus
	// Taken waits until so many different events were taken in, and returns them by their
	// identity, as those read them who take them in.
	Taken func(t *testing.T, n int) map[senda.Ref]senda.Event
}

// TestBus checks the rules of senda.Bus.
func TestBus(t *testing.T, open func(t *testing.T) Bus) {
	for _, c := range []struct {
		name string
		test func(*testing.T, Bus)
	}{
		{"what is taken in is what was published", whole},
		{"publishing again is harmless", publishAgain},
		{"a cancelled call publishes nothing", cancelledEvent},
	} {
		t.Run(c.name, func(t *testing.T) { c.test(t, open(t)) })
	}
}

var day = time.Date(2026, 3, 2, 9, 0, 0, 123456789, time.UTC)

func happened(id string) senda.Event {
	return senda.Event{
		Source: "senda.mail", ID: id, Kind: "mail.delivered", Time: day,
		Identifiers: map[string]string{"senda": "p-1187", "customer": "C|\"1187\" ñ"},
		Data:        jsonata.Of(map[string]any{"journey": "win-back", "n": 12.25, "text": "<a> & \"b\" ñ \u2028", "list": []any{nil, true}}),
	}
}

func emit(t *testing.T, b Bus, e senda.Event) {
	t.Helper()
	if err := b.Emit(t.Context(), e); err != nil {
		t.Fatalf("emit: %v", err)
	}
}

func equal(t *testing.T, got, want senda.Event) {
	t.Helper()
	if got.Ref() != want.Ref() || got.Kind != want.Kind || !got.Time.Equal(want.Time) || !maps.Equal(got.Identifiers, want.Identifiers) || !got.Data.Equal(want.Data) {
		t.Errorf("taken in:  %+v\npublished: %+v", got, want)
	}
}

func whole(t *testing.T, b Bus) {
	full := happened("m-1/delivered")
	bare := senda.Event{Source: "senda", ID: "bare", Kind: "journey.completed", Time: day.Add(time.Nanosecond), Data: jsonata.Object()}
	elsewhere := full
	elsewhere.Time = day.In(time.FixedZone("", 3600))
	elsewhere.ID = "zone"
	for _, e := range []senda.Event{full, bare, elsewhere} {
		emit(t, b, e)
	}
	got := b.Taken(t, 3)
	for _, e := range []senda.Event{full, bare, elsewhere} {
		equal(t, got[e.Ref()], e)
	}
}

func publishAgain(t *testing.T, b Bus) {
	e, other := happened("again"), happened("other")
	for range 3 {
		emit(t, b, e)
	}
	emit(t, b, other)
	got := b.Taken(t, 2)
	if len(got) != 2 {
		t.Errorf("%d events have different names", len(got))
	}
	equal(t, got[e.Ref()], e)
}

func cancelledEvent(t *testing.T, b Bus) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	code(t, "emit", b.Emit(ctx, happened("cancelled")), senda.Unavailable)
	emit(t, b, happened("after"))
	if got := b.Taken(t, 1); len(got) != 1 || got[happened("after").Ref()].ID == "" {
		t.Errorf("taken in: %v", got)
	}
}
