package liquid

import (
	"math"
	"net/url"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// filterRule says what a filter takes and gives, for the check.
type filterRule struct {
	min, max int
	in       []Type // empty: any that can be shown
	args     []Type // of each argument; shorter than max repeats the last
	out      Type
}

var filterRules = map[string]filterRule{
	"append":     {min: 1, max: 1, args: []Type{TextType, NumberType}, out: TextType},
	"capitalize": {out: TextType},
	"date":       {max: 1, in: []Type{DateType}, args: []Type{TextType}, out: TextType},
	"default":    {min: 1, max: 1, in: []Type{AnyType}, args: []Type{AnyType}, out: AnyType},
	"downcase":   {out: TextType},
	"first":      {in: []Type{ListType}, out: AnyType},
	"join":       {max: 1, in: []Type{ListType}, args: []Type{TextType}, out: TextType},
	"last":       {in: []Type{ListType}, out: AnyType},
	"money":      {max: 1, in: []Type{NumberType, MoneyType}, args: []Type{TextType}, out: TextType},
	"number":     {max: 1, in: []Type{NumberType}, args: []Type{NumberType}, out: TextType},
	"percent":    {max: 1, in: []Type{NumberType}, args: []Type{NumberType}, out: TextType},
	"plural":     {min: 2, max: 2, in: []Type{NumberType}, args: []Type{TextType}, out: TextType},
	"prepend":    {min: 1, max: 1, args: []Type{TextType, NumberType}, out: TextType},
	"raw":        {in: []Type{HTMLType}, out: HTMLType},
	"replace":    {min: 2, max: 2, args: []Type{TextType}, out: TextType},
	"round":      {max: 1, in: []Type{NumberType}, args: []Type{NumberType}, out: NumberType},
	"size":       {in: []Type{ListType, TextType}, out: NumberType},
	"strip":      {out: TextType},
	"time":       {in: []Type{DateType}, out: TextType},
	"truncate":   {min: 1, max: 2, args: []Type{NumberType, TextType}, out: TextType},
	"upcase":     {out: TextType},
	"url_encode": {out: TextType},
}

// Filters returns the names of all filters, sorted.
func Filters() []string {
	var out []string
	for name := range filterRules {
		out = append(out, name)
	}
	slices.Sort(out)
	return out
}

// filter applies one filter. What is missing stays missing until a default.
func (r *renderer) filter(f *Filter, x any, args []any) (any, error) {
	bad := func(why string) error {
		return &Error{Code: BadValue, What: f.Name + ": " + why, At: f.At.String()}
	}
	rule, known := filterRules[f.Name]
	if !known || len(args) < rule.min || len(args) > rule.max {
		return nil, bad("no such filter or not so many arguments")
	}
	if f.Name == "default" {
		if isEmpty(x) {
			return args[0], nil
		}
		return x, nil
	}
	for _, v := range append([]any{x}, args...) {
		if _, ok := v.(nothing); ok {
			return v, nil
		}
	}
	if x == nil {
		return nothing{Show(f.X)}, nil
	}
	switch f.Name {
	case "first", "last", "join":
		list, ok := x.([]any)
		if !ok {
			return nil, bad("not a list")
		}
		return listFilter(f.Name, list, args, bad)
	case "size":
		if list, ok := x.([]any); ok {
			return float64(len(list)), nil
		}
	case "money":
		return r.money(x, args, bad)
	case "date", "time":
		t, ok := moment(x, r.env.Zone)
		if !ok {
			return nil, bad("not a date")
		}
		if f.Name == "time" {
			return t.Format("15:04"), nil
		}
		s, ok := localeOf(r.env.Lang).date(t, textArg(args, 0, "long"))
		if !ok {
			return nil, bad("unknown form")
		}
		return s, nil
	case "number", "percent", "plural", "round":
		n, ok := number(x)
		if !ok {
			return nil, bad("not a number")
		}
		return r.numberFilter(f.Name, n, args, bad)
	}
	s, ok := printed(x)
	if !ok {
		return nil, bad("not a text")
	}
	for _, a := range args {
		if _, ok := printed(a); !ok {
			return nil, bad("an argument is not a text")
		}
	}
	return textFilter(f.Name, s, args, bad)
}

func isEmpty(v any) bool {
	switch v := v.(type) {
	case nil, nothing:
		return true
	case bool:
		return !v
	case string:
		return v == ""
	case []any:
		return len(v) == 0
	case map[string]any:
		return len(v) == 0
	}
	return false
}

func textArg(args []any, i int, otherwise string) string {
	if i >= len(args) {
		return otherwise
	}
	s, _ := printed(args[i])
	return s
}

func listFilter(name string, list []any, args []any, bad func(string) error) (any, error) {
	if name == "join" {
		var parts []string
		for _, item := range list {
			s, ok := printed(item)
			if !ok {
				return nil, bad("an item is not a text")
			}
			parts = append(parts, s)
		}
		return strings.Join(parts, textArg(args, 0, " ")), nil
	}
	if len(list) == 0 {
		return nothing{name}, nil
	}
	if name == "first" {
		return list[0], nil
	}
	return list[len(list)-1], nil
}

// maxDigits bounds what authors ask for behind the decimal point.
const maxDigits = 6

func (r *renderer) numberFilter(name string, n float64, args []any, bad func(string) error) (any, error) {
	if name == "plural" {
		if n == 1 {
			return textArg(args, 0, ""), nil
		}
		return textArg(args, 1, ""), nil
	}
	digits := -1
	if len(args) > 0 {
		d, ok := number(args[0])
		if !ok || d < 0 || d > maxDigits || d != math.Trunc(d) {
			return nil, bad("digits are a whole number from 0 to 6")
		}
		digits = int(d)
	}
	switch name {
	case "round":
		scale := math.Pow(10, float64(max(digits, 0)))
		return math.Round(n*scale) / scale, nil
	case "percent":
		return localeOf(r.env.Lang).percent(n, max(digits, 0)), nil
	}
	return localeOf(r.env.Lang).number(n, digits), nil
}

// money writes an amount. It is a number with a currency as argument, or a group
// with amount and currency; amounts are in whole units (12.5 is 12.50 EUR).
func (r *renderer) money(x any, args []any, bad func(string) error) (any, error) {
	currency := textArg(args, 0, "")
	if m, ok := x.(map[string]any); ok {
		if c, ok := m["currency"].(string); ok && currency == "" {
			currency = c
		}
		x = m["amount"]
	}
	n, ok := number(x)
	if !ok {
		return nil, bad("not an amount")
	}
	if !isCurrency(currency) {
		return nil, bad("a currency has three capital letters")
	}
	return localeOf(r.env.Lang).money(n, currency), nil
}

func isCurrency(s string) bool {
	return len(s) == 3 && !strings.ContainsFunc(s, func(r rune) bool { return r < 'A' || r > 'Z' })
}

func textFilter(name, s string, args []any, bad func(string) error) (any, error) {
	switch name {
	case "append":
		return s + textArg(args, 0, ""), nil
	case "prepend":
		return textArg(args, 0, "") + s, nil
	case "capitalize":
		r, n := utf8.DecodeRuneInString(s)
		if n == 0 {
			return s, nil
		}
		return string(unicode.ToUpper(r)) + s[n:], nil
	case "downcase":
		return strings.ToLower(s), nil
	case "upcase":
		return strings.ToUpper(s), nil
	case "strip":
		return strings.TrimSpace(s), nil
	case "replace":
		return strings.ReplaceAll(s, textArg(args, 0, ""), textArg(args, 1, "")), nil
	case "raw":
		return s, nil
	case "size":
		return float64(utf8.RuneCountInString(s)), nil
	case "url_encode":
		return url.QueryEscape(s), nil
	case "truncate":
		n, ok := number(args[0])
		if !ok || n < 0 {
			return nil, bad("the length is not a number")
		}
		return truncate(s, int(min(n, MaxOutput)), textArg(args, 1, "...")), nil
	}
	return nil, bad("no such filter")
}

// truncate cuts s to n runes, the ellipsis counted, as Liquid does.
func truncate(s string, n int, ellipsis string) string {
	runes := []rune(s)
	if len(runes) <= n {
		return s
	}
	keep := max(n-utf8.RuneCountInString(ellipsis), 0)
	return string(runes[:keep]) + ellipsis
}
