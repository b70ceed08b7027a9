package play

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	senda "github.com/senda-dev/senda"
)

// Mark is where a story stands. Two performances of a script have come equally far
// when the texts of their marks are equal.
type Mark struct {
	// Text tells the entries, the steps that ran and the pause in which each entry stands.
	Text string
	// Since and Until bound the pause that ends first, in journey time; zero without one.
	Since, Until time.Time
}

// Mark says where the script's story stands in a store.
func (s *Script) Mark(ctx context.Context, store senda.Store) (Mark, error) {
	story, err := s.Story(ctx, store)
	if err != nil {
		return Mark{}, err
	}
	var m Mark
	var b strings.Builder
	for _, e := range story {
		fmt.Fprintf(&b, "entry %s %s %s %s\n", e.ID, e.At.UTC().Format(time.RFC3339), e.Status, e.Reason)
		if p := e.Pause; p != nil && p.Over == nil && e.Status == senda.StatusActive {
			if m.Until.IsZero() || p.Until.Before(m.Until) {
				m.Since, m.Until = p.Since, p.Until
			}
			fmt.Fprintf(&b, "  in %s %d until %s\n", p.Step, p.N, p.Until.UTC().Format(time.RFC3339))
		}
	}
	lines, err := s.lines(ctx, store, story)
	if err != nil {
		return Mark{}, err
	}
	for _, l := range lines {
		fmt.Fprintf(&b, "%s %d %s %s %s\n", l.Step, l.N, l.At.UTC().Format(time.RFC3339), l.Outcome, l.Reason)
	}
	m.Text = b.String()
	return m, nil
}

// Story are the entries that the scenario tells of: the first, and where that was
// restarted the ones that came of it, in their order. Other entries, for another
// basket or months later, belong to other stories.
func (s *Script) Story(ctx context.Context, store senda.Store) ([]senda.Entry, error) {
	found, err := store.Range(ctx, senda.Range{Kind: senda.KindEntry, Part: string(s.Person.ID)})
	if err != nil {
		return nil, err
	}
	var all []senda.Entry
	for _, v := range found {
		e, _, _, err := senda.As[senda.Entry](v)
		if err != nil {
			return nil, err
		}
		if e.Journey == s.Journey.Name() {
			all = append(all, e)
		}
	}
	slices.SortStableFunc(all, func(a, b senda.Entry) int { return a.At.Compare(b.At) })
	var told []senda.Entry
	for _, e := range all {
		if len(told) == 0 {
			told = append(told, e)
		} else if last := told[len(told)-1]; last.Reason == senda.LeftRestarted && e.Each == last.Each {
			told = append(told, e)
		}
	}
	return told, nil
}

// lines are the steps of a story, in their order.
func (s *Script) lines(ctx context.Context, store senda.Store, story []senda.Entry) ([]senda.StepRecord, error) {
	steps, err := store.Range(ctx, senda.Range{Kind: senda.KindStep, Part: string(s.Person.ID)})
	if err != nil {
		return nil, err
	}
	var records []senda.StepRecord
	for _, v := range steps {
		r, _, _, err := senda.As[senda.StepRecord](v)
		if err != nil {
			return nil, err
		}
		if slices.ContainsFunc(story, func(e senda.Entry) bool { return e.ID == r.Entry }) {
			records = append(records, r)
		}
	}
	slices.SortStableFunc(records, func(a, b senda.StepRecord) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Seq, b.Seq)) })
	return records, nil
}
