package task

import (
	"time"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/jsonata"
)

// Reply is what a function answers: the journey time at its end, the ends of the
// pauses that may follow, and its own fields (Fields), which become the
// variable of the step.
type Reply struct {
	At     time.Time
	Due    map[string]senda.Due
	Fields jsonata.Value
}

// The outcomes of a send.
const (
	OutcomeSent      = "sent"
	OutcomeRefused   = "refused"
	OutcomeWouldHave = "would-have-been"
)

// SendFields are the Fields of a send: {"outcome", "sent", "refused", "reason"}.
// A mail that would have left for somebody held out is neither sent nor refused.
func SendFields(outcome, reason string) jsonata.Value {
	w := writer{}
	w.text("outcome", outcome)
	w.value("sent", jsonata.Bool(outcome == OutcomeSent))
	w.value("refused", jsonata.Bool(outcome == OutcomeRefused))
	w.optional("reason", reason)
	return w.object()
}

// OfferFields are the Fields of a choice: {"chosen", "name"}; no name when nothing
// was eligible and the slot has no fallback.
func OfferFields(offer string) jsonata.Value {
	w := writer{}
	w.value("chosen", jsonata.Bool(offer != ""))
	w.optional("name", offer)
	return w.object()
}

// PauseFields are the Fields of a pause that is over: {"happened", "kind",
// "event"}, where event holds the fields that are not personal. A pause that ended by
// its time, or because the entry is leaving, did not happen.
func PauseFields(over senda.Over) jsonata.Value {
	w := writer{}
	happened := over.How == senda.OverEvent && over.Signal != nil
	w.value("happened", jsonata.Bool(happened))
	if happened {
		w.text("kind", over.Signal.Kind)
		w.value("event", objectOr(over.Signal.Data))
	}
	return w.object()
}

// FactsFields are what a facts task answers. Each is an object and becomes the
// variable of its name; what was not asked for stays empty.
type FactsFields struct {
	Person  jsonata.Value // {attribute: value}
	Facts   jsonata.Value // {fact: value}
	Consent jsonata.Value // {brand: {purpose: boolean}}
	Mails   jsonata.Value // {step: {outcome: value}}
	Is      jsonata.Value // {condition: boolean}
}

// Value is the Fields of the reply.
func (f FactsFields) Value() jsonata.Value {
	w := writer{}
	w.value("person", objectOr(f.Person))
	w.value("facts", objectOr(f.Facts))
	w.value("consent", objectOr(f.Consent))
	w.value("mails", objectOr(f.Mails))
	w.value("is", objectOr(f.Is))
	return w.object()
}

// Value is the reply as it travels: the fields beside at and due.
func (r Reply) Value() jsonata.Value {
	w := writer{}
	w.time("at", r.At)
	if len(r.Due) > 0 {
		w.value("due", dues(r.Due))
	}
	for k, v := range r.Fields.Members() {
		if k != "at" && k != "due" {
			w.value(k, v)
		}
	}
	return w.object()
}

// DecodeReply reads what Value writes.
func DecodeReply(v jsonata.Value) (Reply, error) {
	r := newReader("read a reply", v)
	out := Reply{At: r.time("at"), Due: r.dues("due"), Fields: objectOr(v).With("at", jsonata.Nothing).With("due", jsonata.Nothing)}
	return out, r.err
}
