package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/compile"
	"github.com/senda-dev/senda/internal/diag"
)

// report tells a person about an error: what was being done, what is wrong, the way out.
func report(w io.Writer, err error) {
	fmt.Fprintln(w, "senda:", err)
	var e *senda.Error
	if errors.As(err, &e) && e.Help != "" {
		fmt.Fprintln(w, "  help:", e.Help)
	}
	if errors.Is(err, fs.ErrNotExist) {
		fmt.Fprintln(w, "  help: say where with the command's flags; senda --help lists them")
	}
}

// writeJSON writes a value for programs.
func (c *console) writeJSON(v any) error {
	e := json.NewEncoder(c.out)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(v)
}

// journeysFlag is the folder of journeys, where a command needs it.
type journeysFlag struct {
	Journeys string `name:"journeys" short:"j" default:"${journeys}" help:"The folder of journeys (default: ${default})." type:"path"`
}

// compile compiles the folder.
func (f journeysFlag) compile() (*compile.House, diag.List, error) {
	info, err := os.Stat(f.Journeys)
	if err != nil {
		return nil, nil, err
	}
	if !info.IsDir() {
		return nil, nil, fmt.Errorf("%s is not a folder", f.Journeys)
	}
	h, found := compile.Dir(os.DirFS(f.Journeys), shown(f.Journeys))
	return h, found, nil
}

// sound compiles the folder and returns errFound, having said why, unless every
// journey is fit to run.
func (f journeysFlag) sound(c *console) (*compile.House, error) {
	h, found, err := f.compile()
	if err != nil {
		return nil, err
	}
	if found.HasErrors() {
		fmt.Fprint(c.err, found.Render(h.Source))
		fmt.Fprintln(c.err, found.Summary())
		return nil, errFound
	}
	return h, nil
}

// shown is a path as people wrote it: relative to where they stand, if below.
func shown(path string) string {
	wd, err := os.Getwd()
	if err != nil {
		return path
	}
	if rel, err := filepath.Rel(wd, path); err == nil && filepath.IsLocal(rel) {
		return filepath.ToSlash(rel)
	}
	return path
}

// pick finds a journey by its name or by the path of its folder.
func pick(h *compile.House, name string) (*compile.Journey, error) {
	if j, ok := h.Journey(filepath.Base(filepath.Clean(name))); ok {
		return j, nil
	}
	var names []string
	for _, j := range h.Journeys {
		names = append(names, j.Name())
	}
	e := senda.Errorf(senda.NotFound, "find the journey", "there is no journey called %q", name)
	if help := diag.DidYouMean(name, names); help != "" {
		return nil, e.WithHelp("%s", help)
	}
	return nil, e.WithHelp("the journeys are %s", diag.Words(names, 12))
}

// readJSON reads a file that a program wrote.
func readJSON(path string, into any) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(text, into); err != nil {
		return senda.Errorf(senda.Invalid, "read "+shown(path), "it is not what senda writes there: %v", err)
	}
	return nil
}

// inOrder are step records as a timeline tells them.
func inOrder(found []senda.Versioned) []senda.StepRecord {
	var out []senda.StepRecord
	for _, v := range found {
		if r, _, ok, err := senda.As[senda.StepRecord](v); err == nil && ok {
			out = append(out, r)
		}
	}
	slices.SortStableFunc(out, func(a, b senda.StepRecord) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Seq, b.Seq)) })
	return out
}
