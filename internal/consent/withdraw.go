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
	switch level {
	case LevelLess:
		d.LessOften()
		return nil
	case LevelPause:
		d.PauseUntil(c.Time.Add(PauseFor))
		return nil
	case LevelProfiling:
		d.ObjectToProfiling(c)
		return nil
	default: // a withdrawal, or nothing that is known
	}
	scopes := r.Reach(level, brand, purpose)
	if len(scopes) == 0 {
		return senda.Errorf(senda.Invalid, "withdraw", "there is no %s %q of the brand %q", level, purpose, brand)
	}
	for _, c.Scope = range scopes {
		d.Set(c)
	}
	return nil
}

// Reach are the scopes from which somebody withdraws at a level: at a brand and,
// for a topic, one of its purposes. None for what today's rules do not know, and
// for levels that are no withdrawal.
func (r *Rules) Reach(level Level, brand, purpose string) []senda.Scope {
	of := r.Brand(brand)
	if level == LevelEverything {
		return []senda.Scope{{}}
	}
	if len(of) == 0 {
		return nil
	}
	whole := func(p Purpose) senda.Scope { return senda.Scope{Controller: p.Controller, Brand: p.Brand} }
	switch level {
	case LevelTopic:
		if p, ok := r.Purpose(brand, purpose); ok {
			return []senda.Scope{p.Scope()}
		}
	case LevelBrand:
		return []senda.Scope{whole(of[0])}
	case LevelFamily:
		var out []senda.Scope
		for _, p := range r.all {
			if p.Family == of[0].Family && !slices.Contains(out, whole(p)) {
				out = append(out, whole(p))
			}
		}
		return out
	default:
	}
	return nil
}

// Complain withdraws everything of a controller, whose mail was reported as abuse.
func (d *Draft) Complain(controller string, c Change) {
	c.Scope, c.State = senda.Scope{Controller: controller}, senda.ConsentWithdrawn
	d.Set(c)
}
