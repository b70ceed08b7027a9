package consent

import (
	"slices"
	"time"

	senda "github.com/senda-dev/senda"
)

// Draft is a person's consent being changed by an event: the head as it will be,
// and the proofs to append with it in one commit. A person who was erased is
// not changed by anything any more.
type Draft struct {
	head     senda.ConsentHead
	proofs   []senda.Proof
	recorded time.Time
	subject  func() (string, error)
	changed  bool
	err      error
}

// Begin drafts changes to a head as it was read. recorded is the clock's time;
// subject draws the random name of the log and is called when the person has
// none yet and there is something to prove.
func Begin(head senda.ConsentHead, recorded time.Time, subject func() (string, error)) *Draft {
	return &Draft{head: head, recorded: recorded, subject: subject}
}

// Done returns the head and what to append to the log; changed is false when
// everything stands as it was and nothing need be written.
func (d *Draft) Done() (head senda.ConsentHead, proofs []senda.Proof, changed bool, err error) {
	return d.head, d.proofs, d.changed, d.err
}

// Set takes in what an event says about a scope. A wide scope is only ever
// withdrawn or objected to: anything else about one is ignored.
func (d *Draft) Set(c Change) {
	if d.head.Erased || c.State == senda.ConsentUnknown || wide(c.Scope) && !negative(c.State) {
		return
	}
	c.Time = c.Time.UTC()
	was := d.head.Standing(c.Scope)
	now := was
	if c.State == senda.ConsentAsked && c.Time.After(now.Asked) {
		now.Asked = c.Time
	}
	decided := false
	if st := c.standing(); compare(st, was) > 0 {
		st.Asked = now.Asked
		if st.State == senda.ConsentAsked {
			st.Basis = was.Basis // being asked takes no purchase away
		}
		now, decided = st, true
	}
	if over := d.covered(now); over != now {
		now, decided = over, false // what covers it decides, and is proven already
	}
	switch {
	case now == was:
	case decided:
		d.prove(&now, c)
		d.keep(now)
		d.spread(now)
	default:
		d.keep(now)
	}
}

// spread brings the standings that a wide withdrawal covers in line with it, so
// that whoever reads one scope alone reads the truth.
func (d *Draft) spread(over senda.Standing) {
	if !wide(over.Scope) {
		return
	}
	for _, st := range d.head.Standings {
		if covers(over.Scope, st.Scope) && !wide(st.Scope) {
			if now := d.covered(st); now != st {
				d.keep(now)
			}
		}
	}
}

// covered is what remains of a standing under the wide withdrawals: the greatest
// of them where it is greater. A basis by purchase alone yields to any of them.
func (d *Draft) covered(st senda.Standing) senda.Standing {
	if wide(st.Scope) {
		return st
	}
	best := st
	for _, over := range d.head.Standings {
		if wide(over.Scope) && covers(over.Scope, st.Scope) && compare(over, best) > 0 {
			best = over
		}
	}
	best.Scope, best.Asked = st.Scope, st.Asked
	return best
}

// Purchase notes an own purchase: the basis "customer" of those marketing
// purposes that may rest on it. It lifts nothing that was withdrawn, however
// recent it is: who refused once need not refuse again at every order.
func (d *Draft) Purchase(purposes []Purpose, c Change) {
	if d.head.Erased {
		return
	}
	c.Time = c.Time.UTC()
	for _, p := range purposes {
		if p.Class != senda.Marketing || !p.Customer {
			continue
		}
		was := d.head.Standing(p.Scope())
		now := was
		if rank(was) < 2 {
			now.Basis = senda.BasisCustomer
		}
		if rank(was) == 0 && (was.Basis == senda.BasisNone || c.Time.Before(was.Time)) {
			now.Time = c.Time // a customer since the first purchase
		}
		now = d.covered(now)
		if now == was {
			continue
		}
		if now.Basis == senda.BasisCustomer && was.Basis == senda.BasisNone {
			c.Scope = now.Scope
			d.prove(&now, c)
		}
		d.keep(now)
	}
}

// Care notes that a care case was opened or closed. The later event counts; of
// two at one instant the open one.
func (d *Draft) Care(open bool, at time.Time) {
	h := &d.head
	if h.Erased || at.Before(h.CareTime) || at.Equal(h.CareTime) && (h.Care || !open) {
		return
	}
	h.Care, h.CareTime, d.changed = open, at, true
}

// PauseUntil stops marketing for a while; the longest pause asked for stands.
func (d *Draft) PauseUntil(until time.Time) {
	if !d.head.Erased && until.After(d.head.PausedUntil) {
		d.head.PausedUntil, d.changed = until, true
	}
}

// LessOften notes the wish for fewer mails.
func (d *Draft) LessOften() {
	if !d.head.Erased && !d.head.LessOften {
		d.head.LessOften, d.changed = true, true
	}
}

// Profiling is the purpose under which an objection to profiling is proven.
const Profiling = "profiling"

// ObjectToProfiling notes the objection of GDPR Article 21. Nothing lifts it but
// a person at the desk.
func (d *Draft) ObjectToProfiling(c Change) {
	if d.head.Erased || d.head.Objected {
		return
	}
	d.head.Objected, d.changed = true, true
	c.Scope, c.State = senda.Scope{Purpose: Profiling}, senda.ConsentObjected
	d.prove(&senda.Standing{Scope: c.Scope, State: c.State, Time: c.Time.UTC()}, c)
}

// Alive notes a human sign of life: a purchase, an answer, a click by a person.
func (d *Draft) Alive(at time.Time) {
	if !d.head.Erased && at.After(d.head.Alive) {
		d.head.Alive, d.changed = at, true
	}
}

// Erase forgets where the person stood and drops the link to their proofs.
func (d *Draft) Erase() {
	if !d.head.Erased {
		d.head, d.proofs, d.changed = senda.ConsentHead{Person: d.head.Person, Erased: true}, nil, true
	}
}

func (d *Draft) keep(st senda.Standing) {
	d.changed = true
	all := d.head.Standings
	for i := range all {
		if all[i].Scope == st.Scope {
			// The head as it was read belongs to others too.
			all = slices.Clone(all)
			all[i] = st
			d.head.Standings = all
			return
		}
	}
	at, _ := slices.BinarySearchFunc(all, st.Scope, func(a senda.Standing, s senda.Scope) int { return compareScopes(a.Scope, s) })
	d.head.Standings = slices.Insert(slices.Clone(all), at, st)
}
