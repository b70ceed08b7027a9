package jsonata

import (
	"context"
	"testing"
	"time"

	"github.com/recolabs/gnata"
)

// figures are what the interpreter and the simulator do most.
var figures = []struct{ name, expr string }{
	{"condition", `$score.alive < 0.4 and $event.order.total > 20`},
	{"condition-text", `$person.tier = "gold" or $event.channel = "web"`},
	{"path", `$event.order.items.price`},
	{"path-single", `$event.order.customer.address.city`},
	{"predicate", `$event.order.items[price > 10].sku`},
	{"object", `{"id": $event.order.id, "total": $event.order.total, "city": $event.order.customer.address.city}`},
	{"arithmetic", `$sum($event.order.items.(price * qty)) - $event.order.total`},
	{"merge", `$merge([$person, {"tier": "gold"}])`},
	{"map", `$map($event.order.items, function($i) { $i.price * $i.qty })`},
	{"filter", `$filter($event.order.items, function($i) { $i.price > 10 })`},
	{"date-write", `$fromMillis(1790000000000)`},
	{"date-picture", `$fromMillis(1790000000000, "[D01].[M01].[Y0001] [H01]:[m01]")`},
	{"date-read", `$toMillis("2026-11-22T10:30:00.000Z")`},
}

const benchVars = `{"score": {"alive": 0.31, "purchases": 2}, "person": {"id": "p-1", "tier": "silver", "name": "Ana", "zip": "28001"},
	"event": {"channel": "web", "order": {"id": "O-1", "total": 30.5, "customer": {"name": "Ana", "address": {"city": "Madrid", "zip": "28001"}},
	"items": [{"sku": "A", "price": 12, "qty": 2}, {"sku": "B", "price": 3.5, "qty": 1}, {"sku": "C", "price": 99, "qty": 3}]}}}`

// BenchmarkJsonata times each figure beside gnata v0.2.2 in the same run; its
// lines give our time, gnata's and how many times longer that is.
func BenchmarkJsonata(b *testing.B) {
	names := []string{"score", "person", "event"}
	vars := mustJSON(b, []byte(benchVars))
	values := []Value{vars.Get("score"), vars.Get("person"), vars.Get("event")}
	decoded, err := gnata.DecodeJSON([]byte(benchVars))
	if err != nil {
		b.Fatal(err)
	}
	peers := map[string]any{}
	for _, name := range names {
		v, _ := gnata.Compile(name)
		if peers[name], err = v.Eval(context.Background(), decoded); err != nil {
			b.Fatal(err)
		}
	}
	for _, f := range figures {
		b.Run(f.name, func(b *testing.B) {
			p := MustCompile(f.expr, names...)
			peer, err := gnata.Compile(f.expr)
			if err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			for b.Loop() {
				if _, err := p.Eval(Nothing, values, nil); err != nil {
					b.Fatal(err)
				}
			}
			// The box is noisy: the two take turns, and the best turn of each
			// counts.
			ours, theirs := time.Hour, time.Hour
			for range 20 {
				ours = min(ours, turn(func() { _, _ = p.Eval(Nothing, values, nil) }))
				theirs = min(theirs, turn(func() { _, _ = peer.EvalWithVars(context.Background(), nil, peers) }))
			}
			b.ReportMetric(float64(ours)/turnSize, "best-ns")
			b.ReportMetric(float64(theirs)/turnSize, "gnata-best-ns")
			b.ReportMetric(float64(theirs)/float64(ours), "ratio")
		})
	}
}

const turnSize = 500

func turn(f func()) time.Duration {
	start := time.Now()
	for range turnSize {
		f()
	}
	return time.Since(start)
}

// A condition costs no allocation: the simulator evaluates billions of them.
func TestConditionsDoNotAllocate(t *testing.T) {
	vars := mustJSON(t, []byte(benchVars))
	for _, expr := range []string{figures[0].expr, figures[1].expr, `$event.order.customer.address.city`, `$exists($person.tier)`} {
		p := MustCompile(expr, "score", "person", "event")
		values := []Value{vars.Get("score"), vars.Get("person"), vars.Get("event")}
		env := testEnv()
		if n := testing.AllocsPerRun(100, func() {
			if _, err := p.Eval(Nothing, values, env); err != nil {
				t.Fatal(err)
			}
		}); n != 0 {
			t.Errorf("%s allocates %v times", expr, n)
		}
	}
}
