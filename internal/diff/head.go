package diff

import (
	"fmt"
	"slices"
	"strings"

	"github.com/senda-dev/senda/internal/bundle"
	"github.com/senda-dev/senda/internal/calendar"
)

// head compares what stands above the steps.
func (j *Journey) head(was, is *bundle.Bundle) {
	for _, part := range []struct{ name, before, after string }{
		{"brand", was.Brand, is.Brand},
		{"purpose", was.Purpose, is.Purpose},
		{"class of the purpose", string(was.Class), string(is.Class)},
		{"priority", string(was.Priority), string(is.Priority)},
		{"owner", was.Owner, is.Owner},
		{"runs", runs(was), runs(is)},
	} {
		if part.before != part.after {
			j.add("head", "", altered, fromTo(part.name, part.before, part.after))
		}
	}
	if was.Note != is.Note {
		j.add("head", "", altered, "its note is worded otherwise")
	}
	if a, b := enter(was), enter(is); a != b {
		j.add("enter", "", altered, fromTo("people enter", a, b))
	}
	j.exits(was, is)
	if a, b := goal(was), goal(is); a != b {
		j.add("goal", "", altered, fromTo("goal", a, b))
		j.warn("the goal is another: what was measured before cannot be added to what comes")
	}
	j.holdout(was.Holdout, is.Holdout)
	j.splits(was, is)
}

func runs(b *bundle.Bundle) string {
	day := func(d interface{ String() string }, open bool) string {
		if open {
			return "open"
		}
		return d.String()
	}
	from, to := b.Runs.From, b.Runs.To
	if from.IsZero() && to.IsZero() {
		return "always"
	}
	return day(from, from.IsZero()) + " to " + day(to, to.IsZero())
}

func enter(b *bundle.Bundle) string {
	e := b.Enter
	text := "by " + e.Event
	if e.Audience != "" {
		text = "from the audience " + e.Audience + ", " + schedule(e.Schedule)
	}
	if e.If != "" {
		text += ", if " + condition(b, e.If)
	}
	if e.Each != "" {
		text += ", once for each " + condition(b, e.Each)
	}
	switch e.Again.Kind {
	case bundle.Never:
		text += ", never again"
	case bundle.AtOnce:
		text += ", again at once"
	case bundle.After:
		text += ", again after " + e.Again.After.String()
	}
	if e.Restart {
		text += ", restarted by a new one"
	}
	return text
}

// schedule is when an audience is looked at, in the author's words.
func schedule(s calendar.Schedule) string {
	text, err := s.MarshalText()
	if err != nil {
		return s.String()
	}
	return string(text)
}

func (j *Journey) exits(was, is *bundle.Bundle) {
	list := func(b *bundle.Bundle) []string {
		var out []string
		for _, e := range b.Exits {
			text := e.Event
			if e.If != "" {
				text += ", if " + condition(b, e.If)
			}
			out = append(out, text+" ("+e.Reason+")")
		}
		return out
	}
	before, after := list(was), list(is)
	for _, e := range after {
		if !slices.Contains(before, e) {
			j.add("exits", "", added, "people leave at "+e)
		}
	}
	for _, e := range before {
		if !slices.Contains(after, e) {
			j.add("exits", "", removed, "people no longer leave at "+e)
		}
	}
}

func goal(b *bundle.Bundle) string {
	g := b.Goal
	if g == nil {
		return ""
	}
	text := g.Event
	if g.If != "" {
		text += ", if " + condition(b, g.If)
	}
	text += ", within " + g.Within.String()
	if g.FromEntry {
		text += " of entry"
	}
	if g.Value != "" {
		text += ", worth " + condition(b, g.Value)
	}
	return text
}

func (j *Journey) holdout(before, after int) {
	if before == after {
		return
	}
	j.add("hold-out", "", altered, fmt.Sprintf("hold-out: %s instead of %s", share(after), share(before)))
	switch {
	case after == 0:
		j.warn("nobody is held out any more: what the journey earns can no longer be told from what would have come anyway")
	case before == 0:
		j.warn("people are held out from now on: what the journey earns is measured from the first who enter after this")
	case after > before:
		j.warn("the share held out rises: the comparison starts anew; whoever was held out stays held out")
	default:
		j.warn("the share held out falls: the comparison starts anew, and some who were held out would get mail at their next entry")
	}
}

func (j *Journey) splits(was, is *bundle.Bundle) {
	ways := func(s bundle.Split) string {
		var out []string
		for _, w := range s.Ways {
			out = append(out, w.Name+" "+share(w.Share))
		}
		return strings.Join(out, ", ")
	}
	for _, s := range is.Splits {
		before, ok := was.Split(s.Name)
		if !ok {
			continue // the step is new, and said so
		}
		if a, b := ways(before), ways(s); a != b {
			j.add("split", s.Name, altered, fromTo("ways", a, b))
			j.warn("the shares of %s are others: its ways are to be compared anew", s.Name)
		}
	}
}
