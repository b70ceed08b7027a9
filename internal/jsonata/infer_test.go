package jsonata

import (
	"fmt"
	"strings"
	"testing"
)

// journeyScope is what a condition of a journey sees.
func journeyScope(t testing.TB) *Scope {
	t.Helper()
	event, err := TypeOfSchema([]byte(`{
		"type": "object", "required": ["order", "channel"], "additionalProperties": false,
		"properties": {
			"channel": {"enum": ["web", "shop"]},
			"at": {"type": "string", "format": "date-time"},
			"order": {"$ref": "#/definitions/order"}},
		"definitions": {"order": {
			"type": "object", "required": ["total", "items"],
			"properties": {
				"total": {"type": "number"}, "coupon": {"type": ["string", "null"]}, "gift": {"type": "boolean"},
				"items": {"type": "array", "items": {"type": "object", "additionalProperties": false, "required": ["sku", "price"],
					"properties": {"sku": {"type": "string"}, "price": {"type": "number"}, "tags": {"type": "array", "items": {"type": "string"}}}}}}}}}`))
	if err != nil {
		t.Fatal(err)
	}
	return &Scope{
		Input: ObjectOf(
			Field{"event", event},
			Field{"score", ObjectOf(Field{"alive", NumberType}, Field{"purchases", NumberType})},
			Field{"person", ObjectOf(Field{"tier", Optional(OneOf(String("gold"), String("silver")))}, Field{"last-brand", Optional(StringType)})},
			Field{"come-back", ObjectOf(Field{"clicked", BoolType}, Field{"reason", Optional(StringType)})},
		),
		Functions: map[string]string{"known": "<x:b>"},
		Condition: true,
	}
}

func describe(src string, t Type, findings []Finding) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n", t)
	for _, f := range findings {
		fmt.Fprintf(&b, "%s %s `%s`: %s", [...]string{"fault", "doubt", "note"}[f.Severity], f.Code, src[f.Pos:f.End], f.Message)
		if f.Help != "" {
			fmt.Fprintf(&b, " | %s", f.Help)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func TestInferConditions(t *testing.T) {
	for _, c := range []struct{ src, want string }{
		{`score.alive < 0.4 and event.order.total > 20`, "yes or no\n"},
		{`come-back.clicked`, "yes or no\n"},
		{`known(person.tier) and person.tier = "gold"`, "yes or no\n"},
		{`event.order.gift`, "yes or no or missing\n"},
		{`$not(person.last-brand = "pantry")`, "yes or no\n"},
		{`$count(event.order.items[price > 10]) > 2`, "yes or no\n"},
		{`$sum(event.order.items.price) / $count(event.order.items) > 5`, "yes or no or missing\n"},
		{`"sale" in event.order.items.tags`, "yes or no\n"},
		{`$exists(event.order.items[sku = "A"])`, "yes or no\n"},
		{`($t := event.order.total; $t > 5)`, "yes or no\n"},
		{`$filter(event.order.items, function($i) { $i.price > 3 })[0].price > 4`, "yes or no or missing\n"},
		{`$map(event.order.items, function($i) { $i.price > 3 })[0]`, "yes or no or missing\n"},
		{`($f := function($n) { $n < 1 ? 0 : $f($n - 1) }; $f(3) = 0)`, "yes or no\n"},

		{`score.alivee < 0.4`, "unknown\n" +
			"fault unknown-field `alivee`: there is no \"alivee\" here | did you mean alive?\n" +
			"note type-not-known"},
		{`scroe.alive < 0.4`, "unknown-field `scroe`: there is no \"scroe\" here | did you mean score?"},
		{`event.order.totl > 3`, "doubt unknown-field `totl`: \"totl\" is not among the declared fields | did you mean total?"},
		{`event.order.items.prize > 3`, "fault unknown-field `prize`: there is no \"prize\" here | did you mean price?"},
		{`person.tier = gold`, "fault unknown-field `gold`: there is no \"gold\" here | there is event, score, person and come-back"},
		{`person.tier = "gild"`, "fault never-holds `person.tier = \"gild\"`: \"gold\" or \"silver\" is never \"gild\" | did you mean \"gold\"?"},
		{`event.channel != "app"`, "fault always-holds `event.channel != \"app\"`: \"web\" or \"shop\" is never \"app\""},
		{`person.tier != "gold"`, "doubt may-be-missing `person.tier != \"gold\"`: a side of != may be missing, and then the answer is no | for yes in that case write $not(person.tier = \"gold\")"},
		{`event.order.total > "20"`, "fault wrong-operand `event.order.total > \"20\"`: > compares a number with \"20\" | without quotes it is a number: 20"},
		{`event.order.total = "20"`, "fault never-holds `event.order.total = \"20\"`: a number is never \"20\" | without quotes it is a number: 20"},
		{`come-back.clicked > 1`, "fault wrong-operand `come-back.clicked`: > needs a number or text, but this is yes or no"},
		{`event.channel + 1 > 2`, "fault wrong-operand `event.channel`: + needs a number, but this is \"web\" or \"shop\""},
		{`score.alive`, "fault not-yes-or-no `score.alive`: a condition must be yes or no, but this is a number | compare it with something, or ask whether it is there"},
		{`come-back.clicked ? "a" : true`, "doubt not-yes-or-no"},
		{`event.order.shipping`, "unknown\nnote type-not-known `event.order.shipping`: whether this is yes or no cannot be known before it runs; anything but true counts as no\n"},
		{`score.alive.x = 1`, "fault no-fields `x`: a number has no field \"x\", nor any other"},
		{`$cuont(event.order.items) > 1`, "fault unknown-function `$cuont`: there is no function $cuont | did you mean $count?"},
		{`count(event.order.items) > 1`, "fault unknown-function `count`: there is no function count | did you mean $count?"},
		{`knwon(person.tier)`, "fault unknown-function `knwon`: there is no function knwon | did you mean known?"},
		{`$substring(event.channel) = "w"`, "fault wrong-argument"},
		{`$count(1, 2) = 1`, "fault wrong-count `$count(1, 2)`: $count takes 1 argument, not 2"},
		{`$sum(event.order.items.sku) > 1`, "fault wrong-argument `event.order.items.sku`: argument 1 of $sum must be a list of numbers, but this is text, a list of (text) or missing"},
		{`$length(event.order.total) > 1`, "fault wrong-argument `event.order.total`: argument 1 of $length must be text, but this is a number"},
		{`$nope > 1`, "fault unknown-variable `$nope`: there is no variable $nope"},
		{`$eval("1") = 1`, "fault not-in-step-functions `$eval`: $eval does not exist in Step Functions | $parse reads JSON"},
		{`event.order.total in ["a", "b"]`, "fault never-holds `event.order.total in [\"a\", \"b\"]`: a number is never among \"a\" or \"b\""},
		{`$map(event.order.items, function($i) { $i.prise })[0] = 1`, "fault unknown-field `prise`: there is no \"prise\" here | did you mean price?"},
		{`event.channel ~> $uppercase() ~> $legnth() > 1`, "fault unknown-function `$legnth`"},
		{`score.alive(1)`, "fault not-a-function `alive`: \"alive\" is called, but it is a number"},
	} {
		tree, err := Parse(c.src, Options{Names: true})
		if err != nil {
			t.Errorf("%s: %v", c.src, err)
			continue
		}
		typ, findings := Infer(tree, journeyScope(t))
		got := describe(c.src, typ, findings)
		exact := strings.Count(c.want, "\n") == 1 && strings.HasSuffix(c.want, "\n") || strings.HasPrefix(c.want, "unknown\nnote")
		if exact && got != c.want || !exact && !strings.Contains(got, strings.Split(c.want, "\n")[max(0, strings.Count(c.want, "\n")-1)]) {
			t.Errorf("%s\n%s\nwant %s", c.src, got, c.want)
		}
	}
}

func TestInferTypes(t *testing.T) {
	scope := journeyScope(t)
	scope.Condition = false
	scope.Vars = map[string]Type{"n": NumberType, "list": ListOf(StringType)}
	for _, c := range []struct{ src, want string }{
		{`event.order.items.price`, "a number, a list of (a number) or missing"},
		{`event.order.items[0].price`, "a number or missing"},
		{`event.order.items.price[]`, "a list of (a number) or missing"},
		{`event.order.items.tags`, "text, a list of (text) or missing"},
		{`event.order.coupon`, "null, text or missing"},
		{`$n + 1`, "a number"},
		{`$n & ""`, "text"},
		{`$list[0]`, "text or missing"},
		{`[1, "a"]`, "a list of (1 or \"a\")"},
		{`$n > 1 ? "a" : "b"`, "\"a\" or \"b\""},
		{`$n > 1 ? $n`, "a number or missing"},
		{`$max(event.order.items.price)`, "a number or missing"},
		{`$split("a,b", ",")`, "a list of (text)"},
		{`$exists(event.at)`, "yes or no"},
		{`$now()`, "text"},
		{`-$n`, "a number"},
		{`$sort($list)`, "a list of (text)"},
		{`{"a": $n}.a`, "a number"},
		{`$map($list, $length)`, "unknown"},
		{`$map($list, function($s) { $length($s) })`, "a number, a list of (a number) or missing"},
		{`event.**`, "unknown"},
		{`$range(1, 2, 3)`, "a list of (a number)"},
	} {
		tree, err := Parse(c.src, Options{Names: true})
		if err != nil {
			t.Errorf("%s: %v", c.src, err)
			continue
		}
		typ, findings := Infer(tree, scope)
		if typ.String() != c.want {
			t.Errorf("%s is %s, want %s", c.src, typ, c.want)
		}
		for _, f := range findings {
			if f.Severity != Note {
				t.Errorf("%s: unexpected %s", c.src, describe(c.src, typ, findings))
			}
		}
	}
}

func TestTypeOfSchema(t *testing.T) {
	for _, c := range []struct{ schema, want string }{
		{`{"type": "integer"}`, "a number"},
		{`{"type": ["string", "null"]}`, "null or text"},
		{`{"const": "x"}`, `"x"`},
		{`{"anyOf": [{"type": "string"}, {"type": "number"}]}`, "a number or text"},
		{`{"oneOf": [{"const": 1}, {"const": 2}]}`, "1 or 2"},
		{`{"type": "string", "nullable": true}`, "null or text"},
		{`{"items": {"type": "boolean"}}`, "a list of (yes or no)"},
		{`{"type": "array", "prefixItems": [{"type": "string"}, {"type": "number"}]}`, "a list of (a number or text)"},
		{`{"$ref": "#/$defs/a~1b", "$defs": {"a/b": {"type": "string"}}}`, "text"},
		{`{"$ref": "#"}`, "unknown"},
		{`{"$ref": "other.json"}`, "unknown"},
		{`{}`, "unknown"},
		{`true`, "unknown"},
		{`{"allOf": [{"type": "object", "properties": {"a": {"type": "string"}}}, {"required": ["b"], "properties": {"b": {"type": "number"}}}]}`, "an object"},
	} {
		typ, err := TypeOfSchema([]byte(c.schema))
		if err != nil || typ.String() != c.want {
			t.Errorf("%s is %v, %v; want %s", c.schema, typ, err, c.want)
		}
	}
	both, _ := TypeOfSchema([]byte(`{"allOf": [{"type": "object", "properties": {"a": {"type": "string"}}}, {"required": ["b"], "properties": {"b": {"type": "number"}}}]}`))
	a, hasA := both.Field("a")
	b, hasB := both.Field("b")
	if !hasA || !hasB || a.String() != "text or missing" || b.String() != "a number" {
		t.Errorf("allOf gives a: %v, b: %v", a, b)
	}
	for _, bad := range []string{`[`, `[]`, `1`} {
		if _, err := TypeOfSchema([]byte(bad)); err == nil {
			t.Errorf("%s is taken for a schema", bad)
		}
	}
}

// Whatever a type says, the values that evaluation yields are of it.
func TestInferredTypesHold(t *testing.T) {
	input := mustJSON(t, []byte(`{"event": {"channel": "web", "order": {"total": 30, "gift": true, "coupon": null,
		"items": [{"sku": "A", "price": 12, "tags": ["x", "y"]}, {"sku": "B", "price": 3}]}},
		"score": {"alive": 0.3, "purchases": 2}, "person": {"tier": "gold"}, "come-back": {"clicked": true}}`))
	scope := journeyScope(t)
	scope.Condition = false
	for _, src := range []string{
		`event.order.items.price`, `event.order.items[0].tags`, `event.order.items[5].tags`, `event.order.items.tags`, `person.tier = "gold"`,
		`event.order.coupon`, `event.order.items[price > 5].sku`, `score.alive > "a"`, `$sum(event.order.items.price)`, `[event.order.items.sku]`,
		`{"a": event.order.total, "b": person.last-brand}`, `event.order.items{sku: price}`, `$map(event.order.items, function($i) { $i.price * 2 })`,
		`$filter(event.order.items, function($i) { $i.price > 100 })`, `$sort(event.order.items.price)`, `event.order.items^(price).sku`,
		`$each(score, function($v, $k) { $k & $v })`, `event.order.items.(price & sku)`, `$keys(score)`, `$max([])`, `[1..3]`, `event.order.items.price[]`,
		`event.order.items#$i.{"i": $i, "s": sku}`, `event.order.items@$x.$x.sku`, `person.last-brand in ["a"]`, `$lookup(score, "alive")`,
	} {
		tree, err := Parse(src, Options{Names: true})
		if err != nil {
			t.Fatalf("%s: %v", src, err)
		}
		p, err := Compile(tree, CompileOptions{})
		if err != nil {
			t.Fatalf("%s: %v", src, err)
		}
		typ, _ := Infer(tree, scope)
		v, err := p.Eval(input, nil, testEnv())
		if err != nil {
			continue
		}
		if !holds(typ, v) {
			t.Errorf("%s yields %v, which is not %s", src, v, typ)
		}
	}
}

func holds(t Type, v Value) bool {
	if t.any {
		return true
	}
	if !t.may(v.k) {
		return false
	}
	for _, item := range v.items() {
		if t.item != nil && !holds(*t.item, item) {
			return false
		}
	}
	for _, m := range v.members() {
		if f, ok := t.Field(m.Key); ok && !holds(f, m.Value) {
			return false
		}
	}
	return true
}
