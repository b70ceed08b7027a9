package cloud

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/deliver"
	"github.com/senda-dev/senda/internal/house"
	"github.com/senda-dev/senda/internal/inmem"
	"github.com/senda-dev/senda/internal/intake"
	"github.com/senda-dev/senda/internal/jsonata"
	"github.com/senda-dev/senda/internal/lambdahost"
	"github.com/senda-dev/senda/internal/runner"
	"github.com/senda-dev/senda/internal/score"
	"github.com/senda-dev/senda/internal/shoptest"
	"github.com/senda-dev/senda/internal/task"
)

// customers are what a few people do in two weeks, in the order of time, at hours at
// which nothing else happens.
func customers(people int) []string {
	chance := rand.New(rand.NewPCG(7, 1))
	type one struct {
		at   time.Time
		body string
	}
	var all []one
	for p := range people {
		at := func(day int) time.Time {
			return begin.AddDate(0, 0, day).Add(8*time.Hour + time.Duration(1+chance.IntN(5*3600))*time.Second)
		}
		first := at(0)
		all = append(all, one{first, registered(p, first)})
		if chance.IntN(10) < 8 {
			t := first.Add(time.Second)
			all = append(all, one{t, bridged(fmt.Sprintf("g-%d", p), "consent.granted", fmt.Sprintf("C-%d", p), t,
				`{"brand": "alpha", "purpose": "offers", "source": "form", "form": "f", "wording": "1", "language": "es"}`)})
		}
		for n := range 1 + chance.IntN(4) {
			t := at(1 + chance.IntN(9))
			all = append(all, one{t, ordered(p, n, t)})
		}
		if chance.IntN(5) == 0 {
			t := at(5)
			all = append(all, one{t, bridged(fmt.Sprintf("w-%d", p), "consent.withdrawn", fmt.Sprintf("C-%d", p), t,
				`{"brand": "alpha", "source": "form", "reach": "brand"}`)})
		}
	}
	slices.SortStableFunc(all, func(a, b one) int { return a.at.Compare(b.at) })
	out := make([]string, len(all))
	for i, o := range all {
		out[i] = o.body
	}
	return out
}

// fed is the feed of a house.
type fed struct {
	t      *testing.T
	bodies []string
}

func (f *fed) event() senda.Event {
	e, err := intake.Decode([]byte(f.bodies[0]))
	if err != nil {
		f.t.Fatal(err)
	}
	return e
}

func (f *fed) Peek() (time.Time, bool) {
	if len(f.bodies) == 0 {
		return time.Time{}, false
	}
	return f.event().Time, true
}

func (f *fed) Next() senda.Event {
	e := f.event()
	f.bodies = f.bodies[1:]
	return e
}

// through is a function of a machine that runs behind the handler of a Lambda function.
func through(h lambdahost.Handler) runner.Function {
	return func(ctx context.Context, v jsonata.Value) (jsonata.Value, error) {
		out, err := h(ctx, v.AppendJSON(nil))
		if err != nil {
			return jsonata.Nothing, err
		}
		return jsonata.ParseJSON(out)
	}
}

// lines are all records of all people. Which process held a claim is no part of them.
func lines(w *world) []string {
	var out []string
	for kind := senda.KindPerson; kind <= senda.KindAudience; kind++ {
		for _, r := range find[senda.Record](w, kind) {
			if c, ok := r.(senda.Claim); ok {
				c.Holder = ""
				r = c
			}
			text, err := json.Marshal(r)
			if err != nil {
				w.t.Fatal(err)
			}
			out = append(out, fmt.Sprintf("%s %s", r.Key(), text))
		}
	}
	return out
}

// The functions of a deployment, each with ports of its own, come to what a house
// comes to in one process: every record of every person, and every mail.
func TestADeploymentIsAHouse(t *testing.T) {
	until := begin.AddDate(0, 0, 14)

	w := newWorld(t)
	w.set(begin)
	var failed []senda.Execution
	r := runner.New(runner.Config{Bundles: w.shop.Shelf, Clock: w, Ended: func(_ context.Context, e senda.Execution) error {
		if e.Status != "SUCCEEDED" {
			failed = append(failed, e)
		}
		return nil
	}})
	open := func(build func(context.Context, *Ground) (lambdahost.Handler, error)) lambdahost.Handler {
		g := w.ground()
		g.Machines = r
		h, err := build(t.Context(), g)
		if err != nil {
			t.Fatal(err)
		}
		return h
	}
	r.Functions = map[string]runner.Function{
		task.Facts: through(open(Facts)), task.Score: through(open(Score)), task.Choose: through(open(Choose)),
		task.Send: through(open(Send)), task.Update: through(open(Update)), task.Pause: through(open(Pause)),
	}
	take, settle, audience, enroll := open(Intake), open(Settle), open(Audience), open(Enroll)
	scheduled := func(h lambdahost.Handler) {
		if _, err := h(t.Context(), nil); err != nil {
			t.Fatal(err)
		}
	}
	scheduled(audience)
	feed := &fed{t, customers(40)}
	for at := begin; !at.After(until); {
		// What comes first: an event, then an execution, then noon in Madrid.
		next, what := until.Add(time.Second), ""
		if noon := at.Truncate(24 * time.Hour).Add(11 * time.Hour); noon.After(at) {
			next, what = noon, "noon"
		} else if noon = noon.AddDate(0, 0, 1); noon.Before(next) {
			next, what = noon, "noon"
		}
		if t, ok := r.Next(); ok && !t.After(next) {
			next, what = t, "step"
		}
		if t, ok := feed.Peek(); ok && !t.After(next) {
			next, what = t, "event"
		}
		if next.After(until) {
			break
		}
		if next.Format(time.DateOnly) != at.Format(time.DateOnly) {
			w.set(next.Truncate(24 * time.Hour))
			scheduled(settle)
		}
		at = later(at, next)
		w.set(at)
		switch what {
		case "event":
			body := feed.bodies[0]
			feed.Next()
			if failed := w.deliver(take, body); len(failed) > 0 {
				t.Fatalf("not taken: %s", body)
			}
		case "step":
			if _, err := r.Step(t.Context()); err != nil {
				t.Fatal(err)
			}
		case "noon":
			scheduled(audience)
			for bodies := w.pages.take(); len(bodies) > 0; bodies = w.pages.take() {
				if failed := w.deliver(enroll, bodies...); len(failed) > 0 {
					t.Fatalf("pages %v failed", failed)
				}
			}
		}
	}
	for _, e := range failed {
		t.Errorf("%s %s: %s %s", e.Entry, e.Status, e.Error, e.Cause)
	}

	in := newWorld(t)
	keys, err := ReadSecret(secret)
	if err != nil {
		t.Fatal(err)
	}
	box, clock := &inmem.Outbox{}, house.NewVirtual(begin)
	h := house.New(house.Config{
		Store: in.store, Bundles: in.shop.Shelf, Deployments: in.shop.Shelf, Rules: in.shop.Rules, Clock: clock, Mailer: box, Bus: &inmem.Bus{},
		Keys: keys.Identity, Links: deliver.Links{Base: "https://links.example", Ring: keys.Ring}, Random: shoptest.Random(3),
		Models: func() *score.Models { return nil },
	})
	if err := h.Drive(t.Context(), clock, &fed{t, customers(40)}, until, nil); err != nil {
		t.Fatal(err)
	}

	got, want := lines(w), lines(in)
	if len(want) < 500 {
		t.Fatalf("%d records: too little happened", len(want))
	}
	for i := range min(len(got), len(want)) {
		if got[i] != want[i] {
			t.Fatalf("a record differs: deployment and house\n%s\n%s", got[i], want[i])
		}
	}
	if len(got) != len(want) {
		t.Errorf("%d records, want %d", len(got), len(want))
	}
	mails, wanted := w.outbox.Left(), box.Left()
	if len(mails) != len(wanted) || len(wanted) < 50 {
		t.Fatalf("%d mails, want %d", len(mails), len(wanted))
	}
	for i := range wanted {
		if mails[i].Message != wanted[i].Message || string(mails[i].MIME) != string(wanted[i].MIME) {
			t.Fatalf("mail %d differs: %s and %s", i, mails[i].Message, wanted[i].Message)
		}
	}
	// What a deployment has besides: the bus tells of every mail and of every end, without a
	// word of a person.
	ended := map[string]senda.Entry{}
	for _, e := range find[senda.Entry](w, senda.KindEntry) {
		if e.Status == senda.StatusEnded && e.Reason != senda.LeftRestarted {
			ended[e.ID.Execution(e.Person)+"/completed"] = e
		}
	}
	told := map[string]int{}
	for _, e := range w.bus.Events() {
		told[e.Kind]++
		hasNone(t, e.Data.String(), "example.com")
		c, ok := w.shop.House.Catalog.Events.Contract(e.Kind)
		if !ok {
			t.Fatalf("nobody published a contract of %s", e.Kind)
		}
		if breaches := c.Validate(e.Data.AppendJSON(nil)); len(breaches) > 0 {
			t.Fatalf("%s: %v", e.Kind, breaches)
		}
	}
	for _, e := range w.bus.Events() {
		if e.Kind != "journey.completed" {
			continue
		}
		of, ok := ended[e.ID]
		if !ok || !e.Time.Equal(of.LeftAt) || e.Data.Get("reason").Str() != of.Reason || e.Identifiers["person"] != string(of.Person) {
			t.Errorf("told %+v of %+v", e, of)
		}
	}
	if told["journey.completed"] != len(ended) || len(ended) < 40 {
		t.Errorf("told of %d ends, want %d", told["journey.completed"], len(ended))
	}
	refusals := 0.0
	for name, n := range w.counted {
		if strings.HasPrefix(name, "MailsRefused") {
			refusals += n
		}
	}
	if told["mail.sent"] != len(mails) || refusals == 0 || float64(told["mail.refused"]) != refusals {
		t.Errorf("told %v of %d mails and %v refusals", told, len(mails), refusals)
	}
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
