package deployment

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	senda "github.com/senda-dev/senda"
)

// Deployment is where the parts of a deployment are.
type Deployment struct {
	// Stack is the name of the stack that was asked, Data that of the stack of tables,
	// which may be the same.
	Stack, Data string
	// Table is the main table, Proofs the consent log.
	Table, Proofs string
	Bundles       string // the bucket
	Bus           string
	Secret        string // an ARN
	Salt          string
	Links         string // https address of the public pages
	IntakeQueue   string // a URL
	DeadLetters   []Hop
	// Senders are the configuration sets of the brands, by class.
	Senders map[string]map[string]string
	Release string
}

// Hop is the dead-letter queue of one asynchronous way to a function.
type Hop struct {
	// Name is that of the function.
	Name string `json:"hop"`
	ARN  string `json:"arn"`
	URL  string `json:"url"`
	// To is the ARN of the queue that its letters go back to; empty for a function that
	// no queue feeds.
	To string `json:"to"`
}

// Hop finds the dead letters of a function.
func (d *Deployment) Hop(name string) (Hop, bool) {
	i := slices.IndexFunc(d.DeadLetters, func(h Hop) bool { return h.Name == name })
	if i < 0 {
		return Hop{}, false
	}
	return d.DeadLetters[i], true
}

// The outputs that a stack of Senda has. Their names are a contract with the stacks.
const (
	outTable       = "Table"
	outProofs      = "Proofs"
	outBundles     = "Bundles"
	outBus         = "Bus"
	outSecret      = "Secret"
	outSalt        = "Salt"
	outLinks       = "LinksUrl"
	outIntakeQueue = "IntakeQueue"
	outDeadLetters = "DeadLetters" // and DeadLetters2, ... since an output holds 1,024 characters
	outSenders     = "Senders"
	outRelease     = "Release"
	outData        = "DataStack"
)

// From reads the outputs of a stack. It returns NotFound for a stack that is not one of
// Senda, or one of a release that had other outputs, and says what it lacks.
func From(stack string, outputs map[string]string) (*Deployment, error) {
	op := "read the deployment " + stack
	d := &Deployment{Stack: stack, Data: stack, Release: outputs[outRelease], Links: outputs[outLinks]}
	if data := outputs[outData]; data != "" {
		d.Data = data
	}
	var lacks []string
	for _, part := range []struct {
		name string
		into *string
	}{
		{outTable, &d.Table},
		{outProofs, &d.Proofs},
		{outBundles, &d.Bundles},
		{outBus, &d.Bus},
		{outSecret, &d.Secret},
		{outSalt, &d.Salt},
		{outIntakeQueue, &d.IntakeQueue},
	} {
		if *part.into = outputs[part.name]; *part.into == "" {
			lacks = append(lacks, part.name)
		}
	}
	if len(lacks) > 0 {
		return nil, senda.Errorf(senda.NotFound, op, "the stack has no output %s", strings.Join(lacks, ", ")).
			WithHelp("give the stack of the journeys, such as SendaJourneys; one of an older release is deployed anew first")
	}
	for n := 1; ; n++ {
		name := outDeadLetters
		if n > 1 {
			name += strconv.Itoa(n)
		}
		text, ok := outputs[name]
		if !ok {
			break
		}
		var more []Hop
		if err := json.Unmarshal([]byte(text), &more); err != nil {
			return nil, senda.Wrap(senda.Invalid, op+": output "+name, err)
		}
		d.DeadLetters = append(d.DeadLetters, more...)
	}
	slices.SortFunc(d.DeadLetters, func(a, b Hop) int { return strings.Compare(a.Name, b.Name) })
	if text := outputs[outSenders]; text != "" {
		if err := json.Unmarshal([]byte(text), &d.Senders); err != nil {
			return nil, senda.Wrap(senda.Invalid, op+": output "+outSenders, err)
		}
	}
	return d, nil
}
