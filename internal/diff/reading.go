package diff

import (
	"slices"
	"strings"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/asl"
	"github.com/senda-dev/senda/internal/bundle"
	"github.com/senda-dev/senda/internal/jsonata"
)

// reading is a journey's steps as its machine has them.
type reading struct {
	steps []step
	// flow are the steps and ends that may follow a step, sorted; start is the first.
	flow  map[string][]string
	start string
}

// step is a step of the text with what the machine knows of it.
type step struct {
	bundle.Step
	// traits are what its author could have written otherwise, in a fixed order.
	traits []trait
}

type trait struct{ name, value string }

// end stands for the end of the journey in a flow.
const end = "the end"

func read(b *bundle.Bundle) (*reading, error) {
	m, found := asl.Parse([]byte(b.Machine))
	if m == nil || found.Err() != nil {
		return nil, senda.Errorf(senda.Invalid, "compare "+b.Journey, "the machine of bundle %s cannot be read", b.Digest())
	}
	r := &reading{flow: map[string][]string{}}
	owners := map[string]string{}
	for _, s := range m.States {
		owners[s.Base().Name] = owner(b, s)
	}
	for _, s := range b.Steps {
		one := step{Step: s}
		one.traits = traits(b, s, m.States, owners)
		r.steps = append(r.steps, one)
	}
	if len(b.Steps) > 0 {
		r.start = owners[m.StartAt]
	}
	for _, s := range m.States {
		from := owners[s.Base().Name]
		for _, next := range nexts(s) {
			if to := owners[next]; to != from && !slices.Contains(r.flow[from], to) {
				r.flow[from] = append(r.flow[from], to)
			}
		}
	}
	return r, nil
}

// owner is the step of the text that a state belongs to, or end.
func owner(b *bundle.Bundle, s asl.State) string {
	if t, ok := s.(*asl.Task); ok {
		payload := t.Arguments
		if p := payload.Get("Payload"); p.Kind() == jsonata.KindObject {
			payload = p
		}
		if name := strings.TrimSuffix(payload.Get("step").Str(), " hold"); name != "" {
			if _, ok := b.Step(name); ok {
				return name
			}
		}
	}
	// A state beside a step's own bears its name and a word, as in "thanks hold".
	name, _, _ := strings.Cut(s.Base().Name, " ")
	if _, ok := b.Step(name); ok {
		return name
	}
	return end
}

// nexts are the states after one, those of an early leaving left out.
func nexts(s asl.State) []string {
	var out []string
	switch s := s.(type) {
	case *asl.Task:
		out = append(out, s.Next)
		for _, c := range s.Catch {
			if slices.Contains(c.ErrorEquals, "States.Timeout") {
				out = append(out, c.Next)
			}
		}
		if s.Next == "" {
			out[0] = "" // an end of its own
		}
	case *asl.Choice:
		for _, rule := range s.Choices {
			out = append(out, rule.Next)
		}
		out = append(out, s.Default)
	case *asl.Wait:
		out = append(out, s.Next)
	case *asl.Pass:
		out = append(out, s.Next)
	default:
		return nil
	}
	return slices.DeleteFunc(out, func(n string) bool { return n == "" })
}

// traits are what the machine says of a step.
func traits(b *bundle.Bundle, s bundle.Step, states []asl.State, owners map[string]string) []trait {
	var out []trait
	add := func(name, value string) {
		if value != "" && !slices.ContainsFunc(out, func(t trait) bool { return t.name == name }) {
			out = append(out, trait{name, value})
		}
	}
	add(about(s.Kind), s.About)
	if s.Kind == "email" {
		add("brand", s.Brand)
		add("purpose", s.Purpose)
		add("when nobody knows whether it left", string(s.Policy))
	}
	for _, state := range states {
		if owners[state.Base().Name] != s.Name {
			continue
		}
		switch state := state.(type) {
		case *asl.Task:
			args := state.Arguments
			if p := args.Get("Payload"); p.Kind() == jsonata.KindObject {
				args = p
			}
			add("window", args.Get("window").Str())
			add("expires", args.Get("expires").Str())
			add("to", condition(b, args.Get("to").Str()))
			add("offers of", texts(args.Get("from")))
			add("event", listens(b, args.Get("listens")))
		case *asl.Choice:
			if strings.HasSuffix(state.Name, " in time") || s.Kind == "split" {
				continue // ours, not the author's
			}
			for i, rule := range state.Choices {
				name := "if"
				if i > 0 {
					name = "else if"
				}
				out = append(out, trait{name, condition(b, rule.Condition.Str())})
			}
		}
	}
	return out
}

// about names what Step.About says of a kind.
func about(kind string) string {
	switch kind {
	case "wait", "await":
		return "for"
	case "email":
		return "mail"
	case "offer":
		return "slot"
	case "score":
		return "model"
	case "set":
		return "attribute"
	case "emit":
		return "event"
	case "exit":
		return "reason"
	}
	return "about"
}

func listens(b *bundle.Bundle, list jsonata.Value) string {
	var out []string
	for i := range list.Len() {
		l := list.At(i)
		text := l.Get("event").Str()
		if of := l.Get("step").Str(); of != "" {
			text = of + "." + strings.TrimPrefix(text, "mail.")
		}
		if c := l.Get("if").Str(); c != "" {
			text += " if " + condition(b, c)
		}
		out = append(out, text)
	}
	return strings.Join(out, " or ")
}

func texts(list jsonata.Value) string {
	var out []string
	for i := range list.Len() {
		out = append(out, list.At(i).Str())
	}
	return strings.Join(out, ", ")
}
