package task

import (
	"strings"
	"time"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/jsonata"
)

// Input is what an execution is started with. It holds no personal data, and its
// bytes are the same on every attempt.
type Input struct {
	Version int
	Person  senda.PersonID
	Entry   senda.EntryID
	Bundle  string
	Pace    senda.Pace
	// At is the journey time of the entry.
	At time.Time
	// Data holds the fields of the entry's event that are not personal.
	Data jsonata.Value
	// Ways is the way of each split of the journey, by its name.
	Ways map[string]string
	// Due are the ends of those pauses that no task precedes (Bundle.First).
	Due map[string]senda.Due
}

// InputOf is the input of an entry's execution.
func InputOf(e senda.Entry, due map[string]senda.Due) Input {
	return Input{
		Version: Version, Person: e.Person, Entry: e.ID, Bundle: e.Bundle, Pace: e.Pace,
		At: e.At, Data: e.Data, Ways: e.Ways, Due: due,
	}
}

// Value is the input as it travels.
func (in Input) Value() jsonata.Value {
	w := writer{}
	w.number("v", float64(in.Version))
	w.value("who", who(in.Person, in.Entry, in.Bundle, in.Pace))
	w.time("at", in.At)
	w.value("data", objectOr(in.Data))
	w.value("ways", texts(in.Ways))
	w.value("due", dues(in.Due))
	return w.object()
}

// DecodeInput reads what Value writes.
func DecodeInput(v jsonata.Value) (Input, error) {
	r := newReader("read the input of an execution", v)
	in := Input{Version: r.version(), At: r.time("at"), Data: objectOr(v.Get("data")), Ways: r.textMap("ways"), Due: r.dues("due")}
	in.Person, in.Entry, in.Bundle, in.Pace = r.who()
	return in, r.err
}

// reserved are the variables that a machine has for itself.
var reserved = map[string]bool{
	"at": true, "due": true, "person": true, "facts": true, "consent": true, "mails": true, "is": true,
	"states": true, "event": true, "entry": true, "ways": true,
}

// Variable is the name, without its dollar, of the variable that holds what a
// step answered: hyphens become underscores. A name that the machine or JSONata
// has taken begins with a capital instead, which no step does.
func Variable(step string) string {
	name := strings.ReplaceAll(step, "-", "_")
	if reserved[name] || builtin[name] {
		return strings.ToUpper(name[:1]) + name[1:]
	}
	return name
}

// builtin are the functions of JSONata 2.0.6 and those that Step Functions adds
// (https://docs.jsonata.org/, https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html).
var builtin = func() map[string]bool {
	m := map[string]bool{}
	for _, f := range strings.Fields(`abs append assert average base64decode base64encode boolean ceil clone contains count
		decodeUrl decodeUrlComponent distinct each encodeUrl encodeUrlComponent error eval exists filter floor formatBase
		formatInteger formatNumber fromMillis hash join keys length lookup lowercase map match max merge millis min not now
		number pad parse parseInteger partition power random range reduce replace reverse round shuffle sift single sort
		split spread sqrt string substring substringAfter substringBefore sum toMillis trim type uppercase uuid zip`) {
		m[f] = true
	}
	return m
}()

// OutcomeEvent is the kind of the event that tells the outcome of a step:
// "mail.clicked", "offer.used". Its signal names the step.
func OutcomeEvent(outcome string) string {
	if outcome == "chosen" || outcome == "used" {
		return "offer." + outcome
	}
	return "mail." + outcome
}
