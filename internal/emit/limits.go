package emit

import (
	"strings"
	"unicode/utf8"

	"github.com/senda-dev/senda/internal/asl"
	"github.com/senda-dev/senda/internal/diag"
	"github.com/senda-dev/senda/internal/journey"
)

// What AWS does not take (https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html).
const (
	TooLarge     diag.Code = "E001" // a definition of more than a megabyte
	LongName     diag.Code = "E002" // a state whose name has more than 80 characters
	LongHistory  diag.Code = "E003" // an execution that may have more than 25,000 events
	Substitution diag.Code = "E004" // ${ in a text, which a template would replace
	TravelsWith  diag.Code = "E005" // a personal value that would have to travel through the machine
)

// MaxHistory is how many events the history of an execution may have.
const MaxHistory = 25_000

func (e *emitter) limits(m *asl.Machine) diag.List {
	var found diag.List
	for _, s := range m.States {
		name := s.Base().Name
		if n := utf8.RuneCountInString(name); n > asl.MaxNameLength {
			found.Add(LongName.At(e.pos(name), "the state %q would have a name of %d characters, Step Functions takes %d", name, n, asl.MaxNameLength).
				Try("give the step a shorter name with as:"))
		}
	}
	if size := len(m.Encode()); size > asl.MaxDefinitionBytes {
		found.Add(TooLarge.At(e.Journey.Name.Pos, "the state machine has %d KB, Step Functions takes %d", size>>10, asl.MaxDefinitionBytes>>10).
			Try("divide the journey in two, the second entered by an event that the first emits"))
	}
	if n := Events(m, e.Holds); n > MaxHistory {
		found.Add(LongHistory.At(e.Journey.Name.Pos, "an execution may have %d events with all holds and retries, Step Functions takes %d", n, MaxHistory).
			Try("divide the journey in two, the second entered by an event that the first emits"))
	}
	found = append(found, e.texts()...)
	return found
}

// pos is where the step stands after which a state is named.
func (e *emitter) pos(state string) diag.Pos {
	name, _, _ := strings.Cut(state, " ")
	for _, s := range e.Steps {
		if s.Common().Name == name {
			return s.Common().NamePos
		}
	}
	return e.Journey.Name.Pos
}

// texts looks at what the author wrote and the machine holds.
func (e *emitter) texts() diag.List {
	var found diag.List
	look := func(t diag.Text) {
		if i := strings.Index(t.Value, "${"); i >= 0 {
			found.Add(Substitution.At(t.At(i, i+2), "a deployment would replace ${…}").
				Try("put a space between the $ and the {"))
		}
	}
	look(e.Journey.Note)
	for _, s := range e.Steps {
		for x := range journey.Exprs(s.Step) {
			look(x.Text)
		}
		set, ok := s.Step.(*journey.Set)
		if !ok {
			continue
		}
		if set.To.Personal() {
			found.Add(TravelsWith.At(set.To.Text.Pos, "a personal value cannot be copied: it would travel through the state machine, which keeps what it saw").
				Try("let the event that teaches it teach person.%s too, in profile.yaml", set.Attr.Value))
		}
	}
	return found
}
