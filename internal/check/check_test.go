package check

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/senda-dev/senda/events"
	"github.com/senda-dev/senda/internal/brand"
	"github.com/senda-dev/senda/internal/diag"
	"github.com/senda-dev/senda/internal/golden"
	"github.com/senda-dev/senda/internal/journey"
	"github.com/senda-dev/senda/internal/offer"
	"github.com/senda-dev/senda/internal/parse"
	"github.com/senda-dev/senda/internal/profile"
	"github.com/senda-dev/senda/internal/scenario"
)

// shop is the catalog of a shop of the tests, or of the files that a case brings.
func shop(t testing.TB, own func(name string) []byte) (*Catalog, diag.List) {
	t.Helper()
	return catalog(t, "testdata/shop/", own)
}

func catalog(t testing.TB, dir string, own func(name string) []byte) (*Catalog, diag.List) {
	t.Helper()
	file := func(name string) []byte {
		if b := own(name); b != nil {
			return b
		}
		b, err := os.ReadFile(dir + name)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	set, err := events.Default()
	if err != nil {
		t.Fatal(err)
	}
	cat := &Catalog{Events: set, Models: []Model{CustomerValue}, Parts: map[string]*journey.Part{}}
	var found, f diag.List
	cat.Brands, f = brand.Read("brands.yaml", file("brands.yaml"))
	found.Add(f...)
	cat.Offers, f = offer.Read("offers.yaml", file("offers.yaml"))
	found.Add(f...)
	cat.Profile, f = profile.Read("profile.yaml", file("profile.yaml"))
	found.Add(f...)
	cat.Audiences, f = profile.ReadAudiences("audiences.yaml", file("audiences.yaml"))
	found.Add(f...)
	found.Add(Shared(cat)...)
	return cat, found
}

func TestGolden(t *testing.T) {
	golden.Run(t, "testdata/*.txtar", func(t *testing.T, c *golden.Case) {
		cat, found := shop(t, c.File)
		for _, name := range c.Files() {
			if part, ok := strings.CutPrefix(name, "parts/"); ok {
				p, f := parse.Part(name, c.File(name))
				found.Add(f...)
				cat.Parts[strings.TrimSuffix(part, ".yaml")] = p
			}
		}
		if list := c.File("mails"); list != nil {
			cat.Mails = mails(string(list))
			cat.Readers = map[string]int{"es": 1240}
		}
		if src := c.File("journey.yaml"); src != nil {
			j, f := parse.Journey("journey.yaml", src)
			found.Add(f...)
			r, f := Journey(j, cat)
			found.Add(f...)
			if tests := c.File("scenarios.yaml"); tests != nil {
				list, f := scenario.Read("scenarios.yaml", tests)
				found.Add(f...)
				found.Add(Scenarios(list, r, cat)...)
			}
			if strings.HasPrefix(c.Name, "resolved-") {
				c.Want("resolved", show(r))
			}
		}
		c.Want("diag", found.Render(c.File))
	})
}

// mails reads lines such as "come-back en es question offer".
func mails(text string) map[string]Mail {
	out := map[string]Mail{}
	for line := range strings.Lines(text) {
		words := strings.Fields(line)
		m := Mail{}
		for _, w := range words[1:] {
			switch w {
			case "question":
				m.Question = true
			case "offer":
				m.Offer = true
			default:
				m.Languages = append(m.Languages, w)
			}
		}
		out[words[0]] = m
	}
	return out
}

func show(r *journey.Resolved) string {
	var b strings.Builder
	j := r.Journey
	fmt.Fprintf(&b, "family %s, priority %s, again %s, meanwhile %s, listens %v, parts %v, longest %s\n",
		r.Family, j.Priority, j.Enter.Again, j.Enter.Meanwhile, r.Listens, r.Parts, r.Longest)
	expr := func(what string, e *journey.Expr) {
		if e == nil {
			return
		}
		fmt.Fprintf(&b, "  %s: %s\n", what, e.Text)
		for _, ref := range e.Refs {
			fmt.Fprintf(&b, "    %q is %s %v", e.Text.Value[ref.From:ref.To], ref.Kind, ref.Path)
			for _, kv := range [][2]string{{"step", ref.Step}, {"brand", ref.Brand}, {"purpose", ref.Purpose}, {"event", ref.Event}} {
				if kv[1] != "" {
					fmt.Fprintf(&b, " %s=%s", kv[0], kv[1])
				}
			}
			fmt.Fprintf(&b, " personal=%v may-miss=%v known=%v\n", ref.Personal, ref.MayMiss, ref.InKnown)
		}
	}
	expr("enter", j.Enter.If)
	expr("each", j.Enter.Each)
	for _, x := range j.Exits {
		fmt.Fprintf(&b, "exit %s because %s\n", x.Event, x.Reason)
		expr("if", x.If)
	}
	if j.Goal != nil {
		expr("goal", j.Goal.If)
		expr("value", j.Goal.Value)
	}
	for s := range journey.Walk(j.Steps) {
		c := s.Common()
		fmt.Fprintf(&b, "%s %s (local %s, line %d, via %d)", s.Kind(), c.Name, c.Local, c.Pos.Line, len(c.Via))
		switch s := s.(type) {
		case *journey.Email:
			fmt.Fprintf(&b, " brand=%s purpose=%s class=%s", s.Brand, s.Purpose, r.Class[s.Name])
		case *journey.Await:
			for _, e := range s.Events {
				fmt.Fprintf(&b, " %s=%s/%s", e.Text, e.Step, e.Outcome)
			}
		case *journey.Offer:
			fmt.Fprintf(&b, " from=%v", s.From)
		case *journey.Wait:
			fmt.Fprintf(&b, " refs=%d", len(s.Refs))
		}
		b.WriteByte('\n')
		for e := range journey.Exprs(s) {
			expr("expr", e)
		}
	}
	return b.String()
}

// goldenFiles are the files whose findings are checked.
var goldenFiles = []string{
	"testdata/*.txtar", "../parse/testdata/*.txtar", "../outline/testdata/*.txtar", "../brand/testdata/*.txtar",
	"../offer/testdata/*.txtar", "../profile/testdata/*.txtar", "../scenario/testdata/*.txtar", "../mail/compile/testdata/findings/*.txtar",
}

// shownFindings is what the goldens want to be said, file by file.
func shownFindings(t *testing.T) []string {
	t.Helper()
	var out []string
	for _, pattern := range goldenFiles {
		paths, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range paths {
			b, err := os.ReadFile(p)
			if err != nil {
				t.Fatal(err)
			}
			_, want, _ := strings.Cut(string(b), "-- want/diag --\n")
			want, _, _ = strings.Cut(want, "\n-- ")
			out = append(out, want)
		}
	}
	return out
}

// Every code is shown by a golden, here or in the packages that read files: a code
// that nothing shows is not known to work. MJMLFailed alone has none: it answers a
// library that fails on what we let through, and no known mail brings that about.
func TestEveryCodeIsShown(t *testing.T) {
	all := strings.Join(shownFindings(t), "\n")
	for _, e := range diag.Codes() {
		if !strings.Contains(all, "["+string(e.Code)+"]") && e.Code != diag.MJMLFailed {
			t.Errorf("no golden shows %s: %s", e.Code, e.Summary)
		}
	}
}

// Every kind of step goes through every pass of check, so that a new kind cannot
// be half added.
func TestEveryKindIsChecked(t *testing.T) {
	cat, _ := shop(t, func(string) []byte { return nil })
	part, _ := parse.Part("p", []byte("part: p\nsteps:\n  - email: in-part\n"))
	cat.Parts["p"] = part
	j, found := parse.Journey("j", []byte(`journey: all
owner: crm-team
state: live
brand: cellar
purpose: offers
enter:
  event: order.completed
holdout: 10%
steps:
  - wait: 1 day
  - score: customer-value
  - offer: win-back
  - email: m
  - await: m.clicked
    for: 1 day
  - if: m.clicked
    then:
      - set: person.tier
        to: '"gold"'
  - branch:
      - if: m.clicked
        then:
          - emit: care.requested
  - split: s
    ways:
      - way: a
        share: 50%
        then:
          - exit: done
      - way: b
        share: 50%
  - include: p
`))
	r, more := Journey(j, cat)
	if found = append(found, more...); len(found) > 0 {
		t.Fatal(found.Render(nil))
	}
	seen := map[journey.Kind]bool{journey.KindInclude: true} // replaced by its steps
	for s := range journey.Walk(r.Journey.Steps) {
		seen[s.Kind()] = true
		if r.Step[s.Common().Name] != s {
			t.Errorf("%s is not found by its name", s.Common().Name)
		}
	}
	for _, k := range journey.Kinds() {
		if !seen[k] {
			t.Errorf("no %s came through", k)
		}
	}
	if r.Step["in-part"] == nil {
		t.Error("the part was not inlined")
	}
}

// Checking leaves what was parsed as it is, so that it can be checked again
// against another catalog.
func TestJourneyIsNotChanged(t *testing.T) {
	cat, _ := shop(t, func(string) []byte { return nil })
	src, err := os.ReadFile("testdata/resolved-win-back.txtar")
	if err != nil {
		t.Fatal(err)
	}
	_, text, _ := strings.Cut(string(src), "-- journey.yaml --\n")
	text, _, _ = strings.Cut(text, "-- want/")
	j, _ := parse.Journey("j", []byte(text))
	first, _ := Journey(j, cat)
	again, _ := Journey(j, cat)
	if show(first) != show(again) {
		t.Error("the second run differs")
	}
	for s := range journey.Walk(j.Steps) {
		for e := range journey.Exprs(s) {
			if e.Refs != nil {
				t.Errorf("%s was resolved in place", e.Text)
			}
		}
		if m, ok := s.(*journey.Email); ok && m.Purpose.Value != "" {
			t.Errorf("%s was filled in in place", m.Name)
		}
	}
}

// Whatever is parsed can be checked, and a journey without errors is resolved:
// every name that an expression uses stands for something.
func FuzzCheck(f *testing.F) {
	paths, _ := filepath.Glob("testdata/*.txtar")
	more, _ := filepath.Glob("../parse/testdata/*.txtar")
	for _, p := range append(paths, more...) {
		b, err := os.ReadFile(p)
		if err != nil {
			f.Fatal(err)
		}
		_, src, _ := strings.Cut(string(b), "-- journey.yaml --\n")
		src, _, _ = strings.Cut(src, "\n-- ")
		f.Add(src)
	}
	cat, _ := shop(f, func(string) []byte { return nil })
	f.Fuzz(func(t *testing.T, src string) {
		if len(src) > 1<<12 {
			return
		}
		j, found := parse.Journey("f", []byte(src))
		r, more := Journey(j, cat)
		all := slices.Concat(found, more)
		all.Render(func(string) []byte { return []byte(src) })
		show(r)
		if all.HasErrors() {
			return
		}
		for s := range journey.Walk(r.Journey.Steps) {
			if r.Step[s.Common().Name] != s {
				t.Fatalf("%s is not found by its name", s.Common().Name)
			}
			for e := range journey.Exprs(s) {
				last := 0
				for _, ref := range e.Refs {
					if ref.From < last || ref.To > len(e.Text.Value) || ref.Kind == 0 {
						t.Fatalf("%+v in %q", ref, e.Text)
					}
					last = ref.To
				}
			}
		}
	})
}

// The shop's own journeys have no finding, nor have their scenarios.
func TestTheShop(t *testing.T) {
	cat, found := catalog(t, "../../journeys/", func(string) []byte { return nil })
	src := map[string][]byte{}
	read := func(p string) []byte {
		b, err := os.ReadFile(p)
		if err != nil {
			t.Fatal(err)
		}
		src[p] = b
		return b
	}
	parts, _ := filepath.Glob("../../journeys/parts/*.yaml")
	for _, p := range parts {
		part, f := parse.Part(p, read(p))
		found.Add(f...)
		cat.Parts[part.Name.Value] = part
	}
	journeys, _ := filepath.Glob("../../journeys/*/journey.yaml")
	if len(journeys) == 0 {
		t.Fatal("the shop has no journey")
	}
	for _, p := range journeys {
		j, f := parse.Journey(p, read(p))
		found.Add(f...)
		r, f := Journey(j, cat)
		found.Add(f...)
		if dir := filepath.Base(filepath.Dir(p)); j.Name.Value != dir {
			t.Errorf("%s is called %s", p, j.Name)
		}
		tests := filepath.Join(filepath.Dir(p), "scenarios.yaml")
		if _, err := os.Stat(tests); err != nil {
			continue
		}
		list, f := scenario.Read(tests, read(tests))
		found.Add(f...)
		found.Add(Scenarios(list, r, cat)...)
	}
	if len(found) > 0 {
		t.Error(found.Render(diag.SourceMap(src)))
	}
}

// BenchmarkJourney reads and checks the win-back of the reference.
func BenchmarkJourney(b *testing.B) {
	cat, _ := shop(b, func(string) []byte { return nil })
	src, err := os.ReadFile("testdata/resolved-win-back.txtar")
	if err != nil {
		b.Fatal(err)
	}
	_, text, _ := strings.Cut(string(src), "-- journey.yaml --\n")
	text, _, _ = strings.Cut(text, "-- want/")
	for b.Loop() {
		j, _ := parse.Journey("j", []byte(text))
		Journey(j, cat)
	}
}
