package cloud

import (
	"context"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/deliver"
	"github.com/senda-dev/senda/internal/entry"
	"github.com/senda-dev/senda/internal/feedback"
	"github.com/senda-dev/senda/internal/identity"
	"github.com/senda-dev/senda/internal/jsonata"
	"github.com/senda-dev/senda/internal/lambdahost"
	"github.com/senda-dev/senda/internal/score"
	"github.com/senda-dev/senda/internal/task"
)

// Every task may find that its entry has ended or is to end here, and tells the Bus of it:
// see left.

// Facts is the task that reads attributes and facts. It calls Store, Bundles and Bus.
func Facts(_ context.Context, g *Ground) (lambdahost.Handler, error) {
	w, err := g.core(nil)
	if err != nil {
		return nil, err
	}
	return lambdahost.Task(task.DecodeFacts, w.Facts().Facts), nil
}

// Score is the task that scores. It calls Store, Bundles and Bus; the models travel with the code.
func Score(_ context.Context, g *Ground) (lambdahost.Handler, error) {
	w, err := g.core(nil)
	if err != nil {
		return nil, err
	}
	models, err := score.LoadModels(g.Config.Shop())
	if err != nil {
		return nil, err
	}
	return lambdahost.Task(task.DecodeScore, w.Score(func() *score.Models { return models }).Score), nil
}

// Choose is the task that chooses an offer. It calls Store, Bundles and Bus.
func Choose(_ context.Context, g *Ground) (lambdahost.Handler, error) {
	w, err := g.core(nil)
	if err != nil {
		return nil, err
	}
	return lambdahost.Task(task.DecodeChoose, w.Choose.Choose), nil
}

// Update is the task that sets attributes and emits events. It calls Store, Bundles and Bus.
func Update(_ context.Context, g *Ground) (lambdahost.Handler, error) {
	w, err := g.core(nil)
	if err != nil {
		return nil, err
	}
	return lambdahost.Task(task.DecodeUpdate, w.Update().Update), nil
}

// Pause is the task that registers pauses and ends entries. It calls Store, Bundles,
// Bus and Machines, to answer its own token.
func Pause(_ context.Context, g *Ground) (lambdahost.Handler, error) {
	w, err := g.core(nil)
	if err != nil {
		return nil, err
	}
	return lambdahost.Task(task.DecodePause, w.Entries.Pause), nil
}

// Send is the task that mails. It calls Store, Bundles, Secret, Mailer and Bus.
func Send(ctx context.Context, g *Ground) (lambdahost.Handler, error) {
	base := g.Config.Links()
	return g.keyed(ctx, func(k *Keys) (lambdahost.Handler, error) {
		w, err := g.core(k)
		if err != nil {
			return nil, err
		}
		d := w.Deliver(g.Mailer, deliver.Links{Base: base, Ring: k.Ring}, g.told)
		return lambdahost.Task(task.DecodeSend, d.Send), nil
	})
}

// told counts a mail and publishes what came of it. Whoever is told twice of one
// publishes it under the same name.
func (g *Ground) told(ctx context.Context, c senda.Claim, s entry.Sent) error {
	switch s.Outcome {
	case task.OutcomeSent:
		g.Count(ctx, MailsSent, 1, byJourney(c.Journey))
		if s.Fate != senda.Sent {
			return nil // nobody knows whether it left: settle sees to it
		}
		return g.Bus.Emit(ctx, outcome(c, s, "sent"))
	case task.OutcomeRefused:
		g.Count(ctx, MailsRefused, 1, byJourney(c.Journey), byReason(s.Reason))
		return g.Bus.Emit(ctx, outcome(c, s, "refused", jsonata.Member{Key: "reason", Value: jsonata.String(s.Reason)}))
	case task.OutcomeWouldHave:
		g.Count(ctx, WouldHaveBeen, 1, byJourney(c.Journey))
	}
	return nil
}

// outcome is the event that tells whether a mail left.
func outcome(c senda.Claim, s entry.Sent, word string, more ...jsonata.Member) senda.Event {
	text := func(k, v string) jsonata.Member { return jsonata.Member{Key: k, Value: jsonata.String(v)} }
	fields := append([]jsonata.Member{
		text("journey", c.Journey), text("step", c.Step), text("mail", c.Mail), text("entry", string(c.Entry)),
		text("message", string(c.Message)), text("brand", c.Brand), text("purpose", c.Purpose),
	}, more...)
	return senda.Event{
		Source: feedback.Source, ID: string(c.Message) + "/" + word, Kind: "mail." + word, Time: s.At.UTC(),
		Identifiers: map[string]string{identity.Self: string(c.Person)}, Data: jsonata.Object(fields...),
	}
}
