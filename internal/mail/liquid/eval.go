package liquid

import (
	"errors"
	"fmt"
	"html"
	"regexp"
	"strings"
	"time"
	"unicode"
)

// Code names a kind of failure when a mail is rendered.
type Code string

// Why a template could not be rendered.
const (
	Missing  Code = "mail-value-missing" // a value that is shown does not exist
	BadValue Code = "mail-value-bad"     // a value cannot be shown or changed as asked
	BadLink  Code = "mail-link-bad"      // an address is empty or of a forbidden kind
	TooLong  Code = "mail-too-long"      // the result passes MaxOutput
)

// An Error says why a mail could not be rendered. It names paths and filters,
// never values: errors leave the place where personal data may be.
type Error struct {
	Code Code
	What string // the path, the filter or the number of the link
	At   string // file:line:col of the source when known
}

func (e *Error) Error() string {
	if e.At != "" {
		return fmt.Sprintf("%s: %s: %s", e.At, e.Code, e.What)
	}
	return fmt.Sprintf("%s: %s", e.Code, e.What)
}

// CodeOf returns the code of err, or "" when it has none.
func CodeOf(err error) Code {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Code
	}
	return ""
}

// MaxOutput is the most bytes a template may give: five times what a mail
// programme shows before it cuts.
const MaxOutput = 512 << 10

// Env is what a template is rendered with.
type Env struct {
	Vars map[string]any // JSON values, time.Time allowed; never changed
	Lang string         // en, es ...: how dates, numbers and money are written
	Zone *time.Location // for dates and times; nil leaves the zone they carry
	HTML bool           // escape values for HTML; otherwise they become one line of text
	Size int            // bytes that the result is likely to have; 0 if unknown
	// Link may replace the checked address of a link; nil keeps it.
	Link func(index int, address string) (string, error)
	// Note, in a text, turns the address of a link into a footnote.
	Note func(address string) string
}

// Render runs a parsed template.
func Render(nodes []Node, env Env) (string, error) {
	r := &renderer{env: env}
	r.out.Grow(min(env.Size, MaxOutput))
	if err := r.nodes(nodes, !env.HTML); err != nil {
		return "", err
	}
	return r.out.String(), nil
}

type local struct {
	name  string
	value any
}

type renderer struct {
	env    Env
	out    strings.Builder
	locals []local // assigned names and loop variables, the innermost last
}

// nothing stands for a value that does not exist, which is not nil: JSON's null
// does exist, yet a mail treats both alike.
type nothing struct{ path string }

func (r *renderer) write(s string) error {
	if r.out.Len()+len(s) > MaxOutput {
		return &Error{Code: TooLong, What: fmt.Sprintf("more than %d bytes", MaxOutput)}
	}
	r.out.WriteString(s)
	return nil
}

func (r *renderer) nodes(nodes []Node, plain bool) error {
	for _, n := range nodes {
		if err := r.one(n, plain); err != nil {
			return err
		}
	}
	return nil
}

func (r *renderer) one(n Node, plain bool) error {
	switch n := n.(type) {
	case *Text:
		return r.write(n.Text)
	case *Output:
		s, raw, err := r.show(n.Expr)
		if err != nil {
			return err
		}
		switch {
		case plain && raw:
			s = OneLine(withoutTags(s))
		case plain:
			s = OneLine(s)
		case !raw:
			s = html.EscapeString(Printable(s))
		}
		return r.write(s)
	case *If:
		for _, b := range n.Branches {
			if b.Cond == nil || truthy(r.eval(b.Cond)) != b.Not {
				return r.nodes(b.Body, plain)
			}
		}
	case *For:
		return r.loop(n, plain)
	case *Assign:
		v, err := r.value(n.Expr)
		if err != nil {
			return err
		}
		r.locals = append(r.locals, local{n.Name, v})
	case *Link:
		return r.link(n, plain)
	case *Other:
		return &Error{Code: BadValue, What: "tag " + n.Name, At: n.At.String()}
	}
	return nil
}

var tagPattern = regexp.MustCompile(`<[^>]*>`)

// withoutTags makes text of the house's own HTML.
func withoutTags(s string) string { return html.UnescapeString(tagPattern.ReplaceAllString(s, " ")) }

// show works out what an output prints. raw says that it is HTML already.
func (r *renderer) show(e Expr) (text string, raw bool, err error) {
	if f, ok := e.(*Filter); ok && f.Name == "raw" {
		raw, e = true, f.X
	}
	v, err := r.value(e)
	if err != nil {
		return "", raw, err
	}
	if n, ok := v.(nothing); ok {
		return "", raw, &Error{Code: Missing, What: n.path, At: e.Place().String()}
	}
	s, ok := printed(v)
	if !ok {
		return "", raw, &Error{Code: BadValue, What: "a list or a group cannot be shown: " + Show(e), At: e.Place().String()}
	}
	return s, raw, nil
}

// link renders an address, checks it and lets the environment replace it.
func (r *renderer) link(n *Link, plain bool) error {
	inner := &renderer{env: r.env, locals: r.locals}
	if err := inner.nodes(n.Body, true); err != nil {
		return err
	}
	address := strings.TrimSpace(inner.out.String())
	if !SafeAddress(address) {
		return &Error{Code: BadLink, What: fmt.Sprintf("link %d", n.Index), At: n.At.String()}
	}
	if r.env.Link != nil && n.Index >= 0 {
		changed, err := r.env.Link(n.Index, address)
		if err != nil {
			return err
		}
		address = changed
	}
	switch {
	case !plain:
		address = html.EscapeString(address)
	case n.Note && r.env.Note != nil:
		address = r.env.Note(address)
	}
	return r.write(address)
}

// SafeAddress reports whether a link may lead to address: an absolute http,
// https, mailto or tel address without spaces or control characters. Anything
// else (javascript:, data:, a relative path) has no place in a mail.
func SafeAddress(address string) bool {
	if strings.ContainsFunc(address, func(c rune) bool {
		return unicode.IsSpace(c) || unicode.IsControl(c) || c == '"' || c == '<' || c == '>'
	}) {
		return false
	}
	scheme, rest, ok := strings.Cut(address, ":")
	if !ok {
		return false
	}
	switch strings.ToLower(scheme) {
	case "http", "https":
		return len(rest) > 2 && strings.HasPrefix(rest, "//") && rest[2] != '/'
	case "mailto", "tel":
		return rest != ""
	}
	return false
}

func (r *renderer) loop(n *For, plain bool) error {
	v := r.eval(n.In)
	if _, ok := v.(nothing); ok || v == nil {
		return nil
	}
	items, ok := v.([]any)
	if !ok {
		return &Error{Code: BadValue, What: "not a list: " + Show(n.In), At: n.In.Place().String()}
	}
	if len(items) > n.Limit {
		items = items[:n.Limit]
	}
	mark := len(r.locals)
	for i := range items {
		item := items[i]
		if n.Reversed {
			item = items[len(items)-1-i]
		}
		r.locals = append(r.locals,
			local{n.Var, item},
			local{"forloop", map[string]any{
				"index": float64(i + 1), "index0": float64(i), "length": float64(len(items)),
				"first": i == 0, "last": i == len(items)-1,
			}})
		if err := r.nodes(n.Body, plain); err != nil {
			return err
		}
		// A name assigned in the body lives on, as in Liquid: only the loop's own go.
		kept := r.locals[mark+2:]
		r.locals = append(r.locals[:mark], kept...)
		mark = len(r.locals)
	}
	return nil
}

// eval is value for conditions and lists, where a failing filter cannot occur.
func (r *renderer) eval(e Expr) any {
	v, err := r.value(e)
	if err != nil {
		return nothing{}
	}
	return v
}

func (r *renderer) value(e Expr) (any, error) {
	switch e := e.(type) {
	case *Literal:
		return e.Value, nil
	case *Path:
		return r.lookup(e), nil
	case *Binary:
		return r.binary(e), nil
	case *Filter:
		x, err := r.value(e.X)
		if err != nil {
			return nil, err
		}
		args := make([]any, len(e.Args))
		for i, a := range e.Args {
			if args[i], err = r.value(a); err != nil {
				return nil, err
			}
		}
		return r.filter(e, x, args)
	}
	return nothing{}, nil
}

func (r *renderer) lookup(p *Path) any {
	none := func() any { return nothing{Show(p)} }
	v, ok := r.root(p.Parts[0].Name)
	if !ok || v == nil {
		return none()
	}
	for _, part := range p.Parts[1:] {
		switch x := v.(type) {
		case map[string]any:
			if v, ok = x[part.Name]; !ok || part.Name == "" {
				return none()
			}
		case []any:
			switch {
			case part.Name == "size":
				v = float64(len(x))
			case part.Name == "" && part.Index < len(x):
				v = x[part.Index]
			default:
				return none()
			}
		case string:
			if part.Name != "size" {
				return none()
			}
			v = float64(len([]rune(x)))
		default:
			return none()
		}
		if v == nil {
			return none()
		}
	}
	return v
}

func (r *renderer) root(name string) (any, bool) {
	for i := len(r.locals) - 1; i >= 0; i-- {
		if r.locals[i].name == name {
			return r.locals[i].value, true
		}
	}
	if name == "lang" {
		return r.env.Lang, true
	}
	v, ok := r.env.Vars[name]
	return v, ok
}

func truthy(v any) bool {
	switch v := v.(type) {
	case nil, nothing:
		return false
	case bool:
		return v
	}
	return true
}

func (r *renderer) binary(e *Binary) bool {
	switch e.Op {
	case "and":
		return truthy(r.eval(e.L)) && truthy(r.eval(e.R))
	case "or":
		return truthy(r.eval(e.L)) || truthy(r.eval(e.R))
	}
	l, rt := r.eval(e.L), r.eval(e.R)
	switch e.Op {
	case "==":
		return same(l, rt)
	case "!=":
		return !same(l, rt)
	case "contains":
		return contains(l, rt)
	}
	if a, ok := number(l); ok {
		b, ok := number(rt)
		return ok && ordered(e.Op, a, b)
	}
	if a, ok := l.(string); ok {
		b, ok := rt.(string)
		return ok && ordered(e.Op, a, b)
	}
	if a, ok := l.(time.Time); ok {
		b, ok := rt.(time.Time)
		return ok && ordered(e.Op, a.UnixNano(), b.UnixNano())
	}
	return false
}

func ordered[T string | float64 | int64](op string, a, b T) bool {
	switch op {
	case "<":
		return a < b
	case ">":
		return a > b
	case "<=":
		return a <= b
	default:
		return a >= b
	}
}

func same(a, b any) bool {
	if _, ok := a.(nothing); ok {
		a = nil
	}
	if _, ok := b.(nothing); ok {
		b = nil
	}
	if x, ok := number(a); ok {
		y, ok := number(b)
		return ok && x == y
	}
	switch a := a.(type) {
	case nil:
		return b == nil
	case string, bool:
		return a == b
	case time.Time:
		t, ok := b.(time.Time)
		return ok && a.Equal(t)
	}
	return false
}

func contains(in, what any) bool {
	switch in := in.(type) {
	case string:
		s, ok := what.(string)
		return ok && strings.Contains(in, s)
	case []any:
		for _, item := range in {
			if same(item, what) {
				return true
			}
		}
	}
	return false
}
