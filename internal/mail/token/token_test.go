package token

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

var issued = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

func secret(b byte) []byte { return bytes.Repeat([]byte{b}, 32) }

func ring(t testing.TB, keys ...Key) *Ring {
	t.Helper()
	if len(keys) == 0 {
		keys = []Key{{ID: "2026a", Secret: secret(1)}}
	}
	r, err := NewRing(keys...)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func claims() Claims {
	return Claims{Kind: Withdraw, Person: "p-7f3a", Brand: "cellar", Purpose: "offers", Message: "c-0192", Issued: issued}
}

func sign(t testing.TB, r *Ring, c Claims) string {
	t.Helper()
	s, err := r.Sign(c)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestRoundTrip(t *testing.T) {
	r := ring(t)
	for kind := range lifetimes {
		c := claims()
		c.Kind, c.Arg = kind, "https://cellar.example/?a=1&b=é"
		got, err := r.Verify(sign(t, r, c), kind, issued.Add(time.Hour))
		if err != nil || got != c {
			t.Errorf("%s: got %+v, %v", kind, got, err)
		}
		if first, second := sign(t, r, c), sign(t, r, c); first != second {
			t.Errorf("%s: the same claims gave two tokens", kind)
		}
	}
}

// The form is fixed: links in mails that left years ago must still be read.
func TestTheFormIsKept(t *testing.T) {
	const old = "2026a.IEvmpUpw_mCeXncX66I3m2lTs1Tm12Asigez1IshcTGYy22RRIiDDes0jcSi-p5X41h34Uqkmika_0aAGB-PonQ3"
	got := sign(t, ring(t), claims())
	if got != old {
		t.Errorf("a token is now written %s", got)
	}
}

func TestTokensTellNothing(t *testing.T) {
	s := sign(t, ring(t), claims())
	for _, word := range []string{"cellar", "offers", "p-7f3a", "Y2VsbGFy"} {
		if strings.Contains(s, word) {
			t.Errorf("%s shows %s", s, word)
		}
	}
	if strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.") != "" {
		t.Errorf("%s does not fit into an address as it is", s)
	}
}

func TestExpiry(t *testing.T) {
	r := ring(t)
	day := 24 * time.Hour
	cases := []struct {
		kind Kind
		age  time.Duration
		want error
	}{
		{Withdraw, 20 * 365 * day, nil},
		{Preferences, 20 * 365 * day, nil},
		{Click, 20 * 365 * day, nil},
		{Confirm, 7*day - time.Second, nil},
		{Confirm, 7 * day, ErrExpired},
		{Answer, 90*day - time.Second, nil},
		{Answer, 90 * day, ErrExpired},
	}
	for _, c := range cases {
		cl := claims()
		cl.Kind = c.kind
		if _, err := r.Verify(sign(t, r, cl), c.kind, issued.Add(c.age)); !errors.Is(err, c.want) {
			t.Errorf("%s after %s: %v, want %v", c.kind, c.age, err, c.want)
		}
	}
}

func TestKeysAreTurnedOver(t *testing.T) {
	older := Key{ID: "2024b", Secret: secret(1), Until: issued.AddDate(2, 0, 0)}
	newer := Key{ID: "2026a", Secret: secret(2)}
	before := sign(t, ring(t, Key{ID: older.ID, Secret: older.Secret}), claims())
	r := ring(t, newer, older)
	if _, err := r.Verify(before, Withdraw, issued.AddDate(2, 0, -1)); err != nil {
		t.Errorf("an old key does not verify: %v", err)
	}
	if _, err := r.Verify(before, Withdraw, issued.AddDate(2, 0, 0)); !errors.Is(err, ErrForged) {
		t.Errorf("a key that was let go verifies: %v", err)
	}
	if got := sign(t, r, claims()); !strings.HasPrefix(got, "2026a.") {
		t.Errorf("signed by %s", got)
	}
	// The id of a key is signed too: no token moves to another key.
	swapped := "2026a" + strings.TrimPrefix(before, "2024b")
	if _, err := ring(t, Key{ID: "2026a", Secret: secret(1)}).Verify(swapped, Withdraw, issued); !errors.Is(err, ErrForged) {
		t.Errorf("a token moved to another key: %v", err)
	}
}

// Whatever is changed in a token, and whatever kind is asked of it, it is refused.
func TestNoOtherTokenPasses(t *testing.T) {
	r := ring(t)
	rapid.Check(t, func(t *rapid.T) {
		c := Claims{
			Kind: rapid.SampledFrom([]Kind{Withdraw, Preferences, Confirm, Answer, Click}).Draw(t, "kind"), Issued: issued,
			Person: rapid.String().Draw(t, "person"), Brand: rapid.String().Draw(t, "brand"), Purpose: rapid.String().Draw(t, "purpose"),
			Message: rapid.String().Draw(t, "message"), Arg: rapid.String().Draw(t, "arg"),
		}
		s, err := r.Sign(c)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := r.Verify(s, c.Kind, issued); err != nil || got != c {
			t.Fatalf("got %+v, %v", got, err)
		}
		other := Kind(rapid.IntRange(0, 7).Draw(t, "other"))
		if _, err := r.Verify(s, other, issued); other != c.Kind && !errors.Is(err, ErrForged) {
			t.Fatalf("a token for %s passes as %s", c.Kind, other)
		}
		changed := []byte(s)
		i := rapid.IntRange(0, len(s)-1).Draw(t, "at")
		changed[i] = rapid.Byte().Draw(t, "byte")
		if _, err := r.Verify(string(changed), c.Kind, issued); string(changed) != s && !errors.Is(err, ErrForged) {
			t.Fatalf("%q passes instead of %q", changed, s)
		}
		if _, err := r.Verify(s[:i], c.Kind, issued); !errors.Is(err, ErrForged) {
			t.Fatalf("%q passes", s[:i])
		}
	})
}

// base64 has spare bits at the end of most texts: a token with other spare bits is
// another token.
func TestSpareBitsAreNoSecondForm(t *testing.T) {
	r := ring(t)
	c := claims()
	for range 3 {
		c.Person += "x" // all three lengths of the last group
		s := sign(t, r, c)
		for _, last := range "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_" {
			other := s[:len(s)-1] + string(last)
			if _, err := r.Verify(other, Withdraw, issued); other != s && !errors.Is(err, ErrForged) {
				t.Errorf("%s passes instead of %s", other, s)
			}
		}
	}
}

func TestRingsRefuseWeakKeys(t *testing.T) {
	for _, keys := range [][]Key{
		nil,
		{{ID: "a", Secret: secret(1)[:31]}},
		{{ID: "A", Secret: secret(1)}},
		{{ID: "", Secret: secret(1)}},
		{{ID: "a", Secret: secret(1)}, {ID: "a", Secret: secret(2)}},
	} {
		if _, err := NewRing(keys...); err == nil {
			t.Errorf("accepted %v", keys)
		}
	}
	r := ring(t)
	for name, c := range map[string]Claims{
		"no kind": {Issued: issued}, "unknown kind": {Kind: 9, Issued: issued}, "no time": {Kind: Click}, "before 1970": {Kind: Click, Issued: time.Unix(-1, 0)},
		"too long": {Kind: Click, Issued: issued, Arg: strings.Repeat("x", maxToken)},
	} {
		if s, err := r.Sign(c); err == nil {
			t.Errorf("%s: signed %s", name, s)
		}
	}
}

func FuzzVerify(f *testing.F) {
	r := ring(f)
	good := sign(f, r, claims())
	for _, s := range []string{good, good[:20], "2026a.", ".", "", "2026a.AAAA", good + "=", good + "\n", "x." + good} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		c, err := r.Verify(s, Withdraw, issued)
		if err == nil && sign(t, r, c) != s {
			t.Fatalf("%q passes and is not what we sign", s)
		}
	})
}

func BenchmarkVerifyForged(b *testing.B) {
	r := ring(b)
	s := []byte(sign(b, r, claims()))
	s[len(s)-5] ^= 1
	forged := string(s)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := r.Verify(forged, Withdraw, issued); err == nil {
			b.Fatal("a forged token passes")
		}
	}
}

func BenchmarkVerifyGenuine(b *testing.B) {
	r := ring(b)
	s := sign(b, r, claims())
	b.ReportAllocs()
	for b.Loop() {
		if _, err := r.Verify(s, Withdraw, issued); err != nil {
			b.Fatal(err)
		}
	}
}
