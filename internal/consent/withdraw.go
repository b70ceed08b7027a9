package consent

import (
	"slices"
	"time"

	senda "github.com/senda-dev/senda"
)

// Level is how much a person takes back on the page of their preferences.
type Level string

// The levels, from the least.
const (
	LevelLess       Level = "less-often"
	LevelPause      Level = "pause"
	LevelTopic      Level = "topic"
	LevelBrand      Level = "brand"
	LevelFamily     Level = "family"
	LevelEverything Level = "everything"
	LevelProfiling  Level = "profiling"
)

// Levels lists them.
func Levels() []Level {
	return []Level{LevelLess, LevelPause, LevelTopic, LevelBrand, LevelFamily, LevelEverything, LevelProfiling}
}

// PauseFor is how long a pause lasts that a person asks for.
const PauseFor = 30 * 24 * time.Hour

// Withdraw carries out what a person asked for at a brand (and, for a topic, one
// of its purposes). c says when and how; its scope is filled in, and its state
// where it is not an objection. It returns Invalid for what today's rules do not know.
func (d *Draft) Withdraw(r *Rules, level Level, brand, purpose string, c Change) error {
	if c.State != senda.ConsentObjected {
		c.State = senda.ConsentWithdrawn
	}
	of := r.Brand(brand)
	if len(of) == 0 && level != LevelEverything && level != LevelLess && level != LevelPause && level != LevelProfiling {
		return senda.Errorf(senda.Invalid, "withdraw", "there is no brand %q", brand)
	}
	switch level {
	case LevelLess:
		d.LessOften()
	case LevelPause:
		d.PauseUntil(c.Time.Add(PauseFor))
	case LevelTopic:
		p, ok := r.Purpose(brand, purpose)
		if !ok {
			return senda.Errorf(senda.Invalid, "withdraw", "the brand %q has no purpose %q", brand, purpose)
		}
		c.Scope = p.Scope()
		d.Set(c)
	case LevelBrand:
		d.setBrand(of[0], c)
	case LevelFamily:
		var done []string
		for _, p := range r.all {
			if p.Family == of[0].Family && !slices.Contains(done, p.Brand) {
				done = append(done, p.Brand)
				d.setBrand(p, c)
			}
		}
	case LevelEverything:
		c.Scope = senda.Scope{}
		d.Set(c)
	case LevelProfiling:
		d.ObjectToProfiling(c)
	default:
		return senda.Errorf(senda.Invalid, "withdraw", "there is no level %q", level)
	}
	return nil
}

func (d *Draft) setBrand(p Purpose, c Change) {
	c.Scope = senda.Scope{Controller: p.Controller, Brand: p.Brand}
	d.Set(c)
}

// Complain withdraws everything of a controller, whose mail was reported as abuse.
func (d *Draft) Complain(controller string, c Change) {
	c.Scope, c.State = senda.Scope{Controller: controller}, senda.ConsentWithdrawn
	d.Set(c)
}
