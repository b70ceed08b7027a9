package liquid

import (
	"strings"
	"testing"
	"time"

	"github.com/osteele/liquid"
	"pgregory.net/rapid"

	"github.com/senda-dev/senda/internal/diag"
)

func parse(t testing.TB, src string) []Node {
	t.Helper()
	var found diag.List
	nodes := Parse(Source{Text: src, At: diag.Pos{File: "t", Line: 1, Col: 1}}, Options{Links: true}, &found)
	if all := found.Sorted(); len(all) > 0 {
		t.Fatalf("%s\n%v", src, all)
	}
	return nodes
}

var vars = map[string]any{
	"person": map[string]any{"first-name": "Ana <b>", "city": "Vic", "points": 12.0, "vip": true, "empty": ""},
	"entry": map[string]any{
		"items": []any{map[string]any{"title": "Blue", "price": 18.5}, map[string]any{"title": "Hejira", "price": 7.0}},
		"tags":  []any{"jazz", "folk", "soul"}, "none": []any{}, "at": "2026-03-02T23:30:00Z",
		"total": map[string]any{"amount": 1234.5, "currency": "EUR"},
	},
}

func TestRender(t *testing.T) {
	madrid, err := time.LoadLocation("Europe/Madrid")
	if err != nil {
		t.Fatal(err)
	}
	cases := []struct{ name, src, want string }{
		{"a name with a hyphen is one word", `{{ person.first-name }}`, "Ana &lt;b&gt;"},
		{"a default stands in for what is missing", `{{ person.nope | default: "friend" }}`, "friend"},
		{"a default stands in for an empty text", `{{ person.empty | default: "x" }}`, "x"},
		{"what is missing passes other filters", `{{ person.nope | upcase | default: "x" }}`, "x"},
		{"arguments are escaped too", `{{ person.city | append: "<&>" }}`, "Vic&lt;&amp;&gt;"},
		{"unless", `{% unless person.vip %}a{% else %}b{% endunless %}`, "b"},
		{"elsif", `{% if person.points > 20 %}a{% elsif person.points >= 12 %}b{% else %}c{% endif %}`, "b"},
		{"case with several values", `{% case person.city %}{% when "Reus", "Vic" %}a{% else %}b{% endcase %}`, "a"},
		{"contains in a list and in a text", `{% if entry.tags contains "folk" and person.city contains "ic" %}y{% endif %}`, "y"},
		{"a missing value equals nil and nothing else", `{% if person.nope == nil %}1{% endif %}{% if person.nope == "" %}2{% endif %}{% if person.nope < 3 %}3{% endif %}`, "1"},
		{"a loop knows where it is", `{% for i in entry.items limit: 5 %}{{ forloop.index }}/{{ forloop.length }} {{ i.title }}{% unless forloop.last %}, {% endunless %}{% endfor %}`, "1/2 Blue, 2/2 Hejira"},
		{"a loop stops at its limit", `{% for t in entry.tags limit: 2 reversed %}{{ t }} {% endfor %}`, "folk jazz "},
		{"a loop over nothing is silent", `{% for t in entry.none limit: 2 %}x{% endfor %}{% for t in entry.nope limit: 2 %}x{% endfor %}`, ""},
		{"a name assigned inside a loop outlives it", `{% for t in entry.tags limit: 3 %}{% assign last = t %}{% endfor %}{{ last }}`, "soul"},
		{"white space is taken away on demand", "a {{- person.city -}} b", "aVicb"},
		{"a comment says nothing", `a{% comment %}{{ nonsense {% endcomment %}b`, "ab"},
		{"an index", `{{ entry.items[1].title }}`, "Hejira"},
		{"the size of a list", `{{ entry.tags.size }}{{ entry.tags | size }}`, "33"},
		{"a date in the person's zone", `{{ entry.at | date }} {{ entry.at | time }}`, "3 de marzo de 2026 00:30"},
		{"a weekday", `{{ entry.at | date: "weekday" }}`, "martes, 3 de marzo de 2026"},
		{"money from a group", `{{ entry.total | money }}`, "1234,50\u00a0€"},
		{"money from a number", `{{ person.points | money: "JPY" }}`, "12\u00a0¥"},
		{"plural", `{{ person.points }} {{ person.points | plural: "punto", "puntos" }}`, "12 puntos"},
		{"an address is escaped once", `{% link 0 %}https://a.example/?a=1&b={{ person.city | url_encode }}{% endlink %}`, "https://a.example/?a=1&amp;b=Vic"},
		{"a text may hold braces", `{{ "{{ x }}" }}`, "{{ x }}"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got, err := Render(parse(t, c.src), Env{Vars: vars, Lang: "es", Zone: madrid, HTML: true})
			if err != nil {
				t.Fatal(err)
			}
			if got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
			again, err := Render(parse(t, Write(parse(t, c.src))), Env{Vars: vars, Lang: "es", Zone: madrid, HTML: true})
			if err != nil || again != c.want {
				t.Errorf("after writing and reading: %q, %v", again, err)
			}
		})
	}
}

func TestRenderRefuses(t *testing.T) {
	deep := `{% for t in entry.tags limit: 3 %}{{ big }}{% endfor %}`
	cases := []struct {
		name, src string
		code      Code
	}{
		{"a missing value", `Dear {{ person.nope }}`, Missing},
		{"a missing group", `{{ nope.a.b }}`, Missing},
		{"a null", `{{ null_value }}`, Missing},
		{"a list that is shown", `{{ entry.tags }}`, BadValue},
		{"a date that is none", `{{ person.city | date }}`, BadValue},
		{"money without a currency", `{{ person.points | money }}`, BadValue},
		{"a loop over a text", `{% for x in person.city limit: 2 %}{% endfor %}`, BadValue},
		{"an address that runs a script", `{% link 0 %}{{ evil }}{% endlink %}`, BadLink},
		{"an empty address", `{% link 0 %}{{ person.empty }}{% endlink %}`, BadLink},
		{"an address with a space", `{% link 0 %}https://a.example/{{ person.first-name }}{% endlink %}`, BadLink},
		{"more than any mail holds", deep, TooLong},
	}
	values := map[string]any{"evil": "javascript:alert(1)", "big": strings.Repeat("x", MaxOutput/2), "null_value": nil}
	for k, v := range vars {
		values[k] = v
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got, err := Render(parse(t, c.src), Env{Vars: values, Lang: "en", HTML: true})
			if CodeOf(err) != c.code || got != "" {
				t.Errorf("got %q, %v; want nothing and %s", got, err, c.code)
			}
			for _, secret := range []string{"Ana", "javascript"} {
				if strings.Contains(err.Error(), secret) {
					t.Errorf("the error tells a value: %v", err)
				}
			}
		})
	}
}

func TestLocales(t *testing.T) {
	day := time.Date(2026, 3, 2, 15, 4, 0, 0, time.UTC)
	cases := []struct{ lang, money, number, percent, long, weekday string }{
		{"en", "£1,234.50", "12,345.6", "15%", "2 March 2026", "Monday 2 March 2026"},
		{"es", "1234,50\u00a0£", "12.345,6", "15\u00a0%", "2 de marzo de 2026", "lunes, 2 de marzo de 2026"},
		{"es-MX", "1234,50\u00a0£", "12.345,6", "15\u00a0%", "2 de marzo de 2026", "lunes, 2 de marzo de 2026"},
		{"de", "1.234,50\u00a0£", "12.345,6", "15\u00a0%", "2. März 2026", "Montag, 2. März 2026"},
		{"fr", "1\u202f234,50\u00a0£", "12\u202f345,6", "15\u202f%", "2 mars 2026", "lundi 2 mars 2026"},
		{"it", "1234,50\u00a0£", "12.345,6", "15%", "2 marzo 2026", "lunedì 2 marzo 2026"},
		{"pt", "1234,50\u00a0£", "12.345,6", "15%", "2 de março de 2026", "segunda-feira, 2 de março de 2026"},
		{"nl", "£\u00a01.234,50", "12.345,6", "15%", "2 maart 2026", "maandag 2 maart 2026"},
		{"ca", "1234,50\u00a0£", "12.345,6", "15\u00a0%", "2 març 2026", "dilluns, 2 març 2026"},
	}
	for _, c := range cases {
		l := localeOf(c.lang)
		long, _ := l.date(day, "long")
		weekday, _ := l.date(day, "weekday")
		got := []string{l.money(1234.5, "GBP"), l.number(12345.6, -1), l.percent(0.15, 0), long, weekday}
		for i, want := range []string{c.money, c.number, c.percent, c.long, c.weekday} {
			if got[i] != want {
				t.Errorf("%s: got %q, want %q", c.lang, got[i], want)
			}
		}
	}
	if got := localeOf("en").money(-0.004, "EUR"); got != "€0.00" {
		t.Errorf("a debt of nothing is written %q", got)
	}
	if got := localeOf("en").money(-5, "SEK"); got != "-SEK\u00a05.00" {
		t.Errorf("got %q", got)
	}
}

// template draws a template of the dialect that both engines share; every value
// that it shows exists.
func template(t *rapid.T, depth int) string {
	paths := []string{"person.city", "person.points", "person.vip", "entry.tags[0]", "entry.items[1].title", "person.empty"}
	texts := []string{"person.city", "person.empty", "entry.tags[2]", "entry.items[0].title", `"Blue Note"`}
	path := func() string { return rapid.SampledFrom(paths).Draw(t, "path") }
	literal := func() string {
		return rapid.SampledFrom([]string{"12", "3.5", `"Vic"`, `'jazz'`, "true", "nil", `""`}).Draw(t, "literal")
	}
	cond := func() string {
		one := func() string {
			left := rapid.SampledFrom(append([]string{"person.nope", "nope.x"}, paths...)).Draw(t, "left")
			switch rapid.IntRange(0, 4).Draw(t, "kind") {
			case 0:
				return left
			case 1:
				return "person.points " + rapid.SampledFrom([]string{"<", ">", "<=", ">=", "==", "!="}).Draw(t, "op") + " " + rapid.SampledFrom([]string{"12", "3.5", "20"}).Draw(t, "n")
			case 2:
				return rapid.SampledFrom([]string{"person.city", "entry.tags"}).Draw(t, "in") + ` contains ` + rapid.SampledFrom([]string{`"jazz"`, `"Vi"`, `"zz"`}).Draw(t, "what")
			}
			return left + rapid.SampledFrom([]string{" == ", " != "}).Draw(t, "eq") + literal()
		}
		c := one()
		join := rapid.SampledFrom([]string{" and ", " or "}).Draw(t, "join")
		for range rapid.IntRange(0, 2).Draw(t, "more") {
			c += join + one()
		}
		return c
	}
	filter := func(last bool) string {
		more := []string{""}
		if last {
			more = []string{"", " | size"} // of a number: theirs says 0, the check of ours refuses it
		}
		return rapid.SampledFrom(append(more,
			" | upcase", " | downcase", " | capitalize", " | strip", ` | append: "-x"`, ` | prepend: "x-"`,
			` | replace: "i", "y"`, " | truncate: 5", ` | truncate: 4, "~"`, ` | default: "none"`, " | url_encode")).Draw(t, "filter")
	}
	var b strings.Builder
	for range rapid.IntRange(1, 4).Draw(t, "nodes") {
		kind := rapid.IntRange(0, 6).Draw(t, "node")
		if depth > 2 && kind > 2 || depth > 1 && kind == 5 { // two loops inside each other at most
			kind = 0
		}
		switch kind {
		case 0:
			b.WriteString(rapid.SampledFrom([]string{"text ", "a\n b", "{ x }", "50% "}).Draw(t, "text"))
		case 1:
			b.WriteString("{{ " + path() + " }}")
		case 2:
			b.WriteString("{{ " + rapid.SampledFrom(texts).Draw(t, "text") + filter(false) + filter(true) + " }}")
		case 3:
			b.WriteString("{% if " + cond() + " %}" + template(t, depth+1) + "{% elsif " + cond() + " %}" + template(t, depth+1) + "{% else %}" + template(t, depth+1) + "{% endif %}")
		case 4:
			b.WriteString("{% unless " + cond() + " %}" + template(t, depth+1) + "{% endunless %}")
		case 5:
			b.WriteString("{% for x in entry." + rapid.SampledFrom([]string{"tags", "none", "nope"}).Draw(t, "list") + " limit: 2 %}{{ x }}{{ forloop.index }}" + template(t, depth+1) + "{% endfor %}")
		case 6:
			b.WriteString("{% assign y = " + path() + ` | append: "!" %}{{ y }}{% case ` + path() + ` %}{% when "Vic", 12 %}v{% when true %}t{% else %}e{% endcase %}`)
		}
	}
	return b.String()
}

// Where our dialect and osteele/liquid overlap, they give the same text; and a
// template that was written out and read again is the same template.
func TestAgreesWithOsteele(t *testing.T) {
	engine := liquid.NewEngine()
	rapid.Check(t, func(t *rapid.T) {
		src := template(t, 0)
		var found diag.List
		nodes := Parse(Source{Text: src}, Options{}, &found)
		if all := found.Sorted(); len(all) > 0 {
			t.Fatalf("%s\n%v", src, all)
		}
		got, err := Render(nodes, Env{Vars: vars, Lang: "en", HTML: true})
		if err != nil {
			t.Fatalf("%s\n%v", src, err)
		}
		want, err := engine.ParseAndRenderString(src, vars)
		if err != nil {
			t.Fatalf("%s\n%v", src, err)
		}
		if got != want {
			t.Fatalf("%s\n ours   %q\n theirs %q", src, got, want)
		}
		written := Write(nodes)
		again := Write(Parse(Source{Text: written}, Options{}, &found))
		if again != written {
			t.Fatalf("written %q, read and written %q", written, again)
		}
	})
}

// No source, however broken, makes the parser, the check or the rendering panic,
// and what is read without a finding survives being written and read.
func FuzzTemplate(f *testing.F) {
	for _, s := range []string{
		"{{ person.first-name | default: \"x\" }}", "{% if a and b %}{% elsif c %}{% else %}{% endif %}", "{{", "{%", "{% for x in y limit: 3 %}{{ x[0].y }}{% endfor %}",
		"{% case a %}{% when 1, 2 %}{% endcase %}", "{%- assign x = 'a' -%}", "{{ \"}}\" }}", "{% comment %}", "{{ -1.5 | round: 2 }}", "{% link 1 note %}https://a{% endlink %}", "{{ x | money: 'EUR' }}{",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, src string) {
		var found diag.List
		nodes := Parse(Source{Text: src}, Options{Links: true, Tags: []string{"content"}}, &found)
		schema := Schema{"a": {Type: AnyType}, "x": {Type: ListType, Items: &Field{Type: TextType}}, "person": {Type: GroupType, Fields: map[string]Field{"first-name": {Type: TextType, Maybe: true}}}}
		(&Checker{Schema: schema, Found: &diag.List{}, Lang: "en"}).Check(nodes)
		got, err := Render(nodes, Env{Vars: vars, Lang: "en", HTML: true})
		if len(found.Sorted()) > 0 {
			return
		}
		written := Write(nodes)
		var again diag.List
		reread := Parse(Source{Text: written}, Options{Links: true, Tags: []string{"content"}}, &again)
		if all := again.Sorted(); len(all) > 0 {
			t.Fatalf("%q was written as %q, which gives %v", src, written, all)
		}
		got2, err2 := Render(reread, Env{Vars: vars, Lang: "en", HTML: true})
		if got2 != got || CodeOf(err) != CodeOf(err2) {
			t.Fatalf("%q gives %q %v; written as %q it gives %q %v", src, got, err, written, got2, err2)
		}
	})
}

// Text that looks like Liquid stays text when a template is written and read.
func TestWrittenTextStaysText(t *testing.T) {
	const literal = "{{ person.city }} {% if %} {"
	written := Write([]Node{&Text{Text: literal}, &Output{Expr: &Path{Parts: []Part{{Name: "person"}, {Name: "city"}}}}})
	got, err := Render(parse(t, written), Env{Vars: vars})
	if want := literal + "Vic"; err != nil || got != want {
		t.Errorf("%s gives %q, %v; want %q", written, got, err, want)
	}
}

func TestRawHTML(t *testing.T) {
	values := map[string]any{"terms": "<p>Until <b>Sunday</b> &amp; no longer</p>"}
	nodes := parse(t, "{{ terms | raw }}")
	for inHTML, want := range map[bool]string{true: "<p>Until <b>Sunday</b> &amp; no longer</p>", false: " Until  Sunday  & no longer "} {
		if got, err := Render(nodes, Env{Vars: values, HTML: inHTML}); err != nil || got != want {
			t.Errorf("HTML %v: got %q, %v", inHTML, got, err)
		}
	}
}

func TestValuesCannotBreakALine(t *testing.T) {
	values := map[string]any{"name": "Ana\r\nBcc: all@example.com\x00\u202E\u2028"}
	got, err := Render(parse(t, "Hello {{ name }}"), Env{Vars: values})
	if err != nil {
		t.Fatal(err)
	}
	if want := "Hello Ana Bcc: all@example.com"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
