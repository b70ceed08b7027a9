package page

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/demo/report"
	"github.com/senda-dev/senda/internal/mail"
)

func sample(t *testing.T, name string) report.Letter {
	t.Helper()
	m := mail.Message{
		ID: "m-" + name + "@news.cellar.example", Date: time.Date(1997, 10, 1, 9, 0, 0, 0, time.UTC),
		From: mail.Address{Name: "Bodega Ñ", Email: "hello@news.cellar.example"}, To: mail.Address{Email: name + "@mail.example"},
		Rendered: mail.Rendered{
			Subject: "¿Qué tal, " + name + "?", Lang: "es", Text: "Hola " + name + "\n\nun café = dos\n",
			HTML: `<html><body><p style="color:red">Hola ` + name + ` &amp; co</p><a class="b" href="https://links.example/click/abcdefghijklmnopqrstuvwxyz0123456789" style="x">Entra <b>ya</b></a></body></html>`,
		},
	}
	raw, err := m.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	return report.Letter{Envelope: senda.Envelope{Journey: "j", Step: "s", Language: "es", To: m.To.Email, MIME: raw}, At: m.Date}
}

func TestALetterIsReadAsAMailboxReadsIt(t *testing.T) {
	box, err := open([]report.Letter{sample(t, "ana")})
	if err != nil {
		t.Fatal(err)
	}
	l := box.Kinds[0].First
	if l.Subject != "¿Qué tal, ana?" || !strings.Contains(l.Text, "un café = dos") || !strings.Contains(l.HTML, "Hola ana &amp; co") {
		t.Errorf("subject %q, text %q, page %q", l.Subject, l.Text, l.HTML)
	}
	if len(l.Links) != 1 || l.Links[0].Text != "Entra ya" || l.Links[0].Address != "https://links.example/click/abcdefghijkl…" {
		t.Errorf("links %v", l.Links)
	}
	from := ""
	for _, h := range l.Headers {
		if h.Name == "From" {
			from = h.Value
		}
	}
	if !strings.Contains(from, "Bodega Ñ") {
		t.Errorf("from %q", from)
	}
}

// What the page puts together again from runs of pieces is what was packed, and
// letters that are alike cost little.
func TestPackedLettersComeBackWhole(t *testing.T) {
	var in []report.Letter
	for _, name := range []string{"ana", "bea", "eva", "sol", "paz"} {
		in = append(in, sample(t, name))
	}
	box, err := open(in)
	if err != nil {
		t.Fatal(err)
	}
	letters := box.Kinds[0].letters
	data, err := pack(letters)
	if err != nil {
		t.Fatal(err)
	}
	var got packed
	if err := json.Unmarshal(data, &got); err != nil {
		t.Fatal(err)
	}
	whole := func(runs []int) string {
		var b strings.Builder
		for i := 0; i < len(runs); i += 2 {
			b.WriteString(strings.Join(got.Pieces[runs[i]:runs[i]+runs[i+1]], ""))
		}
		return b.String()
	}
	for i, l := range letters {
		if whole(got.Letters[i].Page) != l.HTML || whole(got.Letters[i].Plain) != l.Text {
			t.Errorf("letter %d came back as %q", i, whole(got.Letters[i].Page))
		}
		if n := len(got.Letters[i].Page); i > 0 && n > 12 {
			t.Errorf("letter %d takes %d numbers, and differs from the first in one word", i, n)
		}
	}
	if strings.Contains(string(data), "</") {
		t.Error("the packed letters could end the script in which they stand")
	}
}

func TestNumbersAreWrittenForPeople(t *testing.T) {
	for want, got := range map[string]string{
		"0": count(0), "999": count(999), "1,000": count(1000), "−": dollars(-100)[:3], "$1,235": dollars(123456), "$12.35": dollars(1235),
		"0.4 %": percent(4, 1000), "40 %": percent(4, 10), "–": percent(1, 0), "+$0.50": signed(0.5), "−$2.00": signed(-2), "$0": signed(0), "five": spell(5), "1,234,567": count(1234567),
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
