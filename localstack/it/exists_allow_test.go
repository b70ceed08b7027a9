//go:build localstack

package it

import (
	"bytes"
	"fmt"
	"os"
	"strings"

	"github.com/goccy/go-yaml"
)

// allowance is what a deployment on the emulator may lack.
type allowance struct {
	Types []struct {
		Type, Why, Covered string
	}
	Properties []struct {
		Type       string
		Properties []string
		Why        string
		Covered    string
	}
	used map[string]bool
}

func readAllowed(path string) (*allowance, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	a := &allowance{used: map[string]bool{}}
	if err := yaml.NewDecoder(bytes.NewReader(text), yaml.DisallowUnknownField()).Decode(a); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	for _, x := range a.Types {
		if x.Why == "" || x.Covered == "" {
			return nil, fmt.Errorf("%s: %s has no reason, or nothing that covers it", path, x.Type)
		}
	}
	for _, x := range a.Properties {
		if x.Why == "" || x.Covered == "" {
			return nil, fmt.Errorf("%s: %s of %s has no reason, or nothing that covers it", path, x.Properties, x.Type)
		}
	}
	return a, nil
}

// allows says whether a difference is listed: its type, or the property in which it is.
func (a *allowance) allows(d difference) bool {
	for _, x := range a.Types {
		if x.Type == d.kind {
			a.used[x.Type] = true
			return true
		}
	}
	for _, x := range a.Properties {
		for _, p := range x.Properties {
			if x.Type == d.kind && (d.path == p || strings.HasPrefix(d.path, p+".")) {
				a.used[x.Type+" "+p] = true
				return true
			}
		}
	}
	return false
}

// unused are the lines that no difference needed.
func (a *allowance) unused() []string {
	var out []string
	for _, x := range a.Types {
		if !a.used[x.Type] {
			out = append(out, x.Type)
		}
	}
	for _, x := range a.Properties {
		for _, p := range x.Properties {
			if !a.used[x.Type+" "+p] {
				out = append(out, x.Type+" "+p)
			}
		}
	}
	return out
}
