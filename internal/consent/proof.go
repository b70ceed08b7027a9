package consent

import (
	"cmp"
	"encoding/hex"
	"strconv"
	"time"

	senda "github.com/senda-dev/senda"
)

// prove appends the proof of a standing that the change c brought about, and
// names it in the standing.
func (d *Draft) prove(st *senda.Standing, c Change) {
	if d.head.Subject == "" {
		if d.head.Subject, d.err = d.subject(); d.err != nil {
			return
		}
	}
	p := senda.Proof{
		Subject: d.head.Subject, N: d.head.Proofs + 1,
		Scope: st.Scope, State: st.State, Basis: st.Basis, Time: c.Time, Recorded: d.recorded.UTC(),
		By: c.By, Source: c.Source, Form: c.Form, Wording: c.Wording, Language: c.Language,
		Confirmed: c.Confirmed, Evidence: c.Evidence, Previous: d.head.LastProof,
	}
	p.Hash = Hash(p)
	d.proofs = append(d.proofs, p)
	d.head.Proofs, d.head.LastProof, d.changed = p.N, p.Hash, true
	st.Proof = p.Hash
}

// Hash is the hash of a proof over all its fields but the hash itself, in hex.
func Hash(p senda.Proof) string {
	sum := senda.Digest(
		"senda proof 1", p.Subject, strconv.Itoa(p.N),
		p.Scope.Controller, p.Scope.Brand, p.Scope.Purpose, p.Scope.Channel,
		string(p.State), string(p.Basis), stamp(p.Time), stamp(p.Recorded),
		p.By, p.Source, p.Form, p.Wording, p.Language, stamp(p.Confirmed), p.Evidence, p.Previous,
	)
	return hex.EncodeToString(sum[:])
}

// stamp spells an instant the same way before and after it was stored.
func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return senda.Stamp(t)
}

// Verify checks the whole log of one subject, in order. last is the hash that
// the person's head names, empty when the link was erased: with it, an end that
// was cut off is found too. The error says at which proof the log was altered.
func Verify(log []senda.Proof, last string) error {
	previous := ""
	for i, p := range log {
		switch {
		case p.N != i+1:
			return altered(i, "its number is %d", p.N)
		case p.Subject != log[0].Subject:
			return altered(i, "it belongs to another log")
		case p.Previous != previous:
			return altered(i, "it does not follow the one before")
		case Hash(p) != p.Hash:
			return altered(i, "its hash is not that of its words")
		}
		previous = p.Hash
	}
	if last != "" && last != previous {
		return altered(len(log), "proofs are missing at the end")
	}
	return nil
}

func altered(i int, format string, args ...any) error {
	return senda.Errorf(senda.Invalid, "verify proof "+strconv.Itoa(i+1), format, args...)
}

func compareScopes(a, b senda.Scope) int {
	return cmp.Or(
		cmp.Compare(a.Controller, b.Controller), cmp.Compare(a.Brand, b.Brand),
		cmp.Compare(a.Purpose, b.Purpose), cmp.Compare(a.Channel, b.Channel),
	)
}
