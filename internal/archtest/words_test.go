package archtest

import (
	"go/ast"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// clocks are the rooms that may read the time of day or set a timer; to all others
// every instant comes as a value, or they could not be simulated.
var clocks = map[string]string{
	"cmd/senda":                "a main brings the clock",
	"internal/bench/functions": "it measures",
	"internal/bench/journey":   "it measures",
	"internal/bench/lifetime":  "it measures",
	"internal/demo":            "it says how long its parts took",
	"internal/cloud":           "it gives a function the clock that a main would",
	"internal/signed":          "a signature bears the time of its call",
	"internal/lambdahost":      "it stands where a main would: deadlines and durations of real invocations",
	"internal/jsonata/oracle":  "it ends a process that hangs",
}

var readsAClock = regexp.MustCompile(`^(Now|Since|Until|After|AfterFunc|NewTimer|NewTicker|Tick|Sleep)$`)

// Time is a value: a package of the domain that reads a clock cannot be simulated.
func TestTheDomainReadsNoClock(t *testing.T) {
	all := rooms(t)
	for dir := range clocks {
		exists(t, all, "who may read a clock", dir)
	}
	for dir, r := range all {
		if clocks[dir] != "" {
			continue
		}
		for _, f := range r.files {
			for _, call := range selectors(f.tree, "time", readsAClock) {
				if !f.test {
					t.Errorf("%s: time.%s — the instant must come in as a value", f.path, call)
				}
			}
		}
	}
}

var globalChance = regexp.MustCompile(`^(Int|Int32|Int64|IntN|Int32N|Int64N|Uint32|Uint64|UintN|Float32|Float64|NormFloat64|ExpFloat64|Perm|Shuffle|N)$`)

// Chance is a value too: what draws from the process cannot be repeated.
func TestNobodyDrawsFromTheProcess(t *testing.T) {
	for _, r := range rooms(t) {
		for _, f := range r.files {
			if !slices.ContainsFunc(f.imports, func(ip string) bool { return strings.HasPrefix(ip, "math/rand") }) {
				continue
			}
			for _, call := range selectors(f.tree, "rand", globalChance) {
				t.Errorf("%s: rand.%s — draw from a source with a seed", f.path, call)
			}
		}
	}
}

// A test that sleeps is slow or flaky; in a bubble of synctest sleeping is an addition.
func TestNoTestSleeps(t *testing.T) {
	all, err := house()
	if err != nil {
		t.Fatal(err)
	}
	sleep := regexp.MustCompile(`^Sleep$`)
	for _, r := range all {
		for _, f := range r.files {
			if len(selectors(f.tree, "time", sleep)) > 0 && !slices.Contains(f.imports, "testing/synctest") {
				t.Errorf("%s sleeps", f.path)
			}
			for _, name := range []string{"t", "b", "f", "rt"} {
				for _, call := range selectors(f.tree, name, regexp.MustCompile(`^(Skip|Skipf|SkipNow)$`)) {
					if !mayDraw(f, name, call) {
						t.Errorf("%s: %s.%s — a test that does not run proves nothing", f.path, name, call)
					}
				}
			}
		}
	}
}

// mayDraw: rapid's own Skip asks for another drawing, and leaves nothing out.
func mayDraw(f source, name, call string) bool {
	return name == "rt" && call == "Skip" && slices.Contains(f.imports, "pgregory.net/rapid")
}

// selectors are the members of a name that match and are used in a file.
func selectors(f *ast.File, name string, member *regexp.Regexp) []string {
	found := map[string]bool{}
	ast.Inspect(f, func(n ast.Node) bool {
		if s, ok := n.(*ast.SelectorExpr); ok && member.MatchString(s.Sel.Name) {
			if id, ok := s.X.(*ast.Ident); ok && id.Name == name {
				found[s.Sel.Name] = true
			}
		}
		return true
	})
	return slices.Sorted(maps.Keys(found))
}

// unwanted are words that stand nowhere in the tree. They are written here with a gap,
// so that this file holds none of them.
var unwanted = []struct{ words, reason string }{
	{"TO·DO|FIX·ME|X·XX|HA·CK", "finish it, or write an issue"},
	{`/ho·me/|/Us·ers/|/ro·ot/|/wo·rk/|C:\\Us·ers`, "a path of one machine"},
	{`proxy\.go·lang\.org|sum\.go·lang\.org|registry\.np·mjs|py·pi\.org|files\.python·hosted|npm·mirror`, "the client of a registry knows its host"},
}

func TestWordsThatStandNowhere(t *testing.T) {
	all, err := files()
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range unwanted {
		re := regexp.MustCompile(`(^|[^A-Za-z0-9_\\u])(` + strings.ReplaceAll(w.words, "·", "") + `)`)
		for _, p := range slices.Sorted(maps.Keys(all)) {
			if path.Base(p) == "go.sum" || !re.Match(all[p]) {
				continue
			}
			for n, line := range strings.Split(string(all[p]), "\n") {
				if m := re.FindStringSubmatch(line); m != nil {
					t.Errorf("%s:%d: %s — %s", p, n+1, m[2], w.reason)
				}
			}
		}
	}
}
