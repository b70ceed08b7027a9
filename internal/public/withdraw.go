package public

import (
	"fmt"
	"net/http"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/consent"
	"github.com/senda-dev/senda/internal/mail/token"
	"github.com/senda-dev/senda/internal/preferences"
)

// The field of the one-click POST and its value (RFC 8058, section 3.1).
const (
	oneClick = "List-Unsubscribe"
	clicked  = "One-Click"
)

// withdraw is one click, from a mail program or from the page's own button.
func (p *pages) withdraw(w http.ResponseWriter, r *http.Request, link string) {
	v, err := p.Links.Visit(r.Context(), link, token.Withdraw)
	if senda.CodeOf(err) == senda.NotFound && r.Method == http.MethodPost {
		// Nobody is left who could get mail: it is as if they had withdrawn.
		t := p.tongue(r, v)
		p.show(w, http.StatusOK, t.page(t.Withdrawn, t.WithdrawnAll))
		return
	}
	if err != nil {
		p.failed(w, r, v, err)
		return
	}
	t := p.tongue(r, v)
	if r.Method != http.MethodPost {
		p.show(w, http.StatusOK, p.askWithdraw(t, v))
		return
	}
	if !p.form(w, r, v) {
		return
	}
	if r.PostForm.Get(oneClick) != clicked {
		p.show(w, http.StatusBadRequest, t.page(t.Unclear, t.UnclearText))
		return
	}
	if err := p.Links.Withdraw(r.Context(), link); err != nil {
		p.failed(w, r, v, err)
		return
	}
	if v.Erased {
		p.show(w, http.StatusOK, t.page(t.Erased, t.ErasedText))
		return
	}
	text := t.reach(p.Links.OneClickReach(v.Brand, v.Purpose), v.Purpose, t.WithdrawnBrand, t.WithdrawnTopic, t.WithdrawnAll)
	out := t.page(t.Withdrawn, t.InFlight, t.StillService)
	out.Done = text
	p.show(w, http.StatusOK, out)
}

func (p *pages) askWithdraw(t tongue, v preferences.Visit) view {
	if v.Erased {
		return t.page(t.Erased, t.ErasedText)
	}
	out := t.page(t.Withdraw, t.reach(p.Links.OneClickReach(v.Brand, v.Purpose), v.Purpose, t.WithdrawBrand, t.WithdrawTopic, t.WithdrawAll))
	out.Hidden = []field{{oneClick, clicked}}
	out.Button = t.WithdrawButton
	out.Small = []string{t.StillService}
	return out
}

// reach says what one click ends.
func (t tongue) reach(level consent.Level, purpose, brand, topic, all string) string {
	switch level {
	case consent.LevelTopic:
		return fmt.Sprintf(topic, t.of, t.purpose(purpose))
	case consent.LevelBrand:
		return fmt.Sprintf(brand, t.of)
	default:
		return all
	}
}
