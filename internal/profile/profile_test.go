package profile

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/senda-dev/senda/internal/diag"
	"github.com/senda-dev/senda/internal/golden"
)

func TestGolden(t *testing.T) {
	golden.Run(t, "testdata/*.txtar", func(_ *testing.T, c *golden.Case) {
		src := map[string][]byte{}
		var found diag.List
		var s strings.Builder
		for _, name := range c.Files() {
			src[name] = c.File(name)
			if name == "audiences.yaml" {
				a, f := ReadAudiences(name, src[name])
				found.Add(f...)
				for _, x := range a {
					fmt.Fprintf(&s, "audience %s if=%v\n", x.Name, x.If != nil)
				}
				continue
			}
			b, f := Read(name, src[name])
			found.Add(f...)
			s.WriteString(show(b))
		}
		c.Want("diag", found.Render(diag.SourceMap(src)))
		c.Want("book", s.String())
	})
}

func show(b *Book) string {
	var s strings.Builder
	for _, a := range b.Attributes {
		if !a.BuiltIn {
			fmt.Fprintf(&s, "attribute %s %s personal=%v event=%q field=%q default=%q words=%v writable=%v\n",
				a.Name, a.Type, a.Personal, a.Event, a.Field, a.Default, a.Words, a.Writable())
		}
	}
	for _, f := range b.Facts {
		fmt.Fprintf(&s, "fact %s %s of %q field=%q if=%v window=%q may miss=%v\n", f.Name, f.Fold, f.Event, f.Field, f.If != nil, f.Window, f.MayMiss())
	}
	return s.String()
}

// The shop's own files are without findings.
func TestTheShop(t *testing.T) {
	src, err := os.ReadFile("../../journeys/profile.yaml")
	if err != nil {
		t.Fatal(err)
	}
	b, found := Read("profile.yaml", src)
	if len(found) > 0 {
		t.Error(found.Render(func(string) []byte { return src }))
	}
	if a, ok := b.Attribute("first-name"); !ok || !a.Personal || a.Writable() {
		t.Errorf("first-name is %+v", a)
	}
	if a, ok := b.Attribute("email"); !ok || !a.Personal || !a.BuiltIn {
		t.Errorf("email is %+v", a)
	}
	src, err = os.ReadFile("../../journeys/audiences.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if _, found := ReadAudiences("audiences.yaml", src); len(found) > 0 {
		t.Error(found.Render(func(string) []byte { return src }))
	}
}

func FuzzRead(f *testing.F) {
	for _, name := range []string{"profile.yaml", "audiences.yaml"} {
		src, err := os.ReadFile("../../journeys/" + name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(src))
	}
	f.Fuzz(func(t *testing.T, src string) {
		if len(src) > 1<<12 {
			return
		}
		b, found := Read("f", []byte(src))
		show(b)
		found.Render(func(string) []byte { return []byte(src) })
		ReadAudiences("f", []byte(src))
	})
}
