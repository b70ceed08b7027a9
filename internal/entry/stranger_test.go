package entry

import (
	"testing"
	"time"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/inmem"
	"github.com/senda-dev/senda/internal/task"
)

// An attempt drops its claim, since the mail service did not take the message, and
// hears no answer of the commit. Until it says so once more, another attempt has
// taken a claim of the same name: that one stands, or its message would leave twice.
func TestADropIsNotRepeatedOnAStrangersClaim(t *testing.T) {
	at := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	store := inmem.New()
	s := &Service{Store: store, Rules: Product(), Clock: senda.ClockFunc(func() time.Time { return at })}
	claim := func(holder string, taken time.Time) senda.Claim {
		return senda.Claim{
			Person: "p", Entry: "j/k/00000001", Step: "hello", N: 1, Message: "m", Family: "music", Policy: senda.PolicySkip,
			Fate: senda.Claimed, Fence: 1, Taken: taken, Lease: taken.Add(Lease), Holder: holder,
		}
	}
	first, second := claim("a", at), claim("b", at.Add(time.Second))
	head := task.Head{Person: "p", Entry: first.Entry, Step: first.Step, N: 1}
	stands := func() (senda.Claim, uint64, bool) {
		t.Helper()
		c, v, ok, err := senda.Read[senda.Claim](t.Context(), store, first.Key())
		if err != nil {
			t.Fatal(err)
		}
		return c, v, ok
	}
	report := func(c senda.Claim, o Outcome) {
		t.Helper()
		if _, err := s.note(t.Context(), head, c, o); err != nil {
			t.Fatal(err)
		}
	}
	if err := store.Commit(t.Context(), senda.Put(first, 0)); err != nil {
		t.Fatal(err)
	}
	report(first, Outcome{Came: Again})
	if _, _, ok := stands(); ok {
		t.Fatal("the claim of a message that was not taken stands")
	}
	if err := store.Commit(t.Context(), senda.Put(second, 0)); err != nil {
		t.Fatal(err)
	}
	report(first, Outcome{Came: Again})
	report(first, Outcome{Came: Stayed})
	if c, _, ok := stands(); !ok || c.Holder != "b" || c.Fate != senda.Claimed {
		t.Fatalf("the claim of the other attempt is %+v, %v", c, ok)
	}
	report(first, Outcome{Came: Left, Service: "ses-1"})
	if c, _, _ := stands(); c.Fate != senda.Sent {
		t.Errorf("that it left is true whoever says it, and the claim says %s", c.Fate)
	}
}
