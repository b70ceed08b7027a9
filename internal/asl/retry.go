package asl

import (
	"slices"

	"github.com/senda-dev/senda/internal/jsonata"
)

// retry reads the Retriers of a state.
func (o *object) retry() []Retrier {
	items := o.list("Retry")
	var retry []Retrier
	for i, v := range items {
		r, ok := o.p.object(index(o.at("Retry"), i), v)
		if !ok {
			continue
		}
		retrier := Retrier{Comment: r.text("Comment"), ErrorEquals: r.errorEquals(i == len(items)-1)}
		retrier.IntervalSeconds = r.integer("IntervalSeconds", 1, MaxInterval)
		if v := r.get("MaxAttempts"); v.Kind() != jsonata.KindNothing {
			n := r.integer("MaxAttempts", 0, MaxAttempts)
			retrier.MaxAttempts = &n
		}
		switch v := r.get("BackoffRate"); {
		case v.Kind() == jsonata.KindNothing:
		case v.Kind() != jsonata.KindNumber || v.Num() < 1:
			r.errorf("BackoffRate", "must be a number of at least 1")
		default:
			retrier.BackoffRate = v.Num()
		}
		retrier.MaxDelaySeconds = r.integer("MaxDelaySeconds", 1, MaxRetryDelay-1)
		if most := retrier.MaxDelaySeconds; most > 0 && most <= max(retrier.IntervalSeconds, DefaultInterval) {
			r.errorf("MaxDelaySeconds", "must be greater than IntervalSeconds")
		}
		retrier.JitterStrategy = r.oneOf("JitterStrategy", "NONE", "FULL")
		r.done()
		retry = append(retry, retrier)
	}
	return retry
}

// catch reads the Catchers of a state.
func (o *object) catch() []Catcher {
	items := o.list("Catch")
	var catch []Catcher
	for i, v := range items {
		c, ok := o.p.object(index(o.at("Catch"), i), v)
		if !ok {
			continue
		}
		catcher := Catcher{Comment: c.text("Comment"), ErrorEquals: c.errorEquals(i == len(items)-1)}
		extra := reads{errorOutput: true}
		catcher.Output, catcher.Assign = c.output(extra), c.assignJSONata(extra)
		catcher.Next = c.required("Next")
		c.done()
		catch = append(catch, catcher)
	}
	return catch
}

// errorEquals reads the names of errors; States.ALL stands alone and last.
func (o *object) errorEquals(last bool) []string {
	var names []string
	for i, v := range o.list("ErrorEquals") {
		if v.Kind() != jsonata.KindString {
			o.p.errorf(index(o.at("ErrorEquals"), i), "must be a string")
			continue
		}
		names = append(names, v.Str())
	}
	switch all := slices.Contains(names, "States.ALL"); {
	case len(names) == 0 && (!o.has("ErrorEquals") || o.v.Get("ErrorEquals").Len() == 0):
		o.errorf("ErrorEquals", "must name at least one error")
	case all && len(names) > 1:
		o.errorf("ErrorEquals", "States.ALL must stand alone")
	case all && !last:
		o.errorf("ErrorEquals", "States.ALL must be in the last entry")
	}
	return names
}
