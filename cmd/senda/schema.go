package main

import (
	"fmt"
	"os"
	"path/filepath"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/diag"
	"github.com/senda-dev/senda/internal/schema"
)

type schemaCmd struct {
	File string `arg:"" optional:"" help:"The kind of file, such as journey.yaml."`
	Out  string `help:"Write all of them into this folder." placeholder:"DIR" type:"path"`
}

func (cmd *schemaCmd) Help() string {
	return `Writes JSON Schemas. An editor with a YAML language server completes and explains
keys once a file begins with

  # yaml-language-server: $schema=../schemas/journey.yaml.json

Examples:
  senda schema journey.yaml
  senda schema --out schemas`
}

func (cmd *schemaCmd) Run(c *console) error {
	if cmd.Out == "" {
		if cmd.File == "" {
			for _, f := range schema.Files() {
				fmt.Fprintln(c.out, f)
			}
			return nil
		}
		text, err := schema.For(cmd.File)
		if err != nil {
			return senda.Errorf(senda.NotFound, "write a schema", "there is none of %q", cmd.File).WithHelp("the files are %s", diag.Words(schema.Files(), 12))
		}
		_, err = c.out.Write(text)
		return err
	}
	if err := os.MkdirAll(cmd.Out, 0o755); err != nil { //nolint:gosec // schemas are for everybody
		return err
	}
	for _, f := range schema.Files() {
		text, err := schema.For(f)
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(cmd.Out, f+".json"), text, 0o644); err != nil { //nolint:gosec // schemas are for everybody
			return err
		}
	}
	return nil
}
