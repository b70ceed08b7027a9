package cloud

import (
	"context"
	"crypto/rand"
	"io"
	"os"
	"sync"
	"time"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/bundle"
	"github.com/senda-dev/senda/internal/catalog"
	"github.com/senda-dev/senda/internal/jsonata"
	"github.com/senda-dev/senda/internal/lambdahost"
	"github.com/senda-dev/senda/internal/rules"
	"github.com/senda-dev/senda/internal/wiring"
)

var errNoCredentials = senda.Errorf(senda.Unavailable, "find the credentials of the function", "the environment has none").
	WithHelp("Lambda sets them; elsewhere set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY")

// Ports are the adapters that a main gives its function: those that it calls. What
// is missing is refused when it is called.
type Ports struct {
	Store    senda.Store
	Bundles  bundle.Bundles
	Machines senda.Machines
	Bus      senda.Bus
	Mailer   senda.Mailer
	// Secret reads the text of the secret.
	Secret func(ctx context.Context) (string, error)
	// Pages takes pages of audiences.
	Pages Queue
	// Input reads the input of an execution by its ARN; NotFound when there is none any more.
	Input func(ctx context.Context, execution string) (string, error)
	// Shelf stores bundles for good, and File reads one where a deployment put it.
	Shelf Shelf
	File  func(ctx context.Context, bucket, key string) ([]byte, error)
	// Proofs is the log of consent in the hands of the one who may drop of it.
	Proofs Proofs
}

// Queue takes messages. They are delivered at least once, in no order.
type Queue interface {
	Send(ctx context.Context, body []byte) error
}

// Shelf keeps bundles. Storing the same one twice is success; Conflict: other bytes
// stand under its digest.
type Shelf interface {
	Put(ctx context.Context, b *bundle.Bundle) error
}

// Machine finds the state machine version of a bundle in the store.
func (p *Ports) Machine(ctx context.Context, journey, digest string) (string, error) {
	return bundle.Register{Store: p.Store}.Machine(ctx, journey, digest)
}

// Ground is what a function stands on: its ports, its configuration, its clock.
type Ground struct {
	Ports
	Config *Config
	Clock  senda.Clock
	Random io.Reader
	// Count adds to a metric; lambdahost.Count in life.
	Count func(ctx context.Context, m lambdahost.Metric, value float64, dims ...lambdahost.Dimension)
	// Backoff waits before a commit that met another writer is tried again; nil does not wait.
	Backoff func(ctx context.Context, try int) error

	once  sync.Once
	rules *rules.Rules
	err   error
}

// Open makes what lambdahost opens at the first invocation. wire gives the function
// its adapters and asks the configuration for what they need; it calls nothing.
func Open[T any](build func(ctx context.Context, g *Ground) (T, error), wire func(c *Config, p *Ports)) func(context.Context) (T, error) {
	return func(ctx context.Context) (T, error) {
		c := NewConfig(os.Getenv)
		g := &Ground{Config: c, Clock: senda.ClockFunc(time.Now), Random: rand.Reader, Count: lambdahost.Count, Backoff: backoff(rand.Reader)}
		wire(c, &g.Ports)
		var none T
		if err := c.Err(); err != nil {
			return none, err
		}
		g.fill()
		out, err := build(ctx, g)
		if err == nil {
			err = c.Err() // build asks too
		}
		if err != nil {
			return none, err
		}
		return out, nil
	}
}

// Rules are today's, of the shop's files that travel with the code.
func (g *Ground) Rules() (*rules.Rules, error) {
	g.once.Do(func() {
		salt, shop := g.Config.Salt(), g.Config.Shop()
		if g.err = g.Config.Err(); g.err != nil {
			return
		}
		c, err := catalog.Sound(shop)
		if err != nil {
			g.err = err
			return
		}
		if c.Brands == nil || c.Profile == nil {
			g.err = senda.Errorf(senda.Invalid, "read today's rules", "there is no brands.yaml or no profile.yaml").
				WithHelp("put the shared files of the journeys into the folder shop of the function's zip")
			return
		}
		g.rules, g.err = rules.New(c, salt, nil)
	})
	return g.rules, g.err
}

// core puts the use cases together. keys may be nil for a function that names nobody
// by an address.
func (g *Ground) core(keys *Keys) (*wiring.Core, error) {
	r, err := g.Rules()
	if err != nil {
		return nil, err
	}
	p := wiring.Ports{
		Store: g.Store, Bundles: g.Bundles, Deployments: bundle.Register{Store: g.Store}, Rules: r, Clock: g.Clock, Machines: g.Machines,
		Bus: g.Bus, Random: g.Random,
	}
	if keys != nil {
		p.Keys = keys.Identity
	}
	core := wiring.New(p)
	core.Entries.Backoff, core.Entries.Ended = g.Backoff, g.left
	return core, nil
}

// fill puts a refusal in the place of what the function was not given: a call that
// its policy does not allow, and that its code should not make.
func (p *Ports) fill() {
	if p.Machines == nil {
		p.Machines = nothing{}
	}
	if p.Bus == nil {
		p.Bus = nothing{}
	}
}

// nothing refuses.
type nothing struct{}

func refused(what string) error {
	return senda.Errorf(senda.Internal, what, "this function may not").WithHelp("give the function the adapter, and its role the call")
}

// Start implements senda.Machines.
func (nothing) Start(context.Context, senda.Start) error { return refused("start an execution") }

// Answer implements senda.Machines.
func (nothing) Answer(context.Context, string, jsonata.Value) error { return refused("answer a task") }

// Fail implements senda.Machines.
func (nothing) Fail(context.Context, string, senda.Code) error { return refused("fail a task") }

// Emit implements senda.Bus.
func (nothing) Emit(context.Context, senda.Event) error { return refused("emit an event") }
