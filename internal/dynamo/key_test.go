package dynamo_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"pgregory.net/rapid"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/dynamo"
	"github.com/senda-dev/senda/internal/dynamo/layout"
	"github.com/senda-dev/senda/internal/facts"
	"github.com/senda-dev/senda/internal/intake"
	"github.com/senda-dev/senda/internal/storetest"
)

var anyKind = rapid.Custom(func(t *rapid.T) senda.Kind {
	return senda.Kind(rapid.IntRange(int(senda.KindPerson), int(senda.KindRelease)).Draw(t, "kind"))
})

// Near texts are those that an encoding could confuse.
var near = rapid.OneOf(rapid.StringOfN(rapid.SampledFrom([]rune("#$/|~\x00aé\ud7ff\ue000\U0010ffff")), 0, 4, -1), rapid.String())

var anyKey = rapid.Custom(func(t *rapid.T) senda.Key {
	return senda.Key{Kind: anyKind.Draw(t, "kind"), Part: near.Draw(t, "part"), Sort: near.Draw(t, "sort")}
})

// Two keys never share an address, and no part of one is empty.
func TestKeysDoNotCollide(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := anyKey.Draw(t, "a"), anyKey.Draw(t, "b")
		apk, ask, aok := dynamo.Address(a)
		bpk, bsk, bok := dynamo.Address(b)
		if !aok || !bok || apk == "" || ask == "" {
			t.Fatalf("no place for %s and %s: %v %v", a, b, aok, bok)
		}
		if (a == b) != (apk == bpk && ask == bsk) {
			t.Fatalf("%s is at %q %q, %s at %q %q", a, apk, ask, b, bpk, bsk)
		}
		many := a.Kind == senda.KindSeen || a.Kind == senda.KindIdentity
		if one := a.Kind == b.Kind && a.Part == b.Part; apk == bpk && !one || one && !many && apk != bpk {
			t.Fatalf("the parts of %s and %s: %q, %q", a, b, apk, bpk)
		}
	})
}

// DynamoDB orders strings by the bytes of their UTF-8, as the port orders Sort.
func TestTheOrderOfSortsIsKept(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := near.Draw(t, "a"), near.Draw(t, "b")
		_, ask, _ := dynamo.Address(senda.StepKey("p", senda.EntryID(a), "s", 1))
		_, bsk, _ := dynamo.Address(senda.StepKey("p", senda.EntryID(b), "s", 1))
		if strings.Compare(senda.StepKey("p", senda.EntryID(a), "s", 1).Sort, senda.StepKey("p", senda.EntryID(b), "s", 1).Sort) != strings.Compare(ask, bsk) {
			t.Fatalf("%q and %q stand at %q and %q", a, b, ask, bsk)
		}
	})
}

// The end of a prefix is behind all that begin with it and before all else behind them.
func TestTheEndOfAPrefix(t *testing.T) {
	for prefix, want := range map[string]string{
		"#": "$", "#a": "#b", "#\ud7ff": "#\ue000", "#a\U0010ffff": "#b", "#\U0010ffff\U0010ffff": "$", "#é": "#ê",
	} {
		if got := dynamo.End(prefix); got != want {
			t.Errorf("%q ends at %q, want %q", prefix, got, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		prefix, s := "#"+near.Draw(t, "prefix"), "#"+near.Draw(t, "text")
		if rapid.Bool().Draw(t, "inside") {
			s = prefix + s
		}
		end := dynamo.End(prefix)
		if !utf8.ValidString(end) {
			t.Fatalf("the end of %q is no text: %q", prefix, end)
		}
		if inside := s >= prefix && s < end; inside != strings.HasPrefix(s, prefix) {
			t.Fatalf("%q ends at %q: %q", prefix, end, s)
		}
	})
}

func TestEveryKindHasAName(t *testing.T) {
	var names []string
	for k := senda.KindPerson; k <= senda.KindRelease; k++ {
		name := dynamo.Kinds()[k]
		if name == "" || strings.ContainsAny(name, "#/") || slices.Contains(names, name) {
			t.Errorf("kind %d is called %q", k, name)
		}
		names = append(names, name)
	}
	for _, bad := range []senda.Key{{}, {Kind: 99}, senda.CounterKey("\xff"), {Kind: senda.KindStep, Sort: "\xc3"}} {
		if _, _, ok := dynamo.Address(bad); ok {
			t.Errorf("%s has a place", bad)
		}
	}
}

// An item holds what the layout says and nothing else.
func TestItems(t *testing.T) {
	at := time.Date(2026, 3, 1, 9, 0, 0, 5, time.UTC)
	unix := func(d time.Duration) string { return strconv.FormatInt(at.Add(d).Unix(), 10) }
	for _, c := range []struct {
		r    senda.Record
		want map[string]string
	}{
		{senda.Counter{Name: "budget"}, map[string]string{"pk": "counter#budget", "sk": "#"}},
		{senda.Person{ID: "p-1"}, map[string]string{"pk": "person#p-1", "sk": "#", "ip": "people#" + senda.PeoplePart("p-1"), "is": "#p-1"}},
		{senda.Person{ID: "p-1", Erased: true}, map[string]string{"pk": "person#p-1", "sk": "#"}},
		{senda.Seen{Ref: senda.Ref{Source: "shop", ID: "1"}, At: at, Done: true}, map[string]string{"pk": "seen#shop/d", "sk": "#1", "x": unix(400 * 24 * time.Hour)}},
		{senda.Quarantined{ID: "q-1", At: at}, map[string]string{"pk": "quarantined#", "sk": "#q-1", "x": unix(intake.Kept)}},
		{senda.Happening{Person: "p-1", Time: at, Ref: senda.Ref{Source: "shop", ID: "1"}}, map[string]string{
			"pk": "happening#p-1", "sk": "#2026-03-01T09:00:00.000000005Z|shop|1", "x": unix(facts.Retention),
		}},
		{senda.Claim{Person: "p-1", Entry: "j/x/1", Step: "a", N: 1, Message: "m-1", Fate: senda.Sent}, map[string]string{
			"pk": "claim#p-1", "sk": "#j/x/1|a|0001", "im": "#m-1",
		}},
		{senda.Proof{Subject: "s", N: 3}, map[string]string{"pk": "proof#s", "sk": "#00000003"}},
	} {
		got, _, err := dynamo.Item(c.r)
		if err != nil {
			t.Fatal(err)
		}
		delete(got, layout.Record)
		if len(got) != len(c.want) {
			t.Errorf("%T: got %v, want %v", c.r, got, c.want)
		}
		for name, want := range c.want {
			if got[name] != want {
				t.Errorf("%T: %s is %q, want %q", c.r, name, got[name], want)
			}
		}
	}
}

// What is not done never expires, and stands in an index with a claim's message beside it.
func TestOpenItems(t *testing.T) {
	undone, _, err := dynamo.Item(senda.Seen{Ref: senda.Ref{Source: "shop", ID: "1"}})
	if err != nil || undone[layout.Expires] != "" || !strings.HasPrefix(undone[layout.Place], "undone/") {
		t.Errorf("an event that is not done: %v, %v", undone, err)
	}
	open, _, err := dynamo.Item(senda.Claim{Person: "p", Message: "m-1", Fate: senda.Claimed})
	if err != nil || open[layout.Message] != "#m-1" || !strings.HasPrefix(open[layout.Place], "open-claims/") || !strings.HasSuffix(open[layout.Order], "|m-1") {
		t.Errorf("an open claim: %v, %v", open, err)
	}
}

// No record stands at two places of one index, for an item has one.
func TestARecordHasOnePlaceAnIndex(t *testing.T) {
	open := senda.Claim{Message: "m", Fate: senda.Claimed}
	running := senda.Execution{Name: "e", Status: "RUNNING"}
	for _, r := range append(storetest.Records(), open, running, senda.Seen{}, senda.Entry{Person: "p"}, senda.Person{ID: "p"}) {
		shared, messages := 0, 0
		for _, k := range r.Indexes() {
			if k.Index == senda.IndexMessages {
				messages++
			} else {
				shared++
			}
		}
		if shared > 1 || messages > 1 {
			t.Errorf("a %T stands at %d places and has %d messages", r, shared, messages)
		}
	}
}

// The shards of an index without parts share its load.
func TestShardsAreEven(t *testing.T) {
	count := map[string]int{}
	const all = 16_000
	for i := range all {
		it, _, err := dynamo.Item(senda.Entry{Person: senda.PersonID("p-" + strconv.Itoa(i)), ID: "j/x/00000001"})
		if err != nil {
			t.Fatal(err)
		}
		count[it[layout.Place]]++
	}
	if len(count) != layout.Shards {
		t.Fatalf("%d shards: %v", len(count), count)
	}
	for shard, n := range count {
		if n < all/layout.Shards*8/10 || n > all/layout.Shards*12/10 {
			t.Errorf("%s holds %d of %d", shard, n, all)
		}
	}
}

// Nobody may change or remove a proof.
func TestTheCallsLeaveProofsAlone(t *testing.T) {
	methods := map[string]bool{}
	for _, c := range layout.Calls() {
		methods[c.Method] = true
		if c.Role == layout.Proofs && (strings.Contains(c.Action, "Delete") || strings.Contains(c.Action, "Update")) {
			t.Errorf("%s may %s", c.Method, c.Action)
		}
		if c.Method != "Commit" && (strings.Contains(c.Action, "Put") || strings.Contains(c.Action, "Delete") || strings.Contains(c.Action, "Update")) {
			t.Errorf("%s may %s", c.Method, c.Action)
		}
	}
	if len(methods) != 4 {
		t.Errorf("methods: %v", methods)
	}
}

// A record is packed where that pays fewer units, and comes back to the byte.
func TestPacking(t *testing.T) {
	for _, c := range []struct {
		body   string
		beside int
		packed bool
	}{
		{"", 0, false},
		{strings.Repeat("x", 900), 100, false},
		{strings.Repeat("x", 900), 124, true},
		{strings.Repeat("guard passed; ", 200), 60, true},
		{"packing gains nothing here", 5000, false},
	} {
		back, packed, err := dynamo.ThereAndBack([]byte(c.body), c.beside)
		if err != nil || string(back) != c.body || packed != c.packed {
			t.Errorf("%d bytes beside %d: packed %v, %v", len(c.body), c.beside, packed, err)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		body := rapid.SliceOfN(rapid.Byte(), 0, 5000).Draw(t, "body")
		if back, _, err := dynamo.ThereAndBack(body, rapid.IntRange(0, 3000).Draw(t, "beside")); err != nil || !slices.Equal(back, body) {
			t.Fatalf("%d bytes came back as %d, %v", len(body), len(back), err)
		}
	})
}
