package compile

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/senda-dev/senda/internal/diag"
	"github.com/senda-dev/senda/internal/mail"
	"github.com/senda-dev/senda/internal/mail/liquid"
)

// piece draws MJML for a place in a mail: sections, elements of a column, or text.
func piece(t *rapid.T, place string, depth int) string {
	value := func() string {
		return "{{ " + rapid.SampledFrom([]string{"p.a", "p.b | upcase", `p.gone | default: "<none>"`, "p.n"}).Draw(t, "value") + " }}"
	}
	cond := func() string {
		return rapid.SampledFrom([]string{"p.yes", "p.no", "p.gone", `p.a == "x"`, "p.n > 2"}).Draw(t, "cond")
	}
	href := func() string {
		return rapid.SampledFrom([]string{"https://a.example/?x=1&amp;y={{ p.n }}", "{{ p.url }}", "{% if p.yes %}{{ p.url }}{% else %}https://b.example/&#39;{% endif %}", "mailto:a@b.example", "{{ links.withdraw }}"}).Draw(t, "href")
	}
	block := func(inner func() string) string {
		switch rapid.IntRange(0, 2).Draw(t, "block") {
		case 0:
			return "{% if " + cond() + " %}" + inner() + "{% endif %}"
		case 1:
			return "{% if " + cond() + " %}" + inner() + "{% elsif " + cond() + " %}" + inner() + "{% else %}" + inner() + "{% endif %}"
		}
		return "{% for i in p.list limit: 2 %}" + inner() + "{{ i }}{% endfor %}"
	}
	bare := func(s string) string { return strings.ReplaceAll(s, "{{ i }}", "") } // around elements no value may stand
	again := func() string { return piece(t, place, depth+1) }
	var b strings.Builder
	for range rapid.IntRange(0, 2).Draw(t, "count") {
		if depth < 2 && rapid.IntRange(0, 3).Draw(t, "nest") == 0 && strings.Count(b.String(), "for") == 0 {
			s := block(again)
			if place != "text" {
				s = bare(s)
			}
			b.WriteString(s)
			continue
		}
		switch place {
		case "body":
			attrs := rapid.SampledFrom([]string{"", ` background-color="#ffffff"`, ` css-class="card" border-radius="8px"`}).Draw(t, "attrs")
			b.WriteString("<mj-section" + attrs + "><mj-column>" + piece(t, "column", depth) + "</mj-column>")
			if rapid.Bool().Draw(t, "two") {
				b.WriteString("<mj-column>" + piece(t, "column", depth) + "</mj-column>")
			}
			b.WriteString("</mj-section>")
			if rapid.IntRange(0, 4).Draw(t, "wrapper") == 0 {
				b.WriteString(`<mj-wrapper background-color="#eeeeee"><mj-section><mj-group><mj-column>` + piece(t, "column", depth) + "</mj-column></mj-group></mj-section><mj-section></mj-section></mj-wrapper>")
			}
		case "column":
			switch rapid.IntRange(0, 5).Draw(t, "element") {
			case 0, 1:
				b.WriteString("<mj-text>" + piece(t, "text", depth) + "</mj-text>")
			case 2:
				b.WriteString(`<mj-button href="` + href() + `" title='` + value() + `'>Go ` + value() + `</mj-button>`)
			case 3:
				b.WriteString(`<mj-image src="https://a.example/i.png?a=1&amp;b=2" href="` + href() + `" alt="a &quot;b&quot; ` + value() + `"></mj-image>`)
			case 4:
				b.WriteString("<mj-table><tr><td>" + piece(t, "text", depth) + "</td></tr></mj-table><mj-divider></mj-divider>")
			case 5:
				b.WriteString("<mj-raw><tr><td>" + value() + "</td></tr></mj-raw>{% assign z = p.a %}")
			}
		case "text":
			b.WriteString(rapid.SampledFrom([]string{"a &lt; b &amp; c&nbsp;", "<p class=\"q\">x" + value() + "</p>", value(), "<br/>", `<a href="` + href() + `">l</a>`, "1 > 0", "<img src=\"https://a.example/i.png\" alt=''>"}).Draw(t, "text"))
		}
	}
	return b.String()
}

func equalSchema() liquid.Schema {
	text := liquid.Field{Type: liquid.TextType}
	return liquid.Schema{"p": {Type: liquid.GroupType, Fields: map[string]liquid.Field{
		"a": text, "b": text, "gone": {Type: liquid.TextType, Maybe: true}, "n": {Type: liquid.NumberType}, "url": {Type: liquid.URLType},
		"yes": {Type: liquid.BoolType}, "no": {Type: liquid.BoolType}, "list": {Type: liquid.ListType, Items: &text},
	}}}
}

// A mail whose MJML is compiled first and whose Liquid runs later is the mail
// whose Liquid runs first, whatever the values hold. Only the styles in the head
// may be more, because a section that is not shown had a width too; and comments
// for Outlook that stand next to each other count as one, empty ones as none.
func TestCompileThenRenderEqualsRenderThenCompile(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		hard := rapid.StringOfN(rapid.RuneFrom([]rune(`ab <>&"'{}%|/=-;#!é€`)), 0, 12, -1)
		values := map[string]any{
			"p": map[string]any{
				"a": rapid.OneOf(rapid.Just("x"), hard).Draw(t, "a"), "b": hard.Draw(t, "b"),
				"n": float64(rapid.IntRange(0, 5).Draw(t, "n")), "url": "https://u.example/'(1)?a=1&b=%7B",
				"yes": rapid.Bool().Draw(t, "yes"), "no": false, "list": []any{hard.Draw(t, "one"), "two"},
			},
			"links": map[string]any{"withdraw": "https://w.example/?t=a&b"},
		}
		title, body := "T {{ p.a }} & <3 &amp;", "<mjml><mj-head><mj-attributes><mj-text font-size=\"15px\"></mj-text></mj-attributes><mj-style inline=\"inline\">p { margin: 0 } .q { color: #111111 }</mj-style></mj-head><mj-body>"+piece(t, "body", 0)+"</mj-body></mjml>"
		job := Job{
			Name: "m", Brand: "b", Languages: []string{"en"}, Class: mail.Transactional, Schema: equalSchema(),
			Files: Files{"m.en.mjml": "---\nlayout: none\nsubject: " + title + "\npreview: p\n---\n" + body},
		}

		c, found := Compile(job)
		if len(found) > 0 {
			t.Fatal(found.Render(sourceOf(job.Files)))
		}
		m, err := mail.Open(c)
		if err != nil {
			t.Fatal(err)
		}
		first, err := m.Render("en", values, mail.Options{})
		if err != nil {
			t.Fatal(err)
		}
		second, err := renderFirst(title, body, values)
		if err != nil {
			t.Fatal(err)
		}
		gotHead, got, _ := strings.Cut(joinComments(first.HTML), "<body")
		wantHead, want, _ := strings.Cut(joinComments(second), "<body")
		if got != want {
			t.Fatalf("source %s\ncompiled first %s\nrendered first %s", body, got, want)
		}
		for rule := range strings.FieldsFuncSeq(wantHead, func(c rune) bool { return strings.ContainsRune("{}<>\n", c) }) {
			if rule = strings.TrimSpace(rule); !strings.Contains(gotHead, rule) {
				t.Fatalf("the head lacks %q", rule)
			}
		}
	})
}

func joinComments(s string) string {
	return strings.NewReplacer("<![endif]--><!--[if mso | IE]>", "", "<!--[if mso | IE]><![endif]-->", "").Replace(s)
}

// renderFirst runs Liquid over the source, then compiles what came out as a mail
// without Liquid.
func renderFirst(title, body string, values map[string]any) (string, error) {
	var found diag.List
	run := func(src string, inHTML bool) (string, error) {
		return liquid.Render(liquid.Parse(liquid.Source{Text: src}, liquid.Options{}, &found), liquid.Env{Vars: values, Lang: "en", HTML: inHTML})
	}
	subject, err := run(title, false)
	if err != nil {
		return "", err
	}
	source, err := run(body, true)
	if err != nil {
		return "", err
	}
	tree := (&markupParser{found: &found}).parse([]liquid.Node{&liquid.Text{Text: source}})
	(&one{lang: "en"}).head(tree[0].(*element), []liquid.Node{&liquid.Text{Text: subject}}, []liquid.Node{&liquid.Text{Text: "p"}})
	b := &builder{linkOf: map[*element]int{}, tracked: tracked}
	compiled, err := b.render(tree)
	if err != nil {
		return "", err
	}
	nodes := liquid.Parse(liquid.Source{Text: compiled}, liquid.Options{Links: true}, &found)
	if all := found.Sorted(); len(all) > 0 {
		return "", fmt.Errorf("%s: %v", source, all)
	}
	return liquid.Render(nodes, liquid.Env{HTML: true})
}
