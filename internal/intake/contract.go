package intake

import (
	"iter"
	"time"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/jsonata"
)

// Lateness is how late an event may arrive and still start something, unless
// its contract says otherwise.
const Lateness = 24 * time.Hour

// Contract is what is published about one kind of event, compiled.
type Contract struct {
	Kind string
	// Lateness replaces the package's when it is not zero.
	Lateness time.Duration
	// Check says what breaks the contract, naming places and never values; empty
	// when nothing does.
	Check func(data jsonata.Value) string
	// Timeline is what a timeline may keep of the data, Public what is not personal.
	// Nil keeps all of it.
	Timeline, Public func(data jsonata.Value) jsonata.Value
	// Amounts yields every amount of money in the data; nil: there are none.
	Amounts func(data jsonata.Value) iter.Seq[Amount]
	// Brand is the path of the brand that the event belongs to; nil: none.
	Brand []string
	// Teaches are the attributes that the event teaches.
	Teaches []Lesson
	// Alive says that a person did it: a sign of life.
	Alive bool
}

// Amount is one amount of money in an event.
type Amount struct {
	Value, Currency jsonata.Value
	// Signed says that it may be below zero, as a margin may.
	Signed bool
}

// Lesson is one attribute that a kind of event teaches, and the path of its value.
type Lesson struct {
	Attribute string
	Value     []string
}

func at(v jsonata.Value, path []string) jsonata.Value {
	for _, key := range path {
		v = v.Get(key)
	}
	return v
}

func (c *Contract) timeline(data jsonata.Value) jsonata.Value {
	if c.Timeline == nil {
		return data
	}
	return c.Timeline(data)
}

func (c *Contract) public(data jsonata.Value) jsonata.Value {
	if c.Public == nil {
		return data
	}
	return c.Public(data)
}

func (c *Contract) brand(data jsonata.Value) string { return at(data, c.Brand).Str() }

// late says whether the event arrived too late to start anything.
func (c *Contract) late(e senda.Event) bool {
	bound := c.Lateness
	if bound == 0 {
		bound = Lateness
	}
	return e.Arrived.Sub(e.Time) > bound
}
