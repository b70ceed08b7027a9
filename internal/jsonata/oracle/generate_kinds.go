package oracle

import (
	"fmt"
	"strconv"
)

func (g *Generator) number(d int) string {
	return g.oneOf(
		func() string { return fmt.Sprintf("(%s + %s)", g.expr(number, d), g.expr(number, d)) },
		func() string { return fmt.Sprintf("(%s - %s)", g.expr(number, d), g.expr(number, d)) },
		func() string { return fmt.Sprintf("(%s * %s)", g.expr(number, d), g.expr(number, d)) },
		func() string {
			return fmt.Sprintf("(%s / %s)", g.expr(number, d), pick(g, []string{"2", "4", "0.5", "8"}))
		},
		func() string {
			return fmt.Sprintf("(%s %% %s)", g.expr(number, d), pick(g, []string{"2", "3", "0.7", "-5"}))
		},
		func() string { return "-" + bracketed(g.expr(number, d)) },
		func() string { return fmt.Sprintf("$sum(%s)", g.expr(list, d)) },
		func() string {
			return fmt.Sprintf("$count(%s)", g.expr(pick(g, []kind{list, texts, objects, anything}), d))
		},
		func() string { return fmt.Sprintf("$max(%s)", g.expr(list, d)) },
		func() string { return fmt.Sprintf("$min(%s)", g.expr(list, d)) },
		func() string { return fmt.Sprintf("$average(%s)", g.expr(list, d)) },
		func() string { return fmt.Sprintf("$length(%s)", g.expr(text, d)) },
		func() string {
			return fmt.Sprintf("$number(%s)", pick(g, []string{`"12.5"`, `"1e3"`, `"0x1F"`, `"0b101"`, "true", "7", `"-0.5"`}))
		},
		func() string { return fmt.Sprintf("$floor(%s)", g.expr(number, d)) },
		func() string { return fmt.Sprintf("$ceil(%s)", g.expr(number, d)) },
		func() string { return fmt.Sprintf("$abs(%s)", g.expr(number, d)) },
		func() string { return fmt.Sprintf("$round(%s, %d)", g.expr(number, d), g.rnd.IntN(5)-1) },
		func() string { return fmt.Sprintf("$round(%s)", g.expr(number, d)) },
		func() string { return fmt.Sprintf("$sqrt($abs(%s))", g.expr(number, d)) },
		func() string { return fmt.Sprintf("$power(%s, %d)", g.expr(number, d), g.rnd.IntN(4)) },
		func() string { return fmt.Sprintf("$reduce(%s, function($x, $y){$x + $y})", g.expr(list, d)) },
		func() string {
			return fmt.Sprintf("$reduce(%s, function($x, $y, $i){$x * $y + $i}, 2)", g.expr(list, d))
		},
		func() string { return fmt.Sprintf("$toMillis(%s)", g.date()) },
		func() string { return g.readDate() },
		func() string { return g.readInteger() },
		func() string { return fmt.Sprintf("$millis() - %s", g.expr(number, d)) },
		func() string {
			return fmt.Sprintf("($f := function($n){$n <= 0 ? 0 : $n + $f($n - 1)}; $f(%d))", g.rnd.IntN(20))
		},
	)
}

func (g *Generator) date() string {
	return strconv.Quote(fmt.Sprintf("%04d-%02d-%02dT%02d:%02d:%02d.%03dZ",
		1800+g.rnd.IntN(400), 1+g.rnd.IntN(12), 1+g.rnd.IntN(28), g.rnd.IntN(24), g.rnd.IntN(60), g.rnd.IntN(60), g.rnd.IntN(1000)))
}

func (g *Generator) millis() string { return strconv.FormatInt(g.rnd.Int64N(4e12)-1e12, 10) }

var datePictures = []string{
	"[Y0001]-[M01]-[D01]", "[D1o] [MNn] [Y]", "[H01]:[m01]:[s01].[f001]", "[h1]:[m01] [P]", "[h#1][PN]", "[FNn], [D] [MNn,*-3] [Y0001]", "[F0]", "[FN,3-3]",
	"Week [W] of [X0001]", "week [w] in [xNn]", "day [d] of [Y]", "[Y,2-2]/[M1]/[D01]", "[YI] [Ma] [Dw]", "[YW]", "[DWwo]", "[M01][D01][Y0001]",
	"[Y0001]-[M01]-[D01]T[H01]:[m01]:[s01][Z]", "[H01][m01] [z]", "[Z0]", "[Z0000]", "[Z01:01t]", "[[literal]] [Y]", "[C] [E]", "[f1]", "[s] [m]", "[Y9,999,*]", "[Q]", "[Y", "[Yn]",
}

func (g *Generator) readDate() string {
	return g.oneOf(
		func() string {
			return fmt.Sprintf("$toMillis(%q, %q)", fmt.Sprintf("%04d-%02d-%02d", 1900+g.rnd.IntN(200), 1+g.rnd.IntN(12), 1+g.rnd.IntN(28)), "[Y0001]-[M01]-[D01]")
		},
		func() string {
			return fmt.Sprintf("$toMillis(%q, %q)", fmt.Sprintf("%d/%d/%d %d:%02d %s", 1+g.rnd.IntN(28), 1+g.rnd.IntN(12), 1990+g.rnd.IntN(50), 1+g.rnd.IntN(12), g.rnd.IntN(60), pick(g, []string{"am", "PM"})), "[D1]/[M1]/[Y0001] [h1]:[m01] [P]")
		},
		func() string {
			return fmt.Sprintf("$toMillis(%q, %q)", fmt.Sprintf("%d%s of %s, %d", 1+g.rnd.IntN(28), "th", pick(g, []string{"March", "June", "Smarch"}), 1990+g.rnd.IntN(50)), "[D1o] of [MNn], [Y0001]")
		},
		func() string {
			return fmt.Sprintf("$toMillis(%q, %q)", fmt.Sprintf("%02d:%02d:%02d%s", g.rnd.IntN(24), g.rnd.IntN(60), g.rnd.IntN(60), pick(g, []string{"+01:00", "-05:30", "+00:00"})), "[H01]:[m01]:[s01][Z01:01]")
		},
		func() string {
			return fmt.Sprintf("$toMillis(%q, %q)", fmt.Sprintf("%d-%d", 2000+g.rnd.IntN(40), 1+g.rnd.IntN(365)), "[Y0001]-[d1]")
		},
		func() string { return fmt.Sprintf("$toMillis($fromMillis(%s))", g.millis()) },
	)
}

var integerPictures = []string{"0", "000", "#,##0", "#,##0,000", "0;o", "w", "W", "Ww", "w;o", "Ww;o", "A", "a", "I", "i", "00'00", "#0.00", "٠٠١", "0#", "x", "1_0"}

func (g *Generator) readInteger() string {
	return g.oneOf(
		func() string { return fmt.Sprintf("$parseInteger(%q, %q)", strconv.Itoa(g.rnd.IntN(100000)), "0") },
		func() string {
			return fmt.Sprintf("$parseInteger($formatInteger(%d, %q), %q)", g.rnd.IntN(3999), "I", "I")
		},
		func() string {
			return fmt.Sprintf("$parseInteger($formatInteger(%d, %q), %q)", g.rnd.IntN(2_000_000), "w", "w")
		},
		func() string {
			return fmt.Sprintf("$parseInteger($formatInteger(%d, %q), %q)", g.rnd.IntN(99999), "a", "a")
		},
		func() string { return fmt.Sprintf("$parseInteger(%q, %q)", "1,234,567", "#,##0") },
		func() string {
			return fmt.Sprintf("$parseInteger($formatInteger(%d, %q), %q)", g.rnd.IntN(999), "0;o", "0;o")
		},
	)
}

var numberPictures = []string{"#,##0.00", "0", "000", "#.##", "#0.0#", "0%", "#,###.###", "(0);[0]", "0.00;-0.00 cr", "00‰", "#,##,##0", "0.0,0", "a0b", "#", "0#", "0.0.0", "%0%", ",0", "x"}

var patterns = []string{`/[a-c]/`, `/\d+/`, `/(\w)(\w)/`, `/o/i`, `/^H/`, `/l+/`, `/\s+/`, `/(a)|(b)/`, `/[^aeiou ]+/`, `/x*y/`, `/\bw/`, `/z$/m`, `/a{1,2}/`, `/./`}

func (g *Generator) text(d int) string {
	return g.oneOf(
		func() string { return fmt.Sprintf("(%s & %s)", g.expr(text, d), g.expr(anything, d)) },
		func() string { return fmt.Sprintf("$string(%s)", g.expr(anything, d)) },
		func() string { return fmt.Sprintf("$string(%s, true)", g.expr(object, d)) },
		func() string { return fmt.Sprintf("$substring(%s, %d)", g.expr(text, d), g.rnd.IntN(8)-3) },
		func() string {
			return fmt.Sprintf("$substring(%s, %d, %d)", g.expr(text, d), g.rnd.IntN(8)-3, g.rnd.IntN(5))
		},
		func() string {
			return fmt.Sprintf("$substringBefore(%s, %s)", g.expr(text, d), pick(g, []string{`"l"`, `" "`, `","`, `"zz"`}))
		},
		func() string {
			return fmt.Sprintf("$substringAfter(%s, %s)", g.expr(text, d), pick(g, []string{`"l"`, `" "`, `","`, `"zz"`}))
		},
		func() string { return fmt.Sprintf("$lowercase(%s)", g.expr(text, d)) },
		func() string { return fmt.Sprintf("$uppercase(%s)", g.expr(text, d)) },
		func() string { return fmt.Sprintf("$trim(%s)", g.expr(text, d)) },
		func() string { return fmt.Sprintf("$pad(%s, %d)", g.expr(text, d), g.rnd.IntN(30)-15) },
		func() string {
			return fmt.Sprintf("$pad(%s, %d, %s)", g.expr(text, d), g.rnd.IntN(30)-15, pick(g, []string{`"*"`, `"ab"`, `"😀"`}))
		},
		func() string {
			return fmt.Sprintf("$replace(%s, %s, %s)", g.expr(text, d), pick(g, []string{`"l"`, `" "`, `"a"`}), g.expr(text, 0))
		},
		func() string {
			return fmt.Sprintf("$replace(%s, %s, %s)", g.expr(text, d), pick(g, patterns), pick(g, []string{`"[$0]"`, `"$1"`, `"$2-$1"`, `"$$"`, `"$"`}))
		},
		func() string {
			return fmt.Sprintf("$replace(%s, %s, function($m){$uppercase($m.match)})", g.expr(text, d), pick(g, patterns))
		},
		func() string {
			return fmt.Sprintf("$replace(%s, %s, %s, %d)", g.expr(text, d), pick(g, patterns), `"_"`, g.rnd.IntN(3))
		},
		func() string { return fmt.Sprintf("$join(%s)", g.expr(texts, d)) },
		func() string { return fmt.Sprintf("$join(%s, %s)", g.expr(texts, d), g.expr(text, 0)) },
		func() string { return fmt.Sprintf("$formatNumber(%s, %q)", g.expr(number, d), pick(g, numberPictures)) },
		func() string {
			return fmt.Sprintf("$formatNumber(%s, %q, {%q: %q, %q: %q})", g.expr(number, d), "#.##0,00", "decimal-separator", ",", "grouping-separator", ".")
		},
		func() string { // the reference never ends for 0 and negative numbers
			return fmt.Sprintf("$formatNumber(%d.%d, %q)", 1+g.rnd.IntN(100000), g.rnd.IntN(1000), pick(g, []string{"0.000e0", "##0.0e00", "00.0##e0"}))
		},
		func() string { return fmt.Sprintf("$formatBase(%s, %d)", g.expr(number, d), 2+g.rnd.IntN(36)) },
		func() string {
			return fmt.Sprintf("$formatInteger(%s, %q)", g.expr(number, d), pick(g, integerPictures))
		},
		func() string {
			return fmt.Sprintf("$formatInteger(%d, %q)", g.rnd.IntN(3_000_000), pick(g, integerPictures))
		},
		func() string { return fmt.Sprintf("$fromMillis(%s)", g.millis()) },
		func() string { return fmt.Sprintf("$fromMillis(%s, %q)", g.millis(), pick(g, datePictures)) },
		func() string {
			return fmt.Sprintf("$fromMillis(%s, %q, %q)", g.millis(), pick(g, datePictures), pick(g, []string{"+0100", "-0500", "+0530", "-0330", "0000"}))
		},
		func() string { return fmt.Sprintf("$now(%q)", pick(g, datePictures)) },
		func() string { return "$now()" },
		func() string { return fmt.Sprintf("$type(%s)", g.expr(anything, d)) },
		func() string { return fmt.Sprintf("$base64encode(%s)", g.expr(text, d)) },
		func() string {
			return fmt.Sprintf("$base64decode(%s)", pick(g, []string{`"aGVsbG8="`, `"aGVsbG8"`, `"/+8_-w=="`, `$base64encode("x y")`}))
		},
		func() string { return fmt.Sprintf("$encodeUrlComponent(%s)", g.expr(text, d)) },
		func() string { return fmt.Sprintf("$encodeUrl(%s)", g.expr(text, d)) },
		func() string { return fmt.Sprintf("$decodeUrlComponent($encodeUrlComponent(%s))", g.expr(text, d)) },
		func() string {
			return fmt.Sprintf("$decodeUrl(%s)", pick(g, []string{`"a%20b%2Fc"`, `"%C3%A9"`, `"%zz"`, `"%E4%BD"`, `"%23%3f"`}))
		},
		func() string {
			return fmt.Sprintf("$reduce(%s, function($x, $y){$x & %s & $y})", g.expr(texts, d), `"-"`)
		},
		func() string { return fmt.Sprintf("(%s ~> $uppercase ~> $trim)", g.expr(text, d)) },
		func() string { return fmt.Sprintf("(%s ~> ($lowercase ~> $length)) & %s", g.expr(text, d), `""`) },
		func() string {
			return fmt.Sprintf("($first := $substring(?, 0, %d); $first(%s))", g.rnd.IntN(4), g.expr(text, d))
		},
		func() string { return fmt.Sprintf("%s.$uppercase()", g.expr(texts, d)) },
		func() string { return fmt.Sprintf("%s.($length() > 1 ? $ : %s)", g.expr(texts, d), `"short"`) },
	)
}

func (g *Generator) truth(d int) string {
	compare := func(op string) func() string {
		return func() string {
			k := pick(g, []kind{number, text})
			return fmt.Sprintf("(%s %s %s)", g.expr(k, d), op, g.expr(k, d))
		}
	}
	equal := func(op string) func() string {
		return func() string {
			k := kind(g.rnd.IntN(int(kinds)))
			return fmt.Sprintf("(%s %s %s)", g.expr(k, d), op, g.expr(k, d))
		}
	}
	return g.oneOf(
		compare("<"), compare("<="), compare(">"), compare(">="), equal("="), equal("!="), compare("="),
		func() string {
			return fmt.Sprintf("(%s and %s)", g.expr(truth, d), g.expr(pick(g, []kind{truth, anything}), d))
		},
		func() string {
			return fmt.Sprintf("(%s or %s)", g.expr(truth, d), g.expr(pick(g, []kind{truth, anything}), d))
		},
		func() string { return fmt.Sprintf("(%s in %s)", g.expr(number, d), g.expr(list, d)) },
		func() string { return fmt.Sprintf("(%s in %s)", g.expr(text, d), g.expr(texts, d)) },
		func() string { return fmt.Sprintf("$not(%s)", g.expr(pick(g, []kind{truth, anything}), d)) },
		func() string { return fmt.Sprintf("$boolean(%s)", g.expr(anything, d)) },
		func() string { return fmt.Sprintf("$exists(%s)", g.expr(anything, d)) },
		func() string { return fmt.Sprintf("$contains(%s, %s)", g.expr(text, d), g.expr(text, 0)) },
		func() string { return fmt.Sprintf("$contains(%s, %s)", g.expr(text, d), pick(g, patterns)) },
		func() string { return fmt.Sprintf("$exists($assert(%s, %q))", g.expr(truth, d), "asserted") },
		func() string {
			return fmt.Sprintf("(%s ? %s : $error(%q))", g.expr(truth, d), g.expr(truth, d), "stop")
		},
	)
}

func (g *Generator) list(d int) string {
	return g.oneOf(
		func() string { return fmt.Sprintf("[%s, %s]", g.expr(number, d), g.expr(number, d)) },
		func() string {
			return fmt.Sprintf("[%s..%s]", pick(g, []string{"1", "0", "-2", "$count([1,2])"}), pick(g, []string{"3", "5", "0", "$length(\"abcd\")"}))
		},
		func() string { return fmt.Sprintf("$map(%s, %s)", g.expr(list, d), g.lambda(number, number, d)) },
		func() string { return fmt.Sprintf("$filter(%s, %s)", g.expr(list, d), g.lambda(number, truth, d)) },
		func() string { return fmt.Sprintf("$sort(%s)", g.expr(list, d)) },
		func() string { return fmt.Sprintf("$sort(%s, function($l, $r){$l < $r})", g.expr(list, d)) },
		func() string { return fmt.Sprintf("$reverse(%s)", g.expr(pick(g, []kind{list, texts, objects}), d)) },
		func() string { return fmt.Sprintf("$distinct(%s)", g.expr(pick(g, []kind{list, texts, objects}), d)) },
		func() string { return fmt.Sprintf("$append(%s, %s)", g.expr(list, d), g.expr(anything, d)) },
		func() string { return fmt.Sprintf("$zip(%s, %s)", g.expr(list, d), g.expr(texts, d)) },
		func() string { return fmt.Sprintf("%s.h", g.expr(objects, d)) },
		func() string { return fmt.Sprintf("%s[$ > %s]", g.expr(list, d), g.expr(number, 0)) },
		func() string { return fmt.Sprintf("%s[[0, -1]]", g.expr(list, d)) },
		func() string { return fmt.Sprintf("%s.($ * 2)", g.expr(list, d)) },
		func() string { return fmt.Sprintf("%s^(>$)", g.expr(list, d)) },
		func() string { return fmt.Sprintf("%s#$p[$p > 0]", g.expr(list, d)) },
		func() string {
			return fmt.Sprintf("$map(%s, function($v, $k, $all){$v + $k + $count($all)})", g.expr(list, d))
		},
		func() string { return fmt.Sprintf("$count($shuffle(%s))", g.expr(list, d)) },
	)
}

func (g *Generator) texts(d int) string {
	return g.oneOf(
		func() string { return fmt.Sprintf("[%s, %s]", g.expr(text, d), g.expr(text, d)) },
		func() string {
			return fmt.Sprintf("$split(%s, %s)", g.expr(text, d), pick(g, []string{`" "`, `","`, `"l"`, `""`}))
		},
		func() string {
			return fmt.Sprintf("$split(%s, %s, %d)", g.expr(text, d), pick(g, []string{`" "`, `","`}), g.rnd.IntN(3))
		},
		func() string { return fmt.Sprintf("$split(%s, %s)", g.expr(text, d), pick(g, patterns)) },
		func() string { return fmt.Sprintf("$keys(%s)", g.expr(pick(g, []kind{object, objects}), d)) },
		func() string {
			return fmt.Sprintf("$map(%s, %s)", g.expr(texts, d), pick(g, []string{"$uppercase", "$length", "$trim", "$string"}))
		},
		func() string { return fmt.Sprintf("$map(%s, %s)", g.expr(texts, d), g.lambda(text, text, d)) },
		func() string { return fmt.Sprintf("$sort(%s)", g.expr(texts, d)) },
		func() string {
			return fmt.Sprintf("$each(%s, function($v, $k){$k & %s & $string($v)})", g.expr(object, d), `":"`)
		},
		func() string { return fmt.Sprintf("$match(%s, %s)", g.expr(text, d), pick(g, patterns)) },
		func() string {
			return fmt.Sprintf("$match(%s, %s, %d).match", g.expr(text, d), pick(g, patterns), g.rnd.IntN(3))
		},
		func() string { return fmt.Sprintf("%s.i", g.expr(objects, d)) },
		func() string { return fmt.Sprintf("$filter(%s, %s)", g.expr(texts, d), g.lambda(text, truth, d)) },
	)
}

func (g *Generator) objects(d int) string {
	return g.oneOf(
		func() string { return fmt.Sprintf("[%s, %s]", g.expr(object, d), g.expr(object, d)) },
		func() string { return fmt.Sprintf("$map(%s, function($n){{%q: $n}})", g.expr(list, d), "h") },
		func() string {
			return fmt.Sprintf("%s[h %s %s]", g.expr(objects, d), pick(g, []string{">", "=", "!=", "<="}), g.expr(number, 0))
		},
		func() string {
			return fmt.Sprintf("%s^(%sh, %si)", g.expr(objects, d), pick(g, []string{"", "<", ">"}), pick(g, []string{"", ">"}))
		},
		func() string { return fmt.Sprintf("$spread(%s)", g.expr(object, d)) },
		func() string {
			return fmt.Sprintf("$filter(%s, function($o){$o.h > %s})", g.expr(objects, d), g.expr(number, 0))
		},
		func() string { return fmt.Sprintf("$sort(%s, function($l, $r){$l.h > $r.h})", g.expr(objects, d)) },
		func() string {
			return fmt.Sprintf("%s.{%q: h, %q: %s}", g.expr(objects, d), "k", "w", g.expr(number, d))
		},
		func() string { return fmt.Sprintf("%s#$p.{%q: $p, %q: i}", g.expr(objects, d), "p", "i") },
		func() string { return fmt.Sprintf("%s@$o.{%q: $o.h}", g.expr(objects, d), "o") },
		func() string { return fmt.Sprintf("(%s ~> |$|{%q: 1}, %q|)", g.expr(objects, d), "new", "h") },
		func() string { return fmt.Sprintf("%s.[h, i]", g.expr(objects, d)) },
		func() string { return `d.g.{"up": %.e, "h": h}` },
		func() string { return `order.items.tags.{"sku": %.sku, "id": %.%.id}` },
		func() string { return `users.tags.(%.name & "/" & $)` },
		func() string { return `p.q[r > 1].%` },
	)
}

func (g *Generator) object(d int) string {
	return g.oneOf(
		func() string { return fmt.Sprintf("{%q: %s}", "h", g.expr(number, d)) },
		func() string { return fmt.Sprintf("{%q: %s, %q: %s}", "h", g.expr(anything, d), "i", g.expr(text, d)) },
		func() string { return fmt.Sprintf("{%s: %s}", g.expr(text, d), g.expr(anything, d)) },
		func() string { return fmt.Sprintf("$merge([%s, %s])", g.expr(object, d), g.expr(object, d)) },
		func() string { return fmt.Sprintf("$merge(%s)", g.expr(objects, d)) },
		func() string { return fmt.Sprintf("$sift(%s, function($v, $k){$k != %q})", g.expr(object, d), "i") },
		func() string {
			return fmt.Sprintf("$sift(%s, function($v){$type($v) = %q})", g.expr(object, d), "number")
		},
		func() string { return fmt.Sprintf("%s{%q & $string(h): i}", g.expr(objects, d), "k") },
		func() string { return fmt.Sprintf("%s{%q & h: $count(i)}", g.expr(objects, d), "k") },
		func() string { return fmt.Sprintf("%s{i: $sum(h)}", g.expr(objects, d)) },
		func() string { return fmt.Sprintf("(%s ~> |$|{%q: %s}|)", g.expr(object, d), "j", g.expr(number, d)) },
		func() string { return fmt.Sprintf("%s[0]", g.expr(objects, d)) },
		func() string { return fmt.Sprintf("$clone(%s)", g.expr(object, d)) },
		func() string {
			return fmt.Sprintf("$single(%s, function($o){$o.h = %s})", g.expr(objects, d), g.expr(number, 0))
		},
		func() string { return fmt.Sprintf("%s#$p{%q & $p: h}", g.expr(objects, d), "p") },
	)
}

func (g *Generator) anything(d int) string {
	return g.oneOf(
		func() string { return g.expr(kind(g.rnd.IntN(int(anything))), d) },
		func() string {
			if p := g.path(anything); p != "" {
				return p
			}
			return "$"
		},
		func() string { return fmt.Sprintf("%s.*", bracketed(g.expr(object, d))) },
		func() string { return fmt.Sprintf("%s.**", bracketed(g.expr(object, d))) },
		func() string { return fmt.Sprintf("[%s, [%s]]", g.expr(anything, d), g.expr(anything, d)) },
		func() string { return fmt.Sprintf("%s[%s]", bracketed(g.expr(objects, d)), g.expr(anything, 0)) },
		func() string { return fmt.Sprintf("$lookup(%s, %q)", g.expr(pick(g, []kind{object, objects}), d), "h") },
		func() string { return fmt.Sprintf("$append(%s, %s)", g.expr(anything, d), g.expr(anything, d)) },
		func() string { return fmt.Sprintf("$spread(%s)", g.expr(anything, d)) },
		func() string { return fmt.Sprintf("$distinct(%s)", g.expr(anything, d)) },
		func() string {
			return fmt.Sprintf("$map(%s, %s)", g.expr(anything, d), g.lambda(anything, anything, d))
		},
		func() string {
			return fmt.Sprintf("$filter(%s, %s)", g.expr(anything, d), g.lambda(anything, truth, d))
		},
		func() string { return fmt.Sprintf("$each(%s, %s)", g.expr(object, d), g.lambda(anything, anything, d)) },
		func() string { return fmt.Sprintf("$clone(%s)", g.expr(pick(g, []kind{object, objects}), d)) },
		func() string { return fmt.Sprintf("$zip(%s, %s)", g.expr(anything, d), g.expr(list, d)) },
	)
}
