package deliver

import (
	"context"
	"net/mail"
	"strconv"
	"strings"
	"sync"
	"time"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/bundle"
	"github.com/senda-dev/senda/internal/guard"
	"github.com/senda-dev/senda/internal/jsonata"
	sendamail "github.com/senda-dev/senda/internal/mail"
	"github.com/senda-dev/senda/internal/mail/token"
)

// Links makes the signed links of a mail.
type Links struct {
	// Base is the https address of the public pages, without a slash at its end.
	Base string
	Ring *token.Ring
}

// longestCounted is the length of the longest address whose clicks are counted.
const longestCounted = 1000

// The paths of the public pages under Links.Base, each followed by a token.
const (
	WithdrawPath    = "/withdraw/"
	PreferencesPath = "/preferences/"
	ConfirmPath     = "/confirm/"
	AnswerPath      = "/answer/"
	ClickPath       = "/click/"
)

func (k Links) sign(path string, c token.Claims) (string, error) {
	t, err := k.Ring.Sign(c)
	if err != nil {
		return "", senda.Wrap(senda.Internal, "sign a link", err)
	}
	return k.Base + path + t, nil
}

// opened keeps the mails of bundles ready to be rendered.
type opened struct{ mails sync.Map }

type mailOf struct{ digest, name string }

func (o *opened) mail(b *bundle.Bundle, name string) (*sendamail.Mail, error) {
	key := mailOf{b.Digest(), name}
	if m, ok := o.mails.Load(key); ok {
		return m.(*sendamail.Mail), nil // only this function stores
	}
	c, ok := b.Mails[name]
	if !ok {
		return nil, senda.Errorf(senda.Invalid, "open the mail "+name, "the bundle does not hold it")
	}
	m, err := sendamail.Open(c)
	if err != nil {
		return nil, senda.Wrap(senda.Invalid, "open the mail "+name, err)
	}
	o.mails.Store(key, m)
	return m, nil
}

// language is the variant for the person: theirs, else the brand's first that
// the mail has.
func (l *letter) language() string {
	return sendamail.Language(l.person.Locale, l.bundle.Mails[l.req.Mail].Languages)
}

// compose makes the message whole. An error of code Invalid is the mail's: it
// cannot be made for this person.
func (l *letter) compose(e senda.Entry, in guard.Input, offers Showing, at time.Time) ([]byte, error) {
	m, err := l.s.opened.mail(l.bundle, l.req.Mail)
	if err != nil {
		return nil, err
	}
	claims := token.Claims{Person: string(l.req.Person), Brand: l.req.Brand, Purpose: l.req.Purpose, Message: string(l.message), Issued: at}
	links, err := l.links(claims, m.Question)
	if err != nil {
		return nil, err
	}
	rendered, err := m.Render(l.language(), l.values(e, in, offers, links), sendamail.Options{
		Zone: l.place.Zone(),
		Click: func(_ int, address string) (string, error) {
			if len(address) > longestCounted {
				return address, nil // a token around it would be longer than browsers keep
			}
			c := claims
			c.Kind, c.Arg = token.Click, address
			return l.s.Links.sign(ClickPath, c)
		},
	})
	if err != nil {
		return nil, senda.Wrap(senda.Invalid, "render "+l.req.Mail, err)
	}
	msg := sendamail.Message{Date: at, Rendered: rendered, Claim: string(l.message), To: sendamail.Address{Email: l.person.Address}}
	if msg.From, err = address(l.brand.Sender(l.purpose.Class)); err != nil {
		return nil, err
	}
	if msg.ReplyTo, err = address(l.brand.Reply); err != nil {
		return nil, err
	}
	_, domain, _ := strings.Cut(msg.From.Email, "@")
	msg.ID = string(l.message) + "@" + domain
	if l.purpose.Class == senda.Marketing {
		msg.Unsubscribe, _ = links["withdraw"].(string)
		msg.ListID = l.req.Purpose + "." + l.req.Brand + "." + domain
		msg.FeedbackID = strings.Join([]string{l.bundle.Journey, l.req.Brand, string(l.purpose.Class), "senda"}, ":")
	}
	raw, err := msg.Bytes()
	return raw, senda.Wrap(senda.Invalid, "write "+l.req.Mail, err)
}

func (l *letter) links(claims token.Claims, q sendamail.Question) (map[string]any, error) {
	out := map[string]any{}
	for name, link := range map[string]struct {
		path string
		kind token.Kind
	}{"withdraw": {WithdrawPath, token.Withdraw}, "preferences": {PreferencesPath, token.Preferences}, "confirm": {ConfirmPath, token.Confirm}} {
		claims.Kind, claims.Arg = link.kind, ""
		url, err := l.s.Links.sign(link.path, claims)
		if err != nil {
			return nil, err
		}
		out[name] = url
	}
	low, high := q.Scale()
	for i := low; i <= high && high > 0; i++ {
		claims.Kind, claims.Arg = token.Answer, strconv.Itoa(i)
		url, err := l.s.Links.sign(AnswerPath, claims)
		if err != nil {
			return nil, err
		}
		out[sendamail.AnswerLink(i)] = url
	}
	return out, nil
}

// values are what the templates may show: the roots that the compiler declared.
func (l *letter) values(e senda.Entry, in guard.Input, offers Showing, links map[string]any) sendamail.Values {
	person := map[string]any{}
	for name, a := range l.person.Attributes {
		person[name] = plain(a.Value)
	}
	values := sendamail.Values{
		"person": person, "entry": plain(e.Data), "links": links,
		"brand": map[string]any{
			"name": l.brand.Title, "controller": l.brand.Controller, "post": l.brand.Post,
			"from": l.brand.Sender(l.purpose.Class), "reply": l.brand.Reply,
		},
	}
	if in.Ground.Basis != senda.BasisNone {
		values["basis"] = string(in.Ground.Basis)
	}
	// Variables of a machine spell the hyphens of a step's name as underscores.
	for variable, v := range l.req.With.Members() {
		values[strings.ReplaceAll(variable, "_", "-")] = plain(v)
	}
	for step, v := range offers.Values {
		values[step] = v
	}
	return values
}

// address reads a mailbox of brands.yaml, which was checked there.
func address(mailbox string) (sendamail.Address, error) {
	a, err := mail.ParseAddress(mailbox)
	if err != nil {
		return sendamail.Address{}, senda.Wrap(senda.Internal, "read a mailbox of brands.yaml", err)
	}
	return sendamail.Address{Name: a.Name, Email: a.Address}, nil
}

// plain is a JSON value as templates read it; what is missing is nil.
func plain(v jsonata.Value) any {
	switch v.Kind() {
	case jsonata.KindBool:
		return v.Bool()
	case jsonata.KindNumber:
		return v.Num()
	case jsonata.KindString:
		return v.Str()
	case jsonata.KindArray:
		out := make([]any, 0, v.Len())
		for _, item := range v.Elements() {
			out = append(out, plain(item))
		}
		return out
	case jsonata.KindObject:
		out := make(map[string]any, v.Len())
		for name, member := range v.Members() {
			out[name] = plain(member)
		}
		return out
	default:
		return nil
	}
}

// handOver gives the message, which judge composed, to the mail service.
func (l *letter) handOver(ctx context.Context, c senda.Claim) (string, error) {
	return l.s.Mailer.HandOver(ctx, senda.Envelope{
		Message: c.Message, Class: c.Class, Brand: c.Brand, From: l.brand.Sender(l.purpose.Class), To: l.person.Address,
		MIME: l.mime, Journey: c.Journey, Step: c.Step, Language: c.Language,
	})
}
