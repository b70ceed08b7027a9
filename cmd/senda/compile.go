package main

import (
	"encoding/json"
	"fmt"
	"net/mail"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/events"
	"github.com/senda-dev/senda/internal/compile"
)

type compileCmd struct {
	journeysFlag
	Out     string `help:"The folder to write into (default: ${default})." default:"out/deploy" type:"path"`
	Release string `help:"The version of Senda that deploys (default: that of this program)." placeholder:"VERSION"`
}

func (cmd *compileCmd) Help() string {
	return `Compiles every journey and writes what a deployment is made of:

  manifest.json             journeys, brands and families, and the files below
  machines/JOURNEY.asl.json the state machine, byte for byte what senda run walks
  bundles/DIGEST.json       the compiled journey, named by its digest
  schemas/KIND.json         each kind of event, as EventBridge's schema registry takes it

Same files, same bytes. A file of an earlier run may stay behind: manifest.json says
which belong to this one.

Examples:
  senda compile
  senda compile --out out/deploy --release "$(git describe --always)"`
}

// manifest is what manifest.json says. The stacks read it; they know no compiler.
type manifest struct {
	Release  string            `json:"release"`
	Journeys []compiledJourney `json:"journeys"`
	Brands   []compiledBrand   `json:"brands"`
	Families []string          `json:"families"`
	Schemas  []compiledSchema  `json:"schemas"`
}

// compiledJourney is a journey and the files that were made of it, relative to the manifest.
type compiledJourney struct {
	Name        string      `json:"name"`
	State       senda.State `json:"state"`
	Bundle      string      `json:"bundle"` // its digest
	BundleFile  string      `json:"bundleFile"`
	MachineFile string      `json:"machineFile"`
	Brand       string      `json:"brand"`
	Family      string      `json:"family"`
	Owner       string      `json:"owner"`
	Note        string      `json:"note,omitempty"`
}

// compiledBrand is a brand with what the mail service has to know of it.
type compiledBrand struct {
	Name   string `json:"name"`
	Family string `json:"family"`
	Title  string `json:"title"`
	From   string `json:"from"`
	// Domain is that of From, ServiceDomain that of the sender of the other classes;
	// they may be one.
	Domain        string `json:"domain"`
	FromService   string `json:"fromService"`
	ServiceDomain string `json:"serviceDomain"`
}

// compiledSchema is the published contract of a kind of event: the whole envelope, in draft 4.
type compiledSchema struct {
	Kind    string `json:"kind"`
	Version int    `json:"version"`
	Title   string `json:"title"`
	File    string `json:"file"`
}

func (cmd *compileCmd) Run(c *console) error {
	h, err := cmd.sound(c)
	if err != nil {
		return err
	}
	m := manifest{Release: cmd.Release, Journeys: []compiledJourney{}, Schemas: []compiledSchema{}}
	if m.Release == "" {
		m.Release = release()
	}
	files := map[string][]byte{}
	for _, j := range h.Journeys {
		m.Journeys = append(m.Journeys, putJourney(files, j))
	}
	if m.Brands, err = compiledBrands(h); err != nil {
		return err
	}
	for _, f := range h.Catalog.Brands.Families {
		m.Families = append(m.Families, f.Name.Value)
	}
	if m.Schemas, err = putSchemas(files, h.Catalog.Events); err != nil {
		return err
	}
	text, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return senda.Wrap(senda.Internal, "write manifest.json", err)
	}
	// The manifest comes last: whoever finds it finds all that it names.
	for name, text := range files {
		if err := put(filepath.Join(cmd.Out, name), text); err != nil {
			return err
		}
	}
	if err := put(filepath.Join(cmd.Out, "manifest.json"), append(text, '\n')); err != nil {
		return err
	}
	if c.json {
		return c.writeJSON(m)
	}
	for _, j := range m.Journeys {
		fmt.Fprintf(c.out, "%-20s %-8s bundle %s\n", j.Name, j.State, j.Bundle[:12])
	}
	return nil
}

// putJourney adds the files of a journey.
func putJourney(files map[string][]byte, j *compile.Journey) compiledJourney {
	b := j.Bundle
	out := compiledJourney{
		Name: b.Journey, State: j.State(), Bundle: b.Digest(), Brand: b.Brand, Family: b.Family, Owner: b.Owner, Note: b.Note,
		BundleFile: "bundles/" + b.Digest() + ".json", MachineFile: "machines/" + b.Journey + ".asl.json",
	}
	files[out.BundleFile], files[out.MachineFile] = b.Bytes(), []byte(b.Machine)
	return out
}

// putSchemas adds the contract of each kind of event, as the registry takes it.
func putSchemas(files map[string][]byte, set *events.Set) ([]compiledSchema, error) {
	published, err := set.Published()
	if err != nil {
		return nil, err
	}
	out := []compiledSchema{}
	for _, p := range published {
		s := compiledSchema{Kind: p.Kind, Version: p.Version, Title: p.Title, File: "schemas/" + p.Kind + ".json"}
		files[s.File] = p.Schema
		out = append(out, s)
	}
	return out, nil
}

func compiledBrands(h *compile.House) ([]compiledBrand, error) {
	out := []compiledBrand{}
	for _, b := range h.Catalog.Brands.Brands {
		one := compiledBrand{
			Name: b.Name.Value, Family: b.Family, Title: b.Title,
			From: b.Sender(senda.Marketing), FromService: b.Sender(senda.Service),
		}
		var err error
		if one.Domain, err = domain(one.From); err != nil {
			return nil, err
		}
		if one.ServiceDomain, err = domain(one.FromService); err != nil {
			return nil, err
		}
		out = append(out, one)
	}
	return out, nil
}

// domain is where a mailbox lives.
func domain(mailbox string) (string, error) {
	a, err := mail.ParseAddress(mailbox)
	if err != nil {
		// check has read it before; a difference is a defect of ours.
		return "", senda.Wrap(senda.Internal, "read the sender "+mailbox, err)
	}
	return strings.ToLower(a.Address[strings.LastIndex(a.Address, "@")+1:]), nil
}

// release is the version of this program.
func release() string {
	if info, ok := debug.ReadBuildInfo(); ok {
		return info.Main.Version
	}
	return "(devel)"
}

// put writes a file and the folders that it stands in.
func put(path string, text []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil { //nolint:gosec // a deployment holds no secret
		return err
	}
	return os.WriteFile(path, text, 0o644) //nolint:gosec // a deployment holds no secret
}
