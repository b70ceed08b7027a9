package diff_test

import (
	"encoding/json"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/compile"
	"github.com/senda-dev/senda/internal/diff"
	"github.com/senda-dev/senda/internal/golden"
	"github.com/senda-dev/senda/internal/shoptest"
)

// A case holds the files of the shop that differ, under before/ and after/; a file
// "gone" lists what is not there, and "state" what a person made of journeys.
func TestJourneys(t *testing.T) {
	golden.Run(t, "testdata/journeys-*.txtar", func(t *testing.T, c *golden.Case) {
		before, after := shop(t, c, "before"), shop(t, c, "after")
		for line := range strings.Lines(string(c.File("state"))) {
			name, state, _ := strings.Cut(strings.TrimSpace(line), " ")
			s := before[name]
			s.State = senda.State(state)
			before[name] = s
		}
		r, err := diff.Compare(before, after)
		if err != nil {
			t.Fatal(err)
		}
		var inside map[string]int
		if text := c.File("inside.json"); text != nil {
			if err := json.Unmarshal(text, &inside); err != nil {
				t.Fatal(err)
			}
		}
		for i, j := range r.Journeys {
			if n, ok := inside[j.Name]; ok {
				r.Journeys[i].Inside = []diff.Inside{{Bundle: "0123456789abcdef", People: n, More: n >= 10000}}
			}
		}
		var out strings.Builder
		r.Write(&out)
		c.Want("text", out.String())
	})
}

func shop(t *testing.T, c *golden.Case, side string) map[string]diff.Standing {
	t.Helper()
	files := fstest.MapFS{}
	err := fs.WalkDir(shoptest.Files(), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := fs.ReadFile(shoptest.Files(), name)
		files[name] = &fstest.MapFile{Data: data}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range c.Files() {
		if rel, ok := strings.CutPrefix(name, side+"/"); ok {
			files[rel] = &fstest.MapFile{Data: c.File(name)}
		}
	}
	for line := range strings.Lines(string(c.File("gone-" + side))) {
		for name := range files {
			if strings.HasPrefix(name, path.Clean(strings.TrimSpace(line))+"/") {
				delete(files, name)
			}
		}
	}
	h, found := compile.Dir(files, side)
	if found.HasErrors() {
		t.Fatal(found.Render(h.Source))
	}
	out := map[string]diff.Standing{}
	for _, j := range h.Journeys {
		out[j.Name()] = diff.Standing{State: j.State(), Bundle: j.Bundle}
	}
	return out
}

func TestTemplates(t *testing.T) {
	golden.Run(t, "testdata/template-*.txtar", func(t *testing.T, c *golden.Case) {
		list, err := diff.Templates(c.File("before.json"), c.File("after.json"))
		if err != nil {
			t.Fatal(err)
		}
		var out strings.Builder
		diff.Report{Stateful: list}.Write(&out)
		c.Want("text", out.String())
	})
}

// Any two texts can be compared, however little they have in common, and each word of the
// report is about one of them: nothing is told of a journey that stands beside itself.
func TestAnyTwoJourneys(t *testing.T) {
	var all []diff.Standing
	for _, dir := range []fs.FS{shoptest.Files(), os.DirFS(filepath.Join("..", "..", "journeys"))} {
		h, found := compile.Dir(dir, "journeys")
		if found.HasErrors() {
			t.Fatal(found.Render(h.Source))
		}
		for _, j := range h.Journeys {
			all = append(all, diff.Standing{State: senda.StateLive, Bundle: j.Bundle})
		}
	}
	for _, a := range all {
		for _, b := range all {
			r, err := diff.Compare(map[string]diff.Standing{"j": a}, map[string]diff.Standing{"j": b})
			if err != nil {
				t.Fatal(err)
			}
			j := r.Journeys[0]
			if same := a.Bundle == b.Bundle; same != (j.Fate == diff.Same) || same != (len(j.Changes) == 0) {
				t.Errorf("%s and %s: %s, %v", a.Bundle.Journey, b.Bundle.Journey, j.Fate, j.Changes)
			}
			told := map[string]bool{}
			for _, c := range j.Changes {
				key := c.What + " " + c.Name + " " + c.How + " " + c.Say
				if c.Say == "" || told[key] {
					t.Errorf("%s and %s: %+v is empty or told twice", a.Bundle.Journey, b.Bundle.Journey, c)
				}
				told[key] = true
			}
		}
	}
}

// A template that is none is said to be none.
func TestBadTemplates(t *testing.T) {
	for _, x := range [][2]string{{"", "no"}, {"no", "{}"}, {"", ""}, {`{"Resources": 3}`, "{}"}} {
		if _, err := diff.Templates([]byte(x[0]), []byte(x[1])); senda.CodeOf(err) != senda.Invalid {
			t.Errorf("%q: %v", x, err)
		}
	}
}
