package oracle

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"

	"github.com/senda-dev/senda/internal/jsonata"
)

// Generator makes expressions that mostly mean something: it knows the input
// and the kind of value that is wanted at each place, and now and then ignores
// both.
type Generator struct {
	rnd  *rand.Rand
	vars []variable // in scope, the innermost last
	// Data is the input that the paths of the next expression go into.
	Data jsonata.Value
}

type variable struct {
	name string
	kind kind
}

type kind int

const (
	number kind = iota
	text
	truth
	list    // of numbers
	texts   // a list of strings
	objects // a list of objects
	object
	anything
	kinds
)

// NewGenerator returns the generator of a seed.
func NewGenerator(seed uint64) *Generator {
	g := &Generator{rnd: rand.New(rand.NewPCG(seed, 1))}
	g.Data = jsonata.Null
	return g
}

// Next makes the next question.
func (g *Generator) Next() Question {
	text := documents[g.rnd.IntN(len(documents))]
	v, err := jsonata.ParseJSON([]byte(text))
	if err != nil {
		panic(err) // a mistake among the documents
	}
	g.Data, g.vars = v, nil
	return Question{Expr: g.expr(kind(g.rnd.IntN(int(kinds))), 3), Data: []byte(text)}
}

// documents are the inputs: shallow and deep, with single values beside lists,
// nulls, empty containers, missing fields and arrays in arrays.
var documents = []string{
	`{"a":1,"b":[1,2,3],"c":"hello world","d":{"e":2.5,"f":"Ünïcödé ß","g":[{"h":1,"i":"x"},{"h":2,"i":"y"},{"i":"z"}]},"n":null,"t":true,"u":false,"z":[],"o":{}}`,
	`{"order":{"id":"O-17","total":30.25,"items":[{"sku":"A","price":12,"qty":2,"tags":["new","sale"]},{"sku":"B","price":3.5,"qty":1,"tags":[]},{"sku":"C","price":99,"qty":3,"tags":"solo"}]},"customer":{"name":"Ana María","age":41,"zip":"28001","vip":true},"dates":["2026-01-31T10:15:30.000Z","2025-12-24T00:00:00.000Z"]}`,
	`[{"h":3,"i":"c","k":[1]},{"h":1,"i":"a","k":[2,3]},{"h":2,"i":"b"},{"h":1,"i":"d","k":[[4],[5,6]]}]`,
	`{"m":[[1,2],[3],[]],"p":[{"q":[{"r":1},{"r":2}]},{"q":{"r":3}},{"q":[]}],"s":["b","a","c","a"],"w":{"x y":{"v":7},"k-1":8},"x":0,"e":"","neg":-4.75,"big":1234567.891}`,
	`{"users":[{"id":1,"name":"zoe","mail":"zoe@example.com","score":0.5,"tags":["a","b"]},{"id":2,"name":"ian","mail":null,"score":-1},{"id":3,"name":"Ida","score":12.75,"tags":["b"]}],"limits":{"low":1,"high":10},"msg":"The quick  brown\tfox","list":[5,3,8,1,3]}`,
	`5`,
	`"abc"`,
}

func (g *Generator) chance(percent int) bool { return g.rnd.IntN(100) < percent }

func pick[T any](g *Generator, list []T) T { return list[g.rnd.IntN(len(list))] }

// oneOf takes one of the makers of an expression.
func (g *Generator) oneOf(makers ...func() string) string { return pick(g, makers)() }

// expr makes an expression that should yield a value of kind k.
func (g *Generator) expr(k kind, depth int) string {
	if g.chance(4) {
		k = kind(g.rnd.IntN(int(kinds))) // something else than is wanted
	}
	if depth <= 0 {
		return g.leaf(k)
	}
	if g.chance(12) {
		return g.wrapped(k, depth-1)
	}
	if g.chance(15) {
		return g.leaf(k)
	}
	switch k {
	case number:
		return g.number(depth - 1)
	case text:
		return g.text(depth - 1)
	case truth:
		return g.truth(depth - 1)
	case list:
		return g.list(depth - 1)
	case texts:
		return g.texts(depth - 1)
	case objects:
		return g.objects(depth - 1)
	case object:
		return g.object(depth - 1)
	default:
		return g.anything(depth - 1)
	}
}

// leaf is a literal, a variable or a path into the input.
func (g *Generator) leaf(k kind) string {
	if g.chance(20) {
		for _, i := range g.rnd.Perm(len(g.vars)) {
			if g.vars[i].kind == k || k == anything {
				return "$" + g.vars[i].name
			}
		}
	}
	if g.chance(45) {
		if p := g.path(k); p != "" {
			return p
		}
	}
	switch k {
	case number:
		return pick(g, []string{"0", "1", "2", "3", "-1", "7", "10", "2.5", "0.1", "100", "-3.75", "1e3", "12345.678", "1e-7", "1e21", strconv.Itoa(g.rnd.IntN(200))})
	case text:
		return pick(g, []string{`"a"`, `"abc"`, `""`, `"Hello World"`, `"x,y,,z"`, `"naïve 😀 text"`, `" pad  me "`, `'single'`, `"12"`, `"3.5"`, `"a1b22c"`, `"\u00e9\n\"q\""`})
	case truth:
		return pick(g, []string{"true", "false"})
	case list:
		return pick(g, []string{"[1,2,3]", "[]", "[4]", "[3,1,2,3]", "[1..4]", "[0.5,-2]", "[10,9..11]"})
	case texts:
		return pick(g, []string{`["a","b"]`, `["z"]`, `["b","a","b"]`, `["x","Y","z"]`})
	case objects:
		return pick(g, []string{`[{"h":1},{"h":2}]`, `[{"h":2,"i":"x"},{"h":1,"i":"y"},{"h":2,"i":"z"}]`, `[{"i":"q"}]`})
	case object:
		return pick(g, []string{`{"h":1,"i":"x"}`, `{}`, `{"a":{"b":2},"c":[1,2]}`})
	default:
		return pick(g, []string{"null", "$", "$$", "true", "1", `"s"`, "[]", "{}", "[[1],[2,3]]", "nothing", "a", "b", "**.h", "*"})
	}
}

// path walks into the input, at random, towards a value of kind k.
func (g *Generator) path(k kind) string {
	for range 6 {
		v := g.Data
		var steps []string
		for range 1 + g.rnd.IntN(4) {
			for v.Kind() == jsonata.KindArray && v.Len() > 0 {
				v = v.At(g.rnd.IntN(v.Len()))
			}
			if v.Kind() != jsonata.KindObject || v.Len() == 0 {
				break
			}
			var names []string
			for name := range v.Members() {
				names = append(names, name)
			}
			name := pick(g, names)
			v = v.Get(name)
			if strings.ContainsAny(name, " -") {
				name = "`" + name + "`"
			}
			steps = append(steps, name)
		}
		if len(steps) > 0 && kindOf(v, k) {
			p := strings.Join(steps, ".")
			switch {
			case g.chance(8):
				p = "$." + p
			case g.chance(9):
				p = "$$." + p
			case g.chance(6):
				p += "[" + pick(g, []string{"0", "-1", "1", "", "true"}) + "]"
			case g.chance(3) && len(steps) > 1:
				p = strings.Replace(p, ".", pick(g, []string{".*.", ".**.", "[0].", "[-1].", "[]."}), 1)
			}
			return p
		}
	}
	return ""
}

func kindOf(v jsonata.Value, k kind) bool {
	switch k {
	case number:
		return v.Kind() == jsonata.KindNumber
	case text:
		return v.Kind() == jsonata.KindString
	case truth:
		return v.Kind() == jsonata.KindBool
	case list:
		return v.Kind() == jsonata.KindArray && v.At(0).Kind() == jsonata.KindNumber
	case texts:
		return v.Kind() == jsonata.KindArray && v.At(0).Kind() == jsonata.KindString
	case objects:
		return v.Kind() == jsonata.KindArray && v.At(0).Kind() == jsonata.KindObject
	case object:
		return v.Kind() == jsonata.KindObject
	default:
	}
	return true
}

// wrapped is a form that any kind of value may come in.
func (g *Generator) wrapped(k kind, depth int) string {
	return g.oneOf(
		func() string { return "(" + g.expr(k, depth) + ")" },
		func() string {
			return fmt.Sprintf("(%s ? %s : %s)", g.expr(truth, depth), g.expr(k, depth), g.expr(k, depth))
		},
		func() string { return fmt.Sprintf("(%s ? %s)", g.expr(truth, depth), g.expr(k, depth)) },
		func() string {
			bound := kind(g.rnd.IntN(int(anything)))
			value := g.expr(bound, depth)
			return g.with(bound, func(name string) string {
				return fmt.Sprintf("($%s := %s; %s)", name, value, g.expr(k, depth))
			})
		},
		func() string {
			arg := kind(g.rnd.IntN(int(anything)))
			value := g.expr(arg, depth)
			return g.with(arg, func(name string) string {
				return fmt.Sprintf("(function($%s){%s})(%s)", name, g.expr(k, depth), value)
			})
		},
		func() string {
			value := g.expr(k, depth)
			return fmt.Sprintf("%s[%s]", bracketed(value), pick(g, []string{"0", "-1", "1", "true", "$exists($)"}))
		},
		func() string { return bracketed(g.expr(k, depth)) + "[]" },
		func() string { return fmt.Sprintf("%s ~> $lookup(%q)", `{"k": `+g.expr(k, depth)+`}`, "k") },
		func() string { return fmt.Sprintf("$lookup(%s, %q)", `{"k": `+g.expr(k, depth)+`}`, "k") },
		func() string { return fmt.Sprintf("{%q: %s}.v", "v", g.expr(k, depth)) },
		func() string { return fmt.Sprintf("$single([%s], function($v){true})", g.expr(k, depth)) },
		func() string { return fmt.Sprintf("[%s, %s][%d]", g.expr(k, depth), g.expr(k, depth), g.rnd.IntN(3)-1) },
	)
}

func bracketed(s string) string {
	if strings.ContainsAny(s, " ?:~&=<>+*/%-") {
		return "(" + s + ")"
	}
	return s
}

// with makes an expression in which one more variable is in scope.
func (g *Generator) with(k kind, inside func(name string) string) string {
	name := "v" + strconv.Itoa(len(g.vars))
	g.vars = append(g.vars, variable{name, k})
	s := inside(name)
	g.vars = g.vars[:len(g.vars)-1]
	return s
}

// lambda is a function of one argument of kind arg.
func (g *Generator) lambda(arg, result kind, depth int) string {
	return g.with(arg, func(name string) string {
		more := pick(g, []string{"", "", "", ", $i", ", $i, $all"})
		return fmt.Sprintf("function($%s%s){%s}", name, more, g.expr(result, depth))
	})
}
