package compile

import (
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/asl"
	"github.com/senda-dev/senda/internal/bundle"
	"github.com/senda-dev/senda/internal/catalog"
	"github.com/senda-dev/senda/internal/check"
	"github.com/senda-dev/senda/internal/diag"
	"github.com/senda-dev/senda/internal/emit"
	"github.com/senda-dev/senda/internal/journey"
	"github.com/senda-dev/senda/internal/mail"
	"github.com/senda-dev/senda/internal/parse"
	"github.com/senda-dev/senda/internal/plan"
)

// What no single pass can see.
const (
	TwoJourneys diag.Code = "E010" // two folders with a journey of the same name
	MixedMail   diag.Code = "E011" // one mail sent under two brands, or for purposes of two classes
	UnusedMail  diag.Code = "W012" // a mail that no step sends
	OtherFolder diag.Code = "W015" // a journey in a folder of another name
)

// House is a folder of journeys, compiled.
type House struct {
	Catalog *check.Catalog
	// Journeys are in the order of their folders.
	Journeys []*Journey
	// Sources are the texts of all files that were read, by the name in findings.
	Sources map[string][]byte
}

// Journey is one journey with what each pass made of it. After an error the later
// ones are nil, but for Resolved, which is as complete as can be.
type Journey struct {
	Folder string // its name
	File   string // journey.yaml, as findings call it
	// Scenarios is the text of scenarios.yaml, nil when there is none;
	// ScenariosFile its name in findings.
	Scenarios     []byte
	ScenariosFile string

	Parsed   *journey.Journey
	Mails    map[string]mail.Compiled
	Resolved *journey.Resolved
	Plan     *plan.Plan
	Machine  *asl.Machine
	Bundle   *bundle.Bundle
}

// Name is what the journey is called.
func (j *Journey) Name() string { return j.Parsed.Name.Value }

// State is what the journey does with people, as its file says.
func (j *Journey) State() senda.State { return j.Parsed.State }

// Journey finds a journey by its name.
func (h *House) Journey(name string) (*Journey, bool) {
	i := slices.IndexFunc(h.Journeys, func(j *Journey) bool { return j.Name() == name })
	if i < 0 {
		return nil, false
	}
	return h.Journeys[i], true
}

// Shelf holds the bundles of the journeys that were compiled, each in the state that its
// file says.
func (h *House) Shelf() *bundle.Shelf {
	s := new(bundle.Shelf)
	for _, j := range h.Journeys {
		if j.Bundle != nil {
			s.Put(j.Bundle, j.State())
		}
	}
	return s
}

// Source is the text of a file by its name in findings.
func (h *House) Source(file string) []byte { return h.Sources[file] }

// Dir compiles a folder of journeys. name is what findings call it, such as
// "journeys". All findings of a run are told at once; a journey with an error has
// no bundle, and the others have theirs. Same files, same bytes.
func Dir(fsys fs.FS, name string) (*House, diag.List) {
	r := &reader{Reader: catalog.NewReader(fsys, name)}
	h := &House{Sources: r.Sources}
	r.house = h
	r.catalog()
	for _, folder := range r.folders() {
		r.journey(folder)
	}
	return h, r.Found.Sorted()
}

// reader is one run.
type reader struct {
	*catalog.Reader
	house   *House
	layouts map[string]string
}

// catalog reads what all journeys share.
func (r *reader) catalog() {
	c := r.Read()
	for _, p := range r.Glob("parts/*.yaml") {
		part := catalog.Shared(r.Reader, p, parse.Part)
		if part != nil {
			c.Parts[part.Name.Value] = part
		}
	}
	r.layouts = map[string]string{}
	for _, p := range r.Glob("layouts/*.mjml") {
		if name, text := r.File(p); text != nil {
			r.layouts[name] = string(text)
		}
	}
	r.Found.Add(check.Shared(c)...)
	r.house.Catalog = c
}

func (r *reader) folders() []string {
	var out []string
	for _, p := range r.Glob("*/journey.yaml") {
		out = append(out, path.Dir(p))
	}
	return out
}

// journey compiles the journey of a folder.
func (r *reader) journey(folder string) {
	name, text := r.File(path.Join(folder, "journey.yaml"))
	if text == nil {
		return
	}
	j := &Journey{Folder: folder, File: name}
	j.ScenariosFile, j.Scenarios = r.File(path.Join(folder, "scenarios.yaml"))
	var found diag.List
	j.Parsed, found = parse.Journey(name, text)
	if other, twice := r.house.Journey(j.Name()); twice && j.Name() != "" {
		found.Add(TwoJourneys.At(j.Parsed.Name.Pos, "%s has a journey called %q too", other.Folder, j.Name()).Try("give one of them another name"))
	} else if j.Name() != folder && j.Name() != "" {
		found.Add(OtherFolder.At(j.Parsed.Name.Pos, "the journey %s is in the folder %s", j.Name(), folder).Try("give both one name, so that it is found"))
	}
	r.house.Journeys = append(r.house.Journeys, j)

	m := r.mails(j, &found)
	cat := *r.house.Catalog
	cat.Mails = m
	resolved, more := check.Journey(j.Parsed, &cat)
	j.Resolved = resolved
	found.Add(more...)
	if found.HasErrors() {
		r.Found.Add(found...)
		return
	}
	options := plan.Options{Uses: j.uses, Default: r.defaults}
	if r.house.Catalog.Brands != nil {
		if f, ok := r.house.Catalog.Brands.Family(resolved.Family); ok {
			options.HoldAtMost = f.HoldAtMost.Longest()
		}
	}
	j.Plan = plan.Build(resolved, options)
	machine, limits := emit.Machine(j.Plan)
	limits.Add(r.chosen(j)...)
	found.Add(limits...)
	r.Found.Add(found...)
	if limits.HasErrors() || r.Found.HasErrors() && r.sharedBroken() {
		return
	}
	j.Machine = machine
	b := r.pack(j)
	if err := bundle.Seal(b); err != nil {
		// Seal repeats what check has checked; a difference is a defect of ours.
		r.Found.Add(catalog.Unreadable.At(j.Parsed.Name.Pos, "the compiled journey is not sound: %v", err))
		return
	}
	j.Bundle = b
}

// sharedBroken says whether an error stands in a file that all journeys share: what they
// say of brands, offers and facts is then not to be relied upon.
func (r *reader) sharedBroken() bool {
	return slices.ContainsFunc(r.Found, func(f diag.Finding) bool {
		rel := strings.TrimPrefix(f.Pos.File, r.Name+"/")
		return f.Severity() == diag.Error && (!strings.Contains(rel, "/") || strings.HasPrefix(rel, "parts/"))
	})
}

// defaults is what a pause uses where an attribute is missing.
func (r *reader) defaults(attribute string) string {
	if r.house.Catalog.Profile == nil {
		return ""
	}
	a, _ := r.house.Catalog.Profile.Attribute(attribute)
	return a.Default.Value
}

// uses are the values that a mail shows, in any of its languages.
func (j *Journey) uses(s *journey.Email) []string {
	seen := map[string]bool{}
	for _, v := range j.Mails[s.Mail.Value].Variants {
		for _, u := range v.Uses {
			seen[u] = true
		}
	}
	return slices.Sorted(maps.Keys(seen))
}
