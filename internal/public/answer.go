package public

import (
	"fmt"
	"net/http"
	"strings"
	"unicode"

	"github.com/senda-dev/senda/internal/mail"
	"github.com/senda-dev/senda/internal/preferences"
)

// mostComment is the longest comment that is kept, in characters; the rest is cut.
const mostComment = 2000

// answer is the answer to a mail's question: shown first, and recorded by the button.
func (p *pages) answer(w http.ResponseWriter, r *http.Request, link string) {
	asked, err := p.Links.LookAnswer(r.Context(), link)
	if err != nil {
		p.failed(w, r, asked.Visit, err)
		return
	}
	t := p.tongue(r, asked.Visit)
	if r.Method != http.MethodPost {
		p.show(w, http.StatusOK, t.asks(asked))
		return
	}
	if !p.form(w, r, asked.Visit) {
		return
	}
	if _, err := p.Links.Answer(r.Context(), link, comment(r.PostForm.Get("comment"))); err != nil {
		p.failed(w, r, asked.Visit, err)
		return
	}
	out := t.page(t.Answered)
	out.Done = t.AnsweredText
	p.show(w, http.StatusOK, out)
}

func (t tongue) asks(a preferences.Asked) view {
	ask, ends := t.AskNPS, t.EndsNPS
	if a.Question == mail.Satisfaction {
		ask, ends = t.AskSatisfaction, t.EndsSatisfaction
	}
	low, high := a.Question.Scale()
	out := t.page(t.Answer)
	out.Question = &question{
		Text: fmt.Sprintf(ask, t.of), Chosen: fmt.Sprintf(t.Chosen, a.Answer, low, high), Comment: t.Comment, Most: mostComment,
	}
	out.Button = t.AnswerButton
	out.Small = []string{fmt.Sprintf(t.ChosenEnds, low, ends[0], high, ends[1]), t.AnswerHint}
	return out
}

// comment is what a person wrote, as text: whole characters, none that control.
func comment(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\n' && r != '\t' {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, ""))
	if runes := []rune(s); len(runes) > mostComment {
		s = string(runes[:mostComment])
	}
	return strings.TrimSpace(s)
}
