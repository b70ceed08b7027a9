package choose

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/entry"
)

// What is believed of an offer that nobody was shown: one in twenty uses it, with
// the weight of twenty people.
const (
	PriorAlpha = 1.0
	PriorBeta  = 19.0
)

// Shards is in how many tallies the counts of an offer are kept, each for its
// share of the people: whoever sends at the same time seldom meets another.
const Shards = 16

// Patience is how long a process goes on with the snapshot it knows, while that of
// the day has not been seen.
const Patience = 5 * time.Minute

// Epoch names the epoch of an instant: its day in UTC. Names sort by time.
func Epoch(at time.Time) string { return at.UTC().Format(time.DateOnly) }

// lesson is a snapshot as a process knows it. It does not change.
type lesson struct {
	// name is "SLOT@EPOCH", or "SLOT@prior" before anything was learned.
	name, epoch string
	known       map[string]senda.Posterior
}

// of is what is known of an offer.
func (l *lesson) of(offer string) senda.Posterior {
	if p, ok := l.known[offer]; ok {
		return p
	}
	return senda.Posterior{Offer: offer, Alpha: PriorAlpha, Beta: PriorBeta}
}

// pointer is the offer of the record that says which snapshot of a slot is in force.
const pointer = ""

func snapshotName(slot, epoch string) string {
	if epoch == "" {
		epoch = "prior"
	}
	return slot + "@" + epoch
}

// lesson is the snapshot in force for a slot: that of the instant's epoch, or the
// latest before it while nobody has learned it yet.
func (s *Service) lesson(ctx context.Context, slot string, at time.Time) (*lesson, error) {
	epoch := Epoch(at)
	s.mu.Lock()
	known := s.lessons[slot]
	s.mu.Unlock()
	if known.lesson != nil && (known.epoch >= epoch || known.fresh(at)) {
		return known.lesson, nil
	}
	l, err := s.readLesson(ctx, slot)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if now := s.lessons[slot]; now.lesson != nil && now.epoch >= l.epoch {
		l = now.lesson // the same again, or a newer one: what was prepared from it stays
	}
	if s.lessons == nil {
		s.lessons = map[string]learned{}
	}
	s.lessons[slot] = learned{l, at}
	return l, nil
}

// learned is a lesson and the journey time at which the store was asked for it.
type learned struct {
	*lesson
	read time.Time
}

// fresh says that the store was asked a short time ago. Test people are ahead of
// the clock: what they asked for is not fresh for others.
func (l learned) fresh(at time.Time) bool {
	age := at.Sub(l.read)
	return age >= 0 && age < Patience
}

func (s *Service) readLesson(ctx context.Context, slot string) (*lesson, error) {
	head, _, _, err := senda.Read[senda.Posterior](ctx, s.Store, senda.PosteriorKey(slot, pointer))
	if err != nil {
		return nil, err
	}
	l := &lesson{name: snapshotName(slot, head.Epoch), epoch: head.Epoch}
	if head.Epoch == "" {
		return l, nil
	}
	l.known, err = posteriors(ctx, s.Store, l.name)
	return l, err
}

// posteriors are those of a snapshot or a tally, by offer.
func posteriors(ctx context.Context, store senda.Store, name string) (map[string]senda.Posterior, error) {
	got, err := store.Range(ctx, senda.Range{Kind: senda.KindPosterior, Part: name})
	if err != nil {
		return nil, err
	}
	out := make(map[string]senda.Posterior, len(got))
	for _, v := range got {
		p, _, _, err := senda.As[senda.Posterior](v)
		if err != nil {
			return nil, err
		}
		out[p.Offer] = p
	}
	return out, nil
}

// tallyKey places the counts that one share of the people makes of an offer.
func tallyKey(slot, offer string, p senda.PersonID) senda.Key {
	return senda.PosteriorKey(tally(slot, senda.Hash64("tally", string(p))%Shards), offer)
}

func tally(slot string, shard uint64) string { return fmt.Sprintf("%s/%02d", slot, shard) }

// tell adds a decision to the tally of its offer, or takes it away with by -1: one
// shown, and one used if it was. What was not drawn teaches nothing, since nobody
// else could have got it.
func (s *sheet) tell(ctx context.Context, d *senda.Decision, by float64) error {
	won := 0.0
	if !d.Used.IsZero() {
		won = by
	}
	return s.tally(ctx, d, by, won)
}

func (s *sheet) tally(ctx context.Context, d *senda.Decision, shown, won float64) error {
	if d.Fallback || d.Test {
		return nil
	}
	key := tallyKey(d.Slot, d.Offer, d.Person)
	if err := s.load(ctx, key); err != nil {
		return err
	}
	t, _, _, err := senda.As[senda.Posterior](s.at(key))
	if err != nil {
		return err
	}
	t.Slot, t.Offer = key.Part, key.Sort
	t.Shown, t.Won = t.Shown+shown, t.Won+won
	s.put(t)
	return nil
}

// Learn takes in everything that was shown and used until now and writes the
// snapshots from which the epoch draws, one a slot of the journeys deployed. A slot
// whose snapshot of the epoch stands is left alone: it may be called again, by
// anybody. A simulation calls it at the border, when nobody is at work.
func (s *Service) Learn(ctx context.Context, epoch string) error {
	slots, err := s.slots(ctx)
	if err != nil {
		return err
	}
	for _, slot := range slices.Sorted(maps.Keys(slots)) {
		if err := s.learn(ctx, slot, slots[slot], epoch); err != nil {
			return err
		}
	}
	return nil
}

// slots are those of the journeys deployed, with their offers.
func (s *Service) slots(ctx context.Context) (map[string][]string, error) {
	deployed, err := s.Deployments.Deployments(ctx)
	if err != nil {
		return nil, err
	}
	out := map[string][]string{}
	for _, d := range deployed {
		b, err := s.Bundles.Bundle(ctx, d.Bundle)
		if err != nil {
			return nil, err
		}
		for _, slot := range b.Slots {
			out[slot.Name] = union(out[slot.Name], slot.Offers)
		}
	}
	return out, nil
}

func (s *Service) learn(ctx context.Context, slot string, offers []string, epoch string) error {
	for try := 1; ; try++ {
		done, err := s.learnOnce(ctx, slot, offers, epoch)
		if done {
			s.mu.Lock()
			defer s.mu.Unlock()
			delete(s.lessons, slot)
			return nil
		}
		// Somebody else learns too, or nobody knows whether it was written: what stands says so.
		if code := senda.CodeOf(err); try >= entry.Tries || err != nil && code != senda.Conflict && code != senda.Unsure {
			return err
		}
	}
}

// learnOnce writes as much of a snapshot as one commit takes, the pointer to it
// last, and says whether it is whole. What somebody wrote before stays as it is.
func (s *Service) learnOnce(ctx context.Context, slot string, offers []string, epoch string) (bool, error) {
	head, version, _, err := senda.Read[senda.Posterior](ctx, s.Store, senda.PosteriorKey(slot, pointer))
	if err != nil || head.Epoch >= epoch {
		return err == nil, err
	}
	name := snapshotName(slot, epoch)
	written, err := posteriors(ctx, s.Store, name)
	if err != nil {
		return false, err
	}
	counted, err := s.count(ctx, slot, offers)
	if err != nil {
		return false, err
	}
	var writes []senda.Write
	for _, o := range slices.Sorted(maps.Keys(counted)) {
		if _, ok := written[o]; !ok && len(writes) < senda.MaxWrites {
			writes = append(writes, senda.Put(updated(name, o, epoch, counted[o]), 0))
		}
	}
	whole := len(writes) < senda.MaxWrites
	if whole {
		writes = append(writes, senda.Put(senda.Posterior{Slot: slot, Offer: pointer, Epoch: epoch}, version))
	}
	err = s.Store.Commit(ctx, writes...)
	return whole && err == nil, err
}

// count adds up the tallies of a slot, by offer. Offers that nobody was shown are
// there with nothing.
func (s *Service) count(ctx context.Context, slot string, offers []string) (map[string]senda.Posterior, error) {
	out := map[string]senda.Posterior{}
	for _, o := range offers {
		out[o] = senda.Posterior{}
	}
	for shard := range uint64(Shards) {
		part, err := posteriors(ctx, s.Store, tally(slot, shard))
		if err != nil {
			return nil, err
		}
		for o, t := range part {
			sum := out[o]
			sum.Shown, sum.Won = sum.Shown+t.Shown, sum.Won+t.Won
			out[o] = sum
		}
	}
	return out, nil
}

// updated is the posterior of an offer after all that was counted: every one
// shown is a trial, every one used a success (the Beta distribution is conjugate).
func updated(snapshot, offer, epoch string, c senda.Posterior) senda.Posterior {
	won := min(c.Won, c.Shown)
	return senda.Posterior{
		Slot: snapshot, Offer: offer, Epoch: epoch, Shown: c.Shown, Won: won,
		Alpha: PriorAlpha + won, Beta: PriorBeta + c.Shown - won,
	}
}
