package entry

import (
	"cmp"
	"context"
	"errors"
	"time"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/task"
)

// Letter is a message that is ready to leave: rendered, but not yet allowed.
type Letter struct {
	task.Head
	// Claim says who, what and under which rules; this package fills its fate.
	Claim senda.Claim
	// Suppression is the keyed hash of the address, empty when there is none.
	Suppression string
	// Judge asks the guards. It is a pure function of what it is shown and may be
	// called more than once.
	Judge func(Sight) (Judgement, error)
	// HandOver gives the message to the mail service, once.
	HandOver func(ctx context.Context, c senda.Claim) (service string, err error)
}

// Sight is all that the guards look at, read at one moment; the transaction
// demands that it is still so.
type Sight struct {
	At          time.Time // journey time
	Entry       senda.Entry
	Consent     senda.ConsentHead
	Suppression senda.Suppression
	Ledger      senda.CapLedger
}

// Judgement is what the guards say.
type Judgement struct {
	// Outcome is one of task's; Reason belongs to a refusal.
	Outcome string
	Reason  string
	Guards  []senda.Verdict
	// Err, such as Senda.Held, stops the step here; nothing is recorded.
	Err error
	// Ledger is the ledger with the message's place; nil when it takes none.
	Ledger *senda.CapLedger
	// Touch: it is a touch, real or would-have-been. Goal is the end of the
	// goal's window if this is the first; zero when the journey has no such goal.
	Touch bool
	Goal  time.Time
	// Leave ends the entry with this reason: an exit that nobody wrote.
	Leave string
	// Writes belong to the offers that the message shows: spent, or released. Offers
	// names those shown, for the claim: Undo takes them back by these names.
	Writes []senda.Write
	Offers []string
}

// Sent is what came of a letter.
type Sent struct {
	At      time.Time
	Outcome string
	Reason  string
	Guards  []senda.Verdict
	// Fate is empty when no claim was made. Claimed: nobody knows whether it left.
	Fate senda.Fate
}

// Send claims the right to send and hands the message over, or tells why not. A
// repeated call finds the claim and never hands over twice, but as the policy of
// the message allows. It returns Unavailable while another attempt is at work or
// when the message may be tried again.
func (s *Service) Send(ctx context.Context, l Letter) (Sent, error) {
	if s.Holder != nil {
		l.Claim.Holder = s.Holder()
	}
	var t taking
	p, err := s.run(ctx, s.taking(l, &t))
	if err != nil {
		return Sent{}, err
	}
	switch t.standing {
	case Busy:
		return Sent{}, senda.Errorf(senda.Unavailable, "send "+l.Step, "another attempt is at work")
	case Free:
	default:
		if p.left() {
			return t.sent, nil // what says that the mail was refused has ended the entry, too
		}
		return t.sent, s.close(ctx, l.Head)
	}
	return s.handOver(ctx, l, t)
}

// taking is what came of asking for a claim. Free means that this attempt has it.
type taking struct {
	standing Standing
	claim    senda.Claim
	sent     Sent
}

// refused: no claim was made, and the step is done.
const refused Standing = "refused"

func (s *Service) taking(l Letter, out *taking) op {
	return func(ctx context.Context, store senda.Store, now time.Time) (plan, error) {
		c := l.Claim
		keys := []senda.Key{
			senda.EntryKey(l.Person, l.Entry), c.Key(), senda.StepKey(l.Person, l.Entry, l.Step, l.N),
			senda.ConsentKey(l.Person), senda.CapsKey(l.Person, c.Family),
		}
		if l.Suppression != "" {
			keys = append(keys, senda.SuppressionKey(l.Suppression))
		}
		got, err := store.Get(ctx, keys...)
		if err != nil {
			return plan{}, err
		}
		sight, records, err := see(got)
		if err != nil {
			return plan{}, err
		}
		if got[0].Record == nil {
			return plan{}, missing(l.Person, l.Entry)
		}
		p := plan{before: sight.Entry, after: sight.Entry, version: got[0].Version}
		sight.At = Now(l.Pace, l.At, now)
		t := Taking{
			Entry: got[0], Consent: Read{keys[3], got[3].Version}, LedgerVersion: got[4].Version, ClaimVersion: got[1].Version,
		}
		if l.Suppression != "" {
			t.Suppression = Read{keys[5], got[5].Version}
		}
		if records.claimed {
			return s.standing(l, p, sight, t, records, now, out)
		}
		if records.stepped {
			*out = taking{standing: refused, sent: sentOf(records.step)}
			p.again = true
			return p, nil
		}
		if p = s.arriving(p, l.Head, sight.At); p.err != nil {
			return p, nil //nolint:nilerr // the refusal travels in the plan
		}
		sight.Entry = p.after
		return s.judge(l, p, sight, t, now, out)
	}
}

// standing is the way of a repeated attempt.
func (s *Service) standing(l Letter, p plan, sight Sight, t Taking, r records, now time.Time, out *taking) (plan, error) {
	c := r.claim
	if c.Holder != "" && c.Holder == l.Claim.Holder && c.Fate == senda.Claimed {
		*out = taking{standing: Free, claim: c, sent: sentOf(r.step)} // taken by this very call
		return p, nil
	}
	st := s.Rules.Retake(c, now)
	*out = taking{standing: st, claim: c, sent: fated(sentOf(r.step), c)}
	if st != Free {
		return p, nil
	}
	j, err := l.Judge(sight)
	if err != nil {
		return p, err
	}
	if j.Outcome != task.OutcomeSent || j.Err != nil {
		// What forbids it now did not then: it is not tried again, and that is its fate.
		c.Fate, c.Lease, c.Reason = senda.Skipped, time.Time{}, cmp.Or(j.Reason, "unsure")
		c.Fence++
		*out = taking{standing: Settled, claim: c, sent: fated(sentOf(r.step), c)}
		p.writes = append(p.writes, senda.Put(c, t.ClaimVersion))
		return p, nil //nolint:nilerr // what the judge says now becomes the claim's fate
	}
	c.Fence++
	c.Holder = l.Claim.Holder
	c.Lease = now.Add(Lease)
	t.Claim, t.Resumed = c, true
	out.claim = c
	p.writes = s.Rules.Transaction(t)
	return p, nil
}

// judge asks the guards and plans what they say.
func (s *Service) judge(l Letter, p plan, sight Sight, t Taking, now time.Time, out *taking) (plan, error) {
	j, err := l.Judge(sight)
	if err != nil {
		return p, err
	}
	if j.Err != nil {
		p.err = j.Err
		return p, nil //nolint:nilerr // the refusal travels in the plan
	}
	record := senda.StepRecord{
		Person: l.Person, Entry: l.Entry, Seq: l.Seq, Step: l.Step, N: l.N, Kind: "email",
		At: sight.At, Outcome: j.Outcome, Reason: j.Reason, Guards: j.Guards,
	}
	if j.Touch {
		after := s.Rules.Touch(p.after, sight.At, j.Goal)
		p.change = p.change || !after.Touched.Equal(p.after.Touched)
		p.after = after
	}
	*out = taking{standing: refused, sent: sentOf(record)}
	if j.Outcome != task.OutcomeSent {
		p.writes = append(p.writes, append(j.Writes, put(record))...)
		return s.conclude(p, l.Head, j.Leave, sight.At), nil
	}
	c := l.Claim
	c.At, c.Taken, c.Fate, c.Fence, c.Lease = sight.At, now, senda.Claimed, 1, now.Add(Lease)
	if c.Policy == "" {
		c.Policy = senda.PolicyOf(c.Class)
	}
	c.Offers = j.Offers
	t.After, t.Changed, t.Ledger, t.Claim, t.Record, t.Also = p.after, p.change, j.Ledger, c, record, j.Writes
	p.writes, p.change = s.Rules.Transaction(t), false
	*out = taking{standing: Free, claim: c, sent: fated(sentOf(record), c)}
	return p, nil
}

type records struct {
	claim            senda.Claim
	step             senda.StepRecord
	claimed, stepped bool
}

// see unpacks what taking reads.
func see(got []senda.Versioned) (s Sight, r records, err error) {
	var errs [6]error
	s.Entry, _, _, errs[0] = senda.As[senda.Entry](got[0])
	r.claim, _, r.claimed, errs[1] = senda.As[senda.Claim](got[1])
	r.step, _, r.stepped, errs[2] = senda.As[senda.StepRecord](got[2])
	s.Consent, _, _, errs[3] = senda.As[senda.ConsentHead](got[3])
	s.Ledger, _, _, errs[4] = senda.As[senda.CapLedger](got[4])
	if len(got) > 5 {
		s.Suppression, _, _, errs[5] = senda.As[senda.Suppression](got[5])
	}
	return s, r, errors.Join(errs[:]...)
}

func sentOf(r senda.StepRecord) Sent {
	return Sent{At: r.At, Outcome: r.Outcome, Reason: r.Reason, Guards: r.Guards}
}

// fated is what a claim makes of the outcome that was recorded with it.
func fated(s Sent, c senda.Claim) Sent {
	s.At, s.Outcome, s.Reason, s.Fate = c.At, task.OutcomeSent, c.Reason, c.Fate
	if c.Fate == senda.NotSent {
		s.Outcome = task.OutcomeRefused
	}
	return s
}

// handOver is the one place from which a message leaves.
func (s *Service) handOver(ctx context.Context, l Letter, t taking) (Sent, error) {
	o := Outcome{Came: Again, Reason: "late"}
	if s.Rules.InTime(t.claim, s.Clock.Now()) {
		o = OutcomeOf(l.HandOver(ctx, t.claim))
	}
	c, err := s.note(ctx, l.Head, t.claim, o)
	if err != nil {
		return Sent{}, err
	}
	if o.Came == Again {
		return Sent{}, senda.Errorf(senda.Unavailable, "send "+l.Step, "the mail service did not take it")
	}
	return fated(t.sent, c), nil
}

// note writes down what came of a hand-over, and ends the entry when the step
// was the last that acts.
func (s *Service) note(ctx context.Context, h task.Head, c senda.Claim, o Outcome) (senda.Claim, error) {
	var after senda.Claim
	_, err := s.run(ctx, s.reporting(h, c, o, &after))
	return after, err
}

// stranger is a fence that nobody holds: who bears it can only tell that a message left.
const stranger = -2

func (s *Service) reporting(h task.Head, mine senda.Claim, o Outcome, out *senda.Claim) op {
	return func(ctx context.Context, store senda.Store, now time.Time) (plan, error) {
		c, v, ok, err := senda.Read[senda.Claim](ctx, store, mine.Key())
		if err != nil || !ok {
			return plan{}, err
		}
		fence := mine.Fence
		if c.Holder != mine.Holder || !c.Taken.Equal(mine.Taken) {
			// The claim of this attempt was dropped, by itself perhaps in a commit that
			// went unanswered, and another attempt has taken it anew since.
			fence = stranger
		}
		after, st := s.Rules.Report(c, fence, o)
		*out = after
		p, err := s.settlement(ctx, store, after, v, st)
		if err != nil || h.End == "" || o.Came == Again {
			return p, err
		}
		e, err := read(ctx, store, h.Person, h.Entry)
		if err != nil {
			return p, err
		}
		e.writes = p.writes
		return s.finish(e, h, after.At), nil
	}
}

// settlement is the commit that a claim's new fate takes.
func (s *Service) settlement(ctx context.Context, store senda.Store, c senda.Claim, version uint64, st Settlement) (plan, error) {
	var p plan
	switch {
	case st.Drop:
		p.writes = append(p.writes, senda.Delete(c.Key(), version))
	case st.Write:
		p.writes = append(p.writes, senda.Put(c, version))
	}
	if !st.GiveBack {
		return p, nil
	}
	step := senda.StepKey(c.Person, c.Entry, c.Step, c.N)
	got, err := store.Get(ctx, senda.CapsKey(c.Person, c.Family), step)
	if err != nil {
		return p, err
	}
	l, v, ok, err := senda.As[senda.CapLedger](got[0])
	if err != nil {
		return p, err
	}
	if without := l.Without(c.Message); ok && len(without.Places) < len(l.Places) {
		p.writes = append(p.writes, senda.Put(without, v))
	}
	r, _, ok, err := senda.As[senda.StepRecord](got[1])
	switch {
	case err != nil:
		return p, err
	case ok && st.Drop:
		p.writes = append(p.writes, senda.Write{Key: step, Any: true, Delete: true})
	case ok:
		r.Outcome, r.Reason = task.OutcomeRefused, c.Reason
		p.writes = append(p.writes, put(r))
	}
	if s.Undo != nil {
		more, err := s.Undo(ctx, c, st.Drop)
		p.writes = append(p.writes, more...)
		return p, err
	}
	return p, nil
}

// close ends the entry after a step that acted in an earlier attempt and was the last.
func (s *Service) close(ctx context.Context, h task.Head) error {
	if h.End == "" {
		return nil
	}
	_, err := s.run(ctx, s.ending(h))
	if senda.CodeOf(err) == senda.Leaving {
		return nil // it has ended, which is all that was wanted
	}
	return err
}

// Proven notes that the mail service has told that a message left. It returns
// NotFound when no claim bears its name, or the index does not show it yet: tell it again later.
func (s *Service) Proven(ctx context.Context, m senda.MessageID, service string) error {
	found, err := s.Store.Find(ctx, senda.IndexRange{Index: senda.IndexMessages, Part: string(m)})
	if err != nil {
		return err
	}
	if len(found) == 0 {
		return senda.Errorf(senda.NotFound, "message "+string(m), "there is no claim")
	}
	c, _, _, err := senda.As[senda.Claim](found[0])
	if err != nil {
		return err
	}
	_, err = s.note(ctx, task.Head{}, senda.Claim{Person: c.Person, Entry: c.Entry, Step: c.Step, N: c.N, Fence: Proof},
		Outcome{Came: Left, Service: service})
	return err
}

// Settle gives every claim of which nothing was heard for [Unknown] its fate.
// resend hands a message over once more, by calling Send with its letter; nil
// leaves those for the next time. It returns how many claims it settled, and all errors.
func (s *Service) Settle(ctx context.Context, resend func(ctx context.Context, c senda.Claim) error) (int, error) {
	n := 0
	err := s.each(ctx, senda.IndexOpenClaims, s.Clock.Now().Add(-Unknown), func(stale senda.Record) error {
		var st Settlement
		var c senda.Claim
		_, err := s.run(ctx, s.settling(stale.Key(), &c, &st))
		switch {
		case err != nil:
			return err
		case st.Resend && resend != nil:
			return resend(ctx, c)
		case st.Write:
			n++
		}
		return nil
	})
	return n, err
}

func (s *Service) settling(key senda.Key, out *senda.Claim, st *Settlement) op {
	return func(ctx context.Context, store senda.Store, now time.Time) (plan, error) {
		c, v, ok, err := senda.Read[senda.Claim](ctx, store, key)
		if err != nil || !ok {
			return plan{}, err
		}
		*out, *st = s.Rules.Settle(c, now)
		return s.settlement(ctx, store, *out, v, *st)
	}
}
