package events

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
)

// Published is a contract as the schema registry of EventBridge takes it: of the
// type JSONSchemaDraft4, with at most 100,000 characters and a description of at
// most 256 (API of the schema registry, CreateSchema).
type Published struct {
	// Kind is the schema's name in the registry: the detail-type of its events.
	Kind string
	// Version is the contract's x-version; the registry counts its own.
	Version int
	// Title is the contract's, for the registry's description.
	Title string
	// Schema is the JSON Schema of the whole envelope. The same contract makes the
	// same bytes.
	Schema []byte
}

// Published are all contracts, sorted by kind.
func (s *Set) Published() ([]Published, error) {
	out := make([]Published, 0, len(s.byKind))
	for _, kind := range s.Kinds() {
		c := s.byKind[kind]
		text, err := c.envelope()
		if err != nil {
			return nil, fmt.Errorf("publish the contract of %s: %w", kind, err)
		}
		out = append(out, Published{Kind: kind, Version: c.Version, Title: c.Title, Schema: text})
	}
	return out, nil
}

// What intake takes, as patterns: the names of an event, an instant, the kind of
// an identifier, and an identifier that is not blank.
const (
	namePattern       = "^[!-?A-{}~]{1,128}$"
	instantPattern    = "^(19|[2-9][0-9])[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-5][0-9](\\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})$"
	identifierPattern = "^[a-z][a-z0-9-]{0,63}$"
	filledPattern     = "[^\\s]"
)

type object = map[string]any

// envelope is the schema of an event of EventBridge whose detail keeps the contract.
func (c *Contract) envelope() ([]byte, error) {
	data, err := draft4(c.doc, "")
	if err != nil {
		return nil, err
	}
	required := []string{"person"}
	if _, some := data["required"]; some {
		required = append(required, "data") // a payload that may be empty may be left out
	}
	text := func(note string, more object) object {
		out := object{"type": "string", "description": note}
		for k, v := range more {
			out[k] = v
		}
		return out
	}
	detail := object{
		"type": "object", "additionalProperties": false, "required": required,
		"description": "The event as its source tells it. No other member is taken.",
		"properties": object{
			"id":   text("The event's own id, the same however often it is sent: with the source, its identity.", object{"pattern": namePattern}),
			"time": text("When it happened.", object{"format": "date-time", "pattern": instantPattern}),
			"person": object{
				"type": "object", "minProperties": 1, "maxProperties": 16, "additionalProperties": false,
				"description": "Who it is about: kind of identifier to value, as customer or email.",
				"patternProperties": object{identifierPattern: object{
					"type": []string{"string", "null"}, "minLength": 1, "maxLength": 254, "pattern": filledPattern, "x-personal": true,
				}},
			},
			"data": data,
		},
	}
	whole := object{
		"$schema": "http://json-schema.org/draft-04/schema#",
		"id":      fmt.Sprintf("https://senda.dev/events/%s/%d/envelope", c.Kind, c.Version),
		"title":   className(c.Kind), "description": c.Title, "x-version": c.Version, "x-amazon-events-detail-type": c.Kind,
		"type":     "object",
		"required": []string{"version", "id", "detail-type", "source", "account", "time", "region", "resources", "detail"},
		"properties": object{
			"version":     text("Of the envelope.", nil),
			"id":          text("EventBridge's id of one call; a call that is repeated has another.", nil),
			"detail-type": text("The kind of event.", object{"enum": []string{c.Kind}}),
			"source":      text("Who tells it.", object{"pattern": namePattern}),
			"account":     text("The account of AWS that put it.", nil),
			"time":        text("When it was put.", object{"format": "date-time"}),
			"region":      text("The region of AWS.", nil),
			"resources":   object{"type": "array", "items": object{"type": "string"}, "description": "Not used."},
			"detail":      detail,
		},
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	if err := e.Encode(whole); err != nil { // keys are sorted: same contract, same bytes
		return nil, err
	}
	return b.Bytes(), nil
}

// className is the kind as code bindings call a class: OrderCompleted.
func className(kind string) string {
	var b strings.Builder
	for _, word := range strings.FieldsFunc(kind, func(r rune) bool { return r == '.' || r == '-' }) {
		b.WriteString(strings.ToUpper(word[:1]) + word[1:])
	}
	return b.String()
}
