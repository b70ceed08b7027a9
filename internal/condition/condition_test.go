package condition_test

import (
	"testing"
	"time"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/condition"
	"github.com/senda-dev/senda/internal/jsonata"
)

func parse(t *testing.T, s string) jsonata.Value {
	t.Helper()
	v, err := jsonata.ParseJSON([]byte(s))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestAConditionReadsWhatItNamesAndAGuessIsNo(t *testing.T) {
	roots := condition.Roots{
		Event: parse(t, `{"order":{"total":30}}`), Entry: parse(t, `{"basket":{"id":"b-1"}}`), Person: parse(t, `{"tier":"gold"}`),
		Facts: parse(t, `{"orders":3}`), Consent: parse(t, `{"pantry":{"offers":true}}`), Mails: parse(t, `{"hello":{"clicked":true}}`),
		Ways: parse(t, `{"tone":"warm"}`), With: parse(t, `{"customer_value":{"alive":0.3}}`),
		Now: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC),
	}
	for text, want := range map[string]bool{
		`$event.order.total > 20`:                                   true,
		`$event.order.total > 40`:                                   false,
		`$entry.basket.id = "b-1"`:                                  true,
		`$person.tier = "gold" and $facts.orders = 3`:               true,
		`$consent.pantry.offers`:                                    true,
		`$mails.hello.clicked and $ways.tone = "warm"`:              true,
		`$customer_value.alive < 0.4`:                               true,
		`$customer_value.alive < 0.4 and $other.alive > 1`:          false,
		`$event.order.missing`:                                      false,
		`$event.order.total > "20"`:                                 false, // a number is not compared with text
		`$event.order.total`:                                        false, // a number is no yes
		`$substring($now(), 0, 10) = "2026-03-02"`:                  true,
		`($x := $event.order.total; $x * 2 = 60)`:                   true,
		`$a and $b and $c and $d and $e and $f and $g and $h or $i`: false,
	} {
		c, err := condition.Compile(text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if got := c.Holds(&roots); got != want {
			t.Errorf("%s is %v", text, got)
		}
	}
}

func TestATextIsCompiledOnce(t *testing.T) {
	var k condition.Cache
	a, err := k.Compiled(`$event.a = 1`)
	if err != nil {
		t.Fatal(err)
	}
	if b, err := k.Compiled(`$event.a = 1`); err != nil || a != b {
		t.Errorf("%v", err)
	}
	if _, err := k.Compiled(`$event.(`); senda.CodeOf(err) != senda.Invalid {
		t.Errorf("a text that is no expression: %v", err)
	}
}

func TestAskingAllocatesNothing(t *testing.T) {
	c, err := condition.Compile(`($event.order.total > 20) = true`)
	if err != nil {
		t.Fatal(err)
	}
	roots := condition.Roots{Event: parse(t, `{"order":{"total":30}}`)}
	if n := testing.AllocsPerRun(100, func() { c.Holds(&roots) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
