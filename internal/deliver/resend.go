package deliver

import (
	"context"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/task"
)

// Resend hands a message over once more of which nobody knows whether it left.
// Only the policy resend, that of transactional mail, asks for it: it is the
// resend function of entry.Service's Settle. The guards are asked and the message is
// composed anew; that the entry has ended meanwhile does not stand in its way. What the
// template read of earlier steps is gone with the execution's variables: a mail that
// shows any cannot be made again, and its claim is settled as skipped.
func (s *Service) Resend(ctx context.Context, c senda.Claim) error {
	e, _, ok, err := senda.Read[senda.Entry](ctx, s.Store, senda.EntryKey(c.Person, c.Entry))
	if err != nil {
		return err
	}
	if !ok {
		return senda.Errorf(senda.NotFound, "send "+c.Step+" again", "its entry is gone")
	}
	b, err := s.Bundles.Bundle(ctx, e.Bundle)
	if err != nil {
		return err
	}
	step, _ := b.Step(c.Step)
	_, err = s.send(ctx, task.SendRequest{
		Head: task.Head{
			Version: task.Version, Person: c.Person, Entry: c.Entry, Bundle: e.Bundle, Pace: e.Pace,
			Step: c.Step, N: c.N, Seq: step.Seq, At: c.At,
		},
		Mail: c.Mail, Brand: c.Brand, Purpose: c.Purpose, Reached: c.At,
	}, true)
	return err
}
