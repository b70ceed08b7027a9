package cost_test

import (
	"math"
	"os"
	"strings"
	"testing"

	"github.com/senda-dev/senda/internal/cost"
)

func near(t *testing.T, what string, got, want float64) {
	t.Helper()
	if math.Abs(got-want) > 0.005 {
		t.Errorf("%s: %.4f, not %.4f", what, got, want)
	}
}

// The sums of AWS's own examples, without their free tiers.
func TestPricesGiveTheSumsOfExamples(t *testing.T) {
	// https://aws.amazon.com/step-functions/pricing/: $0.025 for 1,000 transitions.
	near(t, "400,000 transitions", cost.Use{cost.Transition: 400_000}.Dollars(), 10)
	// https://aws.amazon.com/xray/pricing/, example 1: 48,800 traces above the free ones are $0.24.
	near(t, "48,800 traces", cost.Use{cost.Trace: 48_800}.Dollars(), 0.24)
	// https://aws.amazon.com/lambda/pricing/: 2 million requests are $0.40.
	near(t, "2 million requests", cost.Use{cost.Invocation: 2e6}.Dollars(), 0.40)
	near(t, "a million GB-seconds on arm64", cost.Use{cost.GBSecond: 1e6}.Dollars(), 13.33)
	near(t, "a million writes and reads", cost.Use{cost.Write: 1e6, cost.Read: 1e6}.Dollars(), 0.75)
}

func TestEveryPriceHasASource(t *testing.T) {
	seen := map[cost.Item]bool{}
	for _, p := range cost.Prices {
		if p.Dollars <= 0 || p.Per <= 0 || !strings.HasPrefix(p.Source, "https://aws.amazon.com/") || p.Note == "" || seen[p.Item] {
			t.Errorf("row %+v", p)
		}
		seen[p.Item] = true
	}
	for _, l := range cost.Latencies {
		if l.Source == "" || l.Milliseconds < 0 {
			t.Errorf("latency %+v", l)
		}
	}
}

func TestSampled(t *testing.T) {
	for rate, want := range map[float64]float64{0: 1, 0.4: 1, 1: 1, 21: 2.0 / 21, 1001: 51.0 / 1001} {
		near(t, "sampled", cost.Sampled(rate), want)
	}
}

// A function of half a processor takes twice its processor time, and its calls beside it.
func TestDuration(t *testing.T) {
	r := cost.Row{Invocations: 2, Calls: map[string]int{"dynamodb.GetItem": 4, "dynamodb.TransactWriteItems": 2, "s3.GetObject": 1, "new.Call": 1}}
	got := cost.Duration(r, cost.Function{MemoryMB: 1769 / 2, CPU: 3})
	near(t, "ms", math.Round(got), 2*0.5+2*3*2+4*5+2*15+0+50)
	if more := cost.Duration(r, cost.Function{MemoryMB: 3 * 1769, CPU: 3}); more != 2*0.5+2*3+4*5+2*15+50 {
		t.Errorf("more than one processor makes nothing faster: %v", more)
	}
}

// tiny is a recording that can be summed by hand: two who get both mails, one who buys.
func tiny() *cost.Counts {
	return &cost.Counts{
		Functions: map[string]cost.Function{"send": {MemoryMB: 1769, CPU: 1}, "pause": {MemoryMB: 1769}, "intake": {MemoryMB: 1769}},
		Paths: []cost.Path{
			{Name: cost.Silent, People: 2, Mails: 4, Naive: 11, Transitions: 8, Rows: []cost.Row{
				{Step: "hello", Function: "send", Transitions: 4, Invocations: 4, Writes: 40, LogBytes: 400, LogLines: 4},
				{Step: "wait", Function: "pause", Transitions: 2, Invocations: 2, Writes: 2},
				{Step: "wait" + cost.TimeUp, Function: "pause", Transitions: 2, Invocations: 2, Writes: 8},
				{Step: cost.OfOrders, Function: "intake", Invocations: 1, Messages: 2, Events: 2, Writes: 34},
			}},
			{Name: cost.Buyers, People: 1, Mails: 1, Naive: 10, Transitions: 2, Rows: []cost.Row{
				{Step: "hello", Function: "send", Transitions: 1, Invocations: 1, Writes: 10},
				{Step: "wait", Function: "pause", Transitions: 1, Invocations: 1, Writes: 1},
				{Step: cost.OfOrders, Function: "intake", Invocations: 2, Messages: 2, Events: 2, Writes: 32},
			}},
		},
	}
}

func TestABillIsTheMixOfItsPaths(t *testing.T) {
	b, err := cost.New(tiny(), cost.Treated)
	if err != nil {
		t.Fatal(err)
	}
	u := b.Total()
	near(t, "mails a customer", b.Mails, 1.9)
	near(t, "transitions a customer", u[cost.Transition]/cost.Million, 0.9*4+0.1*2)
	near(t, "writes a customer", u[cost.Write]/cost.Million, 0.9*42+0.1*43)
	near(t, "messages come alone: invocations a customer", u[cost.Invocation]/cost.Million, 0.9*5+0.1*4)
	near(t, "queue requests a customer", u[cost.QueueRequest]/cost.Million, 3*(0.9*1+0.1*2))
	near(t, "events a customer", u[cost.Event]/cost.Million, 0.9*1+0.1*2)
	// 1.1 million messages in 30 days are less than one a second: all are traced, and all executions.
	near(t, "traces a customer", u[cost.Trace]/cost.Million, 1.1+1)
	day, err := cost.Over(tiny(), cost.Treated, 1)
	if err != nil {
		t.Fatal(err)
	}
	rate := func(n float64) float64 { return n * cost.Million / 86400 }
	near(t, "traces in a day", day.Total()[cost.Trace]/cost.Million, 1.1*cost.Sampled(rate(1.1))+cost.Sampled(rate(1)))
}

func TestTheNaiveBillHasItsOwnTransitionsAndPauses(t *testing.T) {
	b, err := cost.New(tiny(), cost.Treated)
	if err != nil {
		t.Fatal(err)
	}
	n, err := cost.Naive(tiny(), cost.Treated)
	if err != nil {
		t.Fatal(err)
	}
	ours, theirs := b.Total(), n.Total()
	near(t, "transitions", theirs[cost.Transition]/cost.Million, 0.9*11+0.1*10)
	near(t, "invocations more: the goal's pause, the buyers' question", (theirs[cost.Invocation]-ours[cost.Invocation])/cost.Million, 1+0.1)
	near(t, "writes more", (theirs[cost.Write]-ours[cost.Write])/cost.Million, 1*1+0.1*4)
	near(t, "events the same", theirs[cost.Event], ours[cost.Event])
}

func TestWhoIsMissingInARecordingIsAnError(t *testing.T) {
	c := tiny()
	c.Paths = c.Paths[:1]
	if _, err := cost.New(c, cost.Treated); err == nil {
		t.Error("nobody bought, and there is a bill")
	}
	if _, err := cost.Decode([]byte(`{"unknown": 1}`)); err == nil {
		t.Error("an unknown field was read")
	}
}

// Changes save what they name, one after the other, and nothing else.
func TestChangesAddUp(t *testing.T) {
	c := recorded(t)
	b, err := cost.New(c, cost.Treated)
	if err != nil {
		t.Fatal(err)
	}
	list, err := cost.Changes(c, cost.Treated)
	if err != nil {
		t.Fatal(err)
	}
	left := b.Total().Dollars()
	for _, ch := range list {
		left -= ch.Saves
		near(t, ch.What, ch.Left, left)
		if ch.Saves <= 0 {
			t.Errorf("%s saves nothing: is it made already? Then it is to be taken out of the list", ch.What)
		}
	}
	again, err := cost.New(c, cost.Treated)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "the bill is as it was", again.Total().Dollars(), b.Total().Dollars())
}

func recorded(t *testing.T) *cost.Counts {
	t.Helper()
	text, err := os.ReadFile("testdata/reference.json")
	if err != nil {
		t.Fatal(err)
	}
	c, err := cost.Decode(text)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// What was recorded is of the machine that stands in the repository, and whole.
func TestTheRecordingIsWhole(t *testing.T) {
	c := recorded(t)
	for _, p := range c.Paths {
		sum := 0
		for _, r := range p.Rows {
			sum += r.Transitions
			if r.Function != "" && c.Functions[r.Function].MemoryMB == 0 {
				t.Errorf("%s: nothing is known of %s", p.Name, r.Function)
			}
			for call := range r.Calls {
				known := false
				for _, l := range cost.Latencies {
					known = known || l.Call == call
				}
				if !known {
					t.Errorf("%s: nobody says how long %s lasts", p.Name, call)
				}
			}
		}
		if sum != p.Transitions {
			t.Errorf("%s: %d transitions in rows, %d in all", p.Name, sum, p.Transitions)
		}
	}
}

func TestThePageIsOfTheseCountsAndPrices(t *testing.T) {
	page, err := os.ReadFile("../../docs/cost.md")
	if err != nil {
		t.Fatal(err)
	}
	derived, err := cost.Page(recorded(t))
	if err != nil {
		t.Fatal(err)
	}
	want, err := cost.Into(string(page), derived)
	if err != nil {
		t.Fatal(err)
	}
	if string(page) != want {
		t.Error("docs/cost.md is not what scripts/bench-cost.sh would write")
	}
}

func TestIntoWantsItsMarks(t *testing.T) {
	for _, page := range []string{"", "<!-- written by scripts/bench-cost.sh from here -->\n"} {
		if _, err := cost.Into(page, "x"); err == nil {
			t.Errorf("%q was written into", page)
		}
	}
}
