// Package decode reads the values of authors' files from an outline: names,
// words of a list, lengths of time, shares, money, expressions. Each reader
// reports what it cannot read and goes on with the zero value, so that callers
// need no errors and one run shows every mistake.
package decode

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/senda-dev/senda/internal/diag"
	"github.com/senda-dev/senda/internal/outline"
)

// Reader collects findings while a file is read.
type Reader struct{ Found diag.List }

// Add reports.
func (r *Reader) Add(f diag.Finding) { r.Found.Add(f) }

// Map is a map of an author's file with the keys that belong into it.
type Map struct {
	r    *Reader
	n    *outline.Node
	what string
	// meant are the keys that a misspelt one was most likely meant to be.
	meant map[string]bool
}

// Map takes n as a map with the given keys; what names it in findings ("a goal").
// ok is false when it is no map, which is reported unless it was already.
func (r *Reader) Map(n *outline.Node, what string, keys []string) (m Map, ok bool) {
	m = Map{r: r, n: n, what: what, meant: map[string]bool{}}
	if n == nil || n.Kind == outline.Bad {
		return m, false
	}
	if n.Kind != outline.Map {
		if n.Kind == outline.Empty {
			r.Add(diag.EmptyValue.At(n.Pos, "nothing is said of %s", what).Try("its keys are %s", diag.Words(keys, 8)))
		} else {
			r.Add(diag.WrongShape.At(n.Pos, "%s is written as keys with values", what).Try("its keys are %s", diag.Words(keys, 8)))
		}
		return m, false
	}
	for _, e := range n.Entries {
		if !slices.Contains(keys, e.Key.Value) {
			r.Add(UnknownKey(e.Key, what, keys))
			if near, ok := diag.Nearest(e.Key.Value, keys); ok {
				m.meant[near] = true
			}
		}
	}
	return m, true
}

// UnknownKey is the finding about a key that does not belong into what.
func UnknownKey(key diag.Text, what string, keys []string) diag.Finding {
	f := diag.UnknownKey.At(key.Pos, "%q is not a key of %s", key.Value, what)
	if hint := diag.DidYouMean(key.Value, keys); hint != "" {
		return f.Try("%s", hint)
	}
	return f.Try("its keys are %s", diag.Words(keys, 12))
}

// Node is the value of a key, nil when it is not there.
func (m Map) Node(key string) *outline.Node { return m.n.Get(key) }

// Has says whether the key is there.
func (m Map) Has(key string) bool { return m.n.Get(key) != nil }

// Pos is where the map begins.
func (m Map) Pos() diag.Pos { return m.n.Pos }

// PosOf is the place of the value of a key, or zero.
func (m Map) PosOf(key string) diag.Pos {
	if n := m.n.Get(key); n != nil {
		return n.Pos
	}
	return diag.Pos{}
}

// KeyPos is the place of a key, or zero.
func (m Map) KeyPos(key string) diag.Pos {
	for _, e := range m.n.Entries {
		if e.Key.Value == key {
			return e.Key.Pos
		}
	}
	return diag.Pos{}
}

// Require reports keys that must be there and are not, at the place given. A key
// that was only misspelt is not reported twice.
func (m Map) Require(at diag.Pos, keys ...string) {
	for _, k := range keys {
		if !m.Has(k) && !m.meant[k] {
			m.r.Add(diag.MissingKey.At(at, "%s needs %s", m.what, k).Try("%s", example(k)))
		}
	}
}

// Text is a value on one line. A missing key is no mistake; see Require.
func (m Map) Text(key string) diag.Text { return m.r.Text(m.Node(key), key) }

// Text is n as a value on one line; what names it in findings.
func (r *Reader) Text(n *outline.Node, what string) diag.Text {
	switch {
	case n == nil || n.Kind == outline.Bad:
	case n.Kind == outline.Empty:
		r.Add(diag.EmptyValue.At(n.Pos, "%s has no value", what).Try("%s", example(what)))
	case n.Kind == outline.Scalar && n.Text.Value == "":
		r.Add(diag.EmptyValue.At(n.Pos, "%s is empty", what).Try("%s", example(what)))
	case n.Kind == outline.Scalar:
		return n.Text
	case n.Kind == outline.Block:
		r.Add(diag.GoesOn.At(n.Pos, "%s stands on one line", what).Try("%s", example(what)))
	default:
		r.Add(diag.WrongShape.At(n.Pos, "%s takes one value", what).Try("%s", example(what)))
	}
	return diag.Text{}
}

// Words is text that may be long: a note.
func (m Map) Words(key string) diag.Text {
	if n := m.Node(key); n != nil && n.Kind == outline.Block {
		return n.Text
	}
	return m.Text(key)
}

// List is the elements of a list. A single value is not taken for a list of one.
func (m Map) List(key string) []*outline.Node {
	n := m.Node(key)
	switch {
	case n == nil || n.Kind == outline.Bad:
		return nil
	case n.Kind == outline.List && len(n.Items) > 0:
		return n.Items
	case n.Kind == outline.Empty || n.Kind == outline.List:
		m.r.Add(diag.EmptyValue.At(n.Pos, "%s has no element", key).Try("%s", example(key)))
	default:
		m.r.Add(diag.WrongShape.At(n.Pos, "%s is a list", key).Try("%s", example(key)))
	}
	return nil
}

// Names is a list of names; one name alone is a list of one.
func (m Map) Names(key string) []diag.Text {
	n := m.Node(key)
	if n != nil && n.Kind == outline.Scalar {
		if name := m.Name(key); !name.IsZero() {
			return []diag.Text{name}
		}
		return nil
	}
	var out []diag.Text
	for _, item := range m.List(key) {
		if name := m.r.Name(item, key); !name.IsZero() {
			if slices.ContainsFunc(out, func(t diag.Text) bool { return t.Value == name.Value }) {
				m.r.Add(diag.DuplicateName.At(name.Pos, "%q stands here twice", name.Value).Try("delete one"))
				continue
			}
			out = append(out, name)
		}
	}
	return out
}

// MaxName bounds names in characters: they become names of states, which hold 80.
const MaxName = 50

var namePattern = regexp.MustCompile(`^[a-z][a-z0-9-]*$`)

// Name is a value of the form of a name.
func (m Map) Name(key string) diag.Text { return m.r.Name(m.Node(key), key) }

// Name is n as a name; what names it in findings.
func (r *Reader) Name(n *outline.Node, what string) diag.Text {
	t := r.Text(n, what)
	if t.IsZero() {
		return t
	}
	if f, ok := BadName(t); !ok {
		r.Add(f)
	}
	return t
}

// BadName is the finding about a text that should be a name and is not; ok when
// it is one.
func BadName(t diag.Text) (f diag.Finding, ok bool) {
	switch {
	case len(t.Value) > MaxName:
		return diag.BadName.At(t.Pos, "a name has at most %d characters, and this has %d", MaxName, len(t.Value)).Try("say it shorter"), false
	case !namePattern.MatchString(t.Value):
		return diag.BadName.At(t.Pos, "%q is not a name", t.Value).Try("%s", nameHelp(t.Value)), false
	}
	return f, true
}

var notName = regexp.MustCompile(`[^a-z0-9]+`)

// Slug makes a name of any text: what is not a letter or digit becomes a hyphen.
// It is empty when nothing is left.
func Slug(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1 // what is left of é once its accent stands alone
		}
		return r
	}, norm.NFD.String(s))
	s = strings.Trim(notName.ReplaceAllString(strings.ToLower(s), "-"), "-")
	return strings.TrimLeft(s, "0123456789-")
}

func nameHelp(s string) string {
	if slug := Slug(s); slug != "" && len(slug) <= MaxName {
		return "write " + slug + "; a name is small letters, digits and hyphens"
	}
	return "a name begins with a small letter; small letters, digits and hyphens follow"
}

// Event is a kind of event: words with dots, as order.completed.
func (m Map) Event(key string) diag.Text { return m.r.Event(m.Node(key), key) }

var eventPattern = regexp.MustCompile(`^[a-z][a-z0-9-]*(\.[a-z][a-z0-9-]*)+$`)

// Event is n as a kind of event.
func (r *Reader) Event(n *outline.Node, what string) diag.Text {
	t := r.Text(n, what)
	if !t.IsZero() && !eventPattern.MatchString(t.Value) {
		r.Add(diag.BadName.At(t.Pos, "%q is not a kind of event", t.Value).Try("write it as order.completed"))
		return diag.Text{}
	}
	return t
}

// OneOf is a value that is one of words; "" when it is not there or not one.
func (m Map) OneOf(key string, words []string) string {
	t := m.Text(key)
	if t.IsZero() || slices.Contains(words, t.Value) {
		return t.Value
	}
	m.r.Add(BadWord(t, key, words))
	return ""
}

// BadWord is the finding about a word that is not one of words.
func BadWord(t diag.Text, what string, words []string) diag.Finding {
	return diag.BadWord.At(t.Pos, "%s cannot be %q", what, t.Value).
		Try("%s", diag.DidYouMean(t.Value, words)).Try("it is one of %s", diag.Words(words, 12))
}

// Named is a map whose keys are names that the author chose, as of brands.
func (r *Reader) Named(n *outline.Node, what string) []outline.Entry {
	switch {
	case n == nil || n.Kind == outline.Bad:
		return nil
	case n.Kind == outline.Empty:
		r.Add(diag.EmptyValue.At(n.Pos, "%s is empty", what).Try("write a name and a colon, and below it what belongs to it"))
		return nil
	case n.Kind != outline.Map:
		r.Add(diag.WrongShape.At(n.Pos, "%s is written as names, each with what belongs to it below", what))
		return nil
	}
	for _, e := range n.Entries {
		if f, ok := BadName(e.Key); !ok {
			r.Add(f)
		}
	}
	return n.Entries
}

// OneOrMore is the elements of a list, or one value alone.
func (r *Reader) OneOrMore(m Map, key string) []*outline.Node {
	n := m.Node(key)
	if n == nil {
		return nil
	}
	if n.Kind == outline.List || n.Kind == outline.Empty {
		return m.List(key)
	}
	return []*outline.Node{n}
}
