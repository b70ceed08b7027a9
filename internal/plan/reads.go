package plan

import (
	"maps"
	"slices"

	"github.com/senda-dev/senda/internal/journey"
)

// Reads is what an expression, or several, need to know. Lists are sorted.
type Reads struct {
	Attributes []string // of the person
	Facts      []string
	Consent    []string // "brand.purpose"
	// Mails are the steps of mails and offers whose later outcomes are asked: what a
	// facts task reads, not what the step itself answered.
	Mails []string
	// Steps are those whose own answers are read.
	Steps []string
	// Is are the conditions that a facts task evaluates, by name.
	Is map[string]*Cond
	// Entry and Event: fields of the entry's event, of the event at hand.
	Entry, Event bool
}

// Asks says whether a facts task must have run.
func (r Reads) Asks() bool {
	return len(r.Attributes)+len(r.Facts)+len(r.Consent)+len(r.Mails)+len(r.Is) > 0
}

// add makes r the union of both.
func (r *Reads) add(o Reads) {
	r.Attributes = union(r.Attributes, o.Attributes)
	r.Facts = union(r.Facts, o.Facts)
	r.Consent = union(r.Consent, o.Consent)
	r.Mails = union(r.Mails, o.Mails)
	r.Steps = union(r.Steps, o.Steps)
	if len(o.Is) > 0 {
		if r.Is == nil {
			r.Is = map[string]*Cond{}
		}
		maps.Copy(r.Is, o.Is)
	}
	r.Entry, r.Event = r.Entry || o.Entry, r.Event || o.Event
}

func union(a, b []string) []string {
	if len(b) == 0 {
		return a
	}
	out := slices.Concat(a, b)
	slices.Sort(out)
	return slices.Compact(out)
}

// Of says what the expressions need; nil ones need nothing. event is the await
// whose event they mean, empty where the event is at hand.
func Of(event string, exprs ...*journey.Expr) Reads {
	var r Reads
	for _, e := range exprs {
		if e == nil {
			continue
		}
		for _, ref := range e.Refs {
			r.add(of(ref, event))
		}
	}
	return r
}

// Later says whether an outcome becomes known only after its step has run: a
// facts task reads it. The others are in the step's own answer.
func Later(ref journey.Ref) bool {
	outcome := ""
	if len(ref.Path) > 0 {
		outcome = ref.Path[0]
	}
	return ref.Kind == journey.RefAnswer ||
		ref.Kind == journey.RefMail && outcome != "sent" && outcome != "refused" && outcome != "reason" ||
		ref.Kind == journey.RefOffer && outcome == "used"
}

func of(ref journey.Ref, event string) Reads {
	switch ref.Kind {
	case journey.RefPerson:
		return Reads{Attributes: ref.Path[:1]}
	case journey.RefFact:
		return Reads{Facts: ref.Path[:1]}
	case journey.RefConsent:
		return Reads{Consent: []string{ref.Brand + "." + ref.Purpose}}
	case journey.RefEntry:
		return Reads{Entry: true}
	case journey.RefEvent:
		if event == "" {
			return Reads{Event: true}
		}
		return Reads{Steps: []string{event}}
	case journey.RefMail, journey.RefAnswer, journey.RefOffer:
		if Later(ref) {
			return Reads{Mails: []string{ref.Step}}
		}
		return Reads{Steps: []string{ref.Step}}
	case journey.RefScore:
		return Reads{Steps: []string{ref.Step}}
	case journey.RefSplit:
		// The way is in the execution's input.
	}
	return Reads{}
}
