package diff

import (
	"cmp"
	"maps"
	"slices"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/bundle"
)

// Standing is a journey on one side: what it does with people, and on which bundle.
type Standing struct {
	State  senda.State
	Bundle *bundle.Bundle
}

// Fate is what a deployment does to a journey.
type Fate string

// The fates. Removed is one whose folder is gone, Restated one whose text is the same and whose state is not.
const (
	New      Fate = "new"
	Changed  Fate = "changed"
	Restated Fate = "restated"
	Removed  Fate = "removed"
	Same     Fate = "same"
)

// Report is what a deployment would change.
type Report struct {
	Journeys []Journey  `json:"journeys"`
	Stateful []Resource `json:"stateful,omitempty"`
}

// Journey is what becomes of one journey.
type Journey struct {
	Name   string      `json:"name"`
	Fate   Fate        `json:"fate"`
	Before senda.State `json:"stateBefore,omitempty"`
	After  senda.State `json:"stateAfter,omitempty"`
	// From and To are the digests of the bundles.
	From     string   `json:"bundleBefore,omitempty"`
	To       string   `json:"bundleAfter,omitempty"`
	Changes  []Change `json:"changes,omitempty"`
	Warnings []string `json:"warnings,omitempty"`
	Inside   []Inside `json:"inside,omitempty"`
}

// Change is one difference.
type Change struct {
	// What is the part: head, enter, exits, goal, hold-out, split, step, mail, slot, offer.
	What string `json:"what"`
	// Name is that of the step, split, mail, slot or offer; empty for the head's parts.
	Name string `json:"name,omitempty"`
	// How is added, removed, renamed, moved or changed.
	How string `json:"how"`
	// Say is the difference in words.
	Say string `json:"say"`
}

// How a part changed.
const (
	added   = "added"
	removed = "removed"
	renamed = "renamed"
	moved   = "moved"
	altered = "changed"
)

// Inside counts the people who walk a journey on one bundle.
type Inside struct {
	Bundle string `json:"bundle"`
	People int    `json:"people"`
	// More says that counting was given up at People.
	More bool `json:"more,omitempty"`
}

// Compare says what becomes of every journey when after is deployed where before is.
// A state is what will really stand there: see bundle.Merge.
func Compare(before, after map[string]Standing) (Report, error) {
	var r Report
	names := slices.Collect(maps.Keys(before))
	for name := range after {
		if _, ok := before[name]; !ok {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	for _, name := range names {
		was, wasThere := before[name]
		is, isThere := after[name]
		j := Journey{Name: name}
		if wasThere {
			j.Before, j.From = was.State, was.Bundle.Digest()
		}
		if isThere {
			j.To = is.Bundle.Digest()
		}
		switch {
		case !wasThere:
			j.Fate, j.After = New, is.State
			if err := j.introduce(is.Bundle); err != nil {
				return Report{}, err
			}
		case !isThere && (was.State == senda.StateClosed || was.State == senda.StateStopped):
			continue // it went before: its record stays, for those who are still inside
		case !isThere:
			j.Fate, j.After = Removed, senda.StateClosed
			j.warn("its folder is gone: nobody enters any more, and people inside finish; senda stop %s makes them leave", j.Name)
		default:
			if err := j.compare(was, is); err != nil {
				return Report{}, err
			}
		}
		r.Journeys = append(r.Journeys, j)
	}
	slices.SortStableFunc(r.Journeys, func(a, b Journey) int { return cmp.Compare(weight(a.Fate), weight(b.Fate)) })
	return r, nil
}

// weight puts first what changes most for people.
func weight(f Fate) int { return slices.Index([]Fate{Removed, Changed, Restated, New, Same}, f) }

// Empty says whether nothing changes.
func (r Report) Empty() bool {
	for _, j := range r.Journeys {
		if j.Fate != Same {
			return false
		}
	}
	return !slices.ContainsFunc(r.Stateful, func(s Resource) bool { return s.Fate != Same })
}

func (j *Journey) compare(was, is Standing) error {
	name := bundle.Deployment{Journey: j.Name, State: was.State, Bundle: j.From}
	j.After = bundle.Merge(&name, bundle.Deployment{Journey: j.Name, State: is.State, Bundle: j.To}).State
	if j.After != is.State {
		j.warn("it stays %s, as a person or the breaker left it; its file says %s (senda open %s changes it)", j.After, is.State, j.Name)
	}
	stops := was.State == senda.StateStopped || was.State == senda.StateClosed
	if stops && j.After == senda.StateLive {
		j.warn("it is %s now, and this deployment opens it again: people enter from then on", was.State)
	}
	switch {
	case j.From != j.To:
		j.Fate = Changed
	case j.Before != j.After:
		j.Fate = Restated
	default:
		j.Fate = Same
	}
	if j.Fate != Changed {
		return nil
	}
	j.head(was.Bundle, is.Bundle)
	if err := j.steps(was.Bundle, is.Bundle); err != nil {
		return err
	}
	j.mails(was.Bundle, is.Bundle)
	j.offers(was.Bundle, is.Bundle)
	if len(j.Changes) == 0 {
		j.add("head", "", altered, "compiled anew; nothing that its author wrote differs")
	}
	return nil
}

func (j *Journey) add(what, name, how, say string) {
	j.Changes = append(j.Changes, Change{What: what, Name: name, How: how, Say: say})
}

// Count notes how many people are inside on which bundle; from most on counting was
// given up. The bundle that is replaced comes first.
func (j *Journey) Count(byBundle map[string]int, most int) {
	j.Inside = nil
	digests := slices.Sorted(maps.Keys(byBundle))
	slices.SortStableFunc(digests, func(a, b string) int {
		switch j.From {
		case a:
			return -1
		case b:
			return 1
		}
		return 0
	})
	for _, digest := range digests {
		n := byBundle[digest]
		j.Inside = append(j.Inside, Inside{Bundle: digest, People: n, More: n >= most})
	}
}
