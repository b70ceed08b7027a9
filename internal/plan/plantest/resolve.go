// Package plantest makes checked journeys for tests of what comes after check: from
// a text, with every name taken for declared, or at random.
package plantest

import (
	"slices"
	"strings"
	"testing"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/journey"
	"github.com/senda-dev/senda/internal/jsonata"
	"github.com/senda-dev/senda/internal/parse"
)

// Journey reads a journey and resolves its names by their shape: person.x-… is a
// fact where x- is "fact-", personal where it is "secret-", and an attribute else.
func Journey(t testing.TB, file string, src []byte) *journey.Resolved {
	t.Helper()
	j, found := parse.Journey(file, src)
	if err := found.Err(); err != nil {
		t.Fatal(err)
	}
	return Resolve(j)
}

// Resolve does to a parsed journey what check does when everything is declared.
func Resolve(j *journey.Journey) *journey.Resolved {
	r := &journey.Resolved{Journey: j, Family: "vino", Step: map[string]journey.Step{}, Class: map[string]senda.Class{}}
	for s := range journey.Walk(j.Steps) {
		r.Step[s.Common().Name] = s
	}
	for s := range journey.Walk(j.Steps) {
		switch s := s.(type) {
		case *journey.Email:
			if s.Brand.Value == "" {
				s.Brand = j.Brand
			}
			if s.Purpose.Value == "" {
				s.Purpose = j.Purpose
			}
			r.Class[s.Name] = senda.Marketing
			if s.Purpose.Value == "receipts" {
				r.Class[s.Name] = senda.Transactional
			}
		case *journey.Offer:
			if len(s.From) == 0 {
				s.From = append(s.From, j.Brand)
			}
		case *journey.Await:
			for i := range s.Events {
				name, outcome, _ := strings.Cut(s.Events[i].Text.Value, ".")
				if r.Step[name] != nil {
					s.Events[i].Step, s.Events[i].Outcome = name, outcome
				}
			}
		}
		for e := range journey.Exprs(s) {
			refs(r, j, e)
		}
	}
	for _, e := range []*journey.Expr{j.Enter.If, j.Enter.Each} {
		refs(r, j, e)
	}
	for i := range j.Exits {
		refs(r, j, j.Exits[i].If)
	}
	if j.Goal != nil {
		refs(r, j, j.Goal.If)
		refs(r, j, j.Goal.Value)
	}
	return r
}

func refs(r *journey.Resolved, j *journey.Journey, e *journey.Expr) {
	if e == nil || e.Tree == nil {
		return
	}
	known := 0
	jsonata.Walk(e.Tree.Root, func(n jsonata.Node) bool {
		if c, ok := n.(*jsonata.Call); ok && strings.HasPrefix(e.Text.Value[c.Pos:], "known") {
			known = c.End
		}
		p, ok := n.(*jsonata.Path)
		if !ok {
			return true
		}
		if ref, ok := resolve(r, j, p); ok {
			ref.InKnown = ref.From < known
			e.Refs = append(e.Refs, ref)
		}
		return true
	})
	slices.SortFunc(e.Refs, func(a, b journey.Ref) int { return a.From - b.From })
}

func resolve(r *journey.Resolved, j *journey.Journey, p *jsonata.Path) (journey.Ref, bool) {
	var names []string
	end := p.Pos
	for _, s := range p.Steps {
		n, ok := s.Expr.(*jsonata.Name)
		if !ok {
			break
		}
		names, end = append(names, n.Value), n.End
		if len(s.Stages) > 0 {
			break
		}
	}
	if len(names) == 0 {
		return journey.Ref{}, false
	}
	ref := journey.Ref{From: p.Steps[0].Expr.Span().Pos, To: end, Path: names[1:], MayMiss: true}
	switch names[0] {
	case "person":
		ref.Kind = journey.RefPerson
		if strings.HasPrefix(names[1], "fact-") {
			ref.Kind = journey.RefFact
		}
		ref.Personal = strings.HasPrefix(names[1], "secret-")
	case "entry", "event":
		ref.Kind = journey.RefEntry
		if names[0] == "event" {
			ref.Kind = journey.RefEvent
		}
		ref.Personal = strings.HasPrefix(names[1], "secret-")
	case "consent":
		ref.Kind, ref.Brand, ref.Purpose = journey.RefConsent, j.Brand.Value, names[1]
		if len(names) > 2 {
			ref.Brand, ref.Purpose = names[1], names[2]
		}
	default:
		s := r.Step[names[0]]
		if s == nil {
			return journey.Ref{}, false
		}
		ref.Step = names[0]
		switch s.(type) {
		case *journey.Email:
			ref.Kind = journey.RefMail
			if names[1] == "answer" {
				ref.Kind = journey.RefAnswer
			}
		case *journey.Offer:
			ref.Kind = journey.RefOffer
		case *journey.Score:
			ref.Kind = journey.RefScore
		case *journey.Split:
			ref.Kind = journey.RefSplit
		}
	}
	return ref, true
}
