package consent

import (
	"slices"

	senda "github.com/senda-dev/senda"
)

// Merge takes the consent of somebody who turns out to be the same person into
// the draft. A withdrawal of either stands, whatever the times: two halves of
// one life are no reason to mail somebody who said no. A standing that moves keeps
// its proof in the other's log; one new proof says that that log is the person's
// too, for which c.Evidence names it.
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
	moved := false
	for _, p := range pairs {
		moved = d.unite(p.ours, p.theirs) || moved
	}
	if moved {
		c.Time = d.recorded
		d.prove(&senda.Standing{}, c)
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

// unite keeps what two halves together say about one scope, and says whether that
// is anything new.
func (d *Draft) unite(ours, theirs senda.Standing) bool {
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
	if now == was {
		return false
	}
	d.keep(now)
	return true
}
