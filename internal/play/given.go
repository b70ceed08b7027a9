package play

import (
	"context"
	"fmt"
	"time"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/feedback"
	"github.com/senda-dev/senda/internal/identity"
	"github.com/senda-dev/senda/internal/jsonata"
)

// comes lets something become of an earlier mail or offer: the event that the
// feedback of a mail service, or the person, would cause.
func (st *stage) comes(ctx context.Context, step, outcome string, data jsonata.Value, at time.Time) error {
	var id senda.EntryID
	story, err := st.story(ctx)
	if err != nil {
		return err
	}
	if len(story) > 0 {
		id = story[len(story)-1].ID
	}
	if s, ok := st.j.Bundle.Step(step); !ok || s.Kind != "offer" {
		if outcome == string(feedback.Answered) && data.Get("question").Kind() == jsonata.KindNothing {
			data = data.With("question", jsonata.String(string(st.j.Bundle.Mails[s.About].Question)))
		}
		return st.told(ctx, id.Message(st.person.ID, step, 1), feedback.Kind(outcome), data, at)
	}
	base, err := st.payload("offer."+outcome, data)
	if err != nil {
		return err
	}
	for k, v := range map[string]string{"entry": string(id), "step": step, "journey": st.j.Name()} {
		if base.Get(k).Kind() != jsonata.KindNothing {
			base = base.With(k, jsonata.String(v))
		}
	}
	return st.house.Emit(ctx, senda.Event{
		Source: "scenario", ID: fmt.Sprintf("%s-%s-%d", step, outcome, at.UnixNano()), Kind: "offer." + outcome, Time: at, Arrived: at,
		Identifiers: map[string]string{identity.Self: string(st.person.ID)}, Data: base,
	})
}

// told is what a mail service or the person tells of a message.
func (st *stage) told(ctx context.Context, m senda.MessageID, kind feedback.Kind, data jsonata.Value, at time.Time) error {
	n := feedback.Notice{
		Message: m, Kind: kind, Time: at, ID: fmt.Sprint(at.UnixNano()), Machine: data.Get("machine").Bool(),
		Answer: int(data.Get("answer").Num()), Comment: data.Get("comment").Str(), Question: data.Get("question").Str(),
		Type: data.Get("type").Str(), Sub: data.Get("sub-type").Str(),
	}
	switch {
	case kind == feedback.Bounced && n.Type == "":
		n.Type, n.Sub = "Permanent", "General"
	case kind == feedback.Complained && n.Type == "":
		n.Type = "abuse"
	}
	err := st.house.Feedback.Take(ctx, n)
	if senda.CodeOf(err) == senda.NotFound {
		return nil // the mail never left, so nothing became of it
	}
	return err
}
