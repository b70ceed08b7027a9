package demo

import (
	"bytes"
	"context"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jhillyerd/enmime/v2"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/deliver"
	"github.com/senda-dev/senda/internal/demo/report"
	"github.com/senda-dev/senda/internal/demo/town"
	"github.com/senda-dev/senda/internal/entry"
	"github.com/senda-dev/senda/internal/feedback"
	"github.com/senda-dev/senda/internal/identity"
	"github.com/senda-dev/senda/internal/mail"
)

// post is the mail service of the town and the mailboxes behind it. It is a
// senda.Mailer: what is handed over has left, and what people do with it comes back
// in its time.
type post struct {
	*stage
	people map[string]int // by address
	mails  map[mailOf]mailKind
	left   []report.Handed
}

type mailOf struct{ journey, step string }

// mailKind is what a mail asks of a person.
type mailKind struct {
	confirms bool
	question mail.Question
}

func newPost(s *stage) *post {
	p := &post{stage: s, people: map[string]int{}, mails: map[mailOf]mailKind{}}
	for i := range s.people {
		if a := s.people[i].Address; a != "" {
			p.people[a] = i
		}
	}
	for _, j := range s.live {
		for _, step := range j.Bundle.Steps {
			m, ok := j.Bundle.Mails[step.About]
			if step.Kind != "email" || !ok {
				continue
			}
			k := mailKind{question: m.Question}
			for _, v := range m.Variants {
				k.confirms = k.confirms || slices.Contains(v.Uses, "links.confirm")
			}
			p.mails[mailOf{j.Name(), step.Name}] = k
		}
	}
	return p
}

// HandOver implements senda.Mailer.
func (p *post) HandOver(_ context.Context, e senda.Envelope) (string, error) {
	now := p.clock.Now()
	p.left = append(p.left, report.Handed{Envelope: e, At: now})
	i, ok := p.people[e.To]
	if !ok {
		return "", senda.Errorf(senda.Internal, "hand over "+string(e.Message), "nobody of the town has this address")
	}
	k := p.mails[mailOf{e.Journey, e.Step}]
	seen := town.Mail{Journey: e.Journey, Step: e.Step, At: now, Marketing: e.Class == senda.Marketing, Asks: k.question != "", Confirms: k.confirms}
	for n, r := range p.stage.people[i].Reactions(seen) {
		p.feed.plan(r.At, func(ctx context.Context) error { return p.react(ctx, i, e, k, r, n) })
	}
	return "post-" + strconv.Itoa(len(p.left)), nil
}

// react lets one reaction happen, on the way on which it would come in life: from
// the mail service as a notice, from the person through a signed link, from the shop
// as an event.
func (p *post) react(ctx context.Context, person int, e senda.Envelope, k mailKind, r town.Reaction, n int) error {
	notice := feedback.Notice{Message: e.Message, Time: r.At, ID: strconv.Itoa(n)}
	switch r.Act {
	case town.Delivered:
		notice.Kind = feedback.Delivered
	case town.Bounced:
		notice.Kind, notice.Type, notice.Sub = feedback.Bounced, "Permanent", "NoEmail"
	case town.Full:
		notice.Kind, notice.Type, notice.Sub = feedback.Bounced, "Transient", "MailboxFull"
	case town.MachineOpened, town.Opened:
		notice.Kind, notice.Machine = feedback.Opened, r.Act == town.MachineOpened
	case town.MachineClicked, town.Clicked:
		notice.Kind, notice.Machine = feedback.Clicked, r.Act == town.MachineClicked
	case town.ReportsAbuse:
		notice.Kind, notice.Type = feedback.Complained, "abuse"
		p.say(e, r, false)
	case town.Answers:
		notice.Kind, notice.Question, notice.Answer = feedback.Answered, string(k.question), r.Answer
	case town.Confirms:
		link, err := linkIn(e.MIME, deliver.ConfirmPath)
		if err != nil {
			return err
		}
		p.say(e, r, true)
		_, err = p.pages.Confirm(ctx, link)
		return err
	case town.Withdraws:
		link, err := linkIn(e.MIME, deliver.WithdrawPath)
		if err != nil {
			return err
		}
		p.say(e, r, false)
		return p.pages.Withdraw(ctx, link)
	case town.WritesToCare, town.CareCloses:
		return p.house.Emit(ctx, p.stage.people[person].Case(r.Act == town.WritesToCare, "case-"+string(e.Message), r.At))
	}
	return p.house.Feedback.Take(ctx, notice)
}

// linkIn finds the token of the first link of a kind in a message, as whoever reads
// it would: in the header of one click, or in the page.
func linkIn(mime []byte, path string) (string, error) {
	m, err := enmime.NewParser(enmime.DisableCharacterDetection(true)).ReadEnvelope(bytes.NewReader(mime))
	if err != nil {
		return "", senda.Wrap(senda.Internal, "read a message", err)
	}
	for _, where := range []string{m.GetHeader("List-Unsubscribe"), m.HTML} {
		if _, rest, ok := strings.Cut(where, path); ok {
			return signed.FindString(rest), nil
		}
	}
	return "", senda.Errorf(senda.Internal, "follow a link", "the message has none to %s", path)
}

var signed = regexp.MustCompile(`^[A-Za-z0-9._~-]+`)

// Word is what somebody said about the marketing of a brand through a mail: yes by a
// confirmation, no by one click or a complaint.
type Word struct {
	Address, Brand string
	At             time.Time
	Agrees         bool
}

func (p *post) say(e senda.Envelope, r town.Reaction, agrees bool) {
	p.Words = append(p.Words, Word{e.To, e.Brand, r.At, agrees})
}

// told notes an event of the town and lets an order use an offer that the person
// was shown.
func (s *stage) told(e senda.Event) {
	s.Told = append(s.Told, e)
	if e.Kind != "order.completed" || e.Time.Before(opening) {
		return
	}
	s.feed.plan(e.Time.Add(time.Second), func(ctx context.Context) error { return s.use(ctx, e) })
}

// use lets the person show the code of an offer, if they hold one that is still good.
func (s *stage) use(ctx context.Context, order senda.Event) error {
	number := order.Identifiers["customer"]
	id, ok, err := s.known(ctx, number)
	if err != nil || !ok {
		return err
	}
	held, err := s.Store.Range(ctx, senda.Range{Kind: senda.KindDecision, Part: string(id)})
	if err != nil {
		return err
	}
	for _, v := range held {
		d, _, _, err := senda.As[senda.Decision](v)
		if err != nil {
			return err
		}
		o, ok := s.compiled.Catalog.Offers.Offer(d.Offer)
		if !ok || d.State != senda.Spent || !d.Used.IsZero() || o.Code == "" || o.Valid.After(d.At, time.UTC).Before(order.Time) {
			continue
		}
		i := s.numbers[number]
		if !s.people[i].Uses(d.Offer, order.Time) {
			continue
		}
		e := s.people[i].UsedOffer(d, d.Entry.Journey(), order, float64(o.Cost.Minor)/100, string(o.Cost.Currency))
		return s.house.Emit(ctx, e) // one code an order
	}
	return nil
}

// known finds a person of the town by the number that the shop knows them by.
func (s *stage) known(ctx context.Context, number string) (senda.PersonID, bool, error) {
	r, err := identity.Resolve(ctx, s.Store, s.house.Keys, map[string]string{"customer": number})
	if err != nil || len(r.People) == 0 {
		return "", false, err
	}
	return r.People[0].Person.ID, true, nil
}

// tried notes what came of every attempt to send.
func (s *stage) tried(_ senda.Claim, sent entry.Sent) { s.Tried[sent.Outcome]++ }
