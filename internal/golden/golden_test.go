package golden

import (
	"strings"
	"testing"
)

// recorder is a test that notes its failures instead of having them.
type recorder struct {
	testing.TB
	errors []string
}

func (r *recorder) Helper() {}

func (r *recorder) Errorf(format string, args ...any) { r.errors = append(r.errors, format) }

const file = "A case.\n-- in --\nhello\n-- want/out --\nHELLO\n"

func TestCompares(t *testing.T) {
	for _, c := range []struct {
		name, file, got, out string
		fails                bool
	}{
		{"as wanted", file, "HELLO", "out", false},
		{"another result", file, "HELL", "out", true},
		{"a result that nobody wanted", file, "HELLO", "other", true},
		{"nothing said", strings.TrimPrefix(file, "A case.\n"), "HELLO", "out", true},
	} {
		r := &recorder{}
		k := read(r, "case", []byte(c.file))
		k.Want(c.out, c.got)
		k.finish(false)
		if failed := len(r.errors) > 0; failed != c.fails {
			t.Errorf("%s: failed=%v: %q", c.name, failed, r.errors)
		}
	}
}

func TestUpdateReplacesWantAndKeepsTheRest(t *testing.T) {
	k := read(t, "case", []byte(file))
	k.got = nil
	old := *update
	*update = true
	defer func() { *update = old }()
	k.Want("new", "HI")
	if got, want := string(k.finish(true)), "A case.\n-- in --\nhello\n-- want/new --\nHI\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestRun(t *testing.T) {
	Run(t, "testdata/*.txtar", func(_ *testing.T, c *Case) {
		if len(c.Files()) != 1 || c.File("none") != nil {
			t.Errorf("files are %v", c.Files())
		}
		c.Want("out", strings.ToUpper(string(c.File("in"))))
	})
}
