package asl

import (
	"fmt"
	"math"
	"slices"
	"strconv"

	"github.com/senda-dev/senda/internal/jsonata"
)

// object reads the fields of one JSON object and remembers which it has read,
// so that the rest can be reported.
type object struct {
	p    *parser
	path string
	v    jsonata.Value
	read []string
}

func (p *parser) object(path string, v jsonata.Value) (*object, bool) {
	if v.Kind() != jsonata.KindObject {
		p.errorf(path, "must be an object")
		return nil, false
	}
	return &object{p: p, path: path, v: v}, true
}

func (o *object) at(key string) string { return pointer(o.path, key) }

func (o *object) errorf(key, format string, args ...any) {
	o.p.errorf(o.at(key), format, args...)
}

func (o *object) has(key string) bool { return o.v.Get(key).Kind() != jsonata.KindNothing }

// get reads a field of any kind; Nothing when absent.
func (o *object) get(key string) jsonata.Value {
	o.read = append(o.read, key)
	return o.v.Get(key)
}

// text reads a string; an absent one is empty.
func (o *object) text(key string) string {
	v := o.get(key)
	if k := v.Kind(); k != jsonata.KindString && k != jsonata.KindNothing {
		o.errorf(key, "must be a string")
	}
	return v.Str()
}

func (o *object) required(key string) string {
	s := o.text(key)
	if !o.has(key) {
		o.errorf(key, "is missing")
	} else if s == "" && o.v.Get(key).Kind() == jsonata.KindString {
		o.errorf(key, "must not be empty")
	}
	return s
}

// oneOf reads a string of a closed set; an absent one is empty.
func (o *object) oneOf(key string, allowed ...string) string {
	s := o.text(key)
	if s != "" && !slices.Contains(allowed, s) {
		o.errorf(key, "must be one of %v, not %q", allowed, s)
		return ""
	}
	return s
}

// integer reads a whole number within bounds; an absent one is zero.
func (o *object) integer(key string, low, high int) int {
	v := o.get(key)
	if v.Kind() == jsonata.KindNothing {
		return 0
	}
	if reason := notInteger(v, low, high); reason != "" {
		o.errorf(key, "%s", reason)
		return 0
	}
	return int(v.Num())
}

// notInteger says why v is no whole number within bounds, or nothing.
func notInteger(v jsonata.Value, low, high int) string {
	n := v.Num()
	switch {
	case v.Kind() != jsonata.KindNumber || n != math.Trunc(n):
		return "must be a whole number"
	case n < float64(low) || n > float64(high):
		return fmt.Sprintf("must be from %d to %d", low, high)
	}
	return ""
}

// number reads a whole number within bounds or an expression.
func (o *object) number(key string, low, high int) jsonata.Value {
	v := o.get(key)
	if v.Kind() == jsonata.KindNothing || o.expression(key, v) {
		return v
	}
	if reason := notInteger(v, low, high); reason != "" {
		o.errorf(key, "%s or a JSONata expression", reason)
		return jsonata.Nothing
	}
	return v
}

// expression says whether v is a JSONata expression, and checks it.
func (o *object) expression(key string, v jsonata.Value) bool {
	if v.Kind() != jsonata.KindString || o.p.language != JSONata {
		return false
	}
	source, is := Expression(v.Str())
	if is {
		o.p.expression(o.at(key), source, reads{})
	}
	return is
}

// template reads any JSON and checks the expressions in it. extra says which
// members of $states the field may read beside input and context.
func (o *object) template(key string, extra reads) jsonata.Value {
	v := o.get(key)
	o.p.template(o.at(key), v, extra)
	return v
}

// assign reads the object whose keys are variables.
func (o *object) assign(extra reads) jsonata.Value {
	v := o.get("Assign")
	if v.Kind() == jsonata.KindNothing {
		return v
	}
	if v.Kind() != jsonata.KindObject {
		o.errorf("Assign", "must be an object whose keys are variables")
		return jsonata.Nothing
	}
	for name := range v.Members() {
		if reason := notVariable(name); reason != "" {
			o.p.errorf(pointer(o.at("Assign"), name), "%s", reason)
		}
		o.p.assigned(name, pointer(o.at("Assign"), name))
	}
	o.p.template(o.at("Assign"), v, extra)
	return v
}

// list reads an array; absent and wrong ones are empty.
func (o *object) list(key string) []jsonata.Value {
	v := o.get(key)
	if k := v.Kind(); k != jsonata.KindArray && k != jsonata.KindNothing {
		o.errorf(key, "must be an array")
		return nil
	}
	items := make([]jsonata.Value, 0, v.Len())
	for _, item := range v.Elements() {
		items = append(items, item)
	}
	return items
}

func index(path string, i int) string { return path + "/" + strconv.Itoa(i) }

// done reports the fields that nobody has read.
func (o *object) done() {
	for key := range o.v.Members() {
		if slices.Contains(o.read, key) {
			continue
		}
		switch {
		case slices.Contains(pathFields, key) && o.p.language == JSONata:
			o.errorf(key, "belongs to JSONPath; this state is in JSONata")
		case slices.Contains(pathFields, key):
			o.errorf(key, "is JSONPath, which is not understood here; set QueryLanguage to JSONata")
		default:
			o.errorf(key, "is not a field that is known here")
		}
	}
}

// pathFields are the fields that only JSONPath states have, those of Choice
// rules apart (a JSONPath Choice is refused whole).
var pathFields = []string{
	"InputPath", "Parameters", "ResultSelector", "ResultPath", "OutputPath", "Result", "ItemsPath",
	"MaxConcurrencyPath", "ToleratedFailureCountPath", "ToleratedFailurePercentagePath",
	"TimeoutSecondsPath", "HeartbeatSecondsPath", "SecondsPath", "TimestampPath", "ErrorPath", "CausePath",
	"Variable", "And", "Or", "Not",
}
