package house_test

import (
	"bufio"
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/house"
	"github.com/senda-dev/senda/internal/outbox"
	"github.com/senda-dev/senda/internal/shoptest"
	"github.com/senda-dev/senda/internal/sqlite"
)

// orders are what a child is told: where to work, from which instant of virtual time,
// and with which event to go on.
type orders struct {
	Dir   string
	Clock time.Time
	Acked int    // events that were taken in: their source does not tell them again
	Child uint64 // draws the ids of people
	// Stop is "before" or "after": where to stop at the At-th hand-over.
	Stop string
	At   int
}

const (
	ordersVariable = "SENDA_HOUSE_ORDERS"
	killedPeople   = 150
	killedDays     = 12
)

// The marks that a child writes: each is a byte and the clock's time.
const (
	markCommit  = 'c' // it is about to commit
	markEvent   = 'e' // it has taken an event in
	markStopped = 'x' // it stands at a hand-over, to be killed
)

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

// child runs the house on the store that it finds, to the end of all journeys.
func child(o orders, progress io.Writer) error {
	ctx := context.Background()
	shop, err := shoptest.New()
	if err != nil {
		return err
	}
	// Who is held out hangs on the id of a person, which is drawn at random.
	if err := shop.Shelf.Set("letters", senda.StateClosed); err != nil {
		return err
	}
	store, err := sqlite.Open(ctx, filepath.Join(o.Dir, "state.db"), sqlite.Normal)
	if err != nil {
		return err
	}
	box, err := outbox.Open(filepath.Join(o.Dir, "outbox"), false)
	if err != nil {
		return err
	}
	clock := house.NewVirtual(o.Clock)
	tell := func(mark byte) {
		progress.Write(binary.BigEndian.AppendUint64([]byte{mark}, uint64(clock.Now().UnixNano()))) //nolint:errcheck // the parent is there, or gone with us
	}
	c := shop.Config(telling{store, tell}, clock, &stopping{Mailer: box, orders: o, tell: tell}, o.Child)
	c.Remember = true
	attempt := 0
	h := house.New(c)
	h.Entries.Holder = func() string {
		attempt++
		return fmt.Sprintf("%d-%d", o.Child, attempt)
	}
	if err := h.Recover(ctx); err != nil {
		return err
	}
	events := &list{feed(killedPeople, killedDays, 7)[o.Acked:]}
	if err := h.Drive(ctx, clock, events, begin.AddDate(0, 0, killedDays+30), func() { tell(markEvent) }); err != nil {
		return err
	}
	return store.Close()
}

// telling tells the parent before every commit, so that it kills around them.
type telling struct {
	senda.Store
	tell func(byte)
}

func (s telling) Commit(ctx context.Context, writes ...senda.Write) error {
	s.tell(markCommit)
	return s.Store.Commit(ctx, writes...)
}

// stopping stops at one hand-over until it is killed.
type stopping struct {
	senda.Mailer
	orders
	tell  func(byte)
	calls int
}

func (s *stopping) HandOver(ctx context.Context, e senda.Envelope) (string, error) {
	s.calls++
	stop := s.calls == s.At
	if stop && s.Stop == "before" {
		s.wait()
	}
	id, err := s.Mailer.HandOver(ctx, e)
	if stop && s.Stop == "after" {
		s.wait()
	}
	return id, err
}

func (s *stopping) wait() {
	s.tell(markStopped)
	io.Copy(io.Discard, os.Stdin) //nolint:errcheck // nothing ever comes, until the end
}

// TestKilled kills the whole embedded run with SIGKILL at more than a hundred instants:
// 20 of them between a claim and its hand-over, 20 between the hand-over and its
// record, the others wherever it is. Each process goes on with what the last one
// left. In the end it must have come to what a run comes to that nobody killed.
func TestKilled(t *testing.T) {
	const kills = 110
	chance := rand.New(rand.NewPCG(100, 20))
	o := orders{Dir: t.TempDir(), Clock: begin}
	count := map[string]int{}
	for done := 0; done < kills; {
		o.Child++
		o.Stop, o.At = "", 0
		marks := 1 + chance.IntN(50)
		switch done % 5 {
		case 0:
			o.Stop, o.At = "before", 1+chance.IntN(3)
		case 1:
			o.Stop, o.At = "after", 1+chance.IntN(3)
		}
		if !run(t, &o, marks) {
			t.Fatalf("it was done after %d kills: give it more to do", done)
		}
		count[o.Stop]++
		done++
	}
	o.Child, o.Stop, o.At = o.Child+1, "", 0
	if run(t, &o, 0) {
		t.Fatal("killed without a reason")
	}
	if count["before"] < 20 || count["after"] < 20 {
		t.Fatalf("kills: %v", count)
	}
	whole := orders{Dir: t.TempDir(), Clock: begin}
	if run(t, &whole, 0) {
		t.Fatal("killed without a reason")
	}
	got, want := audit(t, o.Dir), audit(t, whole.Dir)
	if len(want.settled) > 0 {
		t.Errorf("nobody was killed, and %v have no certain fate", want.settled)
	}
	if len(got.settled) < 20 {
		t.Errorf("only %d claims were interrupted: the kills missed", len(got.settled))
	}
	for key := range want.mailed {
		if !got.mailed[key] && !got.settled[key] {
			t.Errorf("%s never left, and no policy says so", key)
		}
	}
	for key := range got.mailed {
		if !want.mailed[key] {
			t.Errorf("%s left only because somebody was killed", key)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(want.steps)) {
		if got.steps[key] != want.steps[key] {
			t.Errorf("%s: %q, and %q when nobody is killed", key, got.steps[key], want.steps[key])
		}
	}
	if len(got.steps) != len(want.steps) {
		t.Errorf("%d steps, want %d", len(got.steps), len(want.steps))
	}
	lost := 0
	for key := range got.settled {
		if !got.mailed[key] {
			lost++
		}
	}
	t.Logf("%d kills %v; %d entries, %d steps, %d mails; %d claims settled by policy, of which %d did not leave; outcomes %v",
		kills, count, got.entries, len(got.steps), len(got.mailed), len(got.settled), lost, tally(got.steps))
}

func tally(steps map[string]string) map[string]int {
	n := map[string]int{}
	for _, s := range steps {
		n[s]++
	}
	return n
}

// run runs a child and kills it when it has stopped, or after so many marks (0:
// never). It returns false when the child came to its end.
func run(t *testing.T, o *orders, marks int) bool {
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
	if _, err := cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	in := bufio.NewReader(r)
	killed := false
	for n := 1; ; n++ {
		var mark [9]byte
		if _, err := io.ReadFull(in, mark[:]); err != nil {
			break // the child is gone
		}
		o.Clock = time.Unix(0, int64(binary.BigEndian.Uint64(mark[1:]))).UTC()
		if mark[0] == markEvent {
			o.Acked++
		}
		if !killed && (mark[0] == markStopped || o.Stop == "" && n == marks) {
			if err := cmd.Process.Kill(); err != nil {
				t.Fatal(err)
			}
			killed = true // what it said before it died is read to the end
		}
	}
	if err := cmd.Wait(); err != nil && !killed {
		t.Fatalf("the child failed: %v", err)
	}
	return killed
}

// outcome is what a run came to, told without the ids of people, which are random:
// an order's id and a step name what happened.
type outcome struct {
	entries         int
	steps           map[string]string
	mailed, settled map[string]bool
}

func audit(t *testing.T, dir string) outcome {
	t.Helper()
	out := outcome{steps: map[string]string{}, mailed: map[string]bool{}, settled: map[string]bool{}}
	box, err := outbox.Open(filepath.Join(dir, "outbox"), false)
	if err != nil {
		t.Fatal(err)
	}
	items, err := box.List()
	if err != nil {
		t.Fatal(err)
	}
	left, bookmarks := map[senda.MessageID]bool{}, 0
	for _, it := range items {
		if it.Copy > 1 {
			t.Errorf("%s left %d times", it.Message, it.Copy)
		}
		left[it.Message] = true
		mime, err := os.ReadFile(it.Path)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(mime), "marcap") {
			bookmarks++
		}
	}
	if bookmarks == 0 || bookmarks > 60 {
		t.Errorf("%d bookmarks left, and there are 60", bookmarks)
	}
	store, err := sqlite.Open(t.Context(), filepath.Join(dir, "state.db"), sqlite.Normal)
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close() //nolint:errcheck // it is read only
	for part := range 16 {
		people, err := store.Find(t.Context(), senda.IndexRange{Index: senda.IndexPeople, Part: fmt.Sprintf("%x", part), Limit: 1000})
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range people {
			auditPerson(t, store, p.Record.(senda.Person), left, &out)
		}
	}
	if len(left) > 0 {
		t.Errorf("%d mails left without a claim", len(left))
	}
	return out
}

func auditPerson(t *testing.T, store senda.Store, p senda.Person, left map[senda.MessageID]bool, out *outcome) {
	t.Helper()
	all := func(kind senda.Kind) []senda.Versioned {
		got, err := store.Range(t.Context(), senda.Range{Kind: kind, Part: string(p.ID)})
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	name := map[senda.EntryID]string{}
	customer := ""
	for _, v := range all(senda.KindEntry) {
		e, _ := v.Record.(senda.Entry)
		if e.Each != "" {
			customer = e.Each[:strings.LastIndexByte(e.Each, '-')]
		}
		name[e.ID] = strings.TrimSuffix(e.Journey+" "+e.Each, " ")
		out.entries++
		// Everything had the time to end: an entry that goes nowhere is lost.
		if e.Status != senda.StatusEnded {
			t.Errorf("%s %s is lost: %s, paused at %+v", p.ID, name[e.ID], e.Status, e.Pause)
		}
	}
	for id := range name {
		name[id] = customer + ": " + name[id]
	}
	for _, v := range all(senda.KindStep) {
		r, _ := v.Record.(senda.StepRecord)
		if r.Kind == "offer" {
			continue // who is given one of the last bookmarks may differ
		}
		out.steps[name[r.Entry]+" "+r.Step] = r.Outcome + " " + r.Reason
	}
	for _, v := range all(senda.KindClaim) {
		c, _ := v.Record.(senda.Claim)
		key := name[c.Entry] + " " + c.Step
		if left[c.Message] {
			out.mailed[key] = true
		}
		switch {
		case c.Fate == senda.Sent && !left[c.Message]:
			t.Errorf("%s is sent and not in the outbox", key)
		case c.Fate == senda.Skipped && c.Class == senda.Marketing, c.Fate == senda.Unproven && c.Class == senda.Service:
			out.settled[key] = true
		case c.Fate != senda.Sent:
			t.Errorf("%s, of class %s, has the fate %q", key, c.Class, c.Fate)
		}
		delete(left, c.Message)
	}
}
