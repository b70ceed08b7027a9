package liquid

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/senda-dev/senda/internal/diag"
)

// A Source is a text and where it starts.
type Source struct {
	Text string
	At   diag.Pos
}

// Options say what a template may hold beside plain Liquid.
type Options struct {
	// Include returns the text of a shared part; nil forbids include. found is
	// for what the part has to complain about before its text is read.
	Include func(name string) (Source, bool)
	// Parts are the names that Include knows, for "did you mean".
	Parts []string
	// Tags are the names of tags that become Other.
	Tags []string
	// Links allows the compiler's own link tag.
	Links bool
}

// Parse reads a template. It reports everything that is wrong, leaving out what
// it cannot read; the nodes are fit to run only if nothing was reported.
func Parse(src Source, opt Options, found *diag.List) []Node {
	p := &parser{opt: opt, found: found, taken: new(int)}
	p.pieces = p.scan(src)
	nodes, _ := p.body("", 0)
	return nodes
}

type parser struct {
	opt     Options
	found   *diag.List
	pieces  []piece
	pos     int
	parts   []string // the includes that are open, outermost first
	inLoops int
	taken   *int // parts taken in so far, over all nested includes
}

// maxParts bounds how many parts one template takes in: two parts that each
// include three others ten times would otherwise grow without end.
const maxParts = 64

var tagName = regexp.MustCompile(`^\s*([A-Za-z_][A-Za-z0-9_]*)`)

func (p *parser) add(pc piece, code diag.Code, message, help string) {
	p.found.Add(code.At(pc.at.Wide(pc.wide), "%s", message).Try("%s", help))
}

// enders lists the tags that may follow the body of a block.
var enders = map[string][]string{
	"if":     {"elsif", "else", "endif"},
	"unless": {"elsif", "else", "endunless"},
	"case":   {"when", "else", "endcase"},
	"for":    {"endfor"},
	"link":   {"endlink"},
}

var tags = []string{"assign", "case", "comment", "for", "if", "include", "unless"}

// body reads nodes until a tag that ends or continues the block; it returns that
// tag, or nil at the end of the template.
func (p *parser) body(block string, depth int) ([]Node, *piece) {
	var out []Node
	for p.pos < len(p.pieces) {
		pc := p.pieces[p.pos]
		p.pos++
		switch pc.kind {
		case pieceText:
			out = append(out, &Text{At: pc.at, Text: pc.text})
		case pieceOutput:
			if e := p.expr(pc, (*exprParser).filtered); e != nil {
				out = append(out, &Output{At: pc.at, Width: pc.wide, Expr: e})
			}
		case pieceTag:
			if slices.Contains(enders[block], pc.name) {
				return out, &pc
			}
			if depth > maxDepth {
				p.add(pc, diag.OpenBlock, "blocks are nested too deep", "a mail needs no more than a few ifs inside each other")
				continue
			}
			out = append(out, p.tag(pc, depth)...)
		}
	}
	return out, nil
}

func (p *parser) expr(pc piece, read func(*exprParser) Expr) Expr {
	ep := newExprParser(pc.text, pc.inner, p.found)
	e := read(ep)
	ep.end()
	if ep.failed {
		return nil
	}
	return e
}

func (p *parser) tag(pc piece, depth int) []Node {
	one := func(n Node) []Node { return []Node{n} }
	switch pc.name {
	case "if", "unless":
		return one(p.parseIf(pc, depth))
	case "case":
		return one(p.parseCase(pc, depth))
	case "for":
		return one(p.parseFor(pc, depth))
	case "assign":
		ep := newExprParser(pc.text, pc.inner, p.found)
		name := ep.tok
		if name.kind != tokName {
			p.add(pc, diag.BadLiquid, "assign needs a name, = and a value", `for example {% assign name = person.first-name | default: "friend" %}`)
			return nil
		}
		ep.next()
		if !ep.sign("=") {
			ep.fail(ep.tok.at, ep.tok.wide, diag.BadLiquid, "= is missing after the name", "")
			return nil
		}
		ep.next()
		e := ep.filtered()
		ep.end()
		if ep.failed {
			return nil
		}
		return one(&Assign{At: pc.at, Name: name.text, Expr: e})
	case "include":
		return p.include(pc, depth)
	case "link":
		if p.opt.Links {
			n := &Link{At: pc.at}
			index, note, _ := strings.Cut(strings.TrimSpace(pc.text), " ")
			n.Index, _ = strconv.Atoi(index)
			n.Note = note == "note"
			var end *piece
			n.Body, end = p.body("link", depth+1)
			p.closed(pc, end)
			return one(n)
		}
	}
	if slices.Contains(p.opt.Tags, pc.name) {
		return one(&Other{At: pc.at, Width: pc.wide, Name: pc.name, Arg: strings.TrimSpace(pc.text)})
	}
	switch pc.name {
	case "elsif", "else", "endif", "endunless", "endcase", "when", "endfor", "endcomment":
		p.add(pc, diag.OpenBlock, "{% "+pc.name+" %} stands outside its block", "its opening tag is missing, or was closed before")
	case "":
		p.add(pc, diag.UnknownTag, "a tag needs a name", "for example {% if person.first-name %}")
	case "render", "layout":
		p.add(pc, diag.UnknownTag, "unknown tag "+strconv.Quote(pc.name), `shared parts are taken in with {% include "name" %}`)
	default:
		p.add(pc, diag.UnknownTag, "unknown tag "+strconv.Quote(pc.name), diag.Instead(pc.name, append(slices.Clone(tags), p.opt.Tags...)))
	}
	return nil
}

func (p *parser) closed(open piece, end *piece) {
	if end == nil {
		p.add(open, diag.OpenBlock, "{% "+open.name+" %} is not closed", "add {% end"+open.name+" %} where it ends")
	}
}

func (p *parser) parseIf(open piece, depth int) Node {
	n := &If{At: open.at}
	cur, cond, not := open, p.expr(open, (*exprParser).condition), open.name == "unless"
	for {
		if cond == nil && cur.name != "else" {
			cond = &Literal{At: cur.at, Value: false} // a stand-in: the mistake is reported
		}
		body, end := p.body(open.name, depth+1)
		n.Branches = append(n.Branches, Branch{At: cur.at, Cond: cond, Not: not, Body: body})
		if end == nil {
			p.closed(open, end)
			return n
		}
		if cur.name == "else" && (end.name == "else" || end.name == "elsif") {
			p.add(*end, diag.OpenBlock, "{% "+end.name+" %} stands after {% else %}", "else comes last, once")
		}
		cur, cond, not = *end, nil, false
		switch end.name {
		case "elsif":
			cond = p.expr(*end, (*exprParser).condition)
		case "else":
		default:
			return n
		}
	}
}

// parseCase turns a case into an if: each when compares, a list of values is an or.
func (p *parser) parseCase(open piece, depth int) Node {
	n := &If{At: open.at}
	subject := p.expr(open, (*exprParser).value)
	between, end := p.body("case", depth+1)
	for _, b := range between {
		if t, ok := b.(*Text); !ok || strings.TrimSpace(t.Text) != "" {
			p.found.Add(diag.OpenBlock.At(b.Place(), "%s", "nothing may stand between {% case %} and the first {% when %}").
				Try("move it before the case"))
		}
	}
	for end != nil && end.name != "endcase" {
		cur := *end
		var cond Expr
		if cur.name == "when" {
			cond = p.when(cur, subject)
		}
		var body []Node
		body, end = p.body("case", depth+1)
		n.Branches = append(n.Branches, Branch{At: cur.at, Cond: cond, Body: body})
		if cur.name == "else" && end != nil && end.name != "endcase" {
			p.add(*end, diag.OpenBlock, "{% "+end.name+" %} stands after {% else %}", "else comes last, once")
		}
	}
	p.closed(open, end)
	return n
}

func (p *parser) when(pc piece, subject Expr) Expr {
	stand := &Literal{At: pc.at, Value: false}
	ep := newExprParser(pc.text, pc.inner, p.found)
	var cond Expr
	for n := 0; ; n++ {
		v := ep.value()
		if v == nil || subject == nil || n > maxDepth {
			return stand
		}
		var is Expr = &Binary{At: v.Place(), Op: "==", L: subject, R: v}
		if cond != nil {
			is = &Binary{At: v.Place(), Op: "or", L: cond, R: is}
		}
		cond = is
		if !ep.sign(",") && !ep.word("or") {
			break
		}
		ep.next()
	}
	ep.end()
	if ep.failed {
		return stand
	}
	return cond
}

func (p *parser) parseFor(open piece, depth int) Node {
	n := &For{At: open.at, Limit: 1}
	ep := newExprParser(open.text, open.inner, p.found)
	name := ep.tok
	if name.kind != tokName {
		ep.fail(ep.tok.at, ep.tok.wide, diag.BadLiquid, "for needs a name, in and a list", "for example {% for item in entry.items limit: 5 %}")
	}
	n.Var = name.text
	ep.next()
	if !ep.failed && !ep.word("in") {
		ep.fail(ep.tok.at, ep.tok.wide, diag.BadLiquid, `"in" is missing after the name`, "for example {% for item in entry.items limit: 5 %}")
	}
	ep.next()
	if !ep.failed {
		n.In = ep.value()
	}
	limited := false
	for !ep.failed && ep.tok.kind == tokName {
		word := ep.tok
		ep.next()
		switch word.text {
		case "reversed":
			n.Reversed = true
		case "limit":
			if !ep.sign(":") {
				ep.fail(ep.tok.at, ep.tok.wide, diag.BadLiquid, "limit needs a colon and a number", "for example limit: 5")
				break
			}
			ep.next()
			v, err := strconv.Atoi(ep.tok.text)
			if ep.tok.kind != tokNumber || err != nil || v < 1 || v > MaxLoop {
				ep.fail(ep.tok.at, ep.tok.wide, diag.LoopTooDeep, "the limit of a loop is a number from 1 to "+strconv.Itoa(MaxLoop), "a mail is read by a person: show the first few")
				break
			}
			n.Limit, limited = v, true
			ep.next()
		default:
			ep.fail(word.at, word.wide, diag.BadLiquid, "for does not know "+strconv.Quote(word.text), "it knows limit and reversed")
		}
	}
	ep.end()
	if !ep.failed && !limited {
		p.add(open, diag.LoopTooDeep, "the loop does not say how many items it shows at most", "add a limit: {% for item in entry.items limit: 5 %}")
	}
	if ep.failed || n.In == nil {
		n.In = &Literal{At: open.at}
	}
	if p.inLoops++; p.inLoops > 2 {
		p.add(open, diag.LoopTooDeep, "loops are nested too deep", "one loop inside another is the most that a mail may have")
	}
	var end *piece
	n.Body, end = p.body("for", depth+1)
	p.inLoops--
	p.closed(open, end)
	return n
}

// include reads a shared part in place of its tag. Its nodes keep their own
// file and line.
func (p *parser) include(pc piece, depth int) []Node {
	name := strings.Trim(strings.TrimSpace(pc.text), `"'`)
	if p.opt.Include == nil {
		p.add(pc, diag.NoSharedPart, "include cannot be used here", "")
		return nil
	}
	if slices.Contains(p.parts, name) {
		p.add(pc, diag.SharedLoop, "the part "+strconv.Quote(name)+" includes itself", "by way of "+strings.Join(append(slices.Clone(p.parts), name), " > "))
		return nil
	}
	src, ok := p.opt.Include(name)
	if !ok {
		p.add(pc, diag.NoSharedPart, "there is no shared part called "+strconv.Quote(name), diag.Instead(name, p.opt.Parts))
		return nil
	}
	if *p.taken++; *p.taken > maxParts {
		p.add(pc, diag.SharedLoop, "the mail takes in too many shared parts", "")
		return nil
	}
	inner := &parser{opt: p.opt, found: p.found, taken: p.taken, parts: append(slices.Clone(p.parts), name), inLoops: p.inLoops}
	inner.pieces = inner.scan(src)
	nodes, _ := inner.body("", depth+1)
	return nodes
}
