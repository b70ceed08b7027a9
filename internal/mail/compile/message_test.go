package compile

import (
	"bytes"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jhillyerd/enmime/v2"

	"github.com/senda-dev/senda/internal/mail"
	"github.com/senda-dev/senda/internal/mail/token"
)

// From the author's file to the bytes that are handed over: every link in the
// message that arrives is one that the endpoints believe, for this person only.
func TestFromSourceToMessage(t *testing.T) {
	ring, err := token.NewRing(token.Key{ID: "k1", Secret: bytes.Repeat([]byte{7}, 32)})
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC)
	c := token.Claims{Person: "p-1", Brand: "cellar", Purpose: "offers", Message: "c-1", Issued: at}
	m := sample(t, "come-back", "cellar")
	values := sampleValues()
	const base = "https://mail.cellar.example/"
	kinds := map[string]token.Kind{"withdraw": token.Withdraw, "preferences": token.Preferences, "answer": token.Answer, "click": token.Click}
	link := func(name, arg string) string {
		c := c
		c.Kind, c.Arg = kinds[name], arg
		signed, err := ring.Sign(c)
		if err != nil {
			t.Fatal(err)
		}
		return base + name + "?t=" + signed
	}
	signed := map[string]any{"withdraw": link("withdraw", ""), "preferences": link("preferences", "")}
	for i := range 11 {
		signed[mail.AnswerLink(i)] = link("answer", strconv.Itoa(i))
	}
	values["links"] = signed
	r, err := m.Render("es-MX", values, mail.Options{Click: func(_ int, address string) (string, error) { return link("click", address), nil }})
	if err != nil {
		t.Fatal(err)
	}
	withdraw := link("withdraw", "")
	raw, err := mail.Message{
		ID: mail.MessageID("c-1", "mail.cellar.example"), Date: at, Rendered: r, Unsubscribe: withdraw, Claim: "c-1",
		From: mail.Address{Name: "Cellar", Email: "hello@cellar.example"}, To: mail.Address{Name: "Inés", Email: "ines@example.com"},
	}.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	env, err := enmime.ReadEnvelope(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	if got := env.GetHeader("List-Unsubscribe"); got != "<"+withdraw+">" {
		t.Errorf("List-Unsubscribe %s", got)
	}
	seen := map[token.Kind]int{}
	for _, found := range regexp.MustCompile(`https://[^\s"<>]+`).FindAllString(env.Text, -1) {
		u, err := url.Parse(found)
		if err != nil {
			t.Fatal(err)
		}
		kind := kinds[strings.TrimPrefix(u.Path, "/")]
		got, err := ring.Verify(u.Query().Get("t"), kind, at)
		if err != nil || got.Person != "p-1" || got.Message != "c-1" {
			t.Errorf("%s: %+v, %v", found, got, err)
		}
		if !strings.Contains(env.HTML, strings.ReplaceAll(found, "&", "&amp;")) {
			t.Errorf("%s stands in the text only", found)
		}
		seen[kind]++
	}
	// Three records share one address; the button has its own.
	if seen[token.Withdraw] != 1 || seen[token.Preferences] != 1 || seen[token.Answer] != 11 || seen[token.Click] != 2 {
		t.Errorf("got %v", seen)
	}
	if strings.Contains(string(raw), "p-1") {
		t.Error("the message names the person")
	}
}

// One mail is rendered by many at once.
func TestRenderIsSafeForConcurrentUse(t *testing.T) {
	m := sample(t, "come-back", "cellar")
	values := sampleValues()
	want, err := m.Render("en", values, mail.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 20 {
				if got, err := m.Render("en", values, mail.Options{}); err != nil || got != want {
					t.Errorf("another mail, %v", err)
				}
			}
		})
	}
	all.Wait()
}

func TestCompileIsSafeForConcurrentUse(t *testing.T) {
	job := sampleJob(t)
	want, _ := Compile(job)
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			if got, _ := Compile(job); got.Variants["en"].HTML != want.Variants["en"].HTML {
				t.Error("another mail")
			}
		})
	}
	all.Wait()
}
