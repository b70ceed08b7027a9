package mail

import (
	"errors"
	"strings"
	"testing"
	"time"
)

func small() Compiled {
	return Compiled{Name: "m", Languages: []string{"es", "en"}, Variants: map[string]Variant{
		"es": {Subject: "Hola {{ p.name }}", Preview: "x", HTML: "<p>{{ p.name }}</p>", Text: "\n\n  {{ p.name }}  \n\n\n\n{% if p.gone %}x{% endif %}\nfin \n"},
		"en": {
			Subject: "Hello {{ p.name }}", Preview: "x", HTML: `<a href="{% link 0 %}https://a.example/?x={{ p.n }}{% endlink %}">l</a><a href="{% link -1 %}https://w.example/{% endlink %}">w</a>`,
			Text: "see {% link 0 note %}https://a.example/?x={{ p.n }}{% endlink %} and {% link 0 note %}https://a.example/?x={{ p.n }}{% endlink %}, {% link -1 note %}https://w.example/{% endlink %}\nGo:\n{% link 0 %}https://a.example/?x={{ p.n }}{% endlink %}",
		},
	}}
}

func open(t testing.TB, c Compiled) *Mail {
	t.Helper()
	m, err := Open(c)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestLanguage(t *testing.T) {
	have := []string{"es", "en", "pt-BR"}
	for wanted, want := range map[string]string{"es-MX": "es", "en": "en", "EN-gb": "en", "pt-BR": "pt-BR", "pt": "es", "de": "es", "": "es"} {
		if got := Language(wanted, have); got != want {
			t.Errorf("%q gets %q, want %q", wanted, got, want)
		}
	}
	if got := Language("es", nil); got != "" {
		t.Errorf("no languages give %q", got)
	}
}

func TestRenderTidiesTheText(t *testing.T) {
	r, err := open(t, small()).Render("es-MX", Values{"p": map[string]any{"name": "Ana & Bob"}}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	want := Rendered{Lang: "es", Subject: "Hola Ana & Bob", Preview: "x", HTML: "<p>Ana &amp; Bob</p>", Text: "Ana & Bob\n\nfin\n"}
	if r != want {
		t.Errorf("got %+v, want %+v", r, want)
	}
}

func TestClicksAreReplacedEverywhereButOnSignedLinks(t *testing.T) {
	click := func(i int, address string) (string, error) {
		return "https://c.example/?t=" + string(rune('0'+i)) + "&u=" + strings.TrimPrefix(address, "https://"), nil
	}
	values := Values{"p": map[string]any{"name": "Ana", "n": 7}}
	r, err := open(t, small()).Render("en", values, Options{Click: click})
	if err != nil {
		t.Fatal(err)
	}
	if want := `<a href="https://c.example/?t=0&amp;u=a.example/?x=7">l</a><a href="https://w.example/">w</a>`; r.HTML != want {
		t.Errorf("got %s", r.HTML)
	}
	want := "see [1] and [1], [2]\nGo:\nhttps://c.example/?t=0&u=a.example/?x=7\n\n[1] https://c.example/?t=0&u=a.example/?x=7\n[2] https://w.example/\n"
	if r.Text != want {
		t.Errorf("got %s", r.Text)
	}
	failed := errors.New("no key")
	if _, err := open(t, small()).Render("en", values, Options{Click: func(int, string) (string, error) { return "", failed }}); !errors.Is(err, failed) {
		t.Errorf("got %v", err)
	}
}

func TestNeverHalfAMail(t *testing.T) {
	cases := []struct {
		name   string
		change func(*Variant)
		code   Code
	}{
		{"a missing value in the subject", func(v *Variant) { v.Subject = "{{ nope }}" }, Missing},
		{"a missing value in the preview", func(v *Variant) { v.Preview = "{{ nope }}" }, Missing},
		{"a missing value in the text", func(v *Variant) { v.Text = "{{ nope }}" }, Missing},
		{"a missing value in the HTML", func(v *Variant) { v.HTML = "<p>Hello {{ nope }}" }, Missing},
		{"a subject that comes out empty", func(v *Variant) { v.Subject = "{% if nope %}x{% endif %} " }, NoSubject},
		{"an address that is none", func(v *Variant) { v.HTML = "{% link 0 %}{{ p.name }}{% endlink %}" }, BadLink},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			m := small()
			v := m.Variants["es"]
			c.change(&v)
			m.Variants["es"] = v
			r, err := open(t, m).Render("es", Values{"p": map[string]any{"name": "Ana"}}, Options{})
			if CodeOf(err) != c.code || r != (Rendered{}) {
				t.Errorf("got %+v, %v; want nothing and %s", r, err, c.code)
			}
		})
	}
}

func TestOpenRefusesDamagedMails(t *testing.T) {
	broken, lacking := small(), small()
	broken.Variants["en"] = Variant{Subject: "{% if x"}
	delete(lacking.Variants, "en")
	for want, c := range map[Code]Compiled{Unreadable: broken, NoVariant: lacking} {
		if _, err := Open(c); CodeOf(err) != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	if _, err := Open(Compiled{}); CodeOf(err) != NoVariant {
		t.Errorf("an empty mail opens: %v", err)
	}
}

func TestDatesInThePersonsZone(t *testing.T) {
	zone, err := time.LoadLocation("Atlantic/Canary")
	if err != nil {
		t.Fatal(err)
	}
	c := small()
	c.Variants["es"] = Variant{Subject: "{{ at | time }}", HTML: "x", Text: "x"}
	r, err := open(t, c).Render("es", Values{"at": "2026-03-02T10:00:00+01:00"}, Options{Zone: zone})
	if err != nil || r.Subject != "09:00" {
		t.Errorf("got %q, %v", r.Subject, err)
	}
}
