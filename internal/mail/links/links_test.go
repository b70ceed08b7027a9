package links

import (
	"bytes"
	"maps"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/senda-dev/senda/internal/mail/token"
)

var issued = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

func maker(t *testing.T) (*Maker, *token.Ring) {
	t.Helper()
	ring, err := token.NewRing(token.Key{ID: "k", Secret: bytes.Repeat([]byte{1}, 32)})
	if err != nil {
		t.Fatal(err)
	}
	m, err := NewMaker("https://mail.cellar.example/", ring)
	if err != nil {
		t.Fatal(err)
	}
	return m, ring
}

func claims() token.Claims {
	return token.Claims{Person: "p-1", Brand: "cellar", Purpose: "offers", Message: "c-1", Issued: issued}
}

// verify reads a link as the endpoint would.
func verify(t *testing.T, ring *token.Ring, link string) token.Claims {
	t.Helper()
	u, err := url.Parse(link)
	if err != nil {
		t.Fatal(err)
	}
	kind, ok := Kind(u.Path)
	if !ok {
		t.Fatalf("%s has no endpoint", link)
	}
	c, err := ring.Verify(u.Query().Get(Param), kind, issued)
	if err != nil {
		t.Fatalf("%s: %v", link, err)
	}
	return c
}

func TestValues(t *testing.T) {
	m, ring := maker(t)
	got, err := m.Values([]string{"brand.post", "links.withdraw", "links.preferences", "links.confirm", "links.answer-10", "links.shop", "person.first-name"}, claims())
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]token.Claims{}
	for name, kind := range map[string]token.Kind{"withdraw": token.Withdraw, "preferences": token.Preferences, "confirm": token.Confirm, "answer-10": token.Answer} {
		c := claims()
		c.Kind = kind
		want[name] = c
	}
	answer := want["answer-10"]
	answer.Arg = "10"
	want["answer-10"] = answer
	if !slices.Equal(slices.Sorted(maps.Keys(got)), slices.Sorted(maps.Keys(want))) {
		t.Fatalf("got %v", got)
	}
	for name, c := range want {
		link := got[name].(string)
		if verify(t, ring, link) != c {
			t.Errorf("%s says %+v", name, verify(t, ring, link))
		}
		if len(link) > 300 {
			t.Errorf("%s has %d characters", name, len(link))
		}
	}
}

func TestClick(t *testing.T) {
	m, ring := maker(t)
	click := m.Click(claims())
	const address = "https://cellar.example/new?a=1&b=é#top"
	link, err := click(3, address)
	if err != nil {
		t.Fatal(err)
	}
	if c := verify(t, ring, link); c.Arg != address || c.Kind != token.Click || c.Message != "c-1" {
		t.Errorf("got %+v", c)
	}
	long := "https://cellar.example/" + strings.Repeat("x", maxAddress)
	if got, err := click(0, long); err != nil || got != long {
		t.Errorf("a long address became %s, %v", got, err)
	}
}

func TestBases(t *testing.T) {
	_, ring := maker(t)
	for _, good := range []string{"https://m.example", "https://m.example/senda/", "http://127.0.0.1:8080", "http://localhost"} {
		if _, err := NewMaker(good, ring); err != nil {
			t.Errorf("%s: %v", good, err)
		}
	}
	for _, bad := range []string{"", "m.example", "http://m.example", "https://", "https://m.example/?a=1", "https://u@m.example", "ftp://m.example"} {
		if _, err := NewMaker(bad, ring); err == nil {
			t.Errorf("%s is accepted", bad)
		}
	}
	if _, err := NewMaker("https://m.example", nil); err == nil {
		t.Error("a maker without keys")
	}
}
