package compile

import (
	"fmt"
	"html"
	"strings"

	"github.com/senda-dev/senda/internal/diag"
	"github.com/senda-dev/senda/internal/mail"
	"github.com/senda-dev/senda/internal/mail/liquid"
)

// questionTag marks in a mail where the scale of its question goes.
const questionTag = "question"

// scaleEnds are the words at the two ends of a scale. An author may write others,
// and must in any other language.
var scaleEnds = map[mail.Question]map[string][2]string{
	mail.NPS: {
		"en": {"Not at all likely", "Very likely"},
		"es": {"Nada probable", "Muy probable"},
		"ca": {"Gens probable", "Molt probable"},
		"de": {"Sehr unwahrscheinlich", "Sehr wahrscheinlich"},
		"fr": {"Pas du tout probable", "Très probable"},
		"it": {"Per niente probabile", "Molto probabile"},
		"pt": {"Nada provável", "Muito provável"},
	},
	mail.Satisfaction: {
		"en": {"Very unhappy", "Very happy"},
		"es": {"Nada contento", "Muy contento"},
		"ca": {"Gens content", "Molt content"},
		"de": {"Sehr unzufrieden", "Sehr zufrieden"},
		"fr": {"Pas du tout satisfait", "Très satisfait"},
		"it": {"Per niente soddisfatto", "Molto soddisfatto"},
		"pt": {"Nada satisfeito", "Muito satisfeito"},
	},
}

// scale returns the markup of a question: one row of links, wide enough for a
// thumb at 375 pixels, and the words for its ends.
func scale(q mail.Question, ends [2]string) string {
	low, high := q.Scale()
	n := high - low + 1
	var b strings.Builder
	fmt.Fprintf(&b, `<mj-table css-class="scale" padding="8px 40px 0" table-layout="fixed"><tr>`)
	for i := low; i <= high; i++ {
		fmt.Fprintf(&b, `<td width="%d%%" align="center" style="padding:0 1px">`, 100/n)
		fmt.Fprintf(&b, `<a class="scale-step" href="{{ links.%s }}" title="%d / %d" style="display:block;padding:12px 0;border-radius:4px;font-weight:700;text-decoration:none;text-align:center;background:#ececea;color:#1f1b18">%d</a></td>`, mail.AnswerLink(i), i, high, i)
	}
	b.WriteString(`</tr></mj-table>`)
	fmt.Fprintf(&b, `<mj-table css-class="scale-ends" padding="0 40px 20px"><tr><td align="left">%d: %s</td><td align="right">%d: %s</td></tr></mj-table>`,
		low, html.EscapeString(ends[0]), high, html.EscapeString(ends[1]))
	return b.String()
}

// question reads which question the mail asks and how its scale is labelled.
func (c *one) question() {
	src, asked := c.src.text("question", c.lang)
	if !asked {
		return
	}
	q := mail.Question(src.Text)
	if _, high := q.Scale(); high == 0 {
		names := []string{string(mail.NPS), string(mail.Satisfaction)}
		c.askedAmiss = true
		c.found.Add(diag.BadQuestion.At(src.At.Wide(len([]rune(src.Text))), "%s", "there is no question called "+`"`+src.Text+`"`).
			Try("%s", diag.Instead(src.Text, names)))
		return
	}
	c.asks = q
	c.ends = scaleEnds[q][strings.SplitN(c.lang, "-", 2)[0]]
	for i, key := range []string{"question-low", "question-high"} {
		if own, ok := c.src.text(key, c.lang); ok {
			c.ends[i] = own.Text
		}
		if c.ends[i] == "" {
			c.found.Add(diag.BadQuestion.At(src.At.Wide(len([]rune(src.Text))), "%s", "there are no words for the ends of this question in "+c.lang).
				Try("add question-low: ... and question-high: ... to the front matter"))
		}
	}
}

// placeQuestion replaces the tag in the tree by the scale, and complains when tag
// and front matter disagree.
func (c *one) placeQuestion(nodes []node) []node {
	seen := 0
	var walk func([]node) []node
	walk = func(nodes []node) []node {
		var out []node
		for _, n := range nodes {
			switch n := n.(type) {
			case *element:
				n.kids = walk(n.kids)
			case *flow:
				for i := range n.branches {
					n.branches[i] = walk(n.branches[i])
				}
			case *value:
				if t, ok := n.tag.(*liquid.Other); ok && t.Name == questionTag {
					seen++
					switch {
					case c.askedAmiss: // reported already
					case c.asks == mail.NoQuestion:
						c.found.Add(diag.BadQuestion.At(t.At.Wide(t.Width), "the mail asks no question").
							Try("add question: nps to the front matter"))
					case seen > 1:
						c.found.Add(diag.BadQuestion.At(t.At.Wide(t.Width), "the question is asked twice").
							Try("%s", "keep one {% question %}"))
					default:
						out = append(out, n) // the checker looks where it stands first
					}
					continue
				}
			}
			out = append(out, n)
		}
		return out
	}
	nodes = walk(nodes)
	if c.asks != mail.NoQuestion && seen == 0 {
		f := c.src.fields["question"]
		c.found.Add(diag.BadQuestion.At(f.at.Wide(len("question")), "the mail never shows its question").
			Try("%s", "put {% question %} into an <mj-column> where the scale should stand"))
	}
	return nodes
}

// expandQuestion puts the scale in place of its tag.
func (c *one) expandQuestion(nodes []node) []node {
	var out []node
	for _, n := range nodes {
		switch n := n.(type) {
		case *element:
			n.kids = c.expandQuestion(n.kids)
		case *flow:
			for i := range n.branches {
				n.branches[i] = c.expandQuestion(n.branches[i])
			}
		case *value:
			if t, ok := n.tag.(*liquid.Other); ok && t.Name == questionTag {
				src := liquid.Source{Text: scale(c.asks, c.ends), At: t.At}
				out = append(out, (&markupParser{found: c.found}).parse(liquid.Parse(src, liquid.Options{}, c.found))...)
				continue
			}
		}
		out = append(out, n)
	}
	return out
}
