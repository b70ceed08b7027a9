//go:build localstack

package it

import (
	"context"
	"slices"
	"sync"
	"testing"

	senda "github.com/senda-dev/senda"
)

// Every resource of the templates is there with every property that they state, as the
// service itself tells it, or allow.yaml says why it cannot be and what covers it instead.
func TestEverythingExists(t *testing.T) {
	w := deployed(t)
	a, err := readAssembly(t.Context(), w, cdkOut(t))
	if err != nil {
		t.Fatal(err)
	}
	allowed, err := readAllowed("../allow.yaml")
	if err != nil {
		t.Fatal(err)
	}
	d := newDescribers(w)
	found := make([][]difference, len(a.resources))
	places := make(chan struct{}, 8) // calls at a time: the emulator has other things to do
	var all sync.WaitGroup
	for i, r := range a.resources {
		all.Go(func() {
			places <- struct{}{}
			defer func() { <-places }()
			found[i] = d.look(t.Context(), a, r)
		})
	}
	all.Wait()
	for _, x := range slices.Concat(found...) {
		if !allowed.allows(x) {
			t.Error(x)
		}
	}
	for _, line := range allowed.unused() {
		t.Errorf("allow.yaml: %s is not needed any more", line)
	}
	t.Logf("%d resources of %d types", len(a.resources), len(a.types()))
}

// look compares one resource with what its service tells of it.
func (d *describers) look(ctx context.Context, a *assembly, r resource) []difference {
	differ := func(path, why string) difference { return difference{r.stack, r.logical, r.kind, path, why} }
	describe, ok := d.of[r.kind]
	switch {
	case !ok:
		return []difference{differ("", "nothing here knows how to look at this type")}
	case r.physical == "":
		return []difference{differ("", "the stack has no such resource")}
	}
	value, err := a.resolve(ctx, r.stack, r.properties)
	if err != nil {
		return []difference{differ("", "the template: "+err.Error())}
	}
	want, ok := value.(map[string]any)
	if !ok {
		return []difference{differ("", "it states no properties")}
	}
	if r.kind == "AWS::StepFunctions::StateMachine" {
		want = substituted(want)
	}
	got, err := describe(ctx, r.physical, want)
	if err != nil {
		return []difference{differ("", "looking at it: "+err.Error())}
	}
	var out []difference
	compare("", want, got, func(path, why string) { out = append(out, differ(path, why)) })
	return out
}

// none says that a service does not have what was asked for.
func none(what string) error {
	return senda.Errorf(senda.NotFound, "look at "+what, "the service tells of none")
}
