package diagram_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/senda-dev/senda/internal/diagram"
	"github.com/senda-dev/senda/internal/golden"
	"github.com/senda-dev/senda/internal/journey"
	"github.com/senda-dev/senda/internal/parse"
	"github.com/senda-dev/senda/internal/plan/plantest"
	"pgregory.net/rapid"
)

// A line of "entries" is a count, the steps of a timeline with their outcomes, and
// the reason at the end: "12 thank-you=sent await=time : completed".
func counts(t *testing.T, g *diagram.Graph, src []byte) *diagram.Counts {
	if len(src) == 0 {
		return nil
	}
	c := g.Count()
	for line := range strings.Lines(string(src)) {
		path, reason, _ := strings.Cut(strings.TrimSpace(line), ":")
		words := strings.Fields(path)
		n := 0
		if _, err := fmt.Sscan(words[0], &n); err != nil {
			t.Fatal(err)
		}
		var visits []diagram.Visit
		for _, w := range words[1:] {
			step, outcome, _ := strings.Cut(w, "=")
			outcome, why, _ := strings.Cut(outcome, "/")
			visits = append(visits, diagram.Visit{Step: step, Outcome: outcome, Reason: why})
		}
		for range n {
			c.Add(visits, strings.TrimSpace(reason))
		}
	}
	return c
}

func TestGolden(t *testing.T) {
	golden.Run(t, "testdata/*.txtar", func(t *testing.T, c *golden.Case) {
		g := diagram.Of(plantest.Journey(t, "journey.yaml", c.File("journey.yaml")).Journey)
		n := counts(t, g, c.File("entries"))
		c.Want("text", g.Text(n))
		c.Want("svg", string(g.SVG(n)))
	})
}

// Whatever the journey: the same one gives the same bytes, the drawing is well-formed
// XML, and every step stands in it.
func TestRandomJourneys(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		src := plantest.Random(t)
		g := diagram.Of(resolve(t, src))
		svg := g.SVG(g.Count())
		if again := diagram.Of(resolve(t, src)); !bytes.Equal(svg, again.SVG(again.Count())) {
			t.Fatal("two drawings of one journey")
		}
		d := xml.NewDecoder(bytes.NewReader(svg))
		for {
			if _, err := d.Token(); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Fatalf("%v\n%s", err, svg)
			}
		}
		for _, n := range g.Nodes {
			if n.Step != "" && !strings.Contains(string(svg), n.Step) {
				t.Fatalf("%s is not in the drawing", n.Step)
			}
		}
	})
}

// Nobody is lost: of those who come to a node, each goes on, leaves, is there now, or
// has come to an end.
func TestCountsAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := diagram.Of(resolve(t, plantest.Random(t)))
		c := g.Count()
		for range 20 {
			var visits []diagram.Visit
			at := 0
			for rapid.IntRange(0, 9).Draw(t, "go on") > 0 {
				var next []int
				for _, e := range g.Edges {
					if e.From == at {
						next = append(next, e.To)
					}
				}
				if len(next) == 0 {
					break
				}
				at = rapid.SampledFrom(next).Draw(t, "next")
				if n := g.Nodes[at]; n.Step != "" && n.Kind != "if" && n.Kind != "branch" && n.Kind != "split" && n.Kind != "exit" {
					visits = append(visits, diagram.Visit{Step: n.Step, Outcome: rapid.SampledFrom([]string{"", "refused"}).Draw(t, "outcome")})
				}
			}
			c.Add(visits, rapid.SampledFrom([]string{"", "completed", "bought", "reason-1"}).Draw(t, "reason"))
		}
		for i, n := range g.Nodes {
			in, out := 0, c.Inside[i]
			if i == 0 {
				in = 20
			}
			for e, edge := range g.Edges {
				if edge.To == i {
					in += c.Edges[e]
				}
				if edge.From == i {
					out += c.Edges[e]
				}
			}
			for _, left := range c.Left[i] {
				out += left
			}
			ends := n.Kind == diagram.End || n.Kind == "exit"
			if in != c.Nodes[i] || !ends && in != out {
				t.Fatalf("%s: %d came, %d counted, %d went on", n.Title, in, c.Nodes[i], out)
			}
		}
	})
}

func resolve(t *rapid.T, src []byte) *journey.Journey {
	j, found := parse.Journey("journey.yaml", src)
	if found.HasErrors() {
		t.Fatalf("%v\n%s", found.Err(), src)
	}
	return plantest.Resolve(j).Journey
}
