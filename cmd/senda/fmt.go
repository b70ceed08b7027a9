package main

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/senda-dev/senda/internal/diag"
	"github.com/senda-dev/senda/internal/format"
)

type fmtCmd struct {
	Paths []string `arg:"" optional:"" help:"Files or folders (default: journeys)." type:"path"`
	Check bool     `help:"Write nothing; exit with 1 when a file is not in its form."`
}

func (cmd *fmtCmd) Help() string {
	return `Puts the YAML files of a shop into their one form: the keys of a head in the
order of the reference, two spaces a level, one space after a colon. Comments stay
where they are. A file that cannot be read is left alone and reported.

Examples:
  senda fmt
  senda fmt journeys/win-back/journey.yaml
  senda fmt --check`
}

func (cmd *fmtCmd) Run(c *console) error {
	files, err := cmd.files()
	if err != nil {
		return err
	}
	var found diag.List
	sources := map[string][]byte{}
	changed := 0
	for _, file := range files {
		src, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		name := shown(file)
		out, findings := format.File(name, src)
		found.Add(findings...)
		sources[name] = src
		if findings.HasErrors() || bytes.Equal(src, out) {
			continue
		}
		changed++
		fmt.Fprintln(c.out, name)
		if cmd.Check {
			continue
		}
		if err := os.WriteFile(file, out, 0o644); err != nil { //nolint:gosec // a source file, readable by the team
			return err
		}
	}
	fmt.Fprint(c.err, found.Render(diag.SourceMap(sources)))
	if found.HasErrors() || cmd.Check && changed > 0 {
		return errFound
	}
	return nil
}

// files are the YAML files under the paths.
func (cmd *fmtCmd) files() ([]string, error) {
	paths := cmd.Paths
	if len(paths) == 0 {
		paths = []string{"journeys"}
	}
	var out []string
	for _, p := range paths {
		err := filepath.WalkDir(p, func(file string, d fs.DirEntry, err error) error {
			if err == nil && !d.IsDir() && (file == p || filepath.Ext(file) == ".yaml") {
				out = append(out, file)
			}
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}
