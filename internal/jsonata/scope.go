package jsonata

import "slices"

// compiler turns a tree into closures. Of several errors it keeps the first.
type compiler struct {
	frame *frameInfo
	scope *scope
	free  []string
	err   error
}

// frameInfo is what is known of a frame while compiling: how many slots it
// needs and which frame it hangs below.
type frameInfo struct {
	up   *frameInfo
	size int
}

func (i *frameInfo) slot() int { i.size++; return i.size - 1 }

// scope is one environment of the reference: the outermost, a function, a
// block, or the tuple of a path with bindings. Several share a frame.
type scope struct {
	up    *scope
	frame *frameInfo
	names map[string]int // slots in the frame
	// certain names hold a value whenever they are read, so the search for a
	// name ends there. Others are bound by a := that may not have run.
	certain map[string]bool
}

func (c *compiler) fail(err error) fn {
	if c.err == nil {
		c.err = err
	}
	return func(*frame, Value) (Value, error) { return Nothing, err }
}

// enter begins a scope, in a frame of its own or in the current one.
func (c *compiler) enter(ownFrame bool) *scope {
	info := c.frame
	if ownFrame {
		info = &frameInfo{up: c.frame}
	}
	s := &scope{up: c.scope, frame: info, names: map[string]int{}, certain: map[string]bool{}}
	c.scope, c.frame = s, info
	return s
}

func (c *compiler) leave(outer *scope) {
	c.scope, c.frame = outer, outer.frame
}

// declare gives a slot to each variable that n binds in the current scope.
func (c *compiler) declare(n Node) {
	Walk(n, func(n Node) bool {
		switch n := n.(type) {
		case *Block, *Lambda:
			return false // have a scope of their own
		case *Bind:
			c.bindName(n.Variable.Name)
		}
		return true
	})
}

func (c *compiler) bindName(name string) int {
	slot, ok := c.scope.names[name]
	if !ok {
		slot = c.scope.frame.slot()
		c.scope.names[name] = slot
	}
	return slot
}

// rebinds says whether the outermost scope assigns to a variable it is given.
func (c *compiler) rebinds(n Node, vars []string) bool {
	found := false
	Walk(n, func(n Node) bool {
		if b, ok := n.(*Bind); ok && slices.Contains(vars, b.Variable.Name) {
			found = true
		}
		return !found
	})
	return found
}

// holdsFrames says whether evaluating n may make a function that keeps the
// frames of its surroundings alive.
func holdsFrames(n Node) bool {
	found := false
	Walk(n, func(n Node) bool {
		switch n.(type) {
		case *Lambda, *Transform:
			found = true
		}
		return !found
	})
	return found
}

// place says where a variable may be: so many frames up, in a slot.
type place struct{ hops, slot int }

// find lists the places of a name, the innermost first; complete says that the
// last of them surely holds a value.
func (c *compiler) find(name string) (places []place, complete bool) {
	hops, info := 0, c.frame
	for s := c.scope; s != nil; s = s.up {
		for info != s.frame {
			info = info.up
			hops++
		}
		slot, ok := s.names[name]
		if !ok {
			continue
		}
		places = append(places, place{hops, slot})
		if s.certain[name] {
			return places, true
		}
	}
	return places, false
}

// variable compiles the reading of $name, without collapsing sequences.
func (c *compiler) variable(name string) fn {
	if name == "" {
		return func(_ *frame, in Value) (Value, error) {
			if in.has(markOuter) {
				return in.At(0), nil
			}
			return in, nil
		}
	}
	places, complete := c.find(name)
	fallback := Nothing
	if !complete {
		if name == "$" {
			return readOr(places, func(f *frame, _ Value) (Value, error) { return f.run.root, nil })
		}
		if b, ok := builtins[name]; ok {
			fallback = b
		} else if len(places) == 0 {
			c.free = append(c.free, name)
		}
	}
	if len(places) == 0 {
		return constant(fallback)
	}
	if len(places) == 1 && complete {
		return readSlot(places[0])
	}
	return readOr(places, constant(fallback))
}

func constant(v Value) fn {
	return func(*frame, Value) (Value, error) { return v, nil }
}

func readSlot(at place) fn {
	slot := at.slot
	switch at.hops {
	case 0:
		return func(f *frame, _ Value) (Value, error) { return f.slots[slot], nil }
	case 1:
		return func(f *frame, _ Value) (Value, error) { return f.up.slots[slot], nil }
	}
	return func(f *frame, _ Value) (Value, error) {
		for range at.hops {
			f = f.up
		}
		return f.slots[slot], nil
	}
}

// readOr reads the first place that a := has reached.
func readOr(places []place, otherwise fn) fn {
	if len(places) == 0 {
		return otherwise
	}
	return func(f *frame, in Value) (Value, error) {
		at, hops := f, 0
		for _, p := range places {
			for ; hops < p.hops; hops++ {
				at = at.up
			}
			if v := at.slots[p.slot]; v.k != kindUnset {
				return v, nil
			}
		}
		return otherwise(f, in)
	}
}

// unset returns what resets the slots of a scope when it is entered.
func unset(slots []int) func(f *frame) {
	switch len(slots) {
	case 0:
		return nil
	case 1:
		slot := slots[0]
		return func(f *frame) { f.slots[slot] = Value{k: kindUnset} }
	}
	return func(f *frame) {
		for _, s := range slots {
			f.slots[s] = Value{k: kindUnset}
		}
	}
}

func slotsOf(s *scope) []int {
	var slots []int
	for name, slot := range s.names {
		if !s.certain[name] {
			slots = append(slots, slot)
		}
	}
	slices.Sort(slots)
	return slots
}
