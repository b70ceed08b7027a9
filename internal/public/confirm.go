package public

import (
	"fmt"
	"net/http"

	"github.com/senda-dev/senda/internal/consent"
)

// confirm is the second step of a double opt-in.
func (p *pages) confirm(w http.ResponseWriter, r *http.Request, link string) {
	asked, err := p.Links.LookAsked(r.Context(), link)
	if err != nil {
		p.failed(w, r, asked.Visit, err)
		return
	}
	answer, pressed := asked.Answer, r.Method == http.MethodPost
	if pressed {
		if !p.form(w, r, asked.Visit) {
			return
		}
		if answer, err = p.Links.Confirm(r.Context(), link); err != nil {
			p.failed(w, r, asked.Visit, err)
			return
		}
	}
	t := p.tongue(r, asked.Visit)
	switch {
	case answer == consent.AnswerErased:
		p.show(w, http.StatusOK, t.page(t.Erased, t.ErasedText))
	case answer == consent.AnswerWithdrawn:
		p.show(w, http.StatusOK, t.page(t.ConfirmLate, t.ConfirmWithdrawn))
	case answer != consent.AnswerGranted:
		p.show(w, http.StatusGone, t.page(t.ConfirmLate, t.ConfirmLateText))
	default:
		out := t.page(t.Confirm, fmt.Sprintf(t.ConfirmText, t.of))
		if pressed {
			out = t.page(t.Confirmed)
			out.Done = fmt.Sprintf(t.ConfirmedText, t.of)
		} else {
			out.Button = t.ConfirmButton
		}
		topics := section{Heading: t.ConfirmTopics}
		for _, topic := range asked.Topics {
			topic.On = topic.On || pressed
			topics.Rows = append(topics.Rows, t.topic(topic, t.ConfirmTopicDone, t.ConfirmTopicOpen))
		}
		out.Sections = []section{topics}
		p.show(w, http.StatusOK, out)
	}
}
