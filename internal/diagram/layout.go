package diagram

import "unicode/utf8"

// Sizes in pixels at the drawing's own scale.
const (
	nodeWidth  = 208.0
	nodeHeight = 46.0
	dotSize    = 30.0 // height of the way in, the end and exits
	gapDown    = 34.0 // between a node and what follows
	gapSide    = 26.0 // between ways
	noteWidth  = 150.0
	noteLine   = 15.0
	letter     = 6.4  // a letter of a label, on average
	armHead    = 30.0 // room for the label of a way
	margin     = 16.0
)

// box is a laid-out block. x is relative to its axis, the vertical line on which it
// is entered and left; left and right are how far it reaches.
type box struct {
	left, right, height float64
	rows                []row
}

// row is one item of a block with its ways.
type row struct {
	item
	y      float64 // top of the node
	height float64 // of the node
	ways   []way
	bottom float64 // where the ways meet again
}

// way is a laid-out arm: its axis, relative to that of the block.
type way struct {
	arm
	label string // as it fits
	x     float64
	top   float64 // where its block begins
	box   box
}

type layouter struct {
	g *Graph
	c *Counts
}

func (l layouter) height(node int) float64 {
	if k := l.g.Nodes[node].Kind; k == End || k == "exit" {
		return dotSize
	}
	return nodeHeight
}

// notes is how much room the notes of a node take beside and below it.
func (l layouter) notes(node int) (lines []string, height float64) {
	if l.c == nil {
		return nil, 0
	}
	for _, part := range []struct {
		what string
		m    map[string]int
	}{{"refused", l.c.Refused[node]}, {"left", l.c.Left[node]}} {
		if len(part.m) == 0 {
			continue
		}
		lines = append(lines, part.what+" "+thousands(sum(part.m)))
		for i, r := range reasons(part.m) {
			if i == 3 && len(part.m) > 4 {
				rest := 0
				for _, r := range reasons(part.m)[3:] {
					rest += part.m[r]
				}
				lines = append(lines, "  others "+thousands(rest))
				break
			}
			lines = append(lines, "  "+named(r)+" "+thousands(part.m[r]))
		}
	}
	if n := l.c.Inside[node]; n > 0 {
		lines = append(lines, "here now "+thousands(n))
	}
	return lines, float64(len(lines)) * noteLine
}

func (l layouter) block(items []item) box {
	b := box{left: margin, right: margin}
	y := 0.0
	for i, it := range items {
		if i > 0 {
			y += gapDown
		}
		r := row{item: it, y: y, height: l.height(it.node)}
		b.left = max(b.left, nodeWidth/2)
		right := nodeWidth / 2
		y += r.height
		if lines, h := l.notes(it.node); len(lines) > 0 {
			right += noteWidth
			y = max(y, r.y+h+4)
		}
		b.right = max(b.right, right)
		if len(it.arms) > 0 {
			y = l.ways(&b, &r, y)
		}
		r.bottom = y
		b.rows = append(b.rows, r)
	}
	b.height = y
	return b
}

// ways lays the arms of a row side by side below it, centred on its axis.
func (l layouter) ways(b *box, r *row, y float64) float64 {
	total := gapSide * float64(len(r.arms)-1)
	for _, a := range r.arms {
		w := way{arm: a, box: l.block(a.block)}
		w.label = short(a.label, 30)
		w.box.right = max(w.box.right, letter*float64(utf8.RuneCountInString(w.label))+margin)
		r.ways = append(r.ways, w)
		total += w.box.left + w.box.right
	}
	top := y + gapDown + armHead
	x := -total / 2
	tallest := 0.0
	for i := range r.ways {
		w := &r.ways[i]
		w.x, w.top = x+w.box.left, top
		x += w.box.left + w.box.right + gapSide
		tallest = max(tallest, w.box.height)
	}
	b.left, b.right = max(b.left, total/2), max(b.right, total/2)
	return top + tallest + gapDown
}
