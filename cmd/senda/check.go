package main

import (
	"fmt"

	"github.com/senda-dev/senda/internal/diag"
)

type checkCmd struct {
	journeysFlag
	Strict bool `help:"Warnings count as errors."`
}

func (cmd *checkCmd) Help() string {
	return `Compiles every journey of the folder and says all that is wrong, each at its
place under a caret, with a stable code and the way out. The codes are explained
in docs/language/findings.md.

Examples:
  senda check
  senda check -j shop/journeys --strict
  senda check --json | jq '.findings[].code'`
}

func (cmd *checkCmd) Run(c *console) error {
	h, found, err := cmd.compile()
	if err != nil {
		return err
	}
	errs, warnings := found.Count()
	bad := errs > 0 || cmd.Strict && warnings > 0
	if c.json {
		type journey struct {
			Name   string `json:"name"`
			Digest string `json:"digest,omitempty"`
			States int    `json:"states,omitempty"`
		}
		out := struct {
			Findings diag.List `json:"findings"`
			Journeys []journey `json:"journeys"`
		}{Findings: found, Journeys: []journey{}}
		if out.Findings == nil {
			out.Findings = diag.List{}
		}
		for _, j := range h.Journeys {
			one := journey{Name: j.Name()}
			if j.Bundle != nil {
				one.Digest, one.States = j.Bundle.Digest(), len(j.Machine.States)
			}
			out.Journeys = append(out.Journeys, one)
		}
		if err := c.writeJSON(out); err != nil {
			return err
		}
	} else {
		fmt.Fprint(c.out, found.Render(h.Source))
		if len(found) > 0 {
			fmt.Fprintln(c.out, found.Summary())
		}
		if !bad {
			for _, j := range h.Journeys {
				fmt.Fprintf(c.out, "%-20s fine   %s, %d steps, %d states\n", j.Name(), j.Parsed.State, len(j.Bundle.Steps), len(j.Machine.States))
			}
		}
	}
	if bad {
		return errFound
	}
	return nil
}
