package identity_test

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"errors"
	"fmt"
	"io"
	"net/mail"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/identity"
	"github.com/senda-dev/senda/internal/inmem"
	"github.com/senda-dev/senda/internal/jsonata"
)

var secret = bytes.Repeat([]byte("k"), identity.KeyBytes)

func keys(t testing.TB) *identity.Keys {
	t.Helper()
	k, err := identity.NewKeys(secret)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// The digest is HMAC-SHA256 over the length of the kind, the kind and the value,
// the first 160 bits in lower-case base 32: anybody with the key can check it.
func TestADigestIsAnHMAC(t *testing.T) {
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte("\x00\x00\x00\x00\x00\x00\x00\x08customerC-1187"))
	want := strings.ToLower(base32.StdEncoding.EncodeToString(mac.Sum(nil)[:20]))
	k := keys(t)
	for range 3 { // the hasher is used again
		if got := k.Digest("customer", " C-1187 "); got != want {
			t.Fatalf("%s, not %s", got, want)
		}
	}
	if k.Digest("customer", "C-1187") == k.Digest("customerC", "-1187") {
		t.Error("two pairs share a digest")
	}
	if k.Digest("customer", "c-1187") == want {
		t.Error("the case of a customer number does not count")
	}
	other, err := identity.NewKeys(bytes.Repeat([]byte("j"), 32))
	if err != nil || other.Digest("customer", "C-1187") == want {
		t.Error("another key gives the same digest", err)
	}
	if _, err := identity.NewKeys([]byte("short")); senda.CodeOf(err) != senda.Invalid || strings.Contains(err.Error(), "short") {
		t.Errorf("%v", err)
	}
}

func TestSpellingsOfOneAddressAreOne(t *testing.T) {
	k := keys(t)
	for _, s := range []string{"Ana@Example.com", " ana@example.COM ", "ANA@EXAMPLE.COM"} {
		if k.Address(s) != k.Address("ana@example.com") {
			t.Errorf("%q is another address", s)
		}
	}
	if k.Address("josé@bücher.example") != k.Address("JOSE\u0301@xn--bcher-kva.example") {
		t.Error("an address in two scripts of Unicode is two")
	}
	if k.Address("a.na@example.com") == k.Address("ana@example.com") || k.Address("ana+x@example.com") == k.Address("ana@example.com") {
		t.Error("two mailboxes are one")
	}
}

func TestAddresses(t *testing.T) {
	for s, want := range map[string]bool{
		"ana@example.com": true, "ana.ruiz+news@mail.example.co": true, "o'neil@example.com": true, "josé@bücher.example": true,
		"": false, "ana": false, "@example.com": false, "ana@": false, "ana@localhost": false, "ana@.example.com": false, "ana@example.com.": false,
		"ana@example..com": false, "a na@example.com": false, "Ana <ana@example.com>": false, "ana@example.com,bob@example.com": false,
		"ana@example.com\r\nBcc: x@y.z": false, "ana\x00@example.com": false, ".ana@example.com": false, "ana.@example.com": false, "a@b@example.com": false,
		strings.Repeat("a", 65) + "@example.com": false, "a@" + strings.Repeat("b", 250) + ".com": false,
	} {
		if got := identity.ValidAddress(s); got != want {
			t.Errorf("%q: %v", s, got)
		}
	}
}

// What is taken for an address is one that the standard library reads as exactly
// itself, and one line.
func FuzzValidAddress(f *testing.F) {
	f.Add("ana@example.com")
	f.Add("a@b@c.d")
	f.Fuzz(func(t *testing.T, s string) {
		if !identity.ValidAddress(s) {
			return
		}
		a, err := mail.ParseAddress(s)
		if err != nil || a.Address != s || strings.ContainsAny(s, "\r\n<>, ") {
			t.Fatalf("%q is taken for an address: %v", s, err)
		}
	})
}

func TestNewNamesSayNothing(t *testing.T) {
	born := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	a, err := identity.NewPerson(bytes.NewReader(make([]byte, 16)), born)
	if err != nil || a.ID != "p-"+senda.PersonID(strings.Repeat("a", 26)) || !a.Born.Equal(born) {
		t.Errorf("%+v, %v", a, err)
	}
	if _, err := identity.NewPerson(bytes.NewReader(nil), born); !errors.Is(err, io.EOF) {
		t.Errorf("without chance there is no id: %v", err)
	}
}

// stay leaves nobody.
type stay struct{}

func (stay) Leave(context.Context, senda.PersonID, senda.EntryID, string, time.Time) error {
	return nil
}

func put(t *testing.T, s senda.Store, records ...senda.Record) {
	t.Helper()
	for _, r := range records {
		if err := s.Commit(t.Context(), senda.Write{Key: r.Key(), Any: true, Record: r}); err != nil {
			t.Fatal(err)
		}
	}
}

func TestWhoIsMergedBringsEverythingAlong(t *testing.T) {
	s, k := inmem.New(), keys(t)
	day := func(n int) time.Time { return time.Date(2026, 3, n, 9, 0, 0, 0, time.UTC) }
	text := func(v string, n int) senda.Attribute {
		return senda.Attribute{Value: jsonata.String(v), Time: day(n)}
	}
	older := senda.Person{ID: "p-old", Born: day(1), Address: "old@example.com", Attributes: map[string]senda.Attribute{"tier": text("gold", 5), "favourite": text("jazz", 1)}}
	younger := senda.Person{ID: "p-new", Born: day(2), Address: "new@example.com", Zone: "Europe/Madrid", Attributes: map[string]senda.Attribute{"tier": text("new", 4), "favourite": text("folk", 3), "email": text("new@example.com", 3)}}
	put(t, s, older, younger,
		senda.Identity{Kind: "customer", Digest: k.Digest("customer", "C-1"), Person: "p-old"}, senda.Identity{Kind: "customer", Digest: k.Digest("customer", "C-2"), Person: "p-new"},
		senda.CapLedger{Person: "p-old", Family: "music", Places: []senda.Place{{Day: "2026-03-01", Message: "m-1"}}},
		senda.CapLedger{Person: "p-new", Family: "music", Places: []senda.Place{{Day: "2026-03-02", Message: "m-2"}}},
		senda.CapLedger{Person: "p-new", Family: "books", Places: []senda.Place{{Day: "2026-03-02", Message: "m-3"}}},
		senda.ConsentHead{Person: "p-new", Subject: "s-new", Proofs: 1, LastProof: "abc", Standings: []senda.Standing{{Scope: senda.Scope{Controller: "c"}, State: senda.ConsentWithdrawn, Time: day(2)}}},
	)
	for i := range 230 { // several transactions
		put(t, s, senda.Happening{Person: "p-new", Kind: "page.seen", Time: day(2), Ref: senda.Ref{Source: "shop", ID: fmt.Sprint(i)}})
	}
	put(t, s, senda.Entry{Person: "p-new", ID: senda.NewEntryID("win-back", "", 1), Status: senda.StatusEnded, Started: true})

	res, err := identity.Resolve(t.Context(), s, k, map[string]string{"customer": "C-2", identity.Self: "p-old"})
	if err != nil || len(res.People) != 2 || res.People[0].Person.ID != "p-old" {
		t.Fatalf("%+v, %v", res, err)
	}
	m := &identity.Merger{Store: s, Entries: stay{}, Random: bytes.NewReader(bytes.Repeat([]byte{7}, 64))}
	for i := range 2 {
		got, err := m.Merge(t.Context(), res.People, day(9))
		if i == 1 {
			// Who they were is no longer true: whoever asks must ask anew.
			if senda.CodeOf(err) != senda.Conflict {
				t.Fatalf("%v", err)
			}
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		want := senda.Person{
			ID: "p-old", Born: day(1), Address: "new@example.com", Zone: "Europe/Madrid", Merged: []senda.PersonID{"p-new"},
			Attributes: map[string]senda.Attribute{"tier": text("gold", 5), "favourite": text("folk", 3), "email": text("new@example.com", 3)},
		}
		if diff := cmp.Diff(want, got.Person, cmp.Comparer(func(a, b jsonata.Value) bool { return a.Equal(b) })); diff != "" {
			t.Fatal(diff)
		}
	}
	left, _, err := identity.Follow(t.Context(), s, "p-new")
	if err != nil || left.ID != "p-old" {
		t.Errorf("p-new is %s, %v", left.ID, err)
	}
	gone, _, _, err := senda.Read[senda.Person](t.Context(), s, senda.PersonKey("p-new"))
	if err != nil || gone.Address != "" || gone.Attributes != nil {
		t.Errorf("what was known of the younger one is still there: %+v, %v", gone, err)
	}
	count := func(kind senda.Kind, part string) int {
		got, err := s.Range(t.Context(), senda.Range{Kind: kind, Part: part})
		if err != nil {
			t.Fatal(err)
		}
		return len(got)
	}
	if a, b := count(senda.KindHappening, "p-old"), count(senda.KindHappening, "p-new"); a != 230 || b != 0 {
		t.Errorf("%d lines moved, %d stayed", a, b)
	}
	if a, b := count(senda.KindCaps, "p-old"), count(senda.KindCaps, "p-new"); a != 2 || b != 0 {
		t.Errorf("%d ledgers moved, %d stayed", a, b)
	}
	l, _, _, err := senda.Read[senda.CapLedger](t.Context(), s, senda.CapsKey("p-old", "music"))
	if err != nil || len(l.Places) != 2 {
		t.Errorf("%+v, %v", l, err)
	}
	h, _, _, err := senda.Read[senda.ConsentHead](t.Context(), s, senda.ConsentKey("p-old"))
	if err != nil || len(h.Standings) != 1 || h.Standings[0].State != senda.ConsentWithdrawn || h.Proofs != 1 {
		t.Errorf("%+v, %v", h, err)
	}
	p, _, _, err := senda.Read[senda.Proof](t.Context(), s, senda.ProofKey(h.Subject, 1))
	if err != nil || p.Evidence != "s-new 1 abc" {
		t.Errorf("the proof does not say where the older proofs are: %+v, %v", p, err)
	}
	e, _, _, err := senda.Read[senda.Entry](t.Context(), s, senda.EntryKey("p-new", senda.NewEntryID("win-back", "", 1)))
	if err != nil || !e.Unmeasured {
		t.Errorf("an entry of the younger one is still measured: %+v, %v", e, err)
	}
}

// meddling is a store before whose n-th commit something else happens.
type meddling struct {
	senda.Store
	n      int
	before func()
}

func (m *meddling) Commit(ctx context.Context, writes ...senda.Write) error {
	if m.n--; m.n == 0 {
		m.before()
	}
	return m.Store.Commit(ctx, writes...)
}

// Somebody merges b into a while c is being merged into b. Whenever that happens,
// nobody is taken for merged who is not, and nothing stays with b.
func TestMergesThatMeet(t *testing.T) {
	for n := 1; n <= 6; n++ {
		inner := inmem.New()
		day := func(d int) time.Time { return time.Date(2026, 3, d, 9, 0, 0, 0, time.UTC) }
		people := map[senda.PersonID]senda.Person{}
		for i, id := range []senda.PersonID{"p-a", "p-b", "p-c"} {
			people[id] = senda.Person{ID: id, Born: day(i + 1)}
			put(t, inner, people[id], senda.Happening{Person: id, Kind: "page.seen", Time: day(9), Ref: senda.Ref{Source: "shop", ID: string(id)}})
			put(t, inner, senda.Entry{Person: id, ID: senda.NewEntryID("win-back", "", 1), Status: senda.StatusActive, Started: true})
		}
		other := &identity.Merger{Store: inner, Entries: stay{}, Random: bytes.NewReader(make([]byte, 64))}
		m := &meddling{Store: inner, n: n}
		met := false
		m.before = func() {
			met = true
			if _, err := other.Merge(t.Context(), []identity.Known{{Person: people["p-a"]}, {Person: people["p-b"]}}, day(10)); err != nil {
				t.Fatal(err)
			}
		}
		_, err := (&identity.Merger{Store: m, Entries: stay{}, Random: bytes.NewReader(make([]byte, 64))}).
			Merge(t.Context(), []identity.Known{{Person: people["p-b"]}, {Person: people["p-c"]}}, day(10))
		c, _, _, rerr := senda.Read[senda.Person](t.Context(), inner, senda.PersonKey("p-c"))
		if rerr != nil {
			t.Fatal(rerr)
		}
		e, _, _, rerr := senda.Read[senda.Entry](t.Context(), inner, senda.EntryKey("p-c", senda.NewEntryID("win-back", "", 1)))
		if rerr != nil {
			t.Fatal(rerr)
		}
		switch {
		case senda.CodeOf(err) == senda.Conflict:
			if c.Into != "" || e.Unmeasured {
				t.Errorf("before commit %d: told to ask anew, and c is %+v, unmeasured %v", n, c, e.Unmeasured)
			}
		case err != nil:
			t.Errorf("before commit %d: %v", n, err)
		case c.Into == "" || !e.Unmeasured:
			t.Errorf("before commit %d: merged, and c is %+v, unmeasured %v", n, c, e.Unmeasured)
		}
		if got, err := inner.Range(t.Context(), senda.Range{Kind: senda.KindHappening, Part: "p-b"}); met && (err != nil || len(got) != 0) {
			t.Errorf("before commit %d: %d lines stay with b, %v", n, len(got), err)
		}
	}
}

func BenchmarkDigest(b *testing.B) {
	k := keys(b)
	b.ReportAllocs()
	for b.Loop() {
		k.Address("ana.ruiz@example.com")
	}
}
