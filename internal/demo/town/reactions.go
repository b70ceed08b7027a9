package town

import (
	"cmp"
	"math"
	"slices"
	"time"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/jsonata"
)

// Mail is what a mail service and a person see of a mail of ours.
type Mail struct {
	Journey, Step string
	At            time.Time
	Marketing     bool
	// Asks: it has a question from 0 to 10. Confirms: it has the button of a double
	// opt-in.
	Asks, Confirms bool
}

// Act is what a mail service tells of a mail, or what a person does with it.
type Act string

// The acts.
const (
	Delivered      Act = "delivered"
	Bounced        Act = "bounced"         // for good
	Full           Act = "mailbox-full"    // for now
	MachineOpened  Act = "machine-opened"  // a proxy loads pictures in advance
	MachineClicked Act = "machine-clicked" // a scanner follows every link
	Opened         Act = "opened"
	Clicked        Act = "clicked"
	Confirms       Act = "confirms"    // presses the button of a double opt-in
	Answers        Act = "answers"     // clicks a number of the scale
	Withdraws      Act = "withdraws"   // the one click of RFC 8058
	ReportsAbuse   Act = "reports"     // "this is spam"
	WritesToCare   Act = "writes"      // an unhappy answer becomes a case
	CareCloses     Act = "care-closes" // the shop closes that case
)

// Reaction is an act at an instant.
type Reaction struct {
	Act Act
	At  time.Time
	// Answer is the number of Answers.
	Answer int
}

// Reactions are what comes of a mail that reaches the person's mailbox, in order
// of time. They are invented: a function of the person, the step that sent the
// mail and the day.
func (p Person) Reactions(m Mail) []Reaction {
	u := func(word string) float64 {
		return draw(p.Number, word, m.Journey, m.Step, m.At.UTC().Format(time.DateOnly))
	}
	after := func(d time.Duration) time.Time { return m.At.Add(d.Round(time.Second)) }
	seconds := func(word string, most float64) time.Duration {
		return time.Duration((1 + u(word)*most) * float64(time.Second))
	}
	if p.Dead {
		return []Reaction{{Act: Bounced, At: after(seconds("bounces", 40))}}
	}
	if u("full") < 0.006 {
		return []Reaction{{Act: Full, At: after(seconds("full when", 600))}}
	}
	out := []Reaction{{Act: Delivered, At: after(seconds("delivered", 20))}}
	if p.proxied() {
		out = append(out, Reaction{Act: MachineOpened, At: after(25*time.Second + seconds("proxy", 90))})
	}
	if p.scanned() {
		out = append(out, Reaction{Act: MachineClicked, At: after(22*time.Second + seconds("scanner", 30))})
	}
	if m.Confirms {
		return sorted(append(out, p.confirming(m, u, after)...))
	}
	if u("opens") >= p.curious() {
		return sorted(out)
	}
	// Half of those who look do so within an hour and a half, some after a day.
	opened := time.Duration(math.Exp(4.5+1.3*normal(u("opens when"), u("opens when too")))*60) * time.Second
	opened = min(max(opened, 2*time.Minute), 70*time.Hour)
	out = append(out, Reaction{Act: Opened, At: after(opened)})
	read := func(word string) time.Time { return after(opened + seconds(word, 120)) }
	switch {
	case m.Marketing && p.Complains && u("reports") < 0.2:
		out = append(out, Reaction{Act: ReportsAbuse, At: read("reports")})
	case m.Marketing && u("had enough") < 0.012:
		out = append(out, Reaction{Act: Withdraws, At: read("withdraws when")})
	case m.Asks && u("answers") < 0.5:
		answer := pick(u("answer"), answers)
		at := read("answers when")
		out = append(out, Reaction{Act: Answers, At: at, Answer: answer})
		if answer <= 3 && u("writes") < 0.6 {
			wrote := at.Add(time.Duration(10+u("writes when")*300) * time.Minute)
			out = append(out, Reaction{Act: WritesToCare, At: wrote}, Reaction{Act: CareCloses, At: wrote.Add(time.Duration(20+u("care")*120) * time.Hour)})
		}
	case u("clicks") < 0.3:
		out = append(out, Reaction{Act: Clicked, At: read("clicks when")})
	}
	return sorted(out)
}

var answers = []weighted[int]{{10, 22}, {9, 20}, {8, 18}, {7, 12}, {6, 8}, {5, 6}, {4, 3}, {3, 4}, {2, 3}, {1, 2}, {0, 2}}

func sorted(r []Reaction) []Reaction {
	slices.SortStableFunc(r, func(a, b Reaction) int { return cmp.Compare(a.At.UnixNano(), b.At.UnixNano()) })
	return r
}

// curious is how often the person looks at a mail.
func (p Person) curious() float64 { return 0.15 + 0.5*draw(p.Number, "curious") }

// proxied says that the mail service of the person loads pictures before anybody looks.
func (p Person) proxied() bool { return draw(p.Number, "proxied") < 0.4 }

// scanned says that something follows every link before the mail is shown.
func (p Person) scanned() bool { return draw(p.Number, "scanned") < 0.05 }

// confirming is what comes of a mail that asks to confirm: most do at once, some
// after the reminder, and those whose address somebody else typed in never do.
func (p Person) confirming(m Mail, u func(string) float64, after func(time.Duration) time.Time) []Reaction {
	eager := draw(p.Number, "eager")
	reminded := m.Step != FirstAsking
	if p.Consent == Unconfirmed || eager >= 0.92 || !reminded && eager >= 0.7 {
		return nil
	}
	opened := time.Duration((1 + 600*u("confirms when")*u("confirms too")) * float64(time.Minute))
	return []Reaction{{Act: Opened, At: after(opened)}, {Act: Confirms, At: after(opened + 30*time.Second)}}
}

// FirstAsking is the step of the journey welcome that asks to confirm the first time.
const FirstAsking = "please-confirm"

// normal is a draw from the standard normal distribution, by Box and Muller.
func normal(u, v float64) float64 {
	return math.Sqrt(-2*math.Log(1-u)) * math.Cos(2*math.Pi*v)
}

// Uses says whether the person shows the code of an offer when they order: the
// order is real, and would have come without the offer.
func (p Person) Uses(offer string, order time.Time) bool {
	return draw(p.Number, "uses", offer, order.UTC().Format(time.DateOnly)) < 0.45
}

// UsedOffer is the event with which the shop tells that an order used an offer.
func (p Person) UsedOffer(d senda.Decision, journey string, order senda.Event, cost float64, currency string) senda.Event {
	e := p.event("offer.used", string(d.Entry)+":"+d.Step+":"+order.ID, order.Time.Add(time.Second),
		text("offer", d.Offer), text("slot", d.Slot), text("journey", journey), text("step", d.Step), text("entry", string(d.Entry)),
		text("order", order.Data.Get("order").Get("id").Str()), text("currency", currency), number("cost", cost))
	return e
}

// Case is the event with which the shop opens or closes a case of customer care.
func (p Person) Case(open bool, id string, at time.Time) senda.Event {
	kind, data := "care.closed", []member{text("case", id), {Key: "content", Value: jsonata.Bool(true)}}
	if open {
		kind, data = "care.opened", []member{text("case", id), text("brand", "cellar"), text("reason", "low-score")}
	}
	return p.event(kind, id, at, data...)
}
