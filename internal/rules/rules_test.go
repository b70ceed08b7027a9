package rules_test

import (
	"slices"
	"testing"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/jsonata"
	"github.com/senda-dev/senda/internal/rules"
	"github.com/senda-dev/senda/internal/shoptest"
)

func value(t *testing.T, text string) jsonata.Value {
	t.Helper()
	v, err := jsonata.ParseJSON([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// Every amount of an order is looked at, those of its lines too, which are in the
// currency of the order.
func TestAmountsOfAContract(t *testing.T) {
	c := shoptest.Open(t).Rules.Contract("order.completed")
	if c == nil || c.Amounts == nil {
		t.Fatal("orders have no amounts")
	}
	data := value(t, `{"order": {"id": "A", "currency": "EUR", "total": 41.5, "margin": -2, "lines": [{"price": 24.5}, {"price": -17}, {}]}}`)
	got := map[float64]bool{}
	for a := range c.Amounts(data) {
		if a.Currency.Str() != "EUR" {
			t.Errorf("%v is in %v", a.Value, a.Currency)
		}
		got[a.Value.Num()] = a.Signed
	}
	for amount, signed := range map[float64]bool{41.5: false, -2: true, 24.5: false, -17: false} {
		if s, ok := got[amount]; !ok || s != signed {
			t.Errorf("%v: found %v, signed %v", amount, ok, s)
		}
	}
	if len(got) != 4 {
		t.Errorf("amounts: %v", got)
	}
	n := 0
	for range c.Amounts(data) {
		n++
		break
	}
	if n != 1 {
		t.Error("it does not stop when asked to")
	}
}

func TestContracts(t *testing.T) {
	r := shoptest.Open(t).Rules
	order := r.Contract("order.completed")
	if !order.Alive || !slices.Equal(order.Brand, []string{"order", "brand"}) {
		t.Errorf("an order is a sign of life of its brand: %v, %v", order.Alive, order.Brand)
	}
	if why := order.Check(value(t, `{"order": {"id": "A"}}`)); why == "" {
		t.Error("half an order keeps the contract")
	}
	updated := r.Contract("customer.updated")
	if updated.Alive {
		t.Error("what a system says of somebody is no sign of life")
	}
	public := updated.Public(value(t, `{"first-name": "Ana", "email": "ana@example.com", "favourite": "jazz"}`))
	if public.Get("first-name").Kind() != jsonata.KindNothing || public.Get("email").Kind() != jsonata.KindNothing || public.Get("favourite").Str() != "jazz" {
		t.Errorf("public is %v", public)
	}
	taught := false
	for _, l := range updated.Teaches {
		taught = taught || l.Attribute == "first-name"
	}
	if !taught {
		t.Errorf("it teaches %+v", updated.Teaches)
	}
	if r.Contract("order.completd") != nil {
		t.Error("a kind without a contract has one")
	}
}

func TestMoney(t *testing.T) {
	r := shoptest.Open(t).Rules
	if !r.Takes("alpha", "EUR") || r.Takes("alpha", "GBP") || !r.Takes("", "EUR") || r.Takes("", "GBP") {
		t.Error("the family takes euros, and nothing else")
	}
	if r.Books("beta") != "EUR" || r.Books("gamma") != "" {
		t.Errorf("books in %q and %q", r.Books("beta"), r.Books("gamma"))
	}
}

func TestWhoMayWriteWhat(t *testing.T) {
	r := shoptest.Open(t).Rules
	for _, name := range []string{"first-name", "renewal-date", "email", "nothing"} {
		if r.Writable(name) {
			t.Errorf("a journey may write %s, which an event teaches or nobody declared", name)
		}
	}
	f, err := r.Family("books")
	if err != nil || f.Salt != "salt" || f.Epoch != rules.Epoch || f.Zone.String() != "Europe/Madrid" {
		t.Errorf("%+v, %v", f, err)
	}
	if _, err := r.Family("songs"); senda.CodeOf(err) != senda.NotFound {
		t.Errorf("a family that is not there: %v", err)
	}
	if got := r.Zone(senda.Person{}).String(); got != "Europe/Madrid" {
		t.Errorf("somebody of whom nothing is known lives in %s", got)
	}
	if !rules.KnowsZone("Atlantic/Canary") || rules.KnowsZone("Europe/Atlantis") {
		t.Error("zones")
	}
	if a, ok := r.Audiences["regulars"]; !ok || !slices.Equal(a.Reads.Facts, []string{"orders"}) {
		t.Errorf("the audience reads %+v", a.Reads)
	}
}
