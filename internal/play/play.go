package play

import (
	"context"
	"crypto/sha256"
	"fmt"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/compile"
	"github.com/senda-dev/senda/internal/deliver"
	"github.com/senda-dev/senda/internal/identity"
	"github.com/senda-dev/senda/internal/mail/token"
	"github.com/senda-dev/senda/internal/rules"
	"github.com/senda-dev/senda/internal/scenario"
	"github.com/senda-dev/senda/internal/score"
)

// Installation is what makes an installation's hashes, links and assignments its
// own. The same scenario comes out the same, to the byte of its mails, wherever the
// installation is the same.
type Installation struct {
	Salt  string
	Keys  *identity.Keys
	Links deliver.Links
	// Run tells the people of one run from those of another in the same store. Empty
	// where every script has a store of its own.
	Run string
}

// Nobody is an installation that names nobody real.
func Nobody() (Installation, error) {
	key := sha256.Sum256([]byte("the key of scenarios: nobody real is named by it"))
	keys, err := identity.NewKeys(key[:])
	if err != nil {
		return Installation{}, err
	}
	ring, err := token.NewRing(token.Key{ID: "scenario", Secret: key[:]})
	return Installation{Salt: "scenario", Keys: keys, Links: deliver.Links{Base: "https://links.example", Ring: ring}}, err
}

// Player plays the scenarios of one house of journeys.
type Player struct {
	House  *compile.House
	Models *score.Models
	at     Installation
	rules  *rules.Rules
}

// New makes a player whose people belong to no installation.
func New(h *compile.House, models *score.Models) (*Player, error) {
	at, err := Nobody()
	if err != nil {
		return nil, err
	}
	return At(h, models, at)
}

// At makes a player whose people could be those of an installation.
func At(h *compile.House, models *score.Models, at Installation) (*Player, error) {
	r, err := rules.New(h.Catalog, at.Salt, nil)
	if err != nil {
		return nil, err
	}
	return &Player{House: h, Models: models, at: at, rules: r}, nil
}

// tries is how many people are tried until one is given the offers that the
// scenario names: offers are drawn, and nothing of it is overridden.
const tries = 300

// Play plays one scenario of a journey in this process.
func (p *Player) Play(ctx context.Context, j *compile.Journey, s scenario.Scenario) (Result, error) {
	_, r, err := p.Rehearse(ctx, j, s)
	return r, err
}

// Rehearse casts a scenario and plays it in this process: the script can be played
// again on another stage, and must come out the same there.
func (p *Player) Rehearse(ctx context.Context, j *compile.Journey, s scenario.Scenario) (*Script, Result, error) {
	from := uint64(0)
	for range tries {
		script, next, err := p.cast(j, s, from)
		if err != nil {
			return nil, Result{}, err
		}
		stage := newHere(p, script)
		result, err := script.Perform(ctx, stage)
		if err != nil {
			return nil, Result{}, fmt.Errorf("%s: %w", s.Name.Value, err)
		}
		result.Failed = stage.failed
		if asGiven(s, result) {
			return script, result, nil
		}
		from = next
	}
	return nil, Result{}, senda.Errorf(senda.Invalid, "play "+s.Name.Value, "none of %d people was given these offers", tries).
		WithHelp("see in offers.yaml who may have them, and what the slot falls back to")
}

// asGiven says whether slots gave what the scenario says they give.
func asGiven(s scenario.Scenario, r Result) bool {
	for slot, offer := range s.Given.Offers {
		if got, asked := r.Offers[slot]; asked && got != offer.Value {
			return false
		}
	}
	return true
}
