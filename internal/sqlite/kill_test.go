package sqlite_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"time"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/entry"
	"github.com/senda-dev/senda/internal/jsonata"
	"github.com/senda-dev/senda/internal/outbox"
	"github.com/senda-dev/senda/internal/sqlite"
	"github.com/senda-dev/senda/internal/task"
)

// orders is what a child is told: where to work, from which clock, for whom,
// and at which hand-over to stop and wait to be killed.
type orders struct {
	Dir    string
	Clock  time.Time
	People int
	// Stop is "before" or "after" the At-th hand-over; empty never stops.
	Stop string
	At   int
}

const ordersVariable = "SENDA_KILL_ORDERS"

func TestMain(m *testing.M) {
	text := os.Getenv(ordersVariable)
	if text == "" {
		os.Exit(m.Run())
	}
	var o orders
	if err := json.Unmarshal([]byte(text), &o); err != nil {
		panic(err)
	}
	if err := child(o, os.NewFile(3, "progress")); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

// Marks that a child writes to its parent.
const (
	markSent    = 's'
	markStopped = 'x'
)

// child lets everybody enter and mails each of them twice, whatever of that is
// still to do, and settles what is open.
func child(o orders, progress *os.File) error {
	ctx := context.Background()
	store, err := sqlite.Open(ctx, filepath.Join(o.Dir, "state.db"), sqlite.Full)
	if err != nil {
		return err
	}
	box, err := outbox.Open(filepath.Join(o.Dir, "outbox"), false)
	if err != nil {
		return err
	}
	begin := time.Now()
	s := &entry.Service{
		Store: store, Machines: idle{}, Rules: entry.Product(),
		Clock: senda.ClockFunc(func() time.Time { return o.Clock.Add(time.Since(begin)) }),
	}
	var mu sync.Mutex
	calls := 0
	handOver := func(ctx context.Context, c senda.Claim) (string, error) {
		mu.Lock()
		calls++
		stop := calls == o.At
		mu.Unlock()
		if stop && o.Stop == "before" {
			wait(progress)
		}
		id, err := box.HandOver(ctx, senda.Envelope{Message: c.Message, MIME: []byte("hello")})
		if stop && o.Stop == "after" {
			wait(progress)
		}
		return id, err
	}
	if _, err := s.Settle(ctx, nil); err != nil {
		return err
	}
	people := make(chan int)
	failed := make(chan error, 4)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for i := range people {
				if err := serve(ctx, s, o, i, handOver, progress); err != nil {
					select {
					case failed <- err:
					default:
					}
				}
			}
		})
	}
	for i := range o.People {
		people <- i
	}
	close(people)
	wg.Wait()
	select {
	case err := <-failed:
		return err
	default:
		return store.Close()
	}
}

// idle are machines that run nothing: the child does.
type idle struct{}

func (idle) Start(context.Context, senda.Start) error             { return nil }
func (idle) Answer(context.Context, string, jsonata.Value) error  { return nil }
func (idle) Fail(_ context.Context, _ string, _ senda.Code) error { return nil }

// wait tells the parent and stops this worker until the process is killed.
func wait(progress *os.File) {
	progress.Write([]byte{markStopped}) //nolint:errcheck // the parent is waiting, or gone with us
	select {}
}

func serve(ctx context.Context, s *entry.Service, o orders, i int, handOver func(context.Context, senda.Claim) (string, error), progress *os.File) error {
	p := senda.PersonID(fmt.Sprintf("p-%06d", i))
	at := o.Clock
	d, err := s.Enter(ctx, entry.Candidate{
		Entry: senda.Entry{Person: p, Journey: "j", Bundle: "b", At: at, Enrolled: at, Event: senda.Ref{Source: "shop", ID: strconv.Itoa(i)}, Arm: senda.Treated, Pace: senda.Life},
		Again: func(time.Time) (time.Time, bool) { return time.Time{}, false },
	})
	if err != nil || d.Entry.Status == senda.StatusEnded {
		return err
	}
	for n, step := range []string{"hello", "goodbye"} {
		h := task.Head{Person: p, Entry: d.Entry.ID, Pace: senda.Life, Step: step, N: 1, Seq: n + 1, At: d.Entry.At}
		if step == "goodbye" {
			h.End = senda.LeftCompleted
		}
		_, err := s.Send(ctx, entry.Letter{
			Head: h,
			Claim: senda.Claim{
				Person: p, Message: d.Entry.ID.Message(p, step, 1), Entry: d.Entry.ID, Step: step, N: 1,
				Journey: "j", Family: "house", Class: senda.Marketing, Mail: step,
			},
			Judge: func(sight entry.Sight) (entry.Judgement, error) {
				l := senda.CapLedger{Person: p, Family: "house"}
				l.Places = append(append(l.Places, sight.Ledger.Places...), senda.Place{Message: d.Entry.ID.Message(p, step, 1)})
				return entry.Judgement{Outcome: task.OutcomeSent, Ledger: &l, Touch: true}, nil
			},
			HandOver: handOver,
		})
		if err != nil {
			return err
		}
		if _, err := progress.Write([]byte{markSent}); err != nil {
			return err
		}
	}
	return nil
}

// TestKilled kills a process that mails people a hundred times, 20 of them between a
// claim and its hand-over, 20 between the hand-over and its record, and the rest
// wherever it is. From the outbox, nobody is mailed twice; from the store, nobody
// is lost: every entry has ended, and every claim has a fate.
func TestKilled(t *testing.T) {
	const kills = 100
	dir := t.TempDir()
	chance := rand.New(rand.NewPCG(100, 20))
	o := orders{Dir: dir, Clock: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC), People: 400}
	count := map[string]int{}
	for done := 0; done < kills; {
		// The next process comes when every lease is over and nobody waits for proofs any more.
		o.Clock = o.Clock.Add(2 * entry.Unknown)
		o.Stop, o.At = "", 0
		marks := 1 + chance.IntN(40)
		switch done % 5 {
		case 0:
			o.Stop, o.At = "before", 1+chance.IntN(20)
		case 1:
			o.Stop, o.At = "after", 1+chance.IntN(20)
		}
		if killed(t, o, marks) {
			count[o.Stop]++
			done++
		} else {
			o.People += 200 // it had nothing left to do
		}
	}
	o.Clock, o.Stop, o.At = o.Clock.Add(2*entry.Unknown), "", 0
	for range 2 { // the second run settles what the last kill left
		if killed(t, o, 0) {
			t.Fatal("killed without a reason")
		}
		o.Clock = o.Clock.Add(2 * entry.Unknown)
	}
	if count["before"] < 20 || count["after"] < 20 {
		t.Fatalf("kills: %v", count)
	}
	audit(t, o, count)
}

// killed runs a child and kills it when it has stopped, or after so many marks
// (0: never). It returns false when the child was done before.
func killed(t *testing.T, o orders, marks int) bool {
	t.Helper()
	text, err := json.Marshal(o)
	if err != nil {
		t.Fatal(err)
	}
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close() //nolint:errcheck // nothing was written
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), ordersVariable+"="+string(text))
	cmd.ExtraFiles = []*os.File{w}
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	in := bufio.NewReader(r)
	for n := 1; ; n++ {
		b, err := in.ReadByte()
		if err != nil { // the child is gone
			if err := cmd.Wait(); err != nil {
				t.Fatalf("the child failed: %v", err)
			}
			return false
		}
		if b == markStopped || o.Stop == "" && n == marks {
			break
		}
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	return cmd.Wait() != nil // it may have ended by itself in between
}

func audit(t *testing.T, o orders, count map[string]int) {
	box, err := outbox.Open(filepath.Join(o.Dir, "outbox"), false)
	if err != nil {
		t.Fatal(err)
	}
	items, err := box.List()
	if err != nil {
		t.Fatal(err)
	}
	left := map[senda.MessageID]bool{}
	for _, it := range items {
		if it.Copy > 1 {
			t.Errorf("%s left %d times", it.Message, it.Copy)
		}
		left[it.Message] = true
	}
	s := open(t, filepath.Join(o.Dir, "state.db"), sqlite.Normal)
	fates := map[senda.Fate]int{}
	unsent := 0
	for i := range o.People {
		p := senda.PersonID(fmt.Sprintf("p-%06d", i))
		id := senda.NewEntryID("j", "", 1)
		e, _, ok, err := senda.Read[senda.Entry](t.Context(), s, senda.EntryKey(p, id))
		if err != nil || !ok || e.Status != senda.StatusEnded || e.Reason != senda.LeftCompleted {
			t.Errorf("%s is lost: %v, %s, %v", p, ok, e.Status, err)
			continue
		}
		for _, step := range []string{"hello", "goodbye"} {
			c, _, ok, err := senda.Read[senda.Claim](t.Context(), s, senda.ClaimKey(p, id, step, 1))
			if err != nil || !ok {
				t.Errorf("%s has no claim for %s: %v", p, step, err)
				continue
			}
			fates[c.Fate]++
			switch {
			case c.Fate == senda.Sent && !left[c.Message]:
				t.Errorf("%s of %s is sent and not in the outbox", step, p)
			case c.Fate == senda.Skipped && !left[c.Message]:
				unsent++
			case c.Fate != senda.Sent && c.Fate != senda.Skipped:
				t.Errorf("%s of %s has the fate %q", step, p, c.Fate)
			}
			delete(left, c.Message)
		}
	}
	if len(left) > 0 {
		t.Errorf("%d mails left without a claim", len(left))
	}
	if unsent == 0 || fates[senda.Skipped] == 0 {
		t.Error("no claim was interrupted: the kills missed")
	}
	t.Logf("%d people, %d mails in the outbox, fates %v, of the skipped %d did not leave; kills %d between claim and hand-over, %d between hand-over and record, %d anywhere",
		o.People, len(items), fates, unsent, count["before"], count["after"], count[""])
}
