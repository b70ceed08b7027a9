package plantest

import (
	"fmt"
	"slices"
	"strings"

	"pgregory.net/rapid"
)

// Random writes a journey that check would accept, of every kind of step.
func Random(t *rapid.T) []byte {
	g := &generator{T: t}
	g.line(0, "journey: random")
	g.line(0, "owner: crm-team")
	g.line(0, "state: live")
	g.line(0, "brand: cellar")
	g.line(0, "purpose: offers")
	g.line(0, "enter:")
	g.line(1, "event: basket.changed")
	if rapid.Bool().Draw(t, "exits") {
		g.line(0, "exit:")
		g.line(1, "- event: order.completed")
		g.line(1, "  reason: bought")
	}
	g.line(0, "holdout: %s", "10%")
	g.line(0, "steps:")
	g.block(1, 3, nil, "")
	return []byte(g.out.String())
}

type generator struct {
	*rapid.T
	out strings.Builder
	n   int
}

func (g *generator) line(depth int, format string, args ...any) {
	g.out.WriteString(strings.Repeat("  ", depth) + fmt.Sprintf(format, args...) + "\n")
}

func (g *generator) name(kind string) string {
	g.n++
	return fmt.Sprintf("%s-%d", kind, g.n)
}

// block writes one to four steps and returns the names that are in reach after it.
func (g *generator) block(depth, deep int, reach []string, event string) []string {
	for range rapid.IntRange(1, 4).Draw(g.T, "steps") {
		reach = g.step(depth, deep, reach, event)
	}
	return reach
}

func (g *generator) step(depth, deep int, reach []string, event string) []string {
	kinds := []string{"wait", "score", "offer", "email", "set", "emit", "exit"}
	if deep > 0 {
		kinds = append(kinds, "if", "branch", "split", "await", "await", "if")
	}
	switch kind := rapid.SampledFrom(kinds).Draw(g.T, "kind"); kind {
	case "wait":
		g.line(depth, "- wait: %s", rapid.SampledFrom([]string{"90 minutes", "3 days", "until 10:00", "until monday 10:00", "until 7 days before person.renewal-date"}).Draw(g.T, "for"))
		g.line(depth, "  as: %s", g.name("wait"))
		g.maybeIf(depth, reach, event)
	case "score", "offer", "email":
		name := g.name(kind)
		g.line(depth, "- %s: %s", kind, name)
		g.maybeIf(depth, reach, event)
		if kind == "email" && rapid.Bool().Draw(g.T, "receipt") {
			g.line(depth, "  purpose: receipts")
		}
		return append(slices.Clip(reach), name)
	case "set":
		g.line(depth, "- set: person.tier")
		g.line(depth, "  as: %s", g.name("set"))
		g.line(depth, "  to: entry.order.total")
		g.maybeIf(depth, reach, event)
	case "emit":
		g.line(depth, "- emit: something.happened")
		g.line(depth, "  as: %s", g.name("emit"))
	case "exit":
		g.line(depth, "- exit: reason-%d", g.n)
		g.line(depth, "  as: %s", g.name("exit"))
		g.line(depth, "  if: %s", g.cond(reach, event))
	case "if":
		g.line(depth, "- if: %s", g.cond(reach, event))
		g.line(depth, "  as: %s", g.name("if"))
		g.line(depth, "  then:")
		after := g.inside(depth+2, deep, reach, event)
		if rapid.Bool().Draw(g.T, "otherwise") {
			g.line(depth, "  otherwise:")
			after = append(after, g.inside(depth+2, deep, reach, event)...)
		}
		return slices.Concat(reach, after)
	case "branch":
		var after []string
		g.line(depth, "- as: %s", g.name("branch"))
		g.line(depth, "  branch:")
		for range rapid.IntRange(1, 3).Draw(g.T, "arms") {
			g.line(depth, "    - if: %s", g.cond(reach, event))
			g.line(depth, "      then:")
			after = append(after, g.inside(depth+4, deep, reach, event)...)
		}
		if rapid.Bool().Draw(g.T, "otherwise") {
			g.line(depth, "    - otherwise:")
			after = append(after, g.inside(depth+4, deep, reach, event)...)
		}
		return slices.Concat(reach, after)
	case "split":
		var after []string
		name := g.name("split")
		g.line(depth, "- split: %s", name)
		g.line(depth, "  ways:")
		for _, way := range []string{"a", "b"} {
			g.line(depth, "    - way: %s", way)
			g.line(depth, "      share: 50%%")
			g.line(depth, "      then:")
			after = append(after, g.inside(depth+4, deep, reach, event)...)
		}
		return append(slices.Concat(reach, after), name)
	case "await":
		name := g.name("await")
		g.line(depth, "- await: order.completed")
		g.line(depth, "  as: %s", name)
		if rapid.Bool().Draw(g.T, "filter") {
			g.line(depth, "  if: %s", g.cond(reach, "here"))
		}
		g.line(depth, "  for: 2 days")
		var after []string
		if rapid.Bool().Draw(g.T, "then") {
			g.line(depth, "  then:")
			after = append(after, g.inside(depth+2, deep, reach, name)...)
		}
		if rapid.Bool().Draw(g.T, "otherwise") {
			g.line(depth, "  otherwise:")
			after = append(after, g.inside(depth+2, deep, reach, event)...)
		}
		return slices.Concat(reach, after)
	}
	return reach
}

// inside writes a block and returns the names that it adds.
func (g *generator) inside(depth, deep int, reach []string, event string) []string {
	all := g.block(depth, deep-1, slices.Clip(reach), event)
	return all[len(reach):]
}

func (g *generator) maybeIf(depth int, reach []string, event string) {
	if rapid.IntRange(0, 2).Draw(g.T, "if") == 0 {
		g.line(depth, "  if: %s", g.cond(reach, event))
	}
}

func (g *generator) cond(reach []string, event string) string {
	conds := []string{
		"entry.order.total > 20", `person.tier = "gold"`, `person.secret-city = "Vic"`, "person.fact-orders >= 3",
		"consent.news", "known(person.nick-name)", "$count(entry.items[unit-price > 3]) > 1",
	}
	if event != "" {
		conds = append(conds, "event.order.total > 5", `person.secret-city = event.order.city`)
	}
	for _, name := range reach {
		switch kind, _, _ := strings.Cut(name, "-"); kind {
		case "email":
			conds = append(conds, name+".sent", "$not("+name+".clicked)", name+`.reason = "cap"`, name+".answer <= 6")
		case "offer":
			conds = append(conds, name+".chosen", name+`.name = "free-delivery"`)
		case "score":
			conds = append(conds, name+".alive < 0.4", name+`.alive < 0.4 and person.secret-city = "Vic"`)
		case "split":
			conds = append(conds, name+` = "a"`)
		}
	}
	return rapid.SampledFrom(conds).Draw(g.T, "cond")
}
