package feedback

import (
	"cmp"
	"strconv"
	"strings"
	"time"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/consent"
	"github.com/senda-dev/senda/internal/identity"
	"github.com/senda-dev/senda/internal/jsonata"
)

// Kind is what a notice tells.
type Kind string

// The kinds. Sent proves that a message left and tells no more.
const (
	Sent       Kind = "sent"
	Delivered  Kind = "delivered"
	Bounced    Kind = "bounced"
	Complained Kind = "complained"
	Opened     Kind = "opened"
	Clicked    Kind = "clicked"
	Answered   Kind = "answered"
)

// Notice is one thing that became of a message.
type Notice struct {
	Message senda.MessageID
	Kind    Kind
	Time    time.Time
	// ID tells several openings and clicks of one message apart; the mail service's
	// own id of the notice.
	ID string
	// Service is the mail service's own id of the message, if it says it.
	Service string
	// Address is the recipient as the mail service names it; it goes no further than
	// its keyed hash. Empty: that of the person, if it is still the same.
	Address string
	// Machine: an opening or a click that no person made.
	Machine bool
	// Type and Sub are those of a bounce as Amazon SES names them ("Permanent",
	// "NoEmail"); Type is the feedback type of a complaint ("abuse", "not-spam").
	Type, Sub string
	// Link is which link was clicked, from 0.
	Link int
	// Question, Answer and Comment are those of an answer. Comment is personal.
	Question string
	Answer   int
	Comment  string
}

// The classes of bounces as Claim.Bounce keeps them.
const (
	bounceOurs   = "ours"
	bounceSoft   = "soft"
	bounceListed = "listed"
	bounceHard   = "hard"
)

var classNames = map[consent.BounceClass]string{
	consent.BounceOurs: bounceOurs, consent.BounceSoft: bounceSoft, consent.BounceListed: bounceListed, consent.BounceHard: bounceHard,
}

// severity orders classes: a message that bounced softly first may come back for
// good later, or the other way round.
var severity = map[string]int{"": 0, bounceOurs: 1, bounceSoft: 2, bounceListed: 3, bounceHard: 4}

func (n Notice) class() consent.BounceClass { return consent.ClassifyBounce(n.Type, n.Sub) }

// abuse says that somebody complained; "not-spam" takes a complaint back that a
// filter made, and none of ours.
func (n Notice) abuse() bool { return n.Kind == Complained && n.Type != "not-spam" }

// human says that a person did it: a sign of life. Openings are none, since
// programs that fetch pictures pass for people.
func (n Notice) human() bool { return !n.Machine && (n.Kind == Clicked || n.Kind == Answered) }

// check says what no mail service would tell.
func (n Notice) check() error {
	const op = "take in a notice"
	switch {
	case n.Message == "" || n.Time.IsZero():
		return senda.Errorf(senda.Invalid, op, "it names no message or no time")
	case n.Kind == Answered && (n.Answer < 0 || n.Answer > 10 || n.Question == ""):
		return senda.Errorf(senda.Invalid, op, "its answer is not from 0 to 10, or to no question")
	case n.Link < 0:
		return senda.Errorf(senda.Invalid, op, "it names a link below the first")
	}
	switch n.Kind {
	case Sent, Delivered, Bounced, Complained, Opened, Clicked, Answered:
		return nil
	}
	return senda.Errorf(senda.Invalid, op, "there is no kind %q", n.Kind)
}

// told is the claim with what the notice tells, and whether that is new. It does not
// depend on the order in which notices come, nor on how often.
func told(c senda.Claim, n Notice) (out senda.Claim, changed bool) {
	if n.Machine {
		return c, false
	}
	at := n.Time.UTC()
	first := func(t *time.Time) {
		if t.IsZero() || at.Before(*t) {
			*t, changed = at, true
		}
	}
	switch n.Kind {
	case Delivered:
		first(&c.Delivered)
	case Bounced:
		first(&c.Bounced)
		if class := classNames[n.class()]; severity[class] > severity[c.Bounce] {
			c.Bounce, changed = class, true
		}
	case Complained:
		if n.abuse() {
			first(&c.Complained)
		}
	case Opened:
		first(&c.Opened)
	case Clicked:
		first(&c.Clicked)
	case Answered:
		answer := strconv.Itoa(n.Answer)
		if cmp.Or(at.Compare(c.Answered), strings.Compare(answer, c.Answer)) > 0 {
			c.Answered, c.Answer, changed = at, answer, true
		}
	case Sent:
	}
	return c, changed
}

// Source is the source of the events that tell the outcomes of mails.
const Source = "senda.mail"

// details are the words of the contract for the sub-types of SES.
var details = map[string]string{
	"General": "general", "NoEmail": "no-email", "Suppressed": "suppressed", "OnAccountSuppressionList": "suppressed",
	"MailboxFull": "mailbox-full", "MessageTooLarge": "too-large", "ContentRejected": "content", "AttachmentRejected": "attachment",
}

// event is the outcome as it is published.
func event(c senda.Claim, n Notice) senda.Event {
	text := func(k, v string) jsonata.Member { return jsonata.Member{Key: k, Value: jsonata.String(v)} }
	members := []jsonata.Member{
		text("journey", c.Journey), text("step", c.Step), text("mail", c.Mail), text("entry", string(c.Entry)),
		text("message", string(c.Message)), text("brand", c.Brand), text("purpose", c.Purpose),
	}
	id := string(c.Message) + "/" + string(n.Kind)
	switch n.Kind {
	case Bounced:
		kind := strings.ToLower(n.Type)
		if kind != "permanent" && kind != "transient" {
			kind = "undetermined"
		}
		detail := details[n.Sub]
		if detail == "" {
			detail = "unknown"
		}
		id += "/" + kind
		members = append(members, text("kind", kind), text("detail", detail))
	case Complained:
		kind := n.Type
		if kind != "abuse" && kind != "not-spam" {
			kind = "other"
		}
		id += "/" + kind
		members = append(members, text("kind", kind))
	case Opened, Clicked:
		id += "/" + n.name()
		members = append(members, jsonata.Member{Key: "machine", Value: jsonata.Bool(n.Machine)})
		if n.Kind == Clicked {
			members = append(members, jsonata.Member{Key: "link", Value: jsonata.Number(float64(n.Link))})
		}
	case Answered:
		id += "/" + n.name()
		members = append(members, text("question", n.Question), jsonata.Member{Key: "answer", Value: jsonata.Number(float64(n.Answer))})
		if n.Comment != "" {
			members = append(members, text("comment", n.Comment))
		}
	case Sent, Delivered:
	}
	return senda.Event{
		Source: Source, ID: id, Kind: "mail." + string(n.Kind), Time: n.Time.UTC(), Arrived: n.Time.UTC(),
		Identifiers: map[string]string{identity.Self: string(c.Person)}, Data: jsonata.Object(members...),
	}
}

// name tells notices of one kind about one message apart: those that come twice
// bear the same. An id of the mail service may be longer than that of an event.
func (n Notice) name() string {
	if n.ID != "" {
		return senda.ShortHash(n.ID)
	}
	return senda.ShortHash(senda.Stamp(n.Time), strconv.Itoa(n.Link), strconv.Itoa(n.Answer), strconv.FormatBool(n.Machine))
}
