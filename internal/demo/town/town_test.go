package town_test

import (
	"slices"
	"testing"

	"github.com/senda-dev/senda/data/cdnow"
	"github.com/senda-dev/senda/events"
	"github.com/senda-dev/senda/internal/demo/town"
)

func population(t *testing.T) []town.Person {
	t.Helper()
	rows, err := cdnow.Sample()
	if err != nil {
		t.Fatal(err)
	}
	return town.People(rows)
}

// Every purchase of the sample is told once and unaltered, the 21 doublets too.
func TestEveryPurchaseIsTold(t *testing.T) {
	people := population(t)
	if len(people) != 2357 {
		t.Fatalf("%d people, the sample has 2,357", len(people))
	}
	ids := map[string]bool{}
	orders, total := 0, 0.0
	for _, e := range town.History(people) {
		if ids[e.Source+e.ID] {
			t.Errorf("%s is told twice", e.ID)
		}
		ids[e.Source+e.ID] = true
		if e.Kind == "order.completed" {
			orders++
			total += e.Data.Get("order").Get("total").Num()
		}
	}
	rows, err := cdnow.Sample()
	if err != nil {
		t.Fatal(err)
	}
	want := 0.0
	for _, r := range rows {
		want += float64(r.Cents) / 100
	}
	if orders != 6919 || int(total*100+0.5) != int(want*100+0.5) {
		t.Errorf("%d orders of %.2f, want 6,919 of %.2f", orders, total, want)
	}
}

func TestTheTownKeepsTheContracts(t *testing.T) {
	set, err := events.Default()
	if err != nil {
		t.Fatal(err)
	}
	people := population(t)
	kinds := map[string]int{}
	for _, e := range town.History(people) {
		kinds[e.Kind]++
		c, ok := set.Contract(e.Kind)
		if !ok {
			t.Fatalf("there is no contract of %s", e.Kind)
		}
		// One person names a zone that does not exist: the contract cannot know it.
		if b := c.Validate(e.Data.AppendJSON(nil)); len(b) > 0 {
			t.Fatalf("%s %s: %v\n%s", e.Kind, e.ID, b, e.Data)
		}
	}
	for _, k := range []string{"customer.registered", "customer.updated", "consent.asked", "consent.granted", "consent.withdrawn", "consent.objected", "basket.changed", "basket.emptied", "order.completed"} {
		if kinds[k] == 0 {
			t.Errorf("nobody tells %s", k)
		}
	}
}

// Everybody whom the demo needs lives in the town: every standing, no address, a
// dead one, no zone, a zone that there is not.
func TestEverybodyLivesInTheTown(t *testing.T) {
	people := population(t)
	consents := map[town.Consent]int{}
	var none, dead, nowhere, atlantis, complain int
	for _, p := range people {
		consents[p.Consent]++
		none += count(p.Address == "")
		dead += count(p.Dead)
		nowhere += count(p.Country == "" && p.Zone == "")
		atlantis += count(p.Zone == "Europe/Atlantis")
		complain += count(p.Complains)
	}
	for _, c := range []town.Consent{town.Confirmed, town.Unconfirmed, town.SoftOptIn, town.Withdrawn, town.Objected, town.Refused} {
		if consents[c] < 40 {
			t.Errorf("only %d people are %s", consents[c], c)
		}
	}
	for name, n := range map[string]int{"without address": none, "with a dead address": dead, "of whom no country is known": nowhere, "in a zone that there is not": atlantis, "who complain": complain} {
		if n < 5 {
			t.Errorf("only %d people %s", n, name)
		}
	}
}

func count(b bool) int {
	if b {
		return 1
	}
	return 0
}

func TestTheTownIsTheSameForEverybody(t *testing.T) {
	a := population(t)
	b := population(t)
	same := func(x, y town.Person) bool {
		return x.Address == y.Address && x.Consent == y.Consent && x.Zone == y.Zone && len(x.Orders) == len(y.Orders)
	}
	if !slices.EqualFunc(a, b, same) {
		t.Error("two visits differ")
	}
	x, y := town.History(a), town.History(b)
	for i := range x {
		if x[i].ID != y[i].ID || !x[i].Time.Equal(y[i].Time) {
			t.Fatalf("event %d differs: %s and %s", i, x[i].ID, y[i].ID)
		}
		if i > 0 && x[i].Time.Before(x[i-1].Time) {
			t.Fatalf("%s comes before its time", x[i].ID)
		}
	}
}
