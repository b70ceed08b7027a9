package facts_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/calendar"
	"github.com/senda-dev/senda/internal/condition"
	"github.com/senda-dev/senda/internal/facts"
	"github.com/senda-dev/senda/internal/inmem"
	"github.com/senda-dev/senda/internal/jsonata"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

func days(n int) calendar.Span { return calendar.Span{N: n, Unit: calendar.Days} }

func compiled(t interface{ Fatal(...any) }, text string) *condition.Condition {
	c, err := condition.Compile(text)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func order(id string, at time.Time, total float64, shop string) senda.Happening {
	data := jsonata.Object(
		jsonata.Member{Key: "total", Value: jsonata.Number(total)},
		jsonata.Member{Key: "shop", Value: jsonata.String(shop)},
	)
	return senda.Happening{Person: "p-1", Kind: "order.completed", Time: at, Ref: senda.Ref{Source: "shop", ID: id}, Data: data}
}

func TestEachFoldSaysWhatItsNameSays(t *testing.T) {
	lines := []senda.Happening{
		order("1", noon.AddDate(0, 0, -100), 10.10, "web"),
		order("2", noon.AddDate(0, 0, -3), 20.20, "store"),
		{Person: "p-1", Kind: "basket.changed", Time: noon.AddDate(0, 0, -2), Data: jsonata.Object(jsonata.Member{Key: "total", Value: jsonata.Number(999)})},
		order("3", noon.AddDate(0, 0, -1), 0.30, "web"),
		{Person: "p-1", Kind: "order.completed", Time: noon.Add(-time.Hour), Ref: senda.Ref{Source: "shop", ID: "4"}, Data: jsonata.Object()},
		order("5", noon.AddDate(0, 0, 1), 1000, "moon"), // tomorrow
	}
	total, shop := []string{"total"}, []string{"shop"}
	for _, tc := range []struct {
		name string
		fact facts.Fact
		want jsonata.Value
	}{
		{"all orders", facts.Fact{Fold: facts.Count}, jsonata.Number(4)},
		{"orders with a total", facts.Fact{Fold: facts.Count, Value: total}, jsonata.Number(3)},
		{"orders of a week", facts.Fact{Fold: facts.Count, Window: days(7)}, jsonata.Number(3)},
		{"money, exactly", facts.Fact{Fold: facts.Sum, Value: total}, jsonata.Number(30.60)},
		{"money spent in the shop", facts.Fact{Fold: facts.Sum, Value: total, If: compiled(t, `($event.shop = "store") = true`)}, jsonata.Number(20.20)},
		{"the first total", facts.Fact{Fold: facts.First, Value: total}, jsonata.Number(10.10)},
		{"the last that has one", facts.Fact{Fold: facts.Last, Value: total}, jsonata.Number(0.30)},
		{"the time of the last", facts.Fact{Fold: facts.Last}, jsonata.String(senda.Stamp(noon.Add(-time.Hour)))},
		{"shops", facts.Fact{Fold: facts.Distinct, Value: shop}, jsonata.Number(2)},
		{"nothing of a kind", facts.Fact{Fold: facts.Sum, Event: "order.returned", Value: total}, jsonata.Number(0)},
		{"no last of a kind", facts.Fact{Fold: facts.Last, Event: "order.returned", Value: total}, jsonata.Nothing},
	} {
		if tc.fact.Event == "" {
			tc.fact.Event = "order.completed"
		}
		if got := tc.fact.Eval(lines, noon, time.UTC); !got.Equal(tc.want) || got.Kind() != tc.want.Kind() {
			t.Errorf("%s: got %v, want %v", tc.name, got, tc.want)
		}
	}
}

// A window of days begins at the person's own clock: over the change to summer
// time it has 23 hours a day less one, not 24 times as many.
func TestAWindowIsCountedInThePersonsDays(t *testing.T) {
	madrid, err := time.LoadLocation("Europe/Madrid")
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 3, 29, 12, 0, 0, 0, madrid) // clocks went forward at two
	lines := []senda.Happening{order("1", at.Add(-23*time.Hour-30*time.Minute).UTC(), 1, "web")}
	f := facts.Fact{Fold: facts.Count, Event: "order.completed", Window: days(1)}
	if got := f.Eval(lines, at.UTC(), madrid); got.Num() != 0 {
		t.Errorf("an order of the day before counts in Madrid: %v", got)
	}
	if got := f.Eval(lines, at.UTC(), time.UTC); got.Num() != 1 {
		t.Errorf("it does not count where no clock changed: %v", got)
	}
}

// Whatever the order in which events arrive, and however often each does, every
// fact has the same value: that of a plain model over the set of events.
func TestFactsDoNotDependOnTheOrderOfArrival(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all := rapid.SliceOfNDistinct(rapid.Custom(func(t *rapid.T) senda.Happening {
			return order(fmt.Sprint(rapid.IntRange(0, 99).Draw(t, "id")), noon.AddDate(0, 0, -rapid.IntRange(0, 9).Draw(t, "days")),
				float64(rapid.IntRange(0, 1e7).Draw(t, "cents"))/100, rapid.SampledFrom([]string{"web", "store", "phone"}).Draw(t, "shop"))
		}), 0, 12, func(h senda.Happening) string { return h.Ref.ID }).Draw(t, "events")
		window := rapid.IntRange(0, 9).Draw(t, "window")

		arrivals := rapid.Permutation(all).Draw(t, "arrivals")
		for range rapid.IntRange(0, 4).Draw(t, "repeats") {
			if len(all) > 0 {
				arrivals = append(arrivals, rapid.SampledFrom(all).Draw(t, "again"))
			}
		}
		store := inmem.New()
		for _, h := range arrivals {
			if err := store.Commit(t.Context(), senda.Write{Key: h.Key(), Any: true, Record: h}); err != nil {
				t.Fatal(err)
			}
		}
		declared := &facts.Declared{Facts: map[string]*facts.Fact{}}
		for name, f := range map[string]facts.Fact{
			"count": {Fold: facts.Count}, "sum": {Fold: facts.Sum, Value: []string{"total"}}, "shops": {Fold: facts.Distinct, Value: []string{"shop"}},
			"first": {Fold: facts.First, Value: []string{"total"}}, "last": {Fold: facts.Last, Value: []string{"total"}},
			"dear": {Fold: facts.Count, If: compiled(t, "($event.total > 50000) = true")},
		} {
			f.Name, f.Event = name, "order.completed"
			if window > 0 {
				f.Window = days(window)
			}
			declared.Facts[name] = &f
		}
		r := &facts.Reader{Store: store, Declared: func() *facts.Declared { return declared }}
		got, err := r.View(senda.Person{ID: "p-1"}, noon).Facts(t.Context(), []string{"count", "sum", "shops", "first", "last", "dear"})
		if err != nil {
			t.Fatal(err)
		}

		// The model sorts the events and counts in whole cents.
		in := slices.DeleteFunc(slices.Clone(all), func(h senda.Happening) bool {
			return window > 0 && !h.Time.After(noon.AddDate(0, 0, -window))
		})
		slices.SortFunc(in, func(a, b senda.Happening) int {
			if c := a.Time.Compare(b.Time); c != 0 {
				return c
			}
			return strings.Compare(a.Ref.ID, b.Ref.ID)
		})
		cents, dear, shops := 0, 0, map[string]bool{}
		for _, h := range in {
			cents += int(math.Round(h.Data.Get("total").Num() * 100))
			shops[h.Data.Get("shop").Str()] = true
			if h.Data.Get("total").Num() > 50000 {
				dear++
			}
		}
		want := jsonata.Object(
			jsonata.Member{Key: "count", Value: jsonata.Number(float64(len(in)))},
			jsonata.Member{Key: "sum", Value: jsonata.Number(float64(cents) / 100)},
			jsonata.Member{Key: "shops", Value: jsonata.Number(float64(len(shops)))},
			jsonata.Member{Key: "dear", Value: jsonata.Number(float64(dear))},
		)
		if len(in) > 0 {
			want = want.With("first", in[0].Data.Get("total")).With("last", in[len(in)-1].Data.Get("total"))
		}
		if !got.Equal(want) {
			t.Fatalf("got  %v\nwant %v", got, want)
		}
	})
}

// A number that is no decimal of money, or too large for one, is added as
// floating-point numbers are, with the error of one rounding.
func TestSumsBeyondMoney(t *testing.T) {
	sum := facts.Fact{Fold: facts.Sum, Event: "order.completed", Value: []string{"total"}}
	for _, tc := range []struct {
		add  []float64
		want float64
	}{
		{[]float64{0.1, 0.2}, 0.3},
		{[]float64{1e15, 1, -1e15}, 1},
		{[]float64{1.0 / 3, 1.0 / 3, 1.0 / 3}, 1},
		{[]float64{8e9, 8e9, 0.01}, 16e9 + 0.01},
	} {
		var lines []senda.Happening
		for i, f := range tc.add {
			lines = append(lines, order(fmt.Sprint(i), noon, f, ""))
		}
		if got := sum.Eval(lines, noon, time.UTC).Num(); got != tc.want {
			t.Errorf("%v make %v, want %v", tc.add, got, tc.want)
		}
	}
}

func BenchmarkFacts(b *testing.B) {
	var lines []senda.Happening
	for i := range 10 {
		lines = append(lines, order(fmt.Sprint(i), noon.AddDate(0, 0, -i), 20, "web"))
	}
	f := facts.Fact{Fold: facts.Sum, Event: "order.completed", Value: []string{"total"}, If: compiled(b, "($event.total > 5) = true")}
	b.ReportAllocs()
	for b.Loop() {
		f.Eval(lines, noon, time.UTC)
	}
}
