package entry

import (
	"flag"
	"strings"
	"testing"
	"time"

	senda "github.com/senda-dev/senda"
)

// explore walks through every reachable state, depth first, and stops at the
// first in which an invariant is broken.
func explore(rules Rules, b budget, last int) *explorer {
	x := &explorer{rules: rules, seen: map[sum]struct{}{}}
	x.walk(x.begin(b, last))
	return x
}

// begin is the world of an entry whose machine is about to pause.
func (x *explorer) begin(b budget, last int) world {
	e := senda.Entry{
		Person: somebody, ID: walked, Journey: "j", Bundle: "b", At: nine, Status: senda.StatusActive, Started: true, Pace: senda.Life,
	}
	w := world{store: shelf{}.with([]senda.Write{senda.Put(e, 0)}), now: nine, left: b, o: oracle{status: "active"}, last: last}
	return x.on(w, nodeAwaitA, nine)
}

func (x *explorer) walk(w world) bool {
	if w.bad != "" {
		x.failed = w.bad
		return false
	}
	k := x.key(w)
	if _, ok := x.seen[k]; ok {
		return true
	}
	x.seen[k] = struct{}{}
	for _, m := range x.moves(w) {
		x.steps++
		x.path = append(x.path, m.label)
		if !x.walk(m.to) {
			return false
		}
		x.path = x.path[:len(x.path)-1]
	}
	return true
}

func (x *explorer) story() string { return x.failed + "\n  " + strings.Join(x.path, "\n  ") }

var whole = flag.Bool("model.whole", false, "check up to six things and a fault, in some minutes, instead of a part of that")

// Whatever the order of events, exits, withdrawals, time-outs and retries, and
// wherever a crash falls, all invariants hold. The whole is every order of up to
// six of them with a fault anywhere; the rest of the time every order of four
// without a fault and of two or three with one.
func TestModel(t *testing.T) {
	one := budget{clicks: 2, bought: 1, withdrawals: 1, retries: 1}
	runs := []struct {
		last          int
		total, faults int
	}{{nodeMailA, 4, 0}, {nodeMailA, 2, 1}, {nodeMailB, 3, 0}, {nodeMailB, 1, 1}}
	if *whole {
		runs = append(runs[:0], struct{ last, total, faults int }{nodeMailA, 6, 1}, struct{ last, total, faults int }{nodeMailB, 6, 0})
	}
	for _, r := range runs {
		begin := time.Now()
		b := one
		b.total, b.faults = r.total, r.faults
		x := explore(Product(), b, r.last)
		t.Logf("up to %d of them and %d faults, %d mails: %d states, %d transitions, %d registrations that returned after their answer, %s",
			r.total, r.faults, 1+(r.last-nodeMailA)/2, len(x.seen), x.steps, x.early, time.Since(begin).Round(time.Millisecond))
		if x.failed != "" {
			t.Fatal(x.story())
		}
		if x.early == 0 && r.total > 1 {
			t.Error("no answer came before its registration returned")
		}
	}
}
