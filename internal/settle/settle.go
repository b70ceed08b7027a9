// Package settle is what a schedule calls every few minutes, so that nothing stays
// half done: messages of which nobody knows whether they left get the fate that
// their policy says, entries without an execution are started, events that were taken
// in and not carried out are carried on, and at the border of an epoch what was learned
// of offers is taken in. Whoever died, died between two of these.
package settle

import (
	"context"
	"errors"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/choose"
	"github.com/senda-dev/senda/internal/entry"
)

// Sweeper carries on what died half-way, and says how much: intake.Intake is one.
type Sweeper interface {
	Sweep(ctx context.Context) (int, error)
}

// Learner takes in what was learned before an epoch, once; choose.Service is one.
type Learner interface {
	Learn(ctx context.Context, epoch string) error
}

// Service settles. Its fields are set once.
type Service struct {
	Entries *entry.Service
	Intake  Sweeper
	// Resend hands a message over once more; deliver.Service's. Nil leaves those
	// messages for another time.
	Resend func(ctx context.Context, c senda.Claim) error
	Offers Learner
	Clock  senda.Clock
}

// Report is what one run did.
type Report struct {
	// Claims got their fate, Entries were started or ended, Events carried on.
	Claims, Entries, Events int
	// Epoch is the one whose snapshots stand.
	Epoch string
}

// Run settles everything that is due. Each part runs whatever becomes of the others;
// it returns what was done and all errors, and the next run goes on from there.
func (s *Service) Run(ctx context.Context) (Report, error) {
	r := Report{Epoch: choose.Epoch(s.Clock.Now())}
	var failed [4]error
	// Events first: what they cause may be an entry that is to be started.
	r.Events, failed[0] = s.Intake.Sweep(ctx)
	r.Entries, failed[1] = s.Entries.Sweep(ctx)
	r.Claims, failed[2] = s.Entries.Settle(ctx, s.Resend)
	failed[3] = s.Offers.Learn(ctx, r.Epoch)
	return r, errors.Join(failed[:]...)
}
