package enroll

import (
	"time"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/bundle"
	"github.com/senda-dev/senda/internal/calendar"
	"github.com/senda-dev/senda/internal/entry"
	"github.com/senda-dev/senda/internal/jsonata"
)

// Why says what came of somebody who could have entered.
type Why string

// What can come of it. The protocol's own answers (entered, inside, …) are the
// words of entry.Admission.
const (
	// NotLive: the journey takes nobody in.
	NotLive Why = "not-live"
	// NotNow: it runs on other days.
	NotNow Why = "runs"
	// NotMeant: the condition of the entry does not hold.
	NotMeant Why = "condition"
	// NoEach: the event has no value for `each`, or one that is no name of anything.
	NoEach Why = "each"
	// BadPace: only test people walk at another pace than life's.
	BadPace Why = "pace"
	// Gone: the person was erased or merged into another.
	Gone Why = "gone"
)

// Takes says whether a journey takes a person in: a live one takes everybody but
// test people who rehearse another, and who rehearses it enters it in every state
// but stopped.
func Takes(d senda.Deployment, p senda.Person) bool {
	if rehearsed := p.Rehearses(); rehearsed != "" {
		return rehearsed == d.Journey && d.State != senda.StateStopped
	}
	return d.State == senda.StateLive
}

// Family is what the entry needs of today's rules of a brand family.
type Family struct {
	// Salt makes the family's assignments its own, Epoch those of its control
	// group; Control is the group's share of people, 0 to 1.
	Salt, Epoch string
	Control     float64
	// Zone is where the days of `runs` begin.
	Zone *time.Location
}

// maxEach bounds the value of `each`, which every entry keeps.
const maxEach = 256

// each is the value of `each` as text; ok is false where it is no scalar.
func each(v jsonata.Value) (s string, ok bool) {
	switch v.Kind() {
	case jsonata.KindString:
		s = v.Str()
	case jsonata.KindNumber, jsonata.KindBool:
		s = v.String()
	default:
		return "", false
	}
	return s, s != "" && len(s) <= maxEach
}

// Open says whether people enter on the day of an instant.
func Open(r bundle.Runs, at time.Time, zone *time.Location) bool {
	if r == (bundle.Runs{}) {
		return true
	}
	day := calendar.DateIn(at, zone)
	return (r.From.IsZero() || !day.Before(r.From)) && (r.To.IsZero() || !r.To.Before(day))
}

// paced is the pace of a person's entries; ok is false for a pace that they may
// not have.
func paced(p senda.Person) (pace senda.Pace, ok bool) {
	if p.Pace == 0 || p.Pace == senda.Life {
		return senda.Life, true
	}
	return p.Pace, p.Test && p.Pace > 0
}

// assigned is the entry with its arm and ways: hashes of names, so that they
// are the same whenever they are computed, and written once nevertheless.
func assigned(e senda.Entry, b *bundle.Bundle, f Family) senda.Entry {
	e.HoldoutHash = entry.HoldoutHash(f.Salt, b.Journey, e.Person)
	e.ControlHash = entry.ControlHash(f.Salt, b.Family, f.Epoch, e.Person)
	e.Arm = entry.ArmOf(e.HoldoutHash, float64(b.Holdout)/bundle.AllShares, e.ControlHash, f.Control)
	if len(b.Splits) > 0 {
		e.Ways = make(map[string]string, len(b.Splits))
		for _, s := range b.Splits {
			shares := make([]int, len(s.Ways))
			for i, w := range s.Ways {
				shares[i] = w.Share
			}
			e.Ways[s.Name] = s.Ways[entry.WayOf(entry.SplitHash(f.Salt, b.Journey, s.Name, e.Person), shares)].Name
		}
	}
	return e
}

// reentry is from when on somebody may enter again.
func reentry(a bundle.Again, zone *time.Location) func(time.Time) (time.Time, bool) {
	return func(ended time.Time) (time.Time, bool) {
		switch a.Kind {
		case bundle.AtOnce:
			return ended, true
		case bundle.After:
			return a.After.After(ended, zone), true
		case bundle.Never:
		}
		return time.Time{}, false
	}
}
