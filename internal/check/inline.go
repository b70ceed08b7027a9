package check

import (
	"slices"
	"strings"

	"github.com/senda-dev/senda/internal/diag"
	"github.com/senda-dev/senda/internal/journey"
)

// scope is one file's worth of steps: the journey itself, or one inclusion of a
// part. A step is known in its own scope, and in the scopes around it as far as
// the parts between give it.
type scope struct {
	part   string
	around *scope
	// as is put before the names of the steps where they are known outside.
	as string
}

// placed says in which scopes a step is known, and as what.
type placed struct {
	own   *scope
	names map[*scope]string
}

// inliner copies a journey and puts parts in the place of their includes.
type inliner struct {
	c     *checker
	parts []string
}

// steps copies a list of steps that stands in s.
func (in *inliner) steps(list []journey.Step, s *scope, via []diag.Pos) []journey.Step {
	var out []journey.Step
	for _, step := range list {
		if inc, ok := step.(*journey.Include); ok {
			out = append(out, in.include(inc, s, via)...)
			continue
		}
		out = append(out, in.step(step, s, via))
	}
	return out
}

func (in *inliner) include(inc *journey.Include, s *scope, via []diag.Pos) []journey.Step {
	if inc.Part.IsZero() {
		return nil
	}
	part, ok := in.c.cat.Parts[inc.Part.Value]
	if !ok {
		names := make([]string, 0, len(in.c.cat.Parts))
		for name := range in.c.cat.Parts {
			names = append(names, name)
		}
		slices.Sort(names)
		in.c.add(unknown(diag.UnknownPart, inc.Part, "part", names))
		return nil
	}
	for around := s; around != nil; around = around.around {
		if around.part == inc.Part.Value {
			in.c.add(diag.Recursion.At(inc.Part.Pos, "the part %q includes itself", inc.Part.Value).Try("delete the include"))
			return nil
		}
	}
	in.parts = append(in.parts, inc.Part.Value)
	inner := &scope{part: inc.Part.Value, around: s, as: inc.As.Value}
	via = append(slices.Clip(via), inc.Pos)
	steps := in.steps(part.Steps, inner, via)
	in.give(part, inner, steps)
	if cond := in.c.copyExpr(inc.If); cond != nil {
		guard := &journey.If{Base: inc.Base, Cond: cond, Then: steps}
		guard.If, guard.Written, guard.Via = nil, false, via[:len(via)-1]
		guard.Name = "if-" + inc.Part.Value
		guard.Local = guard.Name
		in.c.placed[guard] = placed{own: s, names: map[*scope]string{s: guard.Name}}
		return []journey.Step{guard}
	}
	return steps
}

// give makes the steps that a part gives known around it.
func (in *inliner) give(part *journey.Part, inner *scope, steps []journey.Step) {
	given := map[string]bool{}
	for _, g := range part.Gives {
		given[g.Value] = false
	}
	for step := range journey.Walk(steps) {
		p := in.c.placed[step]
		name, known := p.names[inner]
		if !known {
			continue
		}
		if _, ok := given[name]; ok {
			given[name] = true
			p.names[inner.around] = joined(inner.as, name)
		}
	}
	for _, g := range part.Gives {
		if !given[g.Value] {
			in.c.add(diag.UnknownStepName.At(g.Pos, "the part gives %q and has no step called so", g.Value).Try("name one of its steps"))
		}
	}
}

func joined(as, name string) string {
	if as == "" {
		return name
	}
	return as + "-" + name
}

// step copies one step and what is inside it.
func (in *inliner) step(s journey.Step, sc *scope, via []diag.Pos) journey.Step {
	block := func(list []journey.Step) []journey.Step { return in.steps(list, sc, via) }
	var out journey.Step
	switch s := s.(type) {
	case *journey.Wait:
		c := *s
		out = &c
	case *journey.Await:
		c := *s
		c.Events = slices.Clone(s.Events)
		c.Match = in.c.copyExpr(s.Match)
		c.Then, c.Otherwise = block(s.Then), block(s.Otherwise)
		out = &c
	case *journey.If:
		c := *s
		c.Cond = in.c.copyExpr(s.Cond)
		c.Then, c.Otherwise = block(s.Then), block(s.Otherwise)
		out = &c
	case *journey.Branch:
		c := *s
		c.Arms = slices.Clone(s.Arms)
		for i, a := range s.Arms {
			c.Arms[i].Cond, c.Arms[i].Then = in.c.copyExpr(a.Cond), block(a.Then)
		}
		c.Otherwise = block(s.Otherwise)
		out = &c
	case *journey.Split:
		c := *s
		c.Ways = slices.Clone(s.Ways)
		for i, w := range s.Ways {
			c.Ways[i].Then = block(w.Then)
		}
		out = &c
	case *journey.Score:
		c := *s
		out = &c
	case *journey.Offer:
		c := *s
		c.From = slices.Clone(s.From)
		out = &c
	case *journey.Email:
		c := *s
		out = &c
	case *journey.Set:
		c := *s
		c.To = in.c.copyExpr(s.To)
		out = &c
	case *journey.Emit:
		c := *s
		out = &c
	case *journey.Leave:
		c := *s
		out = &c
	case *journey.Include: // replaced in steps, so there is none here
		return s
	}
	b := out.Common()
	b.If = in.c.copyExpr(b.If)
	b.Via = via
	b.Local = b.Name
	for around := sc; around != nil; around = around.around {
		b.Name = joined(around.as, b.Name)
	}
	in.c.placed[out] = placed{own: sc, names: map[*scope]string{sc: b.Local}}
	return out
}

func (c *checker) copyExpr(e *journey.Expr) *journey.Expr {
	if e == nil {
		return nil
	}
	return &journey.Expr{Text: e.Text, Tree: e.Tree}
}

// unknown is the finding about a name that a file of the house does not have.
func unknown(code diag.Code, name diag.Text, what string, known []string) diag.Finding {
	f := diag.Finding{Pos: name.Pos, Code: code, Message: "there is no " + what + ` called "` + name.Value + `"`}
	f = f.Try("%s", diag.DidYouMean(name.Value, known))
	if len(known) > 0 {
		return f.Try("%s", "the "+what+"s are "+diag.Words(known, 12))
	}
	return f.Try("%s", "there are no "+what+"s yet")
}

func nearby(name string, known []string) string {
	return strings.TrimSpace(diag.DidYouMean(name, known))
}
