package main

import (
	"fmt"
	"os"

	"github.com/senda-dev/senda/internal/diagram"
)

type diagramCmd struct {
	journeysFlag
	Journey string `arg:"" help:"The journey, by name or folder."`
	SVG     string `name:"svg" help:"Write an SVG to this file instead ('-': standard output)." placeholder:"FILE"`
}

func (cmd *diagramCmd) Help() string {
	return `Draws the steps of a journey as its author wrote them, never the states of the
machine.

Examples:
  senda diagram win-back
  senda diagram win-back --svg win-back.svg`
}

func (cmd *diagramCmd) Run(c *console) error {
	h, err := cmd.sound(c)
	if err != nil {
		return err
	}
	j, err := pick(h, cmd.Journey)
	if err != nil {
		return err
	}
	g := diagram.Of(j.Resolved.Journey)
	switch cmd.SVG {
	case "":
		_, err = fmt.Fprint(c.out, g.Text(nil))
	case "-":
		_, err = c.out.Write(g.SVG(nil))
	default:
		err = os.WriteFile(cmd.SVG, g.SVG(nil), 0o644) //nolint:gosec // a picture, readable by everybody
	}
	return err
}
