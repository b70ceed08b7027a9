// Package condition evaluates what a journey asks outside a machine: who enters,
// what exits, what an await lets through, who belongs to an audience. The texts
// are emitted JSONata over the variables of package bundle; each is compiled once.
package condition

import (
	"sync"
	"time"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/jsonata"
)

// Roots are the values that a condition may name. What a condition does not
// read may stay Nothing. One Roots serves one goroutine at a time, for any number
// of conditions one after the other.
type Roots struct {
	// Event is the payload of the event at hand, Entry what may be kept of the one
	// that started the entry.
	Event, Entry jsonata.Value
	// Person holds attributes and Facts facts by name, Consent booleans by brand and
	// purpose, Mails outcomes by step, Ways the way of each split.
	Person, Facts, Consent, Mails, Ways jsonata.Value
	// With holds what earlier steps answered, by variable name.
	With jsonata.Value
	// Now is the journey time at which it is asked, what $now() answers.
	Now time.Time

	// Room for what an evaluation is given, so that asking ten thousand conditions
	// allocates once.
	env  jsonata.Env
	room [8]jsonata.Value
}

func (r *Roots) get(name string) jsonata.Value {
	switch name {
	case "event":
		return r.Event
	case "entry":
		return r.Entry
	case "person":
		return r.Person
	case "facts":
		return r.Facts
	case "consent":
		return r.Consent
	case "mails":
		return r.Mails
	case "ways":
		return r.Ways
	}
	return r.With.Get(name)
}

// Condition is a compiled condition or value. It is immutable and may be
// evaluated by many at once.
type Condition struct {
	program *jsonata.Program
	vars    []string
}

// Compile reads an emitted text.
func Compile(text string) (*Condition, error) {
	const op = "compile a condition"
	tree, err := jsonata.Parse(text, jsonata.Options{})
	if err != nil {
		return nil, senda.Wrap(senda.Invalid, op, err)
	}
	// The first compilation says which variables it reads, the second gives each its place.
	p, err := jsonata.Compile(tree, jsonata.CompileOptions{})
	if err != nil {
		return nil, senda.Wrap(senda.Invalid, op, err)
	}
	c := &Condition{vars: p.Free()}
	if c.program, err = jsonata.Compile(tree, jsonata.CompileOptions{Vars: c.vars}); err != nil {
		return nil, senda.Wrap(senda.Invalid, op, err)
	}
	return c, nil
}

// Eval is the value of the text, Nothing where what it names is missing.
func (c *Condition) Eval(r *Roots) (jsonata.Value, error) {
	vars := r.room[:0]
	for _, name := range c.vars {
		vars = append(vars, r.get(name))
	}
	r.env.Now = r.Now
	return c.program.Eval(jsonata.Nothing, vars, &r.env)
}

// Holds says whether the condition is yes. What is missing, or cannot be
// compared as the author thought, is no: a person is never moved on a guess.
func (c *Condition) Holds(r *Roots) bool {
	v, err := c.Eval(r)
	return err == nil && v.Bool()
}

// Cache keeps compiled texts. The texts are those of bundles and audiences, a
// bounded number. The zero Cache is empty; it is safe for concurrent use.
type Cache struct{ compiled sync.Map }

// Compiled returns the condition of a text, compiling it the first time.
func (k *Cache) Compiled(text string) (*Condition, error) {
	if c, ok := k.compiled.Load(text); ok {
		return c.(*Condition), nil
	}
	c, err := Compile(text)
	if err != nil {
		return nil, err
	}
	k.compiled.Store(text, c)
	return c, nil
}
