package task

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"time"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/asl"
	"github.com/senda-dev/senda/internal/jsonata"
)

// Instant spells an instant as machines and functions exchange it: RFC 3339 in UTC
// with milliseconds, or with as many decimals as it has. A Wait state and
// $toMillis take both.
func Instant(t time.Time) string {
	t = t.UTC()
	if t.Nanosecond()%int(time.Millisecond) == 0 {
		return asl.Timestamp(t)
	}
	return t.Format(time.RFC3339Nano)
}

// writer collects the members of an object in order.
type writer struct{ members []jsonata.Member }

func (w *writer) value(key string, v jsonata.Value) {
	w.members = append(w.members, jsonata.Member{Key: key, Value: v})
}
func (w *writer) text(key, s string)               { w.value(key, jsonata.String(s)) }
func (w *writer) number(key string, n float64)     { w.value(key, jsonata.Number(n)) }
func (w *writer) time(key string, t time.Time)     { w.text(key, Instant(t)) }
func (w *writer) list(key string, list []string)   { w.value(key, textList(list)) }
func (w *writer) object() jsonata.Value            { return jsonata.Object(w.members...) }
func (w *writer) with(key string, v jsonata.Value) { w.value(key, objectOr(v)) }

// optional leaves an empty text out.
func (w *writer) optional(key, s string) {
	if s != "" {
		w.text(key, s)
	}
}

func who(p senda.PersonID, e senda.EntryID, bundle string, pace senda.Pace) jsonata.Value {
	w := writer{}
	w.text("person", string(p))
	w.text("entry", string(e))
	w.text("bundle", bundle)
	w.number("pace", float64(pace))
	return w.object()
}

func textList(list []string) jsonata.Value {
	items := make([]jsonata.Value, len(list))
	for i, s := range list {
		items[i] = jsonata.String(s)
	}
	return jsonata.Array(items...)
}

func texts(m map[string]string) jsonata.Value {
	w := writer{}
	for _, k := range slices.Sorted(maps.Keys(m)) {
		w.text(k, m[k])
	}
	return w.object()
}

func dues(m map[string]senda.Due) jsonata.Value {
	w := writer{}
	for _, k := range slices.Sorted(maps.Keys(m)) {
		w.value(k, DueValue(m[k]))
	}
	return w.object()
}

// DueValue is the end of a pause as it travels.
func DueValue(d senda.Due) jsonata.Value {
	w := writer{}
	w.time("until", d.Until)
	w.time("real", d.Real)
	return w.object()
}

// SpecsValue are the pauses of Head.Next as they travel, sorted by name.
func SpecsValue(m map[string]senda.PauseSpec) jsonata.Value {
	w := writer{}
	for _, k := range slices.Sorted(maps.Keys(m)) {
		w.value(k, specValue(m[k]))
	}
	return w.object()
}

func specValue(s senda.PauseSpec) jsonata.Value {
	w := writer{}
	w.optional("for", s.For)
	w.optional("until", s.Until)
	w.optional("default", s.Default)
	if s.Open != nil {
		o := writer{}
		o.text("brand", s.Open.Brand)
		o.text("purpose", s.Open.Purpose)
		o.optional("window", s.Open.Window)
		w.value("open", o.object())
	}
	return w.object()
}

// ListensValue are the events that end a pause as they travel.
func ListensValue(list []senda.Listen) jsonata.Value {
	items := make([]jsonata.Value, len(list))
	for i, l := range list {
		w := writer{}
		w.text("event", l.Event)
		w.optional("step", l.Step)
		w.optional("if", l.If)
		items[i] = w.object()
	}
	return jsonata.Array(items...)
}

// reader takes an object apart and keeps the first thing that is wrong with it.
// A message is machine-made, so its places are named and its content is not.
type reader struct {
	op  string
	v   jsonata.Value
	err error
	why string // what err says without op
}

func newReader(op string, v jsonata.Value) *reader {
	r := &reader{op: op, v: v}
	if v.Kind() != jsonata.KindObject {
		r.fail("the message is no object")
	}
	return r
}

func (r *reader) fail(format string, args ...any) {
	if r.err == nil {
		r.why = fmt.Sprintf(format, args...)
		r.err = senda.Errorf(senda.Invalid, r.op, "%s", r.why)
	}
}

// get returns a member of the wanted kind. An absent one is Nothing, and is wrong
// only when it is needed.
func (r *reader) get(key string, kind jsonata.Kind, needed bool) jsonata.Value {
	v := r.v.Get(key)
	if v.Kind() == kind {
		return v
	}
	if needed || v.Kind() != jsonata.KindNothing {
		r.fail("%q is missing or not of kind %s", key, kind)
	}
	return jsonata.Nothing
}

// version accepts this version and the one before it.
func (r *reader) version() int {
	n := r.whole("v", 1)
	if r.err == nil && (n > Version || n < Version-1) {
		r.fail("it has version %d of the contract, this function serves %d and %d", n, Version-1, Version)
	}
	return n
}

// whole reads a whole number of at least least.
func (r *reader) whole(key string, least int) int {
	f := r.get(key, jsonata.KindNumber, true).Num()
	if r.err == nil && (f != math.Trunc(f) || f < float64(least) || f > math.MaxInt32) {
		r.fail("%q is not a whole number from %d on", key, least)
		return 0
	}
	return int(f)
}

func (r *reader) text(key string) string {
	s := r.get(key, jsonata.KindString, true).Str()
	if s == "" {
		r.fail("%q is empty", key)
	}
	return s
}

func (r *reader) optional(key string) string { return r.get(key, jsonata.KindString, false).Str() }

func (r *reader) time(key string) time.Time {
	s := r.text(key)
	t, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		r.fail("%q is not an instant", key)
		return time.Time{}
	}
	return t.UTC()
}

func (r *reader) list(key string) []string {
	v := r.get(key, jsonata.KindArray, false)
	var out []string
	for _, e := range v.Elements() {
		if e.Kind() != jsonata.KindString {
			r.fail("%q holds something that is no text", key)
			return nil
		}
		out = append(out, e.Str())
	}
	return out
}

func (r *reader) textMap(key string) map[string]string {
	v := r.get(key, jsonata.KindObject, false)
	if v.Len() == 0 {
		return nil
	}
	out := make(map[string]string, v.Len())
	for k, e := range v.Members() {
		if e.Kind() != jsonata.KindString {
			r.fail("%q holds something that is no text", key)
			return nil
		}
		out[k] = e.Str()
	}
	return out
}

// inside reads a member as an object of its own.
func (r *reader) inside(name string, v jsonata.Value, read func(*reader)) {
	in := newReader(r.op, v)
	read(in)
	if in.err != nil {
		r.fail("in %q: %s", name, in.why)
	}
}

func (r *reader) who() (p senda.PersonID, e senda.EntryID, bundle string, pace senda.Pace) {
	r.inside("who", r.v.Get("who"), func(r *reader) {
		p, e, bundle = senda.PersonID(r.text("person")), senda.EntryID(r.text("entry")), r.text("bundle")
		pace = senda.Pace(r.get("pace", jsonata.KindNumber, true).Num())
		if !(pace > 0) || math.IsInf(float64(pace), 0) {
			r.fail("\"pace\" is not greater than 0")
		}
	})
	return p, e, bundle, pace
}

func (r *reader) due(key string) senda.Due {
	var d senda.Due
	r.inside(key, r.v.Get(key), func(r *reader) { d = senda.Due{Until: r.time("until"), Real: r.time("real")} })
	return d
}

func (r *reader) dues(key string) map[string]senda.Due {
	v := r.get(key, jsonata.KindObject, false)
	if v.Len() == 0 {
		return nil
	}
	out := make(map[string]senda.Due, v.Len())
	r.inside(key, v, func(r *reader) {
		for name := range v.Members() {
			out[name] = r.due(name)
		}
	})
	return out
}

func (r *reader) specs(key string) map[string]senda.PauseSpec {
	v := r.get(key, jsonata.KindObject, false)
	if v.Len() == 0 {
		return nil
	}
	out := make(map[string]senda.PauseSpec, v.Len())
	for name, e := range v.Members() {
		r.inside(key, e, func(r *reader) { out[name] = r.spec() })
	}
	return out
}

func (r *reader) spec() senda.PauseSpec {
	s := senda.PauseSpec{For: r.optional("for"), Until: r.optional("until"), Default: r.optional("default")}
	if (s.For == "") == (s.Until == "") {
		r.fail("a pause has either \"for\" or \"until\"")
	}
	if v := r.get("open", jsonata.KindObject, false); v.Len() > 0 {
		r.inside("open", v, func(r *reader) {
			s.Open = &senda.Opening{Brand: r.text("brand"), Purpose: r.text("purpose"), Window: r.optional("window")}
		})
	}
	return s
}

func (r *reader) listens(key string) []senda.Listen {
	v := r.get(key, jsonata.KindArray, false)
	var out []senda.Listen
	for i, e := range v.Elements() {
		r.inside(fmt.Sprintf("%s[%d]", key, i), e, func(r *reader) {
			out = append(out, senda.Listen{Event: r.text("event"), Step: r.optional("step"), If: r.optional("if")})
		})
	}
	return out
}
