package parse

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/senda-dev/senda/internal/golden"
	"github.com/senda-dev/senda/internal/journey"
)

func TestGolden(t *testing.T) {
	golden.Run(t, "testdata/*.txtar", func(_ *testing.T, c *golden.Case) {
		src := c.File("journey.yaml")
		j, found := Journey("journey.yaml", src)
		c.Want("diag", found.Render(func(string) []byte { return src }))
		if strings.HasPrefix(c.Name, "read-") {
			c.Want("journey", show(j))
		}
	})
}

// show writes what was read, for a person to compare with the file.
func show(j *journey.Journey) string {
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	line("journey %s of %s, %s, brand %s, purpose %s, priority %q, runs %s to %s", j.Name, j.Owner, j.State, j.Brand, j.Purpose, j.Priority, j.Runs.From, j.Runs.To)
	e := j.Enter
	line("enter event=%q if=%q each=%q audience=%q at=%q again=%q meanwhile=%q", e.Event, source(e.If), source(e.Each), e.Audience, e.Schedule, e.Again, e.Meanwhile)
	for _, x := range j.Exits {
		line("exit event=%q if=%q reason=%q", x.Event, source(x.If), x.Reason)
	}
	line("holdout %s, why none: %q", j.Holdout.Share, j.Holdout.Why)
	if g := j.Goal; g != nil {
		line("goal event=%q if=%q value=%q within=%q of entry=%v", g.Event, source(g.If), source(g.Value), g.Within, g.FromEntry)
	}
	steps(line, j.Steps, "")
	return b.String()
}

func source(e *journey.Expr) string {
	if e == nil {
		return ""
	}
	return e.Text.Value
}

func steps(line func(string, ...any), list []journey.Step, indent string) {
	for _, s := range list {
		c := s.Common()
		more := ""
		switch s := s.(type) {
		case *journey.Wait:
			more = fmt.Sprintf("for=%q", s.For)
		case *journey.Await:
			more = fmt.Sprintf("events=%v match=%q for=%q", s.Events, source(s.Match), s.For)
		case *journey.If:
			more = fmt.Sprintf("cond=%q", source(s.Cond))
		case *journey.Branch:
			more = fmt.Sprintf("arms=%d", len(s.Arms))
		case *journey.Split:
			for _, w := range s.Ways {
				more += fmt.Sprintf("%s=%s ", w.Name, w.Share)
			}
		case *journey.Score:
			more = fmt.Sprintf("model=%q", s.Model)
		case *journey.Offer:
			more = fmt.Sprintf("slot=%q from=%v", s.Slot, s.From)
		case *journey.Email:
			more = fmt.Sprintf("mail=%q purpose=%q brand=%q window=%q expires=%q", s.Mail, s.Purpose, s.Brand, s.Window, s.Expires)
		case *journey.Set:
			more = fmt.Sprintf("attr=%q to=%q", s.Attr, source(s.To))
		case *journey.Emit:
			more = fmt.Sprintf("event=%q", s.Event)
		case *journey.Leave:
			more = fmt.Sprintf("reason=%q", s.Reason)
		case *journey.Include:
			more = fmt.Sprintf("part=%q as=%q", s.Part, s.As)
		}
		line("%s%d:%d %s %s if=%q note=%q %s", indent, c.Pos.Line, c.Pos.Col, s.Kind(), c.Name, source(c.If), c.Note, more)
		for _, block := range journey.Blocks(s) {
			line("%s  [", indent)
			steps(line, block, indent+"    ")
			line("%s  ]", indent)
		}
	}
}

// Every kind of step is read by some golden, so that a new kind cannot be half
// added.
func TestEveryKindIsRead(t *testing.T) {
	paths, _ := filepath.Glob("testdata/read-*.txtar")
	seen := map[journey.Kind]bool{}
	for _, p := range paths {
		b, err := os.ReadFile(p)
		if err != nil {
			t.Fatal(err)
		}
		_, src, _ := strings.Cut(string(b), "-- journey.yaml --\n")
		src, _, _ = strings.Cut(src, "-- want/")
		j, _ := Journey("journey.yaml", []byte(src))
		for s := range journey.Walk(j.Steps) {
			seen[s.Kind()] = true
		}
	}
	for _, k := range journey.Kinds() {
		if !seen[k] {
			t.Errorf("no golden reads a step of kind %s", k)
		}
		if keys := StepKeys(k); len(keys) < 3 || keys[0] != k.String() {
			t.Errorf("the keys of %s are %v", k, keys)
		}
	}
}

// Whatever stands in the file, reading ends, names a place for every finding, and
// gives back a journey that can be walked.
func FuzzParse(f *testing.F) {
	paths, _ := filepath.Glob("testdata/*.txtar")
	for _, p := range paths {
		b, err := os.ReadFile(p)
		if err != nil {
			f.Fatal(err)
		}
		_, src, _ := strings.Cut(string(b), "-- journey.yaml --\n")
		src, _, _ = strings.Cut(src, "-- want/")
		f.Add(src)
	}
	f.Fuzz(func(t *testing.T, src string) {
		if len(src) > 1<<13 {
			return
		}
		j, found := Journey("f", []byte(src))
		show(j)
		for s := range journey.Walk(j.Steps) {
			if s.Common().Name == "" {
				t.Fatalf("a %s without a name", s.Kind())
			}
			for e := range journey.Exprs(s) {
				if e.Tree == nil && !found.HasErrors() {
					t.Fatalf("%q has no tree and no finding", e.Text)
				}
			}
		}
		for _, x := range found {
			if x.Pos.Line > strings.Count(src, "\n")+1 || x.Message == "" {
				t.Fatalf("outside the file: %+v", x)
			}
			x.Render(func(string) []byte { return []byte(src) })
		}
		part, _ := Part("f", []byte(src))
		for s := range journey.Walk(part.Steps) {
			_ = s.Kind()
		}
	})
}
