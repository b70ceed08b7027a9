package jsonata

// slot is one use of the parent operator, %: which step's input it stands for.
// level says how many steps up that still is while the step is looked for.
type slot struct {
	label string
	level int
}

func noParent(s *sym) *Error {
	return errorAt("S0217", s.pos, s.end, "the parent, %%, cannot be derived from this expression")
}

// seekParent goes one node up for a slot; where the slot's level reaches 0 the
// node remembers its input under the slot's label.
func seekParent(s *sym, sl *slot) (*slot, error) {
	switch s.typ {
	case symName, symWildcard:
		if sl.level--; sl.level == 0 {
			if s.ancestor != nil {
				sl.label = s.ancestor.label
			}
			s.ancestor = sl
			s.tuple = true
		}
	case symParent:
		sl.level++
	case symBlock:
		if n := len(s.items); n > 0 {
			s.tuple = true
			return seekParent(s.items[n-1], sl)
		}
	case symPath:
		s.tuple = true
		var err error
		i := len(s.steps) - 1
		sl, err = seekParent(s.steps[i], sl)
		for i--; err == nil && sl.level > 0 && i >= 0; i-- {
			sl, err = seekParent(s.steps[i], sl)
		}
		return sl, err
	default:
		return nil, noParent(s)
	}
	return sl, nil
}

// pushAncestry makes the unresolved parents of part those of s.
func pushAncestry(s, part *sym) {
	slots := part.seeking
	if part.typ == symParent {
		slots = append(slots[:len(slots):len(slots)], part.slot)
	}
	s.seeking = append(s.seeking, slots...)
}

// resolveAncestry looks among the steps of a path for the ones that the
// parents in its last step stand for.
func resolveAncestry(path *sym) error {
	last := path.steps[len(path.steps)-1]
	slots := last.seeking
	if last.typ == symParent {
		slots = append(slots[:len(slots):len(slots)], last.slot)
	}
	for _, sl := range slots {
		i := len(path.steps) - 2
		for sl.level > 0 {
			if i < 0 {
				path.seeking = append(path.seeking, sl)
				break
			}
			step := path.steps[i]
			i--
			// Steps in a row that bind their focus all stay at one place.
			for i >= 0 && step.focus != "" && path.steps[i].focus != "" {
				step = path.steps[i]
				i--
			}
			var err error
			if sl, err = seekParent(step, sl); err != nil {
				return err
			}
		}
	}
	return nil
}
