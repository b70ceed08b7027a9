package scenario

import (
	"strconv"
	"strings"
	"time"

	"github.com/senda-dev/senda/internal/calendar"
	"github.com/senda-dev/senda/internal/decode"
	"github.com/senda-dev/senda/internal/diag"
	"github.com/senda-dev/senda/internal/jsonata"
	"github.com/senda-dev/senda/internal/outline"
)

// Keys are the keys of a scenario.
func Keys() []string {
	return []string{"name", "note", "at", "given", "enter", "events", "path", "mails", "offers", "refused", "leaves"}
}

// GivenKeys are the keys of given.
func GivenKeys() []string {
	return []string{"person", "facts", "consent", "scores", "offers", "ways", "held-out", "address"}
}

// EventKeys are the keys of an event that have a meaning of their own; all others
// are fields of the event.
func EventKeys() []string { return []string{"after", "event"} }

type reader struct{ *decode.Reader }

// Read reads a scenarios.yaml: a list of scenarios.
func Read(file string, src []byte) ([]Scenario, diag.List) {
	root, found := outline.Read(file, src)
	r := reader{&decode.Reader{Found: found}}
	if root.Kind != outline.List {
		if root.Kind != outline.Empty || len(found) == 0 {
			r.Add(diag.WrongShape.At(root.Pos, "scenarios.yaml is a list of scenarios").Try("write - name: what must happen, and below it given, events and path"))
		}
		return nil, r.Found
	}
	var out []Scenario
	names := map[string]int{}
	for _, n := range root.Items {
		s, ok := r.scenario(n)
		if !ok {
			continue
		}
		if line, twice := names[s.Name.Value]; twice && !s.Name.IsZero() {
			r.Add(diag.DuplicateName.At(s.Name.Pos, "two scenarios are called %q", s.Name.Value).Try("the first is in line %d", line))
		}
		names[s.Name.Value] = s.Name.Pos.Line
		out = append(out, s)
	}
	return out, r.Found
}

func (r reader) scenario(n *outline.Node) (Scenario, bool) {
	s := Scenario{Given: Given{Address: true}}
	m, ok := r.Map(n, "a scenario", Keys())
	if !ok {
		return s, false
	}
	m.Require(m.Pos(), "name")
	if !m.Has("path") && !m.Has("mails") && !m.Has("offers") && !m.Has("refused") && !m.Has("leaves") {
		r.Add(diag.MissingKey.At(m.Pos(), "this scenario asks for nothing").Try("write path: [first-step, second-step], or mails: []"))
	}
	s.Name, s.Note = m.Text("name"), m.Words("note")
	if t := m.Text("at"); !t.IsZero() {
		at, err := time.Parse(time.RFC3339, t.Value)
		if err != nil {
			r.Add(diag.BadTime.At(t.Pos, "%q is not an instant", t.Value).Try("write it as 2026-03-02T10:00:00+01:00"))
		}
		s.At, s.AtPos = at, t.Pos
	}
	if g := m.Node("given"); g != nil {
		r.given(&s.Given, g)
	}
	if e := m.Node("enter"); e != nil {
		s.Enter = r.value(e, 0)
	}
	if m.Has("events") {
		for _, e := range m.List("events") {
			if ev, ok := r.event(e); ok {
				s.Events = append(s.Events, ev)
			}
		}
	}
	s.Want = Want{
		Path: r.list(m, "path"), Mails: r.list(m, "mails"), Offers: r.texts(m, "offers"), Refused: r.texts(m, "refused"),
		Leaves: m.Name("leaves"),
	}
	return s, true
}

func (r reader) given(g *Given, n *outline.Node) {
	m, ok := r.Map(n, "given", GivenKeys())
	if !ok {
		return
	}
	g.Person, g.Facts, g.Scores = r.values(m, "person"), r.values(m, "facts"), r.values(m, "scores")
	g.Consent, g.Offers, g.Ways = r.list(m, "consent"), r.texts(m, "offers"), r.texts(m, "ways")
	words := []string{"yes", "no"}
	g.HeldOut, g.Address = m.OneOf("held-out", words) == "yes", m.OneOf("address", words) != "no"
}

// list is a list of words that may be empty; nil when the key is not there.
func (r reader) list(m decode.Map, key string) []diag.Text {
	n := m.Node(key)
	if n == nil || n.Kind == outline.Bad {
		return nil
	}
	out := []diag.Text{}
	if n.Kind == outline.List && len(n.Items) == 0 || n.Kind == outline.Empty {
		return out
	}
	for _, item := range r.OneOrMore(m, key) {
		if t := r.Text(item, key); !t.IsZero() {
			out = append(out, t)
		}
	}
	return out
}

func (r reader) texts(m decode.Map, key string) map[string]diag.Text {
	if !m.Has(key) {
		return nil
	}
	out := map[string]diag.Text{}
	for _, e := range r.Named(m.Node(key), key) {
		out[e.Key.Value] = r.Text(e.Value, e.Key.Value)
	}
	return out
}

func (r reader) values(m decode.Map, key string) map[string]jsonata.Value {
	if !m.Has(key) {
		return nil
	}
	out := map[string]jsonata.Value{}
	for _, e := range r.Named(m.Node(key), key) {
		out[e.Key.Value] = r.value(e.Value, 0)
	}
	return out
}

func (r reader) event(n *outline.Node) (Event, bool) {
	if n.Kind != outline.Map {
		_, ok := r.Map(n, "an event", EventKeys())
		return Event{}, ok
	}
	var e Event
	var members []jsonata.Member
	for _, entry := range n.Entries {
		switch entry.Key.Value {
		case "after":
			e.After = decode.Timed(r.Reader, r.Text(entry.Value, "after"), calendar.ParseSpan)
		case "event":
			e.Kind = r.Event(entry.Value, "event")
		default:
			members = append(members, jsonata.Member{Key: entry.Key.Value, Value: r.value(entry.Value, 0)})
		}
	}
	for _, key := range EventKeys() {
		if n.Get(key) == nil {
			r.Add(diag.MissingKey.At(n.Pos, "an event needs %s", key).Try("write after: 2 days, and event: order.completed"))
		}
	}
	if len(members) > 0 {
		e.Data = jsonata.Object(members...)
	}
	return e, true
}

// value reads what stands for a JSON value: a number, true or false without
// quotes, text, a list, or keys with values.
func (r reader) value(n *outline.Node, depth int) jsonata.Value {
	switch n.Kind {
	case outline.Scalar:
		return scalar(n)
	case outline.Block:
		return jsonata.String(n.Text.Value)
	case outline.List:
		items := make([]jsonata.Value, 0, len(n.Items))
		for _, i := range n.Items {
			items = append(items, r.value(i, depth+1))
		}
		return jsonata.Array(items...)
	case outline.Map:
		members := make([]jsonata.Member, 0, len(n.Entries))
		for _, e := range n.Entries {
			members = append(members, jsonata.Member{Key: e.Key.Value, Value: r.value(e.Value, depth+1)})
		}
		return jsonata.Object(members...)
	case outline.Empty:
		r.Add(diag.EmptyValue.At(n.Pos, "a value is missing here").Try(`write it, or "" for a text that is empty`))
	case outline.Bad: // reported where it was read
	}
	return jsonata.Nothing
}

func scalar(n *outline.Node) jsonata.Value {
	s := n.Text.Value
	if n.Quote != 0 {
		return jsonata.String(s)
	}
	switch s {
	case "true", "false":
		return jsonata.Bool(s == "true")
	}
	// What Go reads as a number and JSON does not (Inf, 0x1, 1_000, 012) is text.
	if s != "" && strings.Trim(s, "0123456789.-") == "" {
		if v, err := jsonata.ParseJSON([]byte(s)); err == nil {
			if _, err := strconv.ParseFloat(s, 64); err == nil {
				return v
			}
		}
	}
	return jsonata.String(s)
}
