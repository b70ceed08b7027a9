package liquid

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/senda-dev/senda/internal/diag"
)

func (c *Checker) filter(f *Filter) Field {
	x := c.expr(f.X)
	args := make([]Field, len(f.Args))
	for i, a := range f.Args {
		args[i] = c.expr(a)
	}
	wide := len([]rune(f.Name))
	rule, ok := filterRules[f.Name]
	if !ok {
		c.add(f.At, wide, diag.UnknownFilter, "unknown filter "+strconv.Quote(f.Name), diag.Instead(f.Name, Filters()))
		return Field{Type: AnyType}
	}
	out := Field{Type: rule.out, Maybe: x.Maybe, Personal: x.Personal}
	if len(args) < rule.min || len(args) > rule.max {
		c.add(f.At, wide, diag.FilterMisfit, fmt.Sprintf("%s takes %s, not %d", f.Name, count(rule.min, rule.max), len(args)), "")
		return out
	}
	for _, a := range args {
		out.Maybe = out.Maybe || a.Maybe
		out.Personal = out.Personal || a.Personal
	}
	switch f.Name {
	case "default":
		out.Type, out.Maybe = x.Type, args[0].Maybe
		if x.Type != AnyType && !comparable(x.Type, args[0].Type) && x.Type != DateType {
			c.add(f.At, wide, diag.FilterMisfit, fmt.Sprintf("%s is %s, its default is %s", Show(f.X), x.Type.words(), args[0].Type.words()), "both must be shown the same way: put the default after the other filters")
		}
		return out
	case "raw":
		if x.Type != HTMLType || !c.HTML {
			c.add(f.At, wide, diag.RawText, "raw would let the value write its own HTML", "leave it out: values are escaped; only values declared as HTML by the house may be raw")
			return Field{Type: AnyType}
		}
		return out
	case "first", "last":
		out.Type = AnyType
		if x.Items != nil {
			out = *x.Items
		}
		out.Maybe = true // the list may be empty
		return out
	}
	if !fits(x.Type, rule.in) {
		c.add(f.At, wide, diag.FilterMisfit, fmt.Sprintf("%s cannot be used on %s: it is %s", f.Name, Show(f.X), x.Type.words()), "")
	}
	for i, a := range args {
		want := rule.args[min(i, len(rule.args)-1)]
		fit := a.Type == AnyType || a.Type == want || want == TextType && (a.Type == URLType || len(rule.args) > 1 && slices.Contains(rule.args, a.Type))
		if !fit {
			c.add(f.Args[i].Place(), width(f.Args[i]), diag.FilterMisfit, fmt.Sprintf("%s wants %s here, not %s", f.Name, want.words(), a.Type.words()), "")
		}
	}
	c.special(f, x, wide)
	return out
}

// special looks at what only single filters ask for.
func (c *Checker) special(f *Filter, x Field, wide int) {
	literal := func(i int) (string, bool) {
		if i >= len(f.Args) {
			return "", false
		}
		l, ok := f.Args[i].(*Literal)
		if !ok {
			return "", false
		}
		s, ok := l.Value.(string)
		return s, ok
	}
	switch f.Name {
	case "date":
		if form, ok := literal(0); ok && !slices.Contains(dateForms, form) {
			c.add(f.Args[0].Place(), len([]rune(form))+2, diag.FilterMisfit, "date does not know the form "+strconv.Quote(form), "it knows "+strings.Join(dateForms, ", "))
		}
	case "money":
		if x.Type == NumberType && len(f.Args) == 0 {
			c.add(f.At, wide, diag.FilterMisfit, "money does not know the currency of "+Show(f.X), `say it: {{ `+Show(f.X)+` | money: "EUR" }}`)
		}
		if currency, ok := literal(0); ok && !isCurrency(currency) {
			c.add(f.Args[0].Place(), len([]rune(currency))+2, diag.FilterMisfit, "a currency has three capital letters, not "+strconv.Quote(currency), `for example "EUR"`)
		}
	}
	switch f.Name {
	case "date", "money", "number", "percent":
		if c.Lang != "" && !KnowsLanguage(c.Lang) {
			c.Found.Add(diag.FilterLanguage.At(f.At.Wide(wide), "%s", f.Name+" does not know the language "+strconv.Quote(c.Lang)+" and writes English").
				Try("%s", "known: "+strings.Join(slices.Sorted(maps.Keys(locales)), ", ")).Soft())
		}
	}
}

func fits(t Type, in []Type) bool {
	switch {
	case t == AnyType || slices.Contains(in, AnyType):
		return true
	case len(in) == 0:
		return t == TextType || t == NumberType || t == URLType
	case t == URLType && slices.Contains(in, TextType):
		return true
	}
	return slices.Contains(in, t)
}

func count(low, high int) string {
	switch {
	case high == 0:
		return "no argument"
	case high == 1 && low == 1:
		return "one argument"
	case low == high:
		return fmt.Sprintf("%d arguments", low)
	case low == 0:
		return fmt.Sprintf("at most %d argument", high)
	}
	return fmt.Sprintf("%d to %d arguments", low, high)
}
