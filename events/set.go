package events

import (
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/senda-dev/senda/internal/calendar"
)

//go:embed contracts/*.json samples/*.json
var files embed.FS

// Set is the contracts that are published.
type Set struct{ byKind map[string]*Contract }

// Default is the set of this folder.
var Default = sync.OnceValues(func() (*Set, error) { return Load(files) })

// DefaultLateness holds where a contract says nothing.
var DefaultLateness = calendar.Span{N: 24, Unit: calendar.Hours}

// Load reads contracts/KIND.json and samples/KIND.json of a file system. Every
// contract has a sample that keeps it.
func Load(fsys fs.FS) (*Set, error) {
	paths, err := fs.Glob(fsys, "contracts/*.json")
	if err != nil {
		return nil, err
	}
	s := &Set{byKind: map[string]*Contract{}}
	for _, p := range paths {
		kind := strings.TrimSuffix(path.Base(p), ".json")
		text, err := fs.ReadFile(fsys, p)
		if err != nil {
			return nil, err
		}
		sample, err := fs.ReadFile(fsys, "samples/"+kind+".json")
		if err != nil {
			return nil, fmt.Errorf("the contract of %s has no sample: %w", kind, err)
		}
		c, err := contract(kind, text, sample)
		if err != nil {
			return nil, fmt.Errorf("the contract of %s: %w", kind, err)
		}
		s.byKind[kind] = c
	}
	return s, nil
}

// Contract finds the contract of a kind.
func (s *Set) Contract(kind string) (*Contract, bool) { c, ok := s.byKind[kind]; return c, ok }

// Kinds are the kinds of events, sorted.
func (s *Set) Kinds() []string { return slices.Sorted(maps.Keys(s.byKind)) }

// schemaDoc is what is read of a JSON Schema for the types of fields; whether a
// payload keeps it is for the validator.
type schemaDoc struct {
	Title       string               `json:"title"`
	Description string               `json:"description"`
	Version     int                  `json:"x-version"`
	Lateness    calendar.Span        `json:"x-lateness"`
	Emitted     bool                 `json:"x-emitted"`
	Personal    bool                 `json:"x-personal"`
	Money       string               `json:"x-money"`
	Minimum     *float64             `json:"minimum"`
	Type        types                `json:"type"`
	Format      string               `json:"format"`
	Enum        []any                `json:"enum"`
	Properties  map[string]schemaDoc `json:"properties"`
	Required    []string             `json:"required"`
	Items       *schemaDoc           `json:"items"`
}

// types is one type or a list of them.
type types []string

func (t *types) UnmarshalJSON(b []byte) error {
	if len(b) > 0 && b[0] == '"' {
		*t = make(types, 1)
		return json.Unmarshal(b, &(*t)[0])
	}
	return json.Unmarshal(b, (*[]string)(t))
}

func contract(kind string, text, sample []byte) (*Contract, error) {
	raw, err := readJSON(text)
	if err != nil {
		return nil, err
	}
	if _, err := draft4(raw, ""); err != nil {
		return nil, err
	}
	var doc schemaDoc
	if err := json.Unmarshal(text, &doc); err != nil {
		return nil, err
	}
	rule, err := newRule(raw, "")
	if err != nil {
		return nil, err
	}
	c := &Contract{
		Kind: kind, Title: doc.Title, Version: doc.Version, Lateness: doc.Lateness, Emitted: doc.Emitted, Root: field("", doc, true),
		rule: rule, doc: raw, text: text, sample: sample,
	}
	if c.Lateness.IsZero() {
		c.Lateness = DefaultLateness
	}
	if c.Root.Type != Object || c.Title == "" || c.Version < 1 {
		return nil, fmt.Errorf("it needs a title, an x-version from 1, and the type object")
	}
	if breaches := c.Validate(sample); len(breaches) > 0 {
		return nil, fmt.Errorf("its sample: %v", breaches)
	}
	return c, nil
}

func field(name string, doc schemaDoc, required bool) Field {
	f := Field{Name: name, Personal: doc.Personal, Required: required, Currency: doc.Money, Note: doc.Description}
	f.Signed = doc.Minimum != nil && *doc.Minimum < 0
	for _, t := range doc.Type {
		switch t {
		case "null":
			f.Null = true
		case "boolean":
			f.Type = Bool
		case "number", "integer":
			f.Type = Number
		case "array":
			f.Type = List
		case "object":
			f.Type = Object
		case "string":
			f.Type = map[string]Type{"date": Date, "date-time": Instant}[doc.Format]
			if f.Type == Any {
				f.Type = Text
			}
		}
	}
	for _, w := range doc.Enum {
		if s, ok := w.(string); ok {
			f.Words = append(f.Words, s)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(doc.Properties)) {
		f.Fields = append(f.Fields, field(key, doc.Properties[key], slices.Contains(doc.Required, key)))
	}
	if doc.Items != nil {
		item := field("", *doc.Items, true)
		f.Items = &item
	}
	return f
}
