package public

import (
	"html"
	"strconv"
	"strings"
)

// printer writes HTML. There is one page and it is written by hand: a template
// engine that looks methods up by name would keep every method of every client in
// the function that serves these pages, at twice its size.
type printer struct{ b strings.Builder }

// put writes markup of ours, with {} where a text stands: each text is escaped, for
// between tags and within quotes alike.
func (p *printer) put(markup string, texts ...string) {
	for _, text := range texts {
		before, after, _ := strings.Cut(markup, "{}")
		p.b.WriteString(before)
		p.b.WriteString(html.EscapeString(text))
		markup = after
	}
	p.b.WriteString(markup)
}

// some writes as put does, where the text is not empty.
func (p *printer) some(text, markup string) {
	if text != "" {
		p.put(markup, text)
	}
}

func (v view) print() []byte {
	p := &printer{}
	p.put("<!doctype html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n"+
		"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"+
		"<meta name=\"robots\" content=\"noindex, nofollow, noarchive\">\n"+
		"<meta name=\"referrer\" content=\"no-referrer\">\n"+
		"<meta name=\"color-scheme\" content=\"light dark\">\n<title>{}", v.Lang, v.Title)
	p.some(v.Brand, " · {}")
	p.put("</title>\n<style>" + style + "</style>\n</head>\n<body>\n<main>\n")
	p.some(v.Brand, "<p class=\"brand\">{}</p>\n")
	p.put("<h1>{}</h1>\n", v.Title)
	p.some(v.Done, "<p class=\"done\" role=\"status\">{}</p>\n")
	for _, text := range v.Text {
		p.put("<p>{}</p>\n", text)
	}
	if len(v.Sections) > 0 || v.Button != "" || v.Question != nil {
		v.form(p)
	}
	for _, text := range v.Small {
		p.put("<p class=\"small\">{}</p>\n", text)
	}
	p.put("</main>\n")
	if v.Controller != "" {
		p.put("<footer><p>{}<br>{}</p></footer>\n", v.Controller, v.Post)
	}
	p.put("</body>\n</html>\n")
	return []byte(p.b.String())
}

func (v view) form(p *printer) {
	p.put("<form method=\"post\">\n")
	for _, f := range v.Hidden {
		p.put("<input type=\"hidden\" name=\"{}\" value=\"{}\">\n", f.Name, f.Value)
	}
	if q := v.Question; q != nil {
		p.put("<p class=\"asked\">{}</p>\n<p class=\"chosen\">{}</p>\n<label for=\"comment\">{}</label>\n"+
			"<textarea id=\"comment\" name=\"comment\" rows=\"4\" maxlength=\"{}\"></textarea>\n", q.Text, q.Chosen, q.Comment, strconv.Itoa(q.Most))
	}
	for i, s := range v.Sections {
		id := "s" + strconv.Itoa(i)
		p.put("<section aria-labelledby=\"{}\">\n<h2 id=\"{}\">{}</h2>\n<ul>\n", id, id, s.Heading)
		for k, r := range s.Rows {
			r.print(p, id+"r"+strconv.Itoa(k))
		}
		p.put("</ul>\n</section>\n")
	}
	p.some(v.Button, "<button class=\"main\">{}</button>\n")
	p.put("</form>\n")
}

func (r row) print(p *printer, id string) {
	p.put("<li>\n<div>\n<p class=\"title\" id=\"{}\">{}</p>\n", id, r.Title)
	if r.Note != "" {
		p.put("<p class=\"note\"")
		p.some(r.NoteLang, " lang=\"{}\"")
		p.put(">{}</p>\n", r.Note)
	}
	p.some(r.State, "<p class=\"state\">{}</p>\n")
	p.put("</div>\n")
	if r.Button != "" {
		p.put("<button name=\"choose\" value=\"{}\" aria-describedby=\"{}\">{}</button>\n", r.Value, id, r.Button)
	}
	p.put("</li>\n")
}
