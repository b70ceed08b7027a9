package play

import (
	"cmp"
	"context"
	"time"

	senda "github.com/senda-dev/senda"
)

// Line is one step of a path: what it was, when in journey time, what came of it.
type Line struct {
	Step    string    `json:"step"`
	Kind    string    `json:"kind"`
	At      time.Time `json:"at"`
	Outcome string    `json:"outcome"`
	Reason  string    `json:"reason,omitempty"`
}

// Result is what came of a scenario.
type Result struct {
	// Entered is false when the person did not enter; Why says it in the word of
	// package enroll.
	Entered bool   `json:"entered"`
	Why     string `json:"why,omitempty"`
	// Lines are the steps in their order, at the times of the person's Zone.
	Lines []Line `json:"lines"`
	Zone  string `json:"zone"`
	// Leaves is the reason with which the entry ended, empty while it has not.
	Leaves string `json:"leaves,omitempty"`
	// Offers are the offers chosen, by slot; Mails the messages that left.
	Offers map[string]string `json:"offers,omitempty"`
	Mails  []senda.Envelope  `json:"-"`
	// Failed is an execution that failed, nil when none did.
	Failed *senda.Execution `json:"failed,omitempty"`
}

// read gathers what came of the script.
func (s *Script) read(ctx context.Context, stage Stage, out *Result) error {
	story, err := s.Story(ctx, stage.Store())
	if err != nil {
		return err
	}
	records, err := s.lines(ctx, stage.Store(), story)
	if err != nil {
		return err
	}
	out.Zone = s.Zone.String()
	for _, r := range records {
		out.Lines = append(out.Lines, Line{r.Step, r.Kind, r.At.In(s.Zone), r.Outcome, r.Reason})
	}
	if len(story) == 0 {
		return nil
	}
	out.Entered = true
	if last := story[len(story)-1]; last.Status == senda.StatusEnded {
		out.Leaves = last.Reason
	}
	left, err := stage.Mails(ctx, s.Person)
	if err != nil {
		return err
	}
	for _, e := range story {
		if err := s.chosen(ctx, stage.Store(), e.ID, out); err != nil {
			return err
		}
		for _, m := range left {
			if m.Message == e.ID.Message(s.Person.ID, m.Step, 1) {
				out.Mails = append(out.Mails, m)
			}
		}
	}
	return nil
}

func (s *Script) chosen(ctx context.Context, store senda.Store, id senda.EntryID, out *Result) error {
	got, err := store.Range(ctx, senda.Range{Kind: senda.KindDecision, Part: string(s.Person.ID)})
	if err != nil {
		return err
	}
	for _, v := range got {
		d, _, _, err := senda.As[senda.Decision](v)
		if err != nil {
			return err
		}
		if d.Entry == id {
			out.Offers[d.Slot] = cmp.Or(d.Offer, "none")
		}
	}
	return nil
}
