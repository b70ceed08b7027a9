// Package explain says why: why a person got a mail, why they did not, and what
// comes next. It tells what was recorded when it happened, and computes nothing again.
package explain

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/brand"
	"github.com/senda-dev/senda/internal/bundle"
	"github.com/senda-dev/senda/internal/guard"
	"github.com/senda-dev/senda/internal/hours"
)

// Story is one entry of a person, from its beginning to now.
type Story struct {
	Entry   senda.EntryID `json:"entry"`
	Journey string        `json:"journey"`
	At      time.Time     `json:"at"`
	Arm     senda.Arm     `json:"arm"`
	Status  senda.Status  `json:"status"`
	Reason  string        `json:"reason,omitempty"`
	Steps   []Step        `json:"steps"`
	// Next says what comes next, in words.
	Next string `json:"next"`
	// Zone is that of the person, ZoneFrom how it was found.
	Zone     string `json:"zone"`
	ZoneFrom string `json:"zone-from"`
	zone     *time.Location
}

// Step is one line of the story. Brand, Purpose and Fate are those of a mail.
type Step struct {
	senda.StepRecord
	Brand   string `json:"brand,omitempty"`
	Purpose string `json:"purpose,omitempty"`
	// Fate says what became of the right to send it, empty when none was taken.
	Fate senda.Fate `json:"fate,omitempty"`
	// Offers are those chosen before it, with where they stand now.
	Offers []Offer `json:"offers,omitempty"`
	// Next says what came after it, in words.
	Next string `json:"next"`
}

// Offer is an offer that was chosen for the person.
type Offer struct {
	Name  string           `json:"name"`
	State senda.OfferState `json:"state"`
}

// Teller tells stories.
type Teller struct {
	Store   senda.Store
	Bundles bundle.Bundles
	Book    *brand.Book
}

// Stories are all entries of a person, the latest last. NotFound: there is
// nobody of that id.
func (t *Teller) Stories(ctx context.Context, id senda.PersonID) ([]Story, error) {
	p, _, ok, err := senda.Read[senda.Person](ctx, t.Store, senda.PersonKey(id))
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, senda.Errorf(senda.NotFound, "explain "+string(id), "there is nobody of this id").WithHelp("ids begin with p-; or name the person by an identifier, such as customer=C-1187")
	}
	if p.Into != "" {
		return t.Stories(ctx, p.Into)
	}
	entries, err := all[senda.Entry](ctx, t.Store, senda.KindEntry, id)
	if err != nil {
		return nil, err
	}
	steps, err := all[senda.StepRecord](ctx, t.Store, senda.KindStep, id)
	if err != nil {
		return nil, err
	}
	claims, err := all[senda.Claim](ctx, t.Store, senda.KindClaim, id)
	if err != nil {
		return nil, err
	}
	decisions, err := all[senda.Decision](ctx, t.Store, senda.KindDecision, id)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(entries, func(a, b senda.Entry) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.ID, b.ID)) })
	var out []Story
	for _, e := range entries {
		s, err := t.story(ctx, p, e, steps, claims, decisions)
		if err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	return out, nil
}

func all[T senda.Record](ctx context.Context, s senda.Store, kind senda.Kind, id senda.PersonID) ([]T, error) {
	var out []T
	after := ""
	for {
		page, err := s.Range(ctx, senda.Range{Kind: kind, Part: string(id), After: after})
		if err != nil || len(page) == 0 {
			return out, err
		}
		for _, v := range page {
			r, _, _, err := senda.As[T](v)
			if err != nil {
				return nil, err
			}
			out = append(out, r)
			after = v.Record.Key().Sort
		}
	}
}

func (t *Teller) story(ctx context.Context, p senda.Person, e senda.Entry, steps []senda.StepRecord, claims []senda.Claim, decisions []senda.Decision) (Story, error) {
	b, err := t.Bundles.Bundle(ctx, e.Bundle)
	if err != nil {
		return Story{}, err
	}
	home := time.UTC
	if f, ok := t.Book.Family(b.Family); ok {
		home = f.Zone
	}
	place := hours.PlaceOf(p, home)
	s := Story{
		Entry: e.ID, Journey: e.Journey, At: e.At, Arm: e.Arm, Status: e.Status, Reason: e.Reason,
		Zone: place.Zone().String(), ZoneFrom: string(place.From), zone: place.Zone(), Steps: []Step{},
	}
	for _, r := range steps {
		if r.Entry != e.ID {
			continue
		}
		line := Step{StepRecord: r}
		if step, ok := b.Step(r.Step); ok {
			line.Brand, line.Purpose = step.Brand, step.Purpose
		}
		for _, c := range claims {
			if c.Entry == e.ID && c.Step == r.Step && c.N == r.N {
				line.Fate = c.Fate
			}
		}
		for _, d := range decisions {
			if d.Entry == e.ID && d.State != "" && !d.At.After(r.At) {
				line.Offers = append(line.Offers, Offer{d.Offer, d.State})
			}
		}
		s.Steps = append(s.Steps, line)
	}
	slices.SortFunc(s.Steps, func(a, b Step) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Seq, b.Seq)) })
	s.Next = next(e, place.Zone())
	for i := range s.Steps {
		if s.Steps[i].Next = s.Next; i+1 < len(s.Steps) {
			s.Steps[i].Next = fmt.Sprintf("went on to %q", s.Steps[i+1].Step)
		}
	}
	return s, nil
}

func next(e senda.Entry, zone *time.Location) string {
	switch {
	case e.Status == senda.StatusEnded:
		return fmt.Sprintf("nothing: the journey ended for this person on %s (%s)", e.LeftAt.In(zone).Format("2006-01-02 15:04"), e.Reason)
	case e.Status == senda.StatusLeaving:
		return "leaves at the next step (" + e.Reason + ")"
	case e.Pause != nil && e.Pause.Over == nil:
		text := fmt.Sprintf("waits at %q until %s", e.Pause.Step, e.Pause.Until.In(zone).Format("2006-01-02 15:04"))
		var listens []string
		for _, l := range e.Pause.Listens {
			name := l.Event
			if l.Step != "" {
				name = l.Step + " (" + l.Event + ")"
			}
			listens = append(listens, name)
		}
		if len(listens) > 0 {
			text += ", or for " + strings.Join(listens, ", ")
		}
		return text
	case !e.Started:
		return "the journey is about to begin"
	}
	return "goes on with the next step"
}

// Write tells the whole story to a person.
func (s Story) Write(w io.Writer) {
	fmt.Fprintf(w, "%s  entry %s · %s, %s\n", s.local(s.At), s.Entry, s.Arm, s.status())
	for _, st := range s.Steps {
		line := fmt.Sprintf("  %s  %-24s %s", s.local(st.At), st.Step, words(st.Outcome, st.Reason))
		if unknown := doubt(st.Fate); unknown != "" {
			line += ", " + unknown
		}
		fmt.Fprintln(w, line)
	}
	fmt.Fprintf(w, "What next: %s.\n", s.Next)
}

// WriteMail tells of one mail, with every guard in its order, the passed ones too. It
// reports whether the story has such a mail.
func (s Story) WriteMail(w io.Writer, step string) bool {
	found := false
	for _, st := range s.Steps {
		if st.Step == step && len(st.Guards) > 0 {
			s.mail(w, st)
			found = true
		}
	}
	return found
}

// Mails are the names of the mails that the story tells of.
func (s Story) Mails() []string {
	var out []string
	for _, st := range s.Steps {
		if len(st.Guards) > 0 && !slices.Contains(out, st.Step) {
			out = append(out, st.Step)
		}
	}
	return out
}

func (s Story) mail(w io.Writer, st Step) {
	verdict := "MAILED"
	switch {
	case st.Outcome == "refused":
		verdict = "NOT MAILED: " + st.Reason
	case st.Outcome == "would-have-been":
		verdict = "WOULD HAVE BEEN MAILED: held out"
	case doubt(st.Fate) != "":
		verdict = "PERHAPS MAILED: " + doubt(st.Fate)
	}
	fmt.Fprintf(w, "%s %s (%s)   entry %s · step %s · %s\n", s.local(st.At), s.Zone, s.ZoneFrom, s.Entry, st.Step, verdict)
	for _, g := range st.Guards {
		word := "yes"
		if !g.Pass {
			word = "NO "
		}
		fmt.Fprintln(w, strings.TrimRight(fmt.Sprintf("  %s  %-38s %s", word, guard.Label(g.Guard, st.Brand, st.Purpose), g.Why), " "))
	}
	after := st.Next
	for _, o := range st.Offers {
		after += fmt.Sprintf("; offer %q %s", o.Name, o.State)
	}
	fmt.Fprintf(w, "What next: %s.\n", after)
}

// doubt says what is known of a mail of which nobody knows whether it left.
func doubt(f senda.Fate) string {
	switch f {
	case senda.Claimed:
		return "the answer of the mail service is awaited"
	case senda.Skipped:
		return "nobody knows whether it left, and it is not tried again"
	case senda.Unproven:
		return "nobody knows whether it left, and somebody must look"
	case senda.Sent, senda.NotSent:
	}
	return ""
}

func (s Story) local(t time.Time) string { return t.In(s.zone).Format("2006-01-02 15:04") }

func (s Story) status() string {
	if s.Reason != "" {
		return string(s.Status) + " (" + s.Reason + ")"
	}
	return string(s.Status)
}

func words(outcome, reason string) string {
	if reason == "" {
		return outcome
	}
	return outcome + ": " + reason
}
