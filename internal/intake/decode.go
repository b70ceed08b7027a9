package intake

import (
	"slices"
	"strings"
	"time"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/diag"
	"github.com/senda-dev/senda/internal/identity"
	"github.com/senda-dev/senda/internal/jsonata"
)

// The bounds of what a stranger may send.
const (
	// MaxBody is the greatest event, in bytes. EventBridge takes four times as much;
	// an entry must be able to keep what is not personal of a few dozen events.
	MaxBody = 64 << 10
	// maxName bounds source, id and kind, which become parts of keys.
	maxName = 128
	// maxIdentifier bounds an identifier's value: the longest address that RFC
	// 5321 allows.
	maxIdentifier = 254
)

// Decode reads one event in either of the two forms of docs/events.md: Senda's
// own, and the envelope of EventBridge. The error is a *Refusal.
func Decode(body []byte) (senda.Event, error) {
	if len(body) > MaxBody {
		return senda.Event{}, refuse(Malformed, "it has more than %d bytes", MaxBody)
	}
	v, err := jsonata.ParseJSON(body)
	if err != nil {
		// The parser's own text may quote the body.
		return senda.Event{}, refuse(Malformed, "it is not JSON")
	}
	if v.Kind() != jsonata.KindObject {
		return senda.Event{}, refuse(Malformed, "it is not a JSON object")
	}
	if v.Get("detail-type").Kind() != jsonata.KindNothing {
		return decodeBridge(v)
	}
	e, err := decodeOwn(v, "source", "id", "kind", "time", "person", "data")
	if err == nil {
		err = checkEnvelope(e)
	}
	return e, err
}

// decodeBridge reads an envelope of EventBridge. Its own id is new with every
// call of PutEvents, also with a repeated one, and its time is that of the call:
// a source that repeats calls puts both into the detail, where they count more.
func decodeBridge(v jsonata.Value) (senda.Event, error) {
	detail := v.Get("detail")
	if detail.Kind() != jsonata.KindObject {
		return senda.Event{}, refuse(Malformed, `"detail" is not an object`)
	}
	e, err := decodeOwn(detail, "id", "time", "person", "data")
	if err != nil {
		return e, err
	}
	if e.Kind, err = text(v, "detail-type"); err != nil {
		return e, err
	}
	if e.Source, err = text(v, "source"); err != nil {
		return e, err
	}
	if e.ID == "" {
		if e.ID, err = text(v, "id"); err != nil {
			return e, err
		}
	}
	if e.Time.IsZero() {
		if e.Time, err = instant(v); err != nil {
			return e, err
		}
	}
	return e, checkEnvelope(e)
}

// decodeOwn reads the members that fields names; any other is refused, so that a
// misspelt one is not lost silently.
func decodeOwn(v jsonata.Value, fields ...string) (e senda.Event, err error) {
	for key := range v.Members() {
		if !slices.Contains(fields, key) {
			return e, refuse(Malformed, "it has a member that no event has%s", meant(key, fields))
		}
	}
	if e.Source, err = text(v, "source"); err != nil {
		return e, err
	}
	if e.ID, err = text(v, "id"); err != nil {
		return e, err
	}
	if e.Kind, err = text(v, "kind"); err != nil {
		return e, err
	}
	if e.Time, err = instant(v); err != nil {
		return e, err
	}
	if e.Identifiers, err = identifiers(v.Get("person")); err != nil {
		return e, err
	}
	switch e.Data = v.Get("data"); e.Data.Kind() {
	case jsonata.KindObject:
	case jsonata.KindNothing:
		e.Data = jsonata.Object()
	default:
		return e, refuse(Malformed, `"data" is not an object`)
	}
	return e, nil
}

// meant is the word that a misspelt member was to be, as the end of a sentence.
// The member itself is not repeated: a stranger chose it.
func meant(key string, known []string) string {
	if near, ok := diag.Nearest(key, known); ok {
		return "; perhaps " + near + " was meant"
	}
	return ""
}

// text reads a member that is text, empty when it is missing.
func text(v jsonata.Value, key string) (string, error) {
	m := v.Get(key)
	if k := m.Kind(); k != jsonata.KindString && k != jsonata.KindNothing {
		return "", refuse(Malformed, "%q is not text", key)
	}
	return m.Str(), nil
}

// instant reads "time", zero when it is missing.
func instant(v jsonata.Value) (time.Time, error) {
	s, err := text(v, "time")
	if err != nil || s == "" {
		return time.Time{}, err
	}
	t, perr := time.Parse(time.RFC3339Nano, s)
	if perr != nil {
		return time.Time{}, refuse(Malformed, `"time" is not an instant of RFC 3339, as 2026-03-02T09:00:00Z`)
	}
	t = t.UTC()
	if t.Year() < 1900 || t.Year() > 9999 {
		return time.Time{}, refuse(Malformed, `"time" is in no year that an event could be of`)
	}
	return t, nil
}

func identifiers(v jsonata.Value) (map[string]string, error) {
	switch v.Kind() {
	case jsonata.KindNothing:
		return nil, nil
	case jsonata.KindObject:
	default:
		return nil, refuse(Malformed, `"person" is not an object`)
	}
	if v.Len() > identity.MaxIdentifiers {
		return nil, refuse(Malformed, `"person" has more than %d identifiers`, identity.MaxIdentifiers)
	}
	out := make(map[string]string, v.Len())
	for kind, value := range v.Members() {
		s := strings.TrimSpace(value.Str())
		switch {
		case !word(kind):
			return nil, refuse(Malformed, `"person" has an identifier whose kind is no name: letters a-z, digits, hyphens`)
		case value.Kind() == jsonata.KindNull:
			continue // a source that has no value for it
		case value.Kind() != jsonata.KindString || s == "":
			return nil, refuse(Malformed, `the identifier %q of "person" is not text`, kind)
		case len(s) > maxIdentifier:
			return nil, refuse(Malformed, `the identifier %q of "person" has more than %d bytes`, kind, maxIdentifier)
		}
		out[kind] = s
	}
	return out, nil
}

// checkEnvelope says what is wrong with the parts of an event that every kind has.
func checkEnvelope(e senda.Event) error {
	switch {
	case !name(e.Source):
		return refuse(Malformed, `"source" is missing or no name: up to %d visible ASCII signs without @ and |`, maxName)
	case !name(e.ID):
		return refuse(Malformed, `"id" is missing or no name: up to %d visible ASCII signs without @ and |`, maxName)
	case !dotted(e.Kind):
		return refuse(Malformed, `"kind" is missing or no kind of event, as order.completed`)
	case e.Time.IsZero():
		return refuse(Malformed, `"time" is missing`)
	}
	return nil
}

// name says that s can be part of a key. An @ is refused since names travel to
// where no address may be, a | since it parts keys.
func name(s string) bool {
	if s == "" || len(s) > maxName {
		return false
	}
	for i := range len(s) {
		if c := s[i]; c <= ' ' || c >= 0x7f || c == '@' || c == '|' {
			return false
		}
	}
	return true
}

// word says that s is one word of the language: [a-z][a-z0-9-]*.
func word(s string) bool {
	if s == "" || len(s) > 64 || s[0] < 'a' || s[0] > 'z' {
		return false
	}
	for i := range len(s) {
		if c := s[i]; (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' {
			return false
		}
	}
	return true
}

// dotted says that s names a kind of event: words with dots between.
func dotted(s string) bool {
	if len(s) > maxName || !strings.Contains(s, ".") {
		return false
	}
	for part := range strings.SplitSeq(s, ".") {
		if !word(part) {
			return false
		}
	}
	return true
}

// Encode writes an event in Senda's own form, as Decode reads it.
func Encode(e senda.Event) []byte {
	person := make([]jsonata.Member, 0, len(e.Identifiers))
	for _, kind := range sortedKeys(e.Identifiers) {
		person = append(person, jsonata.Member{Key: kind, Value: jsonata.String(e.Identifiers[kind])})
	}
	return jsonata.Object(
		jsonata.Member{Key: "source", Value: jsonata.String(e.Source)},
		jsonata.Member{Key: "id", Value: jsonata.String(e.ID)},
		jsonata.Member{Key: "kind", Value: jsonata.String(e.Kind)},
		jsonata.Member{Key: "time", Value: jsonata.String(e.Time.UTC().Format(time.RFC3339Nano))},
		jsonata.Member{Key: "person", Value: jsonata.Object(person...)},
		jsonata.Member{Key: "data", Value: e.Data},
	).AppendJSON(nil)
}
