package compile_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"testing"
	"testing/fstest"

	"github.com/senda-dev/senda/internal/bundle"
	"github.com/senda-dev/senda/internal/compile"
	"github.com/senda-dev/senda/internal/emit"
	"github.com/senda-dev/senda/internal/golden"
	"github.com/senda-dev/senda/internal/interp"
	"pgregory.net/rapid"
)

var (
	shop = os.DirFS("../../journeys")
	// house is the shared files of the goldens: those of the shop may change.
	house = os.DirFS("testdata/house")
)

// The shop's own journeys compile without a word, each into a bundle that can be
// read back and whose machine the interpreter takes.
func TestTheShop(t *testing.T) {
	h, found := compile.Dir(shop, "journeys")
	if len(found) > 0 {
		t.Error(found.Render(h.Source))
	}
	if _, ok := h.Journey("reference"); !ok {
		t.Error("there is no reference journey")
	}
	again, _ := compile.Dir(shop, "journeys")
	for i, j := range h.Journeys {
		if j.Bundle == nil {
			t.Errorf("%s has no bundle", j.Folder)
			continue
		}
		if !bytes.Equal(j.Bundle.Bytes(), again.Journeys[i].Bundle.Bytes()) {
			t.Errorf("%s compiles to other bytes the second time", j.Folder)
		}
		b, err := bundle.Decode(j.Bundle.Bytes())
		if err != nil || b.Digest() != j.Bundle.Digest() {
			t.Errorf("%s: %v", j.Folder, err)
		}
		if _, err := interp.Load([]byte(j.Bundle.Machine)); err != nil {
			t.Errorf("%s: %v", j.Folder, err)
		}
		d, err := h.Shelf().Deployment(t.Context(), j.Name())
		if err != nil || d.Bundle != j.Bundle.Digest() || d.State != j.State() {
			t.Errorf("%s is deployed as %v, %v", j.Folder, d, err)
		}
	}
}

// overlay is the shared files with the journeys of a case.
func overlay(t testing.TB, files map[string][]byte) fstest.MapFS {
	t.Helper()
	out := fstest.MapFS{}
	err := fs.WalkDir(house, ".", func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := fs.ReadFile(house, p)
		out[p] = &fstest.MapFile{Data: data}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range files {
		out[name] = &fstest.MapFile{Data: data}
	}
	return out
}

// A case holds journeys; what comes of them are findings, and of those without an
// error the bundle's head, plan, machine and the cost of its paths.
func TestGolden(t *testing.T) {
	golden.Run(t, "testdata/*.txtar", func(t *testing.T, c *golden.Case) {
		files := map[string][]byte{}
		for _, name := range c.Files() {
			files[name] = c.File(name)
		}
		h, found := compile.Dir(overlay(t, files), "journeys")
		c.Want("diag", found.Render(h.Source))
		for _, j := range h.Journeys {
			if j.Bundle == nil {
				continue
			}
			head := *j.Bundle
			head.Machine, head.Mails = "", nil
			text, err := json.MarshalIndent(&head, "", " ")
			if err != nil {
				t.Fatal(err)
			}
			c.Want(j.Folder+"/bundle.json", string(text))
			c.Want(j.Folder+"/plan", j.Plan.String())
			var machine bytes.Buffer
			if err := json.Indent(&machine, []byte(j.Bundle.Machine), "", " "); err != nil {
				t.Fatal(err)
			}
			c.Want(j.Folder+"/machine.json", machine.String())
			typical, longest := emit.Transitions(j.Machine)
			nt, nl := emit.Naive(j.Plan)
			c.Want(j.Folder+"/transitions", fmt.Sprintf("typical %d, naive %d\nlongest %d, naive %d\n", typical, nt, longest, nl))
		}
	})
}

// Whatever stands in the files: findings, and never a panic; and a journey with an
// error has no bundle.
func TestDamagedFiles(t *testing.T) {
	whole := overlay(t, nil)
	reference, err := fs.Glob(shop, "reference/*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	mails, err := fs.Glob(shop, "reference/mails/*.mjml")
	if err != nil || len(reference) == 0 || len(mails) == 0 {
		t.Fatalf("%v: %d, %d", err, len(reference), len(mails))
	}
	for _, p := range append(reference, mails...) {
		data, err := fs.ReadFile(shop, p)
		if err != nil {
			t.Fatal(err)
		}
		whole[p] = &fstest.MapFile{Data: data}
	}
	var names []string
	for name := range whole {
		names = append(names, name)
	}
	slices.Sort(names)
	rapid.Check(t, func(t *rapid.T) {
		files := fstest.MapFS{}
		for name, f := range whole {
			files[name] = f
		}
		name := rapid.SampledFrom(names).Draw(t, "file")
		switch rapid.IntRange(0, 2).Draw(t, "damage") {
		case 0:
			delete(files, name)
		case 1: // cut
			data := whole[name].Data
			files[name] = &fstest.MapFile{Data: data[:rapid.IntRange(0, len(data)).Draw(t, "at")]}
		case 2: // one byte
			data := bytes.Clone(whole[name].Data)
			data[rapid.IntRange(0, len(data)-1).Draw(t, "at")] = byte(rapid.IntRange(1, 255).Draw(t, "byte"))
			files[name] = &fstest.MapFile{Data: data}
		}
		h, found := compile.Dir(files, "journeys")
		for _, j := range h.Journeys {
			if j.Bundle == nil && !found.HasErrors() {
				t.Fatal("no bundle, and nobody says why")
			}
		}
		_ = found.Render(h.Source)
	})
}
