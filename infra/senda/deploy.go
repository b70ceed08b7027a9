package senda

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/senda-dev/senda/internal/access"
)

// Deploy is what is deployed: the files that `senda compile` and
// scripts/build-functions.sh wrote.
type Deploy struct {
	// Release is the version of Senda.
	Release  string    `json:"release"`
	Journeys []Journey `json:"journeys"`
	Brands   []Brand   `json:"brands"`
	Families []string  `json:"families"`
	Schemas  []Schema  `json:"schemas"`

	dir string
}

// Journey is a compiled journey.
type Journey struct {
	Name  string `json:"name"`
	State string `json:"state"`
	// Bundle is the digest of the bundle, which stands in BundleFile.
	Bundle      string `json:"bundle"`
	BundleFile  string `json:"bundleFile"`
	MachineFile string `json:"machineFile"`
	Brand       string `json:"brand"`
	Family      string `json:"family"`
	Owner       string `json:"owner"`
	Note        string `json:"note"`

	// definition is the text of MachineFile.
	definition string
}

// Brand is a brand with what the mail service has to know of it.
type Brand struct {
	Name   string `json:"name"`
	Family string `json:"family"`
	Title  string `json:"title"`
	// Domain is that of marketing, ServiceDomain that of the other mails.
	Domain        string `json:"domain"`
	ServiceDomain string `json:"serviceDomain"`
}

// Schema is the published contract of a kind of event.
type Schema struct {
	Kind    string `json:"kind"`
	Version int    `json:"version"`
	Title   string `json:"title"`
	File    string `json:"file"`

	content string
}

var (
	digest = regexp.MustCompile(`^[0-9a-f]{64}$`)
	name   = regexp.MustCompile(`^[a-z][a-z0-9-]{0,63}$`)
)

// Read reads the folder of a deployment, and says of all that is missing what makes it.
func Read(dir string) (*Deploy, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	d := &Deploy{dir: dir}
	text, err := os.ReadFile(filepath.Join(dir, "manifest.json")) //nolint:gosec // the folder is the caller's
	if err != nil {
		return nil, fmt.Errorf("%w: run senda compile --out %s", err, dir)
	}
	if err := json.Unmarshal(text, d); err != nil {
		return nil, fmt.Errorf("%s: %w", filepath.Join(dir, "manifest.json"), err)
	}
	for _, check := range []func() error{d.journeys, d.brands, d.schemas, d.functions} {
		if err := check(); err != nil {
			return nil, err
		}
	}
	return d, nil
}

func (d *Deploy) journeys() error {
	if len(d.Journeys) == 0 {
		return errors.New("the manifest names no journey")
	}
	seen := map[string]bool{}
	for i := range d.Journeys {
		j := &d.Journeys[i]
		if !name.MatchString(j.Name) || !digest.MatchString(j.Bundle) || seen[j.Name] {
			return fmt.Errorf("the manifest names a journey %q with bundle %q: a name of its own and a digest were expected", j.Name, j.Bundle)
		}
		seen[j.Name] = true
		text, err := d.text(j.MachineFile)
		if err != nil {
			return err
		}
		j.definition = text
		if _, err := d.text(j.BundleFile); err != nil {
			return err
		}
		if unknown := unknownTask(text); unknown != "" {
			return fmt.Errorf("%s: no function serves %s", j.MachineFile, unknown)
		}
	}
	return nil
}

func (d *Deploy) brands() error {
	if len(d.Brands) == 0 {
		return errors.New("the manifest names no brand")
	}
	for _, b := range d.Brands {
		if !name.MatchString(b.Name) || !strings.Contains(b.Domain, ".") || !strings.Contains(b.ServiceDomain, ".") {
			return fmt.Errorf("the manifest names a brand %q that sends from %q and %q: a name and two domains were expected", b.Name, b.Domain, b.ServiceDomain)
		}
	}
	return nil
}

func (d *Deploy) schemas() (err error) {
	for i := range d.Schemas {
		s := &d.Schemas[i]
		if s.content, err = d.text(s.File); err != nil {
			return err
		}
		if !json.Valid([]byte(s.content)) {
			return fmt.Errorf("%s is no JSON", s.File)
		}
	}
	return nil
}

// functions says whether every function was built.
func (d *Deploy) functions() error {
	for _, f := range access.Functions {
		if info, err := os.Stat(filepath.Join(d.function(f.Name), "bootstrap")); err != nil || info.Mode()&0o111 == 0 {
			return fmt.Errorf("the function %s was not built: run scripts/build-functions.sh %s", f.Name, d.dir)
		}
	}
	return nil
}

// function is the folder of a built function.
func (d *Deploy) function(name string) string { return filepath.Join(d.dir, "functions", name) }

func (d *Deploy) file(path string) string { return filepath.Join(d.dir, path) }

// text reads a file that the manifest names; it stands below the manifest.
func (d *Deploy) text(path string) (string, error) {
	if !filepath.IsLocal(path) {
		return "", fmt.Errorf("the manifest names the file %q, which is not below it", path)
	}
	text, err := os.ReadFile(d.file(path))
	if err == nil && len(text) == 0 {
		err = fmt.Errorf("%s is empty", path)
	}
	return string(text), err
}

// substitution is where a template puts the name of a function into a machine.
var substitution = regexp.MustCompile(`\$\{([^}]*)\}`)

// tasks are the functions that a machine calls, in the order of the table.
func tasks(definition string) []access.Function {
	used := map[string]bool{}
	for _, m := range substitution.FindAllStringSubmatch(definition, -1) {
		used[m[1]] = true
	}
	var out []access.Function
	for _, f := range access.Functions {
		if f.Task != "" && used[f.Task] {
			out = append(out, f)
		}
	}
	return out
}

// unknownTask is a substitution that no function serves.
func unknownTask(definition string) string {
	for _, m := range substitution.FindAllStringSubmatch(definition, -1) {
		if !slices.ContainsFunc(access.Functions, func(f access.Function) bool { return f.Task != "" && f.Task == m[1] }) {
			return m[0]
		}
	}
	return ""
}
