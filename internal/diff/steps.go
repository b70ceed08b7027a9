package diff

import (
	"slices"
	"strings"

	"github.com/senda-dev/senda/internal/bundle"
)

// introduce says what a new journey is.
func (j *Journey) introduce(b *bundle.Bundle) error {
	r, err := read(b)
	if err != nil {
		return err
	}
	j.add("enter", "", added, "people enter "+enter(b))
	if g := goal(b); g != "" {
		j.add("goal", "", added, "goal: "+g)
	}
	hold := "hold-out: " + share(b.Holdout)
	if b.Holdout == 0 && b.WhyNone != "" {
		hold = "nobody is held out: " + b.WhyNone
	}
	j.add("hold-out", "", added, hold)
	for _, s := range r.steps {
		j.add("step", s.Name, added, s.words())
	}
	return nil
}

// steps compares the steps by their names, and how they follow each other.
func (j *Journey) steps(was, is *bundle.Bundle) error {
	before, err := read(was)
	if err != nil {
		return err
	}
	after, err := read(is)
	if err != nil {
		return err
	}
	same := pair(before, after)
	for _, s := range before.steps {
		if _, ok := same[s.Name]; !ok {
			j.add("step", s.Name, removed, s.words()+" is gone")
			if s.Kind == "email" {
				j.warn("%s is gone: people who enter from now on get one mail less", s.Name)
			}
		}
	}
	came := map[string]string{}
	for old, now := range same {
		came[now] = old
	}
	for i, s := range after.steps {
		old, ok := came[s.Name]
		if !ok {
			j.add("step", s.Name, added, s.words()+place(after, i))
			continue
		}
		if old != s.Name {
			j.add("step", s.Name, renamed, "was called "+old)
			j.warn("%s is now called %s: scenarios, conditions and reports know it by its name", old, s.Name)
		}
		j.alter(before.step(old), s)
	}
	j.order(before, after, came)
	return nil
}

func (r *reading) step(name string) step {
	i := slices.IndexFunc(r.steps, func(s step) bool { return s.Name == name })
	return r.steps[i]
}

// words are a step in a few words: "email still-there, window 09:00-21:30".
func (s step) words() string {
	out := s.Kind
	for i, t := range s.traits {
		switch {
		case i == 0 && (t.name == about(s.Kind) || t.name == s.Kind):
			out += " " + t.value // "wait 3 days", "if gift.chosen"
		case t.name == "brand" || t.name == "purpose" || t.name == "when nobody knows whether it left":
			// The head says it for most; of a change it is told.
		default:
			out += ", " + t.name + " " + t.value
		}
	}
	return out
}

// place says where a new step stands.
func place(r *reading, i int) string {
	if i == 0 {
		return ", at the beginning"
	}
	return ", after " + r.steps[i-1].Name
}

// pair finds for each step of before the one of after that it became: the one of its
// name and kind, or else, where nothing else can be meant, a new one that is the same
// but for its name, or one of its kind in its place.
func pair(before, after *reading) map[string]string {
	out, taken := map[string]string{}, map[string]bool{}
	for _, s := range before.steps {
		if slices.ContainsFunc(after.steps, func(t step) bool { return t.Name == s.Name && t.Kind == s.Kind }) {
			out[s.Name], taken[s.Name] = s.Name, true
		}
	}
	alike := func(list []step, s step, free func(step) bool) []step {
		var got []step
		for _, t := range list {
			if t.Kind == s.Kind && free(t) && slices.Equal(t.traits, s.traits) {
				got = append(got, t)
			}
		}
		return got
	}
	for _, s := range before.steps {
		if out[s.Name] != "" {
			continue
		}
		olds := alike(before.steps, s, func(t step) bool { return out[t.Name] == "" })
		news := alike(after.steps, s, func(t step) bool { return !taken[t.Name] })
		if len(olds) == 1 && len(news) == 1 {
			out[s.Name], taken[news[0].Name] = news[0].Name, true
		}
	}
	// A wait that is longer bears another name, if its author gave it none: it stands
	// where the old one stood, behind the same step.
	for i, s := range before.steps {
		k := 0
		if i > 0 {
			last := out[before.steps[i-1].Name]
			k = slices.IndexFunc(after.steps, func(t step) bool { return t.Name == last }) + 1
			if last == "" {
				continue
			}
		}
		if out[s.Name] == "" && k < len(after.steps) && !taken[after.steps[k].Name] && after.steps[k].Kind == s.Kind && s.Kind != "email" {
			out[s.Name], taken[after.steps[k].Name] = after.steps[k].Name, true
		}
	}
	return out
}

// alter says what differs in one step.
func (j *Journey) alter(was, is step) {
	value := func(s step, name string) string {
		for _, t := range s.traits {
			if t.name == name {
				return t.value
			}
		}
		return ""
	}
	var names, said []string
	for _, t := range slices.Concat(was.traits, is.traits) {
		if !slices.Contains(names, t.name) {
			names = append(names, t.name)
		}
	}
	for _, name := range names {
		if a, b := value(was, name), value(is, name); a != b {
			said = append(said, fromTo(name, a, b))
		}
	}
	if len(said) > 0 {
		j.add("step", is.Name, altered, strings.Join(said, "; "))
	}
}

// order says which of the steps that both have are reached another way now. Steps that
// came or went are passed over: that they stand in between was said.
func (j *Journey) order(before, after *reading, came map[string]string) {
	kept := map[string]bool{}
	for now, old := range came {
		if before.walked(old) && after.walked(now) {
			kept[now] = true
		}
	}
	names := map[string]string{} // of before, in the words of after
	for now, old := range came {
		names[old] = now
	}
	first := func(r *reading, of func(string) string) []string {
		return r.reach([]string{r.start}, of, kept)
	}
	now := func(name string) string { return name }
	then := func(name string) string {
		if n, ok := names[name]; ok {
			return n
		}
		return "" // gone: passed over
	}
	if a, b := first(before, then), first(after, now); !slices.Equal(a, b) {
		j.add("step", "", moved, "it begins with "+strings.Join(b, " or ")+" instead of "+strings.Join(a, " or "))
	}
	for _, s := range after.steps {
		if !kept[s.Name] {
			continue
		}
		a, b := before.reach(before.flow[came[s.Name]], then, kept), after.reach(after.flow[s.Name], now, kept)
		if !slices.Equal(a, b) {
			j.add("step", s.Name, moved, "goes on to "+strings.Join(b, " or ")+" instead of "+strings.Join(a, " or "))
		}
	}
}

// walked says whether the step has states of its own.
func (r *reading) walked(name string) bool {
	if r.start == name || len(r.flow[name]) > 0 {
		return true
	}
	for _, to := range r.flow {
		if slices.Contains(to, name) {
			return true
		}
	}
	return false
}

// reach are the kept steps, or the end, that come first on every way from a set of steps.
func (r *reading) reach(from []string, of func(string) string, kept map[string]bool) []string {
	var out []string
	seen := map[string]bool{}
	var walk func(name string)
	walk = func(name string) {
		if seen[name] {
			return
		}
		seen[name] = true
		if name == end {
			out = append(out, end)
			return
		}
		if n := of(name); kept[n] {
			out = append(out, n)
			return
		}
		next := r.flow[name]
		if len(next) == 0 {
			out = append(out, end)
		}
		for _, n := range next {
			walk(n)
		}
	}
	if len(from) == 0 {
		return []string{end}
	}
	for _, name := range from {
		walk(name)
	}
	slices.Sort(out)
	return slices.Compact(out)
}
