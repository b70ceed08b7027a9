package play

import (
	"cmp"
	"context"
	"fmt"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/feedback"
	"github.com/senda-dev/senda/internal/identity"
	"github.com/senda-dev/senda/internal/jsonata"
)

// Stage is where a script is played: a house in this process, or a deployment.
type Stage interface {
	Store() senda.Store
	// Until carries on to the instant of an act, or to the end behind the last one.
	Until(ctx context.Context, s *Script, act int) error
	// Event lets something happen; why is the reason for which nobody entered, where
	// the stage can tell.
	Event(ctx context.Context, e senda.Event) (why string, err error)
	// Notice tells what became of a mail. NotFound: the mail never left.
	Notice(ctx context.Context, n feedback.Notice) error
	// Audience runs the audience of a journey.
	Audience(ctx context.Context, s *Script) error
	// Mails are those that left for the person, in their order.
	Mails(ctx context.Context, p senda.Person) ([]senda.Envelope, error)
}

// Perform plays the script and says what came of it. The first performance leaves
// its marks in the script.
func (s *Script) Perform(ctx context.Context, stage Stage) (Result, error) {
	first := s.Marks == nil
	result := Result{Offers: map[string]string{}}
	if err := stage.Store().Commit(ctx, senda.Put(s.Person, 0)); err != nil {
		return result, err
	}
	for n := range len(s.Acts) + 1 {
		if err := stage.Until(ctx, s, n); err != nil {
			return result, err
		}
		if first {
			mark, err := s.Mark(ctx, stage.Store())
			if err != nil {
				return result, err
			}
			s.Marks = append(s.Marks, mark)
		}
		if n == len(s.Acts) {
			break
		}
		why, err := s.act(ctx, stage, s.Acts[n])
		if err != nil {
			return result, err
		}
		result.Why = cmp.Or(why, result.Why)
	}
	return result, s.read(ctx, stage, &result)
}

func (s *Script) act(ctx context.Context, stage Stage, a Act) (why string, err error) {
	if a.Enters {
		if err := s.open(ctx, stage.Store()); err != nil {
			return "", err
		}
	}
	switch {
	case a.Event != nil:
		return stage.Event(ctx, *a.Event)
	case a.Audience:
		return "", stage.Audience(ctx, s)
	}
	return "", s.comes(ctx, stage, a)
}

// open lets the person enter the journey from now on, and no other: nobody enters
// before the scenario begins.
func (s *Script) open(ctx context.Context, store senda.Store) error {
	for {
		p, version, _, err := senda.Read[senda.Person](ctx, store, s.Person.Key())
		if err != nil {
			return err
		}
		given := senda.Given{}
		if p.Given != nil {
			given = *p.Given
		}
		given.Journey = s.Journey.Name()
		p.Given = &given
		if err := store.Commit(ctx, senda.Put(p, version)); senda.CodeOf(err) != senda.Conflict {
			return err
		}
	}
}

// comes lets something become of an earlier mail or offer: the event that the
// feedback of a mail service, or the person, would cause.
func (s *Script) comes(ctx context.Context, stage Stage, a Act) error {
	var id senda.EntryID
	story, err := s.Story(ctx, stage.Store())
	if err != nil {
		return err
	}
	if len(story) > 0 {
		id = story[len(story)-1].ID
	}
	o := a.Outcome
	if b, ok := s.Journey.Bundle.Step(o.Step); !ok || b.Kind != "offer" {
		return s.told(ctx, stage, id, a)
	}
	data := o.Data
	for k, v := range map[string]string{"entry": string(id), "step": o.Step, "journey": s.Journey.Name()} {
		if data.Get(k).Kind() != jsonata.KindNothing {
			data = data.With(k, jsonata.String(v))
		}
	}
	_, err = stage.Event(ctx, senda.Event{
		Source: Source, ID: fmt.Sprintf("%s-%s-%s-%d", s.Person.ID, o.Step, o.What, a.At.UnixNano()), Kind: "offer." + o.What, Time: a.At, Arrived: a.At,
		Identifiers: map[string]string{identity.Self: string(s.Person.ID)}, Data: data,
	})
	return err
}

// told is what a mail service or the person tells of a message.
func (s *Script) told(ctx context.Context, stage Stage, id senda.EntryID, a Act) error {
	data, kind := a.Outcome.Data, feedback.Kind(a.Outcome.What)
	n := feedback.Notice{
		Message: id.Message(s.Person.ID, a.Outcome.Step, 1), Kind: kind, Time: a.At, ID: fmt.Sprint(a.At.UnixNano()), Machine: data.Get("machine").Bool(),
		Answer: int(data.Get("answer").Num()), Comment: data.Get("comment").Str(), Question: data.Get("question").Str(),
		Type: data.Get("type").Str(), Sub: data.Get("sub-type").Str(),
	}
	switch {
	case kind == feedback.Bounced && n.Type == "":
		n.Type, n.Sub = "Permanent", "General"
	case kind == feedback.Complained && n.Type == "":
		n.Type = "abuse"
	}
	err := stage.Notice(ctx, n)
	if senda.CodeOf(err) == senda.NotFound {
		return nil // the mail never left, so nothing became of it
	}
	return err
}
