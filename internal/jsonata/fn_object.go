package jsonata

func fnKeys(r *run, a []Value) (Value, error) {
	var out []Value
	seen := map[string]bool{}
	var collect func(v Value) error
	collect = func(v Value) error {
		if err := r.tick(v.Len() + 1); err != nil {
			return err
		}
		for _, item := range v.items() {
			if err := collect(item); err != nil {
				return err
			}
		}
		for _, m := range v.members() {
			if !seen[m.Key] {
				seen[m.Key] = true
				out = append(out, String(m.Key))
			}
		}
		return nil
	}
	if err := collect(a[0]); err != nil {
		return Nothing, err
	}
	return r.array(out, markSequence)
}

func fnLookup(r *run, a []Value) (Value, error) {
	if a[1].k != KindString {
		return r.lookup(a[0], "undefined")
	}
	return r.lookup(a[0], a[1].Str())
}

func fnSpread(r *run, a []Value) (Value, error) {
	switch v := a[0]; v.k {
	case KindObject:
		out, err := r.spread(nil, v)
		if err != nil {
			return Nothing, err
		}
		return r.array(out, markSequence)
	case KindArray:
		out, err := r.spread(nil, v)
		if err != nil {
			return Nothing, err
		}
		if len(v.items()) == 0 {
			return emptySequence, nil
		}
		return r.array(out, 0)
	default:
		return v, nil
	}
}

func (r *run) spread(out []Value, v Value) ([]Value, error) {
	if err := r.tick(v.Len() + 1); err != nil {
		return nil, err
	}
	switch v.k {
	case KindObject:
		for _, m := range v.members() {
			b := newObjectBuilder(1)
			b.add(m.Key, m.Value)
			out = append(out, b.value())
		}
		return out, r.spend(v.Len() * (memberBytes + 64))
	case KindArray:
		var err error
		for _, item := range v.items() {
			if out, err = r.spread(out, item); err != nil {
				return nil, err
			}
		}
		return out, nil
	default:
		return append(out, v), nil
	}
}

func fnMerge(r *run, a []Value) (Value, error) {
	if a[0].k == KindNothing {
		return Nothing, nil
	}
	size := 0
	for _, o := range a[0].items() {
		size += o.Len()
	}
	if err := r.tick(size); err != nil {
		return Nothing, err
	}
	b := newObjectBuilder(size)
	for i, o := range a[0].items() {
		if i == 0 && b.o.index == nil { // its keys are all different
			b.o.members = append(b.o.members, o.members()...)
			b.deepest = max(b.deepest, o.depth()-min(o.depth(), 1))
			continue
		}
		for _, m := range o.members() {
			b.set(m.Key, m.Value)
		}
	}
	return r.object(&b)
}

func fnSift(r *run, a []Value) (Value, error) {
	b := newObjectBuilder(0)
	for _, m := range a[0].members() {
		if err := r.tick(1); err != nil {
			return Nothing, err
		}
		keep, err := r.holds(a[1], m.Value, String(m.Key), a[0])
		if err != nil {
			return Nothing, err
		}
		if keep {
			b.set(m.Key, m.Value)
		}
	}
	if len(b.o.members) == 0 {
		return Nothing, nil
	}
	return r.object(&b)
}

func fnEach(r *run, a []Value) (Value, error) {
	var out []Value
	for _, m := range a[0].members() {
		if err := r.tick(1); err != nil {
			return Nothing, err
		}
		v, err := r.call3(a[1], m.Value, String(m.Key), a[0])
		if err != nil {
			return Nothing, err
		}
		if v.k != KindNothing {
			out = append(out, v)
		}
	}
	return r.array(out, markSequence)
}

func fnType(_ *run, a []Value) (Value, error) {
	switch v := a[0]; v.k {
	case KindNothing:
		return Nothing, nil
	case KindNumber:
		ok, err := numeric(v.Num())
		if !ok {
			return String("object"), err // NaN, in the reference
		}
		return String("number"), nil
	default:
		return String(v.k.String()), nil
	}
}

func fnError(_ *run, a []Value) (Value, error) {
	message := a[0].Str()
	if message == "" {
		message = "$error() function evaluated"
	}
	return Nothing, fail("D3137", "error", Nothing, "%s", message)
}

func fnAssert(_ *run, a []Value) (Value, error) {
	if a[0].Bool() {
		return Nothing, nil
	}
	message := a[1].Str()
	if message == "" {
		message = "$assert() statement failed"
	}
	return Nothing, fail("D3141", "assert", Nothing, "%s", message)
}

// fnClone copies through JSON, as the reference does: functions become "" and
// numbers keep 15 digits.
func fnClone(r *run, a []Value) (Value, error) {
	if a[0].k == KindNothing {
		return Nothing, nil
	}
	s, err := r.stringOf(a[0], false)
	if err != nil {
		return Nothing, err
	}
	return ParseJSON([]byte(s.Str()))
}
