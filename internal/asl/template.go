package asl

import (
	"errors"

	"github.com/senda-dev/senda/internal/jsonata"
)

// reads says which members of $states a field may read; input and context
// every field may.
type reads struct{ result, errorOutput bool }

// template checks the expressions anywhere in a value.
func (p *parser) template(path string, v jsonata.Value, extra reads) {
	if p.language != JSONata {
		return
	}
	switch v.Kind() {
	case jsonata.KindString:
		if source, is := Expression(v.Str()); is {
			p.expression(path, source, extra)
		}
	case jsonata.KindArray:
		for i, item := range v.Elements() {
			p.template(index(path, i), item, extra)
		}
	case jsonata.KindObject:
		for key, member := range v.Members() {
			p.template(pointer(path, key), member, extra)
		}
	default:
	}
}

// expression checks one expression: its syntax, that it does not read an input
// document, which Step Functions does not have, and that it reads of $states
// only what exists in this field.
func (p *parser) expression(path, source string, extra reads) {
	tree, err := jsonata.Parse(source, jsonata.Options{})
	if err == nil {
		_, err = jsonata.Compile(tree, jsonata.CompileOptions{})
	}
	if err != nil {
		at := 0
		if e := (*jsonata.Error)(nil); errors.As(err, &e) {
			at = max(e.Pos, 0)
		}
		p.errorf(path, "%v (at byte %d of the expression)", err, at)
		return
	}
	c := &checker{p: p, path: path, source: source, extra: extra}
	c.visit(tree.Root, true)
}

type checker struct {
	p            *parser
	path, source string
	extra        reads
}

// visit checks a node; top says that its context is the input document.
func (c *checker) visit(n jsonata.Node, top bool) {
	switch n := n.(type) {
	case *jsonata.Path:
		c.states(n)
		for i, s := range n.Steps {
			c.visit(s.Expr, top && i == 0)
			for _, stage := range s.Stages {
				c.visit(stage.Filter, false)
			}
		}
		c.group(n.Group)
	case *jsonata.Name:
		if top {
			c.p.errorf(c.path, "the name %s stands alone; write $states.input.%s or a variable", n.Value, n.Value)
		}
	case *jsonata.Variable:
		switch {
		case n.Name == "$":
			c.p.errorf(c.path, "$$ is the input document, which Step Functions does not have; write $states.input or a variable")
		case n.Name == "" && top:
			c.p.errorf(c.path, "$ is the input document here, which Step Functions does not have; write $states.input or a variable")
		}
	case *jsonata.Filter:
		c.visit(n.Expr, top)
		for _, f := range n.Filters {
			c.visit(f, false)
		}
		c.group(n.Group)
	case *jsonata.Sort:
		for _, t := range n.Terms {
			c.visit(t.By, false)
		}
	case *jsonata.Lambda:
		// What the body's context will be is not known here.
		c.visit(n.Body, false)
	case *jsonata.Transform:
		for _, part := range []jsonata.Node{n.Pattern, n.Update, n.Delete} {
			c.visit(part, false)
		}
	case nil:
	default:
		jsonata.Walk(n, func(inner jsonata.Node) bool {
			if inner != n {
				c.visit(inner, top)
			}
			return inner == n
		})
	}
}

func (c *checker) group(g *jsonata.Group) {
	if g == nil {
		return
	}
	for _, p := range g.Pairs {
		c.visit(p.Key, false)
		c.visit(p.Value, false)
	}
}

// states refuses $states.result and $states.errorOutput where there is none.
func (c *checker) states(n *jsonata.Path) {
	if len(n.Steps) < 2 {
		return
	}
	v, isVariable := n.Steps[0].Expr.(*jsonata.Variable)
	name, isName := n.Steps[1].Expr.(*jsonata.Name)
	if !isVariable || !isName || v.Name != "states" {
		return
	}
	switch {
	case name.Value == "result" && !c.extra.result:
		c.p.errorf(c.path, "$states.result is only there in Output and Assign of a Task, Parallel or Map")
	case name.Value == "errorOutput" && !c.extra.errorOutput:
		c.p.errorf(c.path, "$states.errorOutput is only there in Output and Assign of a Catcher")
	case name.Value != "input" && name.Value != "context" && name.Value != "result" && name.Value != "errorOutput":
		c.p.warnf(c.path, "$states has no %s: it has input, result, errorOutput and context", name.Value)
	}
}
