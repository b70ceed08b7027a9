package sesevent

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
	"time"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/feedback"
)

// MaxBody bounds what is read, in bytes. What the rule sends has a few hundred.
const MaxBody = 16 << 10

// Event is what the rule sends of one event.
type Event struct {
	Notice feedback.Notice
	// Status is the enhanced status code of a bounce (RFC 3463), as 5.1.1; empty when there
	// is none, or it is none.
	Status string
	// Matters is false for what becomes of no message: a delay of its delivery, a choice of
	// a subscription of SES's own, a template of SES that could not be rendered.
	// Notice then has no Kind.
	Matters bool
}

// wire is InputTemplate filled in.
type wire struct {
	ID           string `json:"id"`
	At           string `json:"at"`
	Type         string `json:"type"`
	Message      string `json:"message"`
	Service      string `json:"service"`
	Sent         string `json:"sent"`
	Delivered    string `json:"delivered"`
	Bounced      string `json:"bounced"`
	Bounce       string `json:"bounce"`
	BounceSub    string `json:"bounce-sub"`
	Status       string `json:"status"`
	Complained   string `json:"complained"`
	Complaint    string `json:"complaint"`
	ComplaintSub string `json:"complaint-sub"`
	Opened       string `json:"opened"`
	OpenMachine  string `json:"open-machine"`
	Clicked      string `json:"clicked"`
	ClickMachine string `json:"click-machine"`
	Link         string `json:"link"`
}

// Decode reads what the rule sends. Its errors are Invalid and repeat nothing of body.
func Decode(body []byte) (Event, error) {
	const op = "read an event of SES"
	if len(body) > MaxBody {
		return Event{}, senda.Errorf(senda.Invalid, op, "it has more than %d bytes", MaxBody)
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	var w wire
	if err := d.Decode(&w); err != nil || d.More() {
		return Event{}, senda.Errorf(senda.Invalid, op, "it is not what the rule of the deployment sends").
			WithHelp("the rule and the functions are of two releases; deploy again")
	}
	if !isMessage(w.Message) {
		return Event{}, senda.Errorf(senda.Invalid, op, "it names no message of Senda's")
	}
	e := Event{Notice: feedback.Notice{Message: senda.MessageID(w.Message), ID: w.ID, Service: w.Service}}
	at, err := e.tell(w)
	if err != nil {
		return Event{}, err
	}
	if e.Notice.Time, err = instant(at, w.At); err != nil {
		return Event{}, err
	}
	e.Matters = e.Notice.Kind != ""
	return e, nil
}

// tell writes what the event says into the notice, and returns the instant of it.
func (e *Event) tell(w wire) (at string, err error) {
	n := &e.Notice
	switch w.Type {
	case "Send":
		n.Kind = feedback.Sent
		return w.Sent, nil
	case "Delivery":
		n.Kind = feedback.Delivered
		return w.Delivered, nil
	case "Bounce":
		n.Kind, n.Type, n.Sub = feedback.Bounced, word(w.Bounce), word(w.BounceSub)
		e.Status = enhanced(w.Status)
		return w.Bounced, nil
	case "Reject":
		// SES found a virus in what it had taken: it is the message's fault, no address's.
		n.Kind, n.Type, n.Sub = feedback.Bounced, "Permanent", "ContentRejected"
		return "", nil
	case "Complaint":
		n.Kind, n.Type, n.Sub = feedback.Complained, word(w.Complaint), word(w.ComplaintSub)
		return w.Complained, nil
	case "Open":
		n.Kind, n.Machine = feedback.Opened, truth(w.OpenMachine)
		return w.Opened, nil
	case "Click":
		n.Kind, n.Machine, n.Link = feedback.Clicked, truth(w.ClickMachine), link(w.Link)
		return w.Clicked, nil
	case "DeliveryDelay", "Subscription", "Rendering Failure":
		return "", nil
	}
	return "", senda.Errorf(senda.Invalid, "read an event of SES", "it is of a kind that no reader knows")
}

// isMessage says that s has the form of a senda.MessageID.
func isMessage(s string) bool {
	rest, ok := strings.CutPrefix(s, "m-")
	return ok && len(rest) > 0 && len(rest) <= 64 && strings.Trim(rest, "abcdefghijklmnopqrstuvwxyz0123456789-") == ""
}

// instant reads the first time that is one. The bus's own is behind by seconds.
func instant(texts ...string) (time.Time, error) {
	for _, s := range texts {
		if t, err := time.Parse(time.RFC3339Nano, s); err == nil {
			return t.UTC(), nil
		}
	}
	return time.Time{}, senda.Errorf(senda.Invalid, "read an event of SES", "it has no instant")
}

// enhanced is s when it has the form of an enhanced status code.
func enhanced(s string) string {
	part := strings.Split(s, ".")
	if len(part) != 3 || len(s) > 9 {
		return ""
	}
	for _, p := range part {
		if p == "" || strings.Trim(p, "0123456789") != "" {
			return ""
		}
	}
	return s
}

// truth reads a mark. One that is missing, as before 7 August 2026, marks nothing.
func truth(s string) bool { return strings.EqualFold(s, "true") }

// word is a word of SES's lists; a null, as the sub-type of most complaints is, may come
// spelled out.
func word(s string) string {
	if s == "null" {
		return ""
	}
	return s
}

// link is the number of a link, 0 when the mail does not number its links.
func link(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 {
		return 0
	}
	return n
}
