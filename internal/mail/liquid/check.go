package liquid

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/senda-dev/senda/internal/diag"
)

// LinkUse says where in an address an output stands.
type LinkUse int

// The places in an address.
const (
	NotInLink LinkUse = iota
	LinkStart         // it is the beginning of the address, or all of it
	LinkRest          // it follows other text
)

// A Checker looks for what would go wrong when a template runs: names that do
// not exist, values that may be missing, values that cannot be shown.
type Checker struct {
	Schema Schema
	HTML   bool                // the template gives HTML, not a line of text
	Lang   string              // the language of the mail
	Links  map[*Output]LinkUse // outputs inside addresses
	Found  *diag.List
	Used   map[string]bool // paths of the schema that are used; may be nil

	locals map[string]Field
	known  []string // paths that a condition around this place has asked for
}

// Check reports everything that is wrong with nodes.
func (c *Checker) Check(nodes []Node) {
	if c.locals == nil {
		c.locals = map[string]Field{"lang": {Type: TextType}}
	}
	for _, n := range nodes {
		c.node(n)
	}
}

func (c *Checker) add(at diag.Pos, wide int, code diag.Code, message, help string) {
	c.Found.Add(code.At(at.Wide(wide), "%s", message).Try("%s", help))
}

func (c *Checker) node(n Node) {
	switch n := n.(type) {
	case *Output:
		c.output(n)
	case *If:
		c.branches(n)
	case *For:
		list := c.expr(n.In)
		if list.Type != ListType && list.Type != AnyType {
			c.add(n.In.Place(), width(n.In), diag.NotShowable, Show(n.In)+" is not a list", "for goes through lists only")
		}
		item := Field{Type: AnyType}
		if list.Items != nil {
			item = *list.Items
		}
		before := maps.Clone(c.locals)
		known := c.known
		c.define(n.At, n.Var, item)
		c.locals["forloop"] = Field{Type: GroupType, Fields: map[string]Field{
			"index": {Type: NumberType}, "index0": {Type: NumberType}, "length": {Type: NumberType},
			"first": {Type: BoolType}, "last": {Type: BoolType},
		}}
		// What was known of an outer name says nothing about the loop's own.
		c.known = slices.DeleteFunc(slices.Clone(known), func(k string) bool { return k == n.Var || strings.HasPrefix(k, n.Var+".") })
		c.Check(n.Body)
		c.known = known
		delete(c.locals, "forloop")
		delete(c.locals, n.Var)
		c.locals = merge(before, []map[string]Field{c.locals}, false)
	case *Assign:
		v := c.expr(n.Expr)
		c.define(n.At, n.Name, v)
		if v.Maybe {
			c.known = slices.DeleteFunc(slices.Clone(c.known), func(k string) bool { return k == n.Name })
		}
	case *Link:
		c.Check(n.Body)
	}
}

// define gives a name to a value of the template itself.
func (c *Checker) define(at diag.Pos, name string, f Field) {
	if _, taken := c.Schema[name]; taken || name == "lang" || name == "forloop" {
		c.add(at, 1, diag.HidesName, strconv.Quote(name)+" is already the name of something else", "choose another name: this one would hide it")
		return
	}
	c.locals[name] = f
}

func (c *Checker) branches(n *If) {
	outerKnown, before := c.known, c.locals
	refuted := outerKnown // what follows when every branch so far was not taken
	var ends []map[string]Field
	complete := false
	for _, b := range n.Branches {
		c.known = refuted
		c.locals = maps.Clone(before)
		taken := refuted
		if b.Cond != nil {
			c.condition(b.Cond)
			taken = append(slices.Clone(refuted), facts(b.Cond, !b.Not)...)
			refuted = append(slices.Clone(refuted), facts(b.Cond, b.Not)...)
		} else {
			complete = true
		}
		c.known = taken
		c.Check(b.Body)
		ends = append(ends, c.locals)
	}
	c.known = outerKnown
	c.locals = merge(before, ends, complete)
}

// merge joins what the ways through a block assigned: a name that some way
// leaves out may be missing afterwards.
func merge(before map[string]Field, ends []map[string]Field, complete bool) map[string]Field {
	out := maps.Clone(before)
	for _, end := range ends {
		for name, f := range end {
			everywhere := complete
			for _, other := range ends {
				o, ok := other[name]
				everywhere = everywhere && ok
				if ok {
					f.Maybe = f.Maybe || o.Maybe
				}
			}
			if _, was := before[name]; !was && !everywhere {
				f.Maybe = true
			}
			out[name] = f
		}
	}
	return out
}

// facts lists the paths that exist for certain when cond turned out as truth says.
func facts(cond Expr, truth bool) []string {
	switch e := cond.(type) {
	case *Path:
		if truth {
			return []string{Show(e)}
		}
	case *Binary:
		switch {
		case e.Op == "and" && truth, e.Op == "or" && !truth:
			return append(facts(e.L, truth), facts(e.R, truth)...)
		case e.Op == "and" || e.Op == "or":
			return nil
		}
		nilSide := isNil(e.L) || isNil(e.R)
		holds := truth && e.Op != "!=" && !nilSide || // a missing value equals and exceeds nothing
			truth && e.Op == "!=" && nilSide || !truth && e.Op == "==" && nilSide ||
			!truth && e.Op == "!=" && !nilSide
		if holds {
			var out []string
			for _, side := range []Expr{e.L, e.R} {
				if p, ok := side.(*Path); ok {
					out = append(out, Show(p))
				}
			}
			_, l := e.L.(*Path)
			_, r := e.R.(*Path)
			if l && r && (e.Op == "==" || e.Op == "!=") {
				return nil // two missing values are equal
			}
			return out
		}
	}
	return nil
}

func isNil(e Expr) bool {
	l, ok := e.(*Literal)
	return ok && l.Value == nil
}

func (c *Checker) condition(e Expr) {
	b, ok := e.(*Binary)
	if !ok {
		c.expr(e)
		return
	}
	if b.Op == "and" || b.Op == "or" {
		c.condition(b.L)
		known := c.known
		c.known = append(slices.Clone(known), facts(b.L, b.Op == "and")...)
		c.condition(b.R)
		c.known = known
		return
	}
	l, r := c.expr(b.L), c.expr(b.R)
	if b.Op == "contains" {
		if l.Type != AnyType && l.Type != TextType && l.Type != ListType && l.Type != URLType {
			c.add(b.At, len(b.Op), diag.NotComparable, Show(b.L)+" cannot contain anything: it is "+l.Type.words(), "contains works on texts and lists")
		}
		return
	}
	if isNil(b.L) || isNil(b.R) {
		return
	}
	for _, side := range []struct {
		e Expr
		t Type
	}{{b.L, l.Type}, {b.R, r.Type}} {
		if side.t == GroupType || side.t == ListType || side.t == MoneyType || side.t == DateType && b.Op != "==" && b.Op != "!=" && l.Type != r.Type {
			help := "ask whether it exists: {% if " + Show(side.e) + " %}"
			if side.t == MoneyType {
				help = "compare its amount: " + Show(side.e) + ".amount"
			}
			c.add(side.e.Place(), width(side.e), diag.NotComparable, Show(side.e)+" cannot be compared: it is "+side.t.words(), help)
			return
		}
	}
	if !comparable(l.Type, r.Type) {
		c.add(b.At, len(b.Op), diag.NotComparable, fmt.Sprintf("%s is %s, %s is %s: they cannot be compared", Show(b.L), l.Type.words(), Show(b.R), r.Type.words()), "numbers stand without quotes, texts with quotes")
	}
}

func comparable(a, b Type) bool {
	if a == AnyType || b == AnyType || a == b {
		return true
	}
	text := func(t Type) bool { return t == TextType || t == URLType || t == HTMLType }
	return text(a) && text(b)
}

func (c *Checker) output(n *Output) {
	f := c.expr(n.Expr)
	inner := n.Expr
	for {
		f, ok := inner.(*Filter)
		if !ok {
			break
		}
		inner = f.X
	}
	at, wide := inner.Place(), width(inner)
	src, name := Show(n.Expr), Show(inner)
	if f.Maybe {
		c.add(at, wide, diag.NoFallback, name+" may be missing when the mail leaves", "say what to show then: {{ "+src+` | default: "..." }}, or put it inside {% if `+name+" %}")
	}
	switch f.Type {
	case ListType, GroupType:
		c.add(at, wide, diag.NotShowable, src+" is "+f.Type.words()+" and cannot be shown as it is", notShown(f))
	case BoolType:
		c.add(at, wide, diag.NotShowable, src+" is yes or no and cannot be shown", "write the words: {% if "+src+" %} ... {% endif %}")
	case DateType:
		c.add(at, wide, diag.NotShowable, src+" is a date without a form", "write {{ "+src+" | date }} or {{ "+src+" | time }}")
	case MoneyType:
		c.add(at, wide, diag.NotShowable, src+" is money without a form", "write {{ "+src+" | money }}")
	case HTMLType:
		if _, ok := n.Expr.(*Filter); !ok && c.HTML {
			c.add(at, wide, diag.NotShowable, src+" is HTML and would be shown with its tags", "write {{ "+src+" | raw }}")
		}
	default: // can be shown
	}
	use := c.Links[n]
	if use == NotInLink {
		return
	}
	encoded := lastFilter(n.Expr) == "url_encode"
	switch {
	case f.Personal:
		c.add(at, wide, diag.PersonalLink, name+" is personal and would stand in an address", "addresses end up in logs and histories: leave it out, or use a link of links.*")
	case use == LinkStart && f.Type != URLType && f.Type != AnyType:
		c.add(at, wide, diag.BareLink, name+" is not an address, yet a link begins with it", "begin with https:// or with a value that is an address")
	case use == LinkRest && !encoded && f.Type != NumberType:
		c.add(at, wide, diag.BareLink, name+" stands inside an address as it is", "write {{ "+src+" | url_encode }}")
	}
}

func notShown(f Field) string {
	if f.Type == ListType {
		return "go through it: {% for item in ... limit: 5 %}"
	}
	if len(f.Fields) > 0 {
		return "it holds: " + strings.Join(f.names(), ", ")
	}
	return ""
}

func lastFilter(e Expr) string {
	if f, ok := e.(*Filter); ok {
		return f.Name
	}
	return ""
}

// width is how many runes e takes as it is usually written.
func width(e Expr) int {
	if p, ok := e.(*Path); ok && p.Width > 0 {
		return p.Width
	}
	if f, ok := e.(*Filter); ok {
		return len([]rune(f.Name))
	}
	return len([]rune(Show(e)))
}

func (c *Checker) expr(e Expr) Field {
	switch e := e.(type) {
	case *Literal:
		switch e.Value.(type) {
		case string:
			return Field{Type: TextType}
		case float64:
			return Field{Type: NumberType}
		case bool:
			return Field{Type: BoolType}
		}
		return Field{Type: AnyType, Maybe: true}
	case *Path:
		return c.path(e)
	case *Filter:
		return c.filter(e)
	}
	return Field{Type: AnyType}
}

// path looks a path up. An unknown one is reported and then taken for anything.
func (c *Checker) path(p *Path) Field {
	root := p.Parts[0].Name
	f, local := c.locals[root]
	if !local {
		var ok bool
		if f, ok = c.Schema[root]; !ok {
			names := append(slices.Collect(maps.Keys(c.Schema)), slices.Collect(maps.Keys(c.locals))...)
			c.add(p.At, max(p.Width, 1), diag.UnknownValue, "there is no value called "+strconv.Quote(Show(p)), diag.Instead(root, names))
			return Field{Type: AnyType}
		}
	}
	maybe := f.Maybe && !c.isKnown(&Path{Parts: p.Parts[:1]})
	personal := f.Personal
	for i, part := range p.Parts[1:] {
		sofar := &Path{Parts: p.Parts[:i+2]}
		if part.Name == "" {
			if f.Type != ListType && f.Type != AnyType {
				c.add(p.At, max(p.Width, 1), diag.UnknownValue, Show(&Path{Parts: p.Parts[:i+1]})+" is not a list", "")
				return Field{Type: AnyType}
			}
			item := Field{Type: AnyType}
			if f.Items != nil {
				item = *f.Items
			}
			f = item
			f.Maybe = true // the list may be shorter
		} else {
			sub, ok := f.sub(part.Name)
			if !ok {
				help := diag.Instead(part.Name, f.names())
				if near, ok := diag.Nearest(part.Name, f.names()); ok {
					fixed := slices.Clone(p.Parts[:i+2])
					fixed[i+1].Name = near
					help = fmt.Sprintf("did you mean %q?", Show(&Path{Parts: fixed}))
				}
				c.add(p.At, max(p.Width, 1), diag.UnknownValue, "there is no value called "+strconv.Quote(Show(p)), help)
				return Field{Type: AnyType}
			}
			f = sub
		}
		maybe = maybe || f.Maybe && !c.isKnown(sofar)
		personal = personal || f.Personal
	}
	if c.Used != nil && !local {
		c.Used[Show(p)] = true
	}
	f.Maybe = maybe && !c.isKnown(p)
	f.Personal = personal
	return f
}

// isKnown reports whether a condition around this place has asked for p, or for
// something inside it.
func (c *Checker) isKnown(p *Path) bool {
	src := Show(p)
	return slices.ContainsFunc(c.known, func(k string) bool {
		return k == src || strings.HasPrefix(k, src+".") || strings.HasPrefix(k, src+"[")
	})
}
