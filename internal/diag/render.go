package diag

import (
	"strings"
	"unicode/utf8"
)

// Sources gives the text of a file by the name that findings use; nil when there
// is none to show.
type Sources func(file string) []byte

// SourceMap is Sources over a map.
func SourceMap(m map[string][]byte) Sources { return func(file string) []byte { return m[file] } }

// maxShown is how many characters of a line are shown around the carets.
const maxShown = 160

// Render is a finding as a person reads it. It ends with a line break.
func (f Finding) Render(src Sources) string {
	var b strings.Builder
	b.WriteString(f.Title() + "\n")
	if line, ok := lineOf(src, f.Pos); ok {
		shown, at := crop(line, f.Pos.Col-1)
		b.WriteString("   | " + shown + "\n   | " + underline(shown, at, f.Pos.Width) + "\n")
	}
	if len(f.Help) > 0 {
		b.WriteString("   help: " + strings.Join(f.Help, "   ") + "\n")
	}
	return b.String()
}

// Render is the whole list in order. It ends with a line break unless empty.
func (l List) Render(src Sources) string {
	var b strings.Builder
	for _, f := range l.Sorted() {
		b.WriteString(f.Render(src))
	}
	return b.String()
}

func lineOf(src Sources, p Pos) (string, bool) {
	if src == nil || p.IsZero() {
		return "", false
	}
	text := string(src(p.File))
	if text == "" {
		return "", false
	}
	for range p.Line - 1 {
		_, rest, ok := strings.Cut(text, "\n")
		if !ok {
			return "", false
		}
		text = rest
	}
	line, _, _ := strings.Cut(text, "\n")
	return strings.ToValidUTF8(strings.TrimRight(line, "\r"), "\uFFFD"), true
}

// crop keeps a line short around the character at.
func crop(line string, at int) (string, int) {
	if utf8.RuneCountInString(line) <= maxShown {
		return line, at
	}
	r := []rune(line)
	from := min(max(at-maxShown/4, 0), len(r)-maxShown)
	shown := r[from : from+maxShown]
	out := string(shown)
	if from > 0 {
		out, at = "…"+out, at+1
	}
	if from+maxShown < len(r) {
		out += "…"
	}
	return out, at - from
}

// underline puts carets under the characters [at, at+width) of line. What stands
// before is copied where it is a tab, so that the carets stay under the word
// whatever a terminal makes of a tab.
func underline(line string, at, width int) string {
	var b strings.Builder
	i := 0
	for _, r := range line {
		if i == at {
			break
		}
		if r == '\t' {
			b.WriteByte('\t')
		} else {
			b.WriteByte(' ')
		}
		i++
	}
	for ; i < at; i++ {
		b.WriteByte(' ')
	}
	left := max(utf8.RuneCountInString(line)-at, 1)
	b.WriteString(strings.Repeat("^", min(max(width, 1), left)))
	return b.String()
}
