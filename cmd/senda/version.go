package main

import (
	"fmt"
	"runtime/debug"
	"strings"
)

type versionCmd struct{}

func (versionCmd) Run(c *console) error {
	version, revision := "(devel)", ""
	if info, ok := debug.ReadBuildInfo(); ok {
		version = info.Main.Version
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" {
				revision = s.Value
			}
		}
	}
	if c.json {
		return c.writeJSON(map[string]string{"version": version, "revision": revision})
	}
	_, err := fmt.Fprintln(c.out, strings.TrimSpace("senda "+version+" "+revision))
	return err
}
