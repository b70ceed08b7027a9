package consent

import (
	"slices"

	senda "github.com/senda-dev/senda"
)

// Merge takes the consent of somebody who turns out to be the same person into
// the draft. A withdrawal of either stands, whatever the times: two halves of
// one life are no reason to mail somebody who said no. Each standing that moves
// is proven anew; c.Evidence should name the other's log.
func (d *Draft) Merge(other senda.ConsentHead, c Change) {
	if d.head.Erased || other.Erased {
		return
	}
	// What each half says by itself about every scope that either knows, before
	// the wide withdrawals of one half come over the other.
	theirs := &Draft{head: other}
	type pair struct{ ours, theirs senda.Standing }
	var pairs []pair
	for _, st := range d.head.Standings {
		pairs = append(pairs, pair{d.covered(st), theirs.covered(other.Standing(st.Scope))})
	}
	for _, st := range other.Standings {
		if !slices.ContainsFunc(d.head.Standings, func(a senda.Standing) bool { return a.Scope == st.Scope }) {
			pairs = append(pairs, pair{d.covered(senda.Standing{Scope: st.Scope}), theirs.covered(st)})
		}
	}
	for _, p := range pairs {
		d.unite(p.ours, p.theirs, c)
	}
	for _, st := range d.head.Standings {
		d.spread(st)
	}
	d.PauseUntil(other.PausedUntil)
	if other.LessOften {
		d.LessOften()
	}
	if other.Objected {
		d.ObjectToProfiling(c)
	}
	d.Alive(other.Alive)
	h := &d.head
	if other.Care && !h.Care {
		h.Care, d.changed = true, true
	}
	if other.CareTime.After(h.CareTime) {
		h.CareTime, d.changed = other.CareTime, true
	}
	if other.Minor && !h.Minor || other.Excluded && !h.Excluded {
		h.Minor, h.Excluded, d.changed = h.Minor || other.Minor, h.Excluded || other.Excluded, true
	}
}

// unite keeps what two halves together say about one scope.
func (d *Draft) unite(ours, theirs senda.Standing, c Change) {
	was := d.head.Standing(ours.Scope)
	now, other := ours, theirs
	if no, their := negative(ours.State), negative(theirs.State); their && !no || their == no && compare(theirs, ours) > 0 {
		now, other = theirs, ours
	}
	if rank(now) < 2 && now.Basis == senda.BasisNone {
		now.Basis = other.Basis
	}
	if other.Asked.After(now.Asked) {
		now.Asked = other.Asked
	}
	now.Proof = was.Proof
	if now == was {
		return
	}
	c.Time, c.Form, c.Wording, c.Language, c.Confirmed = now.Time, now.Form, now.Wording, now.Language, now.Confirmed
	d.prove(&now, c)
	d.keep(now)
}
