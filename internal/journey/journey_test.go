package journey

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/senda-dev/senda/internal/diag"
	"github.com/senda-dev/senda/internal/jsonata"
)

func TestParseShare(t *testing.T) {
	for in, want := range map[string]Share{"10%": 1000, "12.5%": 1250, "0.01%": 1, "100%": AllShares, "0%": 0} {
		if got, err := ParseShare(in); err != nil || got != want {
			t.Errorf("ParseShare(%q) = %d, %v", in, got, err)
		}
	}
	for _, in := range []string{"", "%", "10", "10 %", "-1%", "100.01%", "101%", "010%", "1.%", ".5%", "1.234%", "1e1%", "ten%"} {
		if got, err := ParseShare(in); err == nil {
			t.Errorf("ParseShare(%q) = %d", in, got)
		}
	}
}

// A share is written as it is read, and compares as the fraction it says.
func TestSharesReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := Share(rapid.Int32Range(0, int32(AllShares)).Draw(t, "share"))
		got, err := ParseShare(s.String())
		if err != nil || got != s || got.Fraction() < 0 || got.Fraction() > 1 {
			t.Fatalf("%d is %q: %d, %v", s, s, got, err)
		}
	})
}

func TestWords(t *testing.T) {
	for _, k := range Kinds() {
		if got, ok := ParseKind(k.String()); !ok || got != k {
			t.Errorf("%s is %d", k, got)
		}
	}
	if _, ok := ParseKind(""); ok {
		t.Error("nothing is a kind of step")
	}
}

// Walk meets every step once, a block's after its own, and stops when told to.
func TestWalk(t *testing.T) {
	wait := func(name string) *Wait { return &Wait{Base: Base{Name: name}} }
	list := []Step{
		wait("a"),
		&If{Base: Base{Name: "b"}, Then: []Step{wait("c")}, Otherwise: []Step{wait("d")}},
		&Branch{Base: Base{Name: "e"}, Arms: []Arm{{Then: []Step{wait("f")}}}, Otherwise: []Step{wait("g")}},
		&Split{Base: Base{Name: "h"}, Ways: []Way{{Then: []Step{wait("i")}}}},
		&Await{Base: Base{Name: "j"}, Then: []Step{wait("k")}, Otherwise: []Step{wait("l")}},
	}
	var got string
	for s := range Walk(list) {
		got += s.Common().Name
	}
	if got != "abcdefghijkl" {
		t.Errorf("walked %q", got)
	}
	got = ""
	for s := range Walk(list) {
		if got += s.Common().Name; len(got) == 4 {
			break
		}
	}
	if got != "abcd" {
		t.Errorf("stopped at %q", got)
	}
}

func TestExprs(t *testing.T) {
	e := func(s string) *Expr { return &Expr{Text: diag.NewText(s, diag.Pos{}), Tree: &jsonata.Tree{}} }
	for want, s := range map[string]Step{
		"ab": &Set{Base: Base{If: e("a")}, To: e("b")},
		"c":  &Await{Match: e("c")},
		"de": &Branch{Arms: []Arm{{Cond: e("d")}, {Cond: e("e")}}},
		"f":  &If{Cond: e("f")},
		"":   &Email{},
	} {
		got := ""
		for x := range Exprs(s) {
			got += x.Text.Value
		}
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	personal := &Expr{Refs: []Ref{{}, {Personal: true}}}
	if !personal.Personal() || personal.MayMiss() || (&Expr{}).Personal() {
		t.Error("what is personal differs")
	}
}
