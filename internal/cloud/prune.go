package cloud

import (
	"context"
	"strings"
	"time"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/lambdahost"
)

// Proofs is the log of consent in the hands of the one who may drop of it.
type Proofs interface {
	// Each shows every proof, in any order.
	Each(ctx context.Context, visit func(senda.Proof) error) error
	// Drop removes a proof for good; one that is gone is as good.
	Drop(ctx context.Context, subject string, n int) error
}

// Prune drops, once a month, the proofs about people who were erased, when
// limitation has ended: so many years after the last of them was recorded. It calls
// Store, to read only, and Proofs, under a role of its own.
//
// Erasure cuts the link from a person to the log of their proofs, so that no record
// says of a log whose it was. Prune goes the other way round: it asks everybody who
// was not erased which logs are theirs. Theirs are the log that their consent names,
// those of the people who became them, and those that a merge in one of these logs
// names. What is nobody's is of somebody who was erased. Everything of the living is
// kept however old it is: their mails rest on it.
//
// A log that dies half-way is dropped to its end by the next run.
func Prune(_ context.Context, g *Ground) (lambdahost.Handler, error) {
	years := g.Config.ProofYears()
	return lambdahost.Scheduled(func(ctx context.Context) error {
		n, err := g.prune(ctx, g.Clock.Now().AddDate(-years, 0, 0))
		if n > 0 {
			g.Count(ctx, Pruned, float64(n))
		}
		return err
	}), nil
}

// prune drops the logs of nobody whose last proof was recorded before an instant.
func (g *Ground) prune(ctx context.Context, before time.Time) (int, error) {
	owned, err := g.owned(ctx)
	if err != nil {
		return 0, err
	}
	logs, merges := map[string]*orphan{}, map[string]string{}
	err = g.Proofs.Each(ctx, func(p senda.Proof) error {
		if p.Source == "merge" {
			if other, _, _ := strings.Cut(p.Evidence, " "); other != "" {
				merges[other] = p.Subject
			}
		}
		if owned.has(p.Subject) {
			return nil
		}
		l := logs[p.Subject]
		if l == nil {
			l = &orphan{}
			logs[p.Subject] = l
		}
		l.numbers = append(l.numbers, p.N)
		if p.Recorded.After(l.last) {
			l.last = p.Recorded
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	if len(owned) == 0 && len(logs) > 0 {
		// Rather a wrong table or a broken index than a shop that everybody left.
		return 0, senda.Errorf(senda.Denied, "prune the proofs", "nobody has a log any more").
			WithHelp("look whether %s names the table of people, and drop the proofs by hand if everybody was erased", VarTable)
	}
	n := 0
	for subject, l := range logs {
		if !l.last.Before(before) || owned.hasMerged(merges, subject) {
			continue
		}
		for _, number := range l.numbers {
			if err := g.Proofs.Drop(ctx, subject, number); err != nil {
				return n, err
			}
			n++
		}
	}
	return n, nil
}

// orphan is a log that nobody's consent names.
type orphan struct {
	last    time.Time
	numbers []int
}

// names are the logs that are somebody's, by a hash: a million take some 20 MB, and
// two that share a hash are both kept.
type names map[uint64]struct{}

func (s names) add(subject string)      { s[senda.Hash64(subject)] = struct{}{} }
func (s names) has(subject string) bool { _, ok := s[senda.Hash64(subject)]; return ok }

// hasMerged says whether a merge leads from the log, in some steps, to one that is
// somebody's.
func (s names) hasMerged(merges map[string]string, subject string) bool {
	for range len(merges) {
		next, ok := merges[subject]
		if !ok {
			return false
		}
		if s.has(next) {
			return true
		}
		subject = next
	}
	return false
}

// owned are the logs of everybody who was not erased.
func (g *Ground) owned(ctx context.Context) (names, error) {
	out := names{}
	for part := range 16 {
		r := senda.IndexRange{Index: senda.IndexPeople, Part: string("0123456789abcdef"[part]), Limit: 500}
		for {
			page, err := g.Store.Find(ctx, r)
			if err != nil {
				return nil, err
			}
			var keys []senda.Key
			for _, v := range page {
				p, _, _, err := senda.As[senda.Person](v)
				if err != nil {
					return nil, err
				}
				r.After = string(p.ID)
				keys = append(keys, senda.ConsentKey(p.ID))
				for _, id := range p.Merged {
					keys = append(keys, senda.ConsentKey(id))
				}
			}
			if err := g.subjects(ctx, keys, out); err != nil {
				return nil, err
			}
			if len(page) < r.Limit {
				break
			}
		}
	}
	return out, nil
}

// subjects adds the logs that consents name.
func (g *Ground) subjects(ctx context.Context, keys []senda.Key, to names) error {
	if len(keys) == 0 {
		return nil
	}
	got, err := g.Store.Get(ctx, keys...)
	if err != nil {
		return err
	}
	for _, v := range got {
		h, _, ok, err := senda.As[senda.ConsentHead](v)
		if err != nil {
			return err
		}
		if ok && h.Subject != "" {
			to.add(h.Subject)
		}
	}
	return nil
}
