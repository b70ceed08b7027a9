package asl

import "github.com/senda-dev/senda/internal/jsonata"

// successors lists where a state may lead, each with the path of the field.
func successors(path string, s State) []target {
	var to []target
	next := func(path, name string) {
		if name != "" {
			to = append(to, target{pointer(path, "Next"), name})
		}
	}
	catch := func(catchers []Catcher) {
		for i, c := range catchers {
			next(index(pointer(path, "Catch"), i), c.Next)
		}
	}
	switch s := s.(type) {
	case *Task:
		next(path, s.Next)
		catch(s.Catch)
	case *Pass:
		next(path, s.Next)
	case *Choice:
		for i, r := range s.Choices {
			next(index(pointer(path, "Choices"), i), r.Next)
		}
		if s.Default != "" {
			to = append(to, target{pointer(path, "Default"), s.Default})
		}
	case *Wait:
		next(path, s.Next)
	case *Parallel:
		next(path, s.Next)
		catch(s.Catch)
	case *Map:
		next(path, s.Next)
		catch(s.Catch)
	case *Succeed, *Fail:
	}
	return to
}

type target struct{ path, name string }

// targets checks that every state that is named exists in the same flow, and
// warns of those that no way from the start leads to.
func (p *parser) targets(o *object, f *Flow) {
	// States that could not be read still exist.
	exists := func(name string) bool { return o.v.Get("States").Get(name).Kind() != jsonata.KindNothing }
	if f.StartAt != "" && !exists(f.StartAt) {
		o.errorf("StartAt", "there is no state %q here", f.StartAt)
	}
	next := map[string][]target{}
	for _, s := range f.States {
		name := s.Base().Name
		next[name] = successors(pointer(o.at("States"), name), s)
		for _, t := range next[name] {
			if !exists(t.name) {
				p.errorf(t.path, "there is no state %q here", t.name)
			}
		}
	}
	reached := map[string]bool{f.StartAt: true}
	for todo := []string{f.StartAt}; len(todo) > 0; {
		for _, t := range next[todo[0]] {
			if !reached[t.name] {
				reached[t.name] = true
				todo = append(todo, t.name)
			}
		}
		todo = todo[1:]
	}
	for name := range o.v.Get("States").Members() {
		if !reached[name] {
			p.warnf(pointer(o.at("States"), name), "nothing leads here from the start")
		}
	}
}
