package archtest

import (
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/senda-dev/senda"

// rules say what a package may never reach, directly or through others of the
// house, in code that is not a test. From and to are prefixes of import paths; from is
// relative to the module ("." is the root package).
var rules = []struct{ from, to, reason string }{
	{"internal/jsonata", module, "the expression engine could stand alone"},
	{"internal/lifetime", module, "the value models could stand alone"},
	{"internal/calendar", module, "time is the lowest floor of the house"},
	{"internal/asl", "os", "the language of machines is text in, text out"},
	{"internal/interp", "os", "the interpreter has no I/O of its own"},
	{"internal/parse", "os", "no pass of the compiler does I/O"},
	{"internal/check", "os", "no pass of the compiler does I/O"},
	{"internal/plan", "os", "no pass of the compiler does I/O"},
	{"internal/emit", "os", "no pass of the compiler does I/O"},
	{"internal/entry", module + "/internal/bundle", "the protocol does not know what a journey is made of"},
	{"internal/entry", module + "/internal/inmem", "the protocol talks to ports"},
}

// direct says what a package may not import itself.
var direct = []struct{ from, to, reason string }{
	{"", "github.com/recolabs/gnata", "it is a peer in benchmarks, never a part"},
	{"", "github.com/aws/", "the domain is tested and simulated without a cloud"},
	{"", module + "/cmd/", "a main is imported by nobody"},
}

// adapters do not know each other: each knows the ports and its own service.
var adapters = []string{"internal/inmem", "internal/sqlite", "internal/smtp", "internal/outbox"}

// clockless packages take every instant as a value.
var clockless = []string{
	".", "internal/asl", "internal/bandit", "internal/brand", "internal/calendar", "internal/check", "internal/choose",
	"internal/consent", "internal/deliver", "internal/emit", "internal/enroll", "internal/entry", "internal/facts", "internal/guard",
	"internal/interp", "internal/journey", "internal/jsonata", "internal/lifetime", "internal/parse", "internal/plan", "internal/score",
}

type source struct {
	dir     string // relative to the module, "." for the root
	imports map[string]bool
	files   []string
}

func root(t *testing.T) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	return filepath.Dir(filepath.Dir(dir))
}

// sources reads the imports of every package of the module, tests left out.
func sources(t *testing.T) map[string]*source {
	t.Helper()
	top := root(t)
	out := map[string]*source{}
	err := filepath.WalkDir(top, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := d.Name()
		if d.IsDir() {
			if p != top && (strings.HasPrefix(name, ".") || name == "testdata" || name == "out" || name == "node_modules" || name == "bin") {
				return filepath.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		f, err := parser.ParseFile(token.NewFileSet(), p, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(top, filepath.Dir(p))
		if err != nil {
			return err
		}
		rel = filepath.ToSlash(rel)
		s := out[rel]
		if s == nil {
			s = &source{dir: rel, imports: map[string]bool{}}
			out[rel] = s
		}
		s.files = append(s.files, p)
		for _, im := range f.Imports {
			ip, err := strconv.Unquote(im.Path.Value)
			if err != nil {
				return err
			}
			s.imports[ip] = true
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// reach is everything a package imports through the house, with one way to it.
func reach(all map[string]*source, from string) map[string]string {
	seen := map[string]string{}
	var walk func(dir, way string)
	walk = func(dir, way string) {
		s := all[dir]
		if s == nil {
			return
		}
		for _, ip := range slices.Sorted(maps.Keys(s.imports)) {
			if _, ok := seen[ip]; ok {
				continue
			}
			seen[ip] = way + " -> " + ip
			if rel, ok := relative(ip); ok {
				walk(rel, seen[ip])
			}
		}
	}
	walk(from, from)
	return seen
}

func relative(importPath string) (string, bool) {
	if importPath == module {
		return ".", true
	}
	rel, ok := strings.CutPrefix(importPath, module+"/")
	return rel, ok
}

func under(p, prefix string) bool {
	return p == prefix || strings.HasSuffix(prefix, "/") && strings.HasPrefix(p, prefix) || strings.HasPrefix(p, prefix+"/")
}

func TestArrowsPointTheRightWay(t *testing.T) {
	all := sources(t)
	for _, r := range rules {
		found := false
		for dir := range all {
			if !under(dir, r.from) {
				continue
			}
			found = true
			for ip, way := range reach(all, dir) {
				if rel, ok := relative(ip); under(ip, r.to) && (!ok || !under(rel, r.from)) {
					t.Errorf("%s reaches %s: %s\n\t%s", dir, r.to, r.reason, way)
				}
			}
		}
		if !found {
			t.Errorf("the rule %q -> %q is about a package that does not exist", r.from, r.to)
		}
	}
	for dir, s := range all {
		for _, r := range direct {
			for ip := range s.imports {
				if strings.HasPrefix(dir, r.from) && strings.HasPrefix(ip, r.to) {
					t.Errorf("%s imports %s: %s", dir, ip, r.reason)
				}
			}
		}
	}
}

func TestAdaptersDoNotKnowEachOther(t *testing.T) {
	all := sources(t)
	for _, a := range adapters {
		if all[a] == nil {
			t.Errorf("the adapter %s does not exist", a)
			continue
		}
		for ip := range reach(all, a) {
			rel, ok := relative(ip)
			if ok && rel != a && slices.Contains(adapters, rel) {
				t.Errorf("%s knows %s: an adapter knows its service and the ports, nothing else", a, rel)
			}
		}
	}
}

// The root package is the glossary: it stands on the standard library and on the
// JSON values, so that every room can use its words.
func TestTheGlossaryStandsOnNothing(t *testing.T) {
	for ip := range sources(t)["."].imports {
		if ip != module+"/internal/jsonata" && strings.Contains(strings.Split(ip, "/")[0], ".") {
			t.Errorf("the root package imports %s", ip)
		}
	}
}

// Time is a value: a package of the domain that reads a clock cannot be simulated.
func TestTheDomainReadsNoClock(t *testing.T) {
	all := sources(t)
	for _, dir := range clockless {
		s := all[dir]
		if s == nil {
			t.Errorf("the rule is about %s, which does not exist", dir)
			continue
		}
		for _, f := range s.files {
			text, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			for n, line := range strings.Split(string(text), "\n") {
				for _, word := range []string{"time.Now(", "time.Since(", "time.Sleep(", "time.After(", "time.NewTimer("} {
					if strings.Contains(line, word) {
						t.Errorf("%s:%d: %s — the instant must come in as a value", f, n+1, word)
					}
				}
			}
		}
	}
}

// A folder called after nothing collects everything.
func TestNoRoomWithoutAnIdea(t *testing.T) {
	for dir := range sources(t) {
		switch path.Base(dir) {
		case "util", "utils", "common", "helpers", "helper", "manager", "misc", "shared", "base":
			t.Errorf("%s: name the package after its idea", dir)
		}
	}
}

// ARCHITECTURE.md is the map: every package stands on it.
func TestTheMapNamesEveryRoom(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(root(t), "ARCHITECTURE.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, dir := range slices.Sorted(maps.Keys(sources(t))) {
		if dir != "." && !strings.Contains(string(text), fmt.Sprintf("`%s`", dir)) {
			t.Errorf("ARCHITECTURE.md does not name `%s`", dir)
		}
	}
}
