package asl

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
// warns of those that nothing leads to.
func (p *parser) targets(o *object, f *Flow) {
	// States that could not be read still exist.
	exists := func(name string) bool { return o.v.Get("States").Get(name).Kind() != 0 }
	if f.StartAt != "" && !exists(f.StartAt) {
		o.errorf("StartAt", "there is no state %q here", f.StartAt)
	}
	reached := map[string]bool{f.StartAt: true}
	for _, s := range f.States {
		for _, t := range successors(pointer(o.at("States"), s.Base().Name), s) {
			if !exists(t.name) {
				p.errorf(t.path, "there is no state %q here", t.name)
			}
			reached[t.name] = true
		}
	}
	for name := range o.v.Get("States").Members() {
		if !reached[name] {
			p.warnf(pointer(o.at("States"), name), "no state leads here")
		}
	}
}
