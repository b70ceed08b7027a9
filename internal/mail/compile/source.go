package compile

import (
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/senda-dev/senda/internal/diag"
	"github.com/senda-dev/senda/internal/mail/liquid"
)

// Files are the sources of one mail, by path. All paths end in NAME.LANG.mjml,
// or there is one NAME.mjml for all languages.
type Files map[string]string

var fileName = regexp.MustCompile(`^([a-z][a-z0-9-]*)(?:\.([a-z]{2,3}(?:-[A-Z]{2})?))?\.mjml$`)

// Group sorts the sources of a journey's folder of mails by the mail they belong
// to. Files that are no mails by their name are findings.
func Group(sources map[string]string) (map[string]Files, diag.List) {
	var found diag.List
	out := map[string]Files{}
	for p, text := range sources {
		m := fileName.FindStringSubmatch(path.Base(p))
		if m == nil {
			found.Add(diag.BadMailFile.At(diag.Pos{File: p, Line: 1, Col: 1}, "this file has no name that a mail can have").
				Try("name it NAME.mjml or NAME.LANGUAGE.mjml, for example come-back.es.mjml"))
			continue
		}
		if out[m[1]] == nil {
			out[m[1]] = Files{}
		}
		out[m[1]][p] = text
	}
	return out, found.Sorted()
}

// A source is one file of a mail: what its front matter says, and its body.
type source struct {
	file   string
	lang   string // "" when the file serves all languages
	fields map[string]field
	body   liquid.Source
}

// A field is a line of the front matter: a text, or a text for each language.
type field struct {
	at     diag.Pos // of the key
	text   liquid.Source
	byLang map[string]liquid.Source
}

var fieldNames = []string{"layout", "note", "preview", "question", "question-high", "question-low", "subject"}

var langKey = regexp.MustCompile(`^[a-z]{2,3}(-[A-Z]{2})?$`)

// readSource reads the front matter: lines of "key: text", where the text goes to
// the end of its line as it is. It looks like YAML and is less, on purpose: a
// subject may hold colons, hashes, quotes and percent signs without surprise.
func readSource(file, text string, found *diag.List) source {
	s := source{file: file, fields: map[string]field{}}
	if m := fileName.FindStringSubmatch(path.Base(file)); m != nil {
		s.lang = m[2]
	}
	text = strings.TrimPrefix(strings.ReplaceAll(text, "\r\n", "\n"), "\ufeff")
	lines := strings.SplitAfter(text, "\n")
	add := func(line, col, width int, code diag.Code, message, help string) {
		found.Add(code.At(diag.Pos{File: file, Line: line, Col: col}.Wide(width), "%s", message).Try("%s", help))
	}
	if strings.TrimSpace(lines[0]) != "---" {
		add(1, 1, 1, diag.BadFront, "the front matter is missing", "begin the file with ---, subject: ..., preview: ..., ---")
		s.body = liquid.Source{Text: text, At: diag.Pos{File: file, Line: 1, Col: 1}}
		return s
	}
	current := ""
	end := -1
	for i, line := range lines[1:] {
		n := i + 2
		line = strings.TrimRight(line, " \t\n")
		trimmed := strings.TrimLeft(line, " ")
		indent := len(line) - len(trimmed)
		if trimmed == "---" && indent == 0 {
			end = n
			break
		}
		if trimmed == "" || strings.HasPrefix(trimmed, "#") {
			continue
		}
		key, value, ok := strings.Cut(trimmed, ":")
		key = strings.TrimRight(key, " ")
		if !ok || strings.ContainsAny(key, " \t{\"") {
			add(n, indent+1, len([]rune(trimmed)), diag.BadFront, "this is not a line of front matter", "write key: text on one line, and close the front matter with ---")
			continue
		}
		val := liquid.Source{At: diag.Pos{File: file, Line: n, Col: indent + len([]rune(trimmed)) - len([]rune(value)) + 1}}
		val.Text, val.At = unquote(value, val.At)
		switch {
		case indent > 0 && current != "" && langKey.MatchString(key):
			f := s.fields[current]
			if f.byLang == nil {
				f.byLang = map[string]liquid.Source{}
			}
			if _, twice := f.byLang[key]; twice {
				add(n, indent+1, len(key), diag.BadFrontKey, "the language "+key+" is given twice", "keep one of them")
			}
			f.byLang[key] = val
			s.fields[current] = f
		case !slices.Contains(fieldNames, key):
			add(n, indent+1, len([]rune(key)), diag.BadFrontKey, "unknown key "+`"`+key+`"`, diag.Instead(key, fieldNames))
			current = ""
		default:
			if _, twice := s.fields[key]; twice {
				add(n, indent+1, len(key), diag.BadFrontKey, `"`+key+`" is given twice`, "keep one of them")
			}
			s.fields[key] = field{at: diag.Pos{File: file, Line: n, Col: indent + 1}, text: val}
			current = key
		}
	}
	if end < 0 {
		add(1, 1, 3, diag.BadFront, "the front matter is not closed", "put --- on a line of its own behind it")
		end = len(lines)
	}
	s.body = liquid.Source{Text: strings.Join(lines[min(end, len(lines)):], ""), At: diag.Pos{File: file, Line: end + 1, Col: 1}}
	return s
}

// unquote trims a value and takes away one pair of quotes around all of it.
func unquote(value string, at diag.Pos) (string, diag.Pos) {
	trimmed := strings.TrimLeft(value, " \t")
	at.Col += len(value) - len(trimmed)
	trimmed = strings.TrimRight(trimmed, " \t")
	if n := len(trimmed); n >= 2 && (trimmed[0] == '"' || trimmed[0] == '\'') && trimmed[n-1] == trimmed[0] && strings.Count(trimmed, trimmed[:1]) == 2 {
		at.Col++
		trimmed = trimmed[1 : n-1]
	}
	return trimmed, at
}

// text returns the value of a field in a language; ok is false when it is missing.
func (s source) text(name, lang string) (liquid.Source, bool) {
	f, ok := s.fields[name]
	if !ok {
		return liquid.Source{}, false
	}
	if f.byLang != nil {
		v, ok := f.byLang[lang]
		return v, ok && v.Text != ""
	}
	return f.text, f.text.Text != ""
}
