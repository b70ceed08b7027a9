package bundle_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/bundle"
	"github.com/senda-dev/senda/internal/calendar"
	"pgregory.net/rapid"
)

func sample() *bundle.Bundle {
	return &bundle.Bundle{
		Journey: "win-back", Owner: "crm-team", Brand: "cellar", Family: "vino", Purpose: "offers",
		Class: senda.Marketing, Priority: senda.Low,
		Runs: bundle.Runs{From: calendar.Date{Year: 2026, Month: 3, Day: 1}},
		Enter: bundle.Enter{
			Event: "order.completed", If: `($event.order.total > 20) = true`,
			Again: bundle.Again{Kind: bundle.After, After: calendar.Span{N: 180, Unit: calendar.Days}},
		},
		Exits:   []bundle.Exit{{Event: "goal", Reason: "bought"}},
		Holdout: 1500,
		Goal:    &bundle.Goal{Event: "order.completed", Within: calendar.Span{N: 30, Unit: calendar.Days}, Value: "$event.order.margin"},
		Splits:  []bundle.Split{{Name: "tone", Ways: []bundle.Way{{Name: "warm", Share: 5000}, {Name: "short", Share: 5000}}}},
		Listens: []string{"order.completed"},
		Steps: []bundle.Step{
			{Name: "come-back", Kind: "email", Seq: 1, About: "come-back", Brand: "cellar", Purpose: "offers", Class: senda.Marketing, Policy: senda.PolicySkip, Ahead: []string{"come-back"}},
			{Name: "wait-3-days", Kind: "wait", Seq: 2},
		},
		Machine: `{"QueryLanguage":"JSONata","StartAt":"come-back","States":{}}`,
		Conditions: map[string]bundle.Condition{
			`($event.order.total > 20) = true`: {Event: true},
			`$event.order.margin`:              {Event: true},
		},
		Contracts: map[string]int{"order.completed": 1},
	}
}

func seal(t testing.TB, b *bundle.Bundle) *bundle.Bundle {
	t.Helper()
	if err := bundle.Seal(b); err != nil {
		t.Fatal(err)
	}
	return b
}

func TestSameJourneySameName(t *testing.T) {
	a, b := seal(t, sample()), seal(t, sample())
	if !bytes.Equal(a.Bytes(), b.Bytes()) || a.Digest() != b.Digest() || len(a.Digest()) != 64 {
		t.Errorf("%s and %s", a.Digest(), b.Digest())
	}
	got, err := bundle.Decode(a.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(a, got, cmpopts.IgnoreUnexported(bundle.Bundle{}, calendar.Schedule{})); d != "" || got.Digest() != a.Digest() {
		t.Errorf("read differs from written:\n%s", d)
	}
	c := sample()
	c.Holdout++
	if seal(t, c).Digest() == a.Digest() {
		t.Error("another journey has the same name")
	}
}

// No other bytes are taken for a bundle, and none make the reader panic.
func TestDamagedBundles(t *testing.T) {
	whole := seal(t, sample()).Bytes()
	rapid.Check(t, func(t *rapid.T) {
		data := bytes.Clone(whole)
		i := rapid.IntRange(0, len(data)-1).Draw(t, "at")
		data[i] = byte(rapid.IntRange(0, 255).Draw(t, "byte"))
		b, err := bundle.Decode(data)
		if err == nil && !bytes.Equal(b.Bytes(), data) {
			t.Fatal("accepted bytes that it would not write")
		}
		if err != nil && senda.CodeOf(err) != senda.Invalid {
			t.Fatalf("code %s", senda.CodeOf(err))
		}
	})
}

func TestUnsoundBundles(t *testing.T) {
	for name, damage := range map[string]func(*bundle.Bundle){
		"no machine":       func(b *bundle.Bundle) { b.Machine = "" },
		"two ways in":      func(b *bundle.Bundle) { b.Enter.Audience = "all" },
		"no way in":        func(b *bundle.Bundle) { b.Enter.Event = "" },
		"again":            func(b *bundle.Bundle) { b.Enter.Again = bundle.Again{} },
		"again after what": func(b *bundle.Bundle) { b.Enter.Again.After = calendar.Span{} },
		"shares":           func(b *bundle.Bundle) { b.Splits[0].Ways[0].Share = 1 },
		"hold-out":         func(b *bundle.Bundle) { b.Holdout = -1 },
		"order":            func(b *bundle.Bundle) { b.Listens = []string{"b", "a"} },
		"two of a name":    func(b *bundle.Bundle) { b.Steps[1].Name = "come-back" },
		"condition":        func(b *bundle.Bundle) { b.Conditions["$event."] = bundle.Condition{} },
		"goal":             func(b *bundle.Bundle) { b.Goal.Event = "" },
	} {
		b := sample()
		damage(b)
		if err := bundle.Seal(b); senda.CodeOf(err) != senda.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestFolder(t *testing.T) {
	ctx, dir := context.Background(), t.TempDir()
	f, err := bundle.OpenFolder(filepath.Join(dir, "bundles"))
	if err != nil {
		t.Fatal(err)
	}
	old := seal(t, sample())
	if err := f.Put(ctx, old, senda.StateLive); err != nil {
		t.Fatal(err)
	}
	next := sample()
	next.Holdout = 1000
	seal(t, next)
	if err := f.Put(ctx, next, senda.StateLive); err != nil {
		t.Fatal(err)
	}
	if err := f.Set(ctx, "win-back", senda.StateClosed); err != nil {
		t.Fatal(err)
	}

	// Somebody else opens it: the old bundle is still there for those who walk it.
	f, err = bundle.OpenFolder(filepath.Join(dir, "bundles"))
	if err != nil {
		t.Fatal(err)
	}
	d, err := f.Deployment(ctx, "win-back")
	if want := (bundle.Deployment{Journey: "win-back", State: senda.StateClosed, Bundle: next.Digest()}); err != nil || d != want {
		t.Errorf("%v, %v", d, err)
	}
	for _, b := range []*bundle.Bundle{old, next} {
		got, err := f.Bundle(ctx, b.Digest())
		if err != nil || got.Digest() != b.Digest() {
			t.Errorf("%s: %v", b.Digest(), err)
		}
	}
	for _, digest := range []string{"", "../x", strings.Repeat("0", 64)} {
		if _, err := f.Bundle(ctx, digest); senda.CodeOf(err) != senda.NotFound {
			t.Errorf("%q: %v", digest, err)
		}
	}
	if err := f.Set(ctx, "nothing", senda.StateLive); senda.CodeOf(err) != senda.NotFound {
		t.Errorf("%v", err)
	}

	// A file that holds another bundle than its name says is not believed.
	wrong := strings.Repeat("a", 64)
	if err := os.WriteFile(filepath.Join(dir, "bundles", wrong+".json"), old.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Bundle(ctx, wrong); senda.CodeOf(err) != senda.Invalid {
		t.Errorf("%v", err)
	}
}
