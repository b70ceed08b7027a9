package enroll

import (
	"context"
	"time"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/bundle"
	"github.com/senda-dev/senda/internal/condition"
	"github.com/senda-dev/senda/internal/entry"
	"github.com/senda-dev/senda/internal/facts"
	"github.com/senda-dev/senda/internal/jsonata"
)

// Service takes people in.
type Service struct {
	Entries     *entry.Service
	Deployments bundle.Deployments
	Bundles     bundle.Bundles
	Clock       senda.Clock
	// Family finds today's rules of a brand family. NotFound: there is no such family.
	Family func(name string) (Family, error)
	// Zone is the zone of a person; nil: UTC.
	Zone func(senda.Person) *time.Location
	// Conditions keeps what was compiled.
	Conditions *condition.Cache
}

// Result is what came of one journey.
type Result struct {
	Journey string
	Why     Why
	Entry   senda.EntryID
}

// entered says that an execution exists because of it.
func (r Result) entered() bool { return r.Why == Why(entry.Entered) || r.Why == Why(entry.Restarted) }

// Entered says whether somebody entered, now or when the event came before.
func (r Result) Entered() bool { return r.entered() || r.Why == Why(entry.Repeated) }

// Occasion is why somebody may enter.
type Occasion struct {
	// Event started it: one that came in, or an audience's run.
	Event senda.Ref
	// At is the journey time: that of the event, or of the run.
	At time.Time
	// Data is the payload with what is personal, Public without: only Public is
	// kept, and `each` reads no other.
	Data, Public jsonata.Value
}

// Event lets the person of an event into every journey that it starts. It may be
// repeated: who entered because of this event stays entered. One journey that
// fails does not keep the others from going on; the first error is returned, for
// the event to be delivered again.
func (s *Service) Event(ctx context.Context, v *facts.View, kind string, o Occasion) ([]Result, error) {
	deployed, err := s.Deployments.Deployments(ctx)
	if err != nil {
		return nil, err
	}
	var results []Result
	var first error
	for _, d := range deployed {
		if !Takes(d, v.Person) {
			continue
		}
		b, err := s.Bundles.Bundle(ctx, d.Bundle)
		if err == nil {
			if b.Enter.Event != kind {
				continue
			}
			var r Result
			if r, err = s.enter(ctx, v, b, o); err == nil {
				results = append(results, r)
			}
		}
		if err != nil && first == nil {
			first = err
		}
	}
	return results, first
}

// AudienceSource is the source of the runs of audiences, as the event that
// started an entry.
const AudienceSource = "senda.audience"

// Belongs lets somebody into a journey whose audience they belong to, at the
// planned time of a run. The same run lets nobody in twice.
func (s *Service) Belongs(ctx context.Context, v *facts.View, d bundle.Deployment, at time.Time) (Result, error) {
	if !Takes(d, v.Person) {
		return Result{Journey: d.Journey, Why: NotLive}, nil
	}
	b, err := s.Bundles.Bundle(ctx, d.Bundle)
	if err != nil {
		return Result{Journey: d.Journey}, err
	}
	run := senda.Ref{Source: AudienceSource, ID: d.Journey + "/" + senda.Stamp(at)}
	return s.enter(ctx, v, b, Occasion{Event: run, At: at, Data: jsonata.Object(), Public: jsonata.Object()})
}

func (s *Service) enter(ctx context.Context, v *facts.View, b *bundle.Bundle, o Occasion) (Result, error) {
	r := Result{Journey: b.Journey}
	c, why, err := s.candidate(ctx, v, b, o)
	if err != nil || why != "" {
		r.Why = why
		return r, err
	}
	done, err := s.Entries.Enter(ctx, c)
	r.Why, r.Entry = Why(done.Admission), done.Entry.ID
	return r, err
}

// candidate is the entry as it would be, or why there is none.
func (s *Service) candidate(ctx context.Context, v *facts.View, b *bundle.Bundle, o Occasion) (c entry.Candidate, why Why, err error) {
	p := v.Person
	if p.Erased || p.Into != "" {
		return c, Gone, nil
	}
	pace, ok := paced(p)
	if !ok {
		return c, BadPace, nil
	}
	f, err := s.Family(b.Family)
	if err != nil {
		return c, "", err
	}
	if !Open(b.Runs, o.At, f.Zone) {
		return c, NotNow, nil
	}
	if meant, err := s.meant(ctx, v, b, o); err != nil || !meant {
		return c, NotMeant, err
	}
	e := senda.Entry{
		Person: p.ID, Journey: b.Journey, Bundle: b.Digest(), At: o.At, Enrolled: s.Clock.Now(),
		Event: o.Event, Data: o.Public, Pace: pace, Test: p.Test, Unmeasured: p.Test,
	}
	if b.Enter.Each != "" {
		if e.Each, ok, err = s.each(b.Enter.Each, o); err != nil || !ok {
			return c, NoEach, err
		}
	}
	e = assigned(e, b, f)
	zone := time.UTC
	if s.Zone != nil {
		zone = s.Zone(p)
	}
	if g := b.Goal; g != nil && g.FromEntry {
		e.Goal = senda.Goal{Opened: o.At, Until: g.Within.After(o.At, zone)}
	}
	if len(b.First) > 0 {
		if e.First, err = s.Entries.Ends(ctx, e, b.First, o.At); err != nil {
			return c, "", err
		}
	}
	return entry.Candidate{Entry: e, Again: reentry(b.Enter.Again, zone), Restart: b.Enter.Restart}, "", nil
}

func (s *Service) meant(ctx context.Context, v *facts.View, b *bundle.Bundle, o Occasion) (bool, error) {
	if b.Enter.If == "" {
		return true, nil
	}
	c, err := s.Conditions.Compiled(b.Enter.If)
	if err != nil {
		return false, err
	}
	roots, err := v.Roots(ctx, b.Condition(b.Enter.If), nil)
	if err != nil {
		return false, err
	}
	roots.Event = o.Data
	return c.Holds(&roots), nil
}

// each is the value of `each`. A text that cannot be evaluated for this event
// has no value, as one that is missing.
func (s *Service) each(text string, o Occasion) (string, bool, error) {
	c, err := s.Conditions.Compiled(text)
	if err != nil {
		return "", false, err
	}
	v, err := c.Eval(&condition.Roots{Event: o.Public, Now: o.At})
	if err != nil {
		return "", false, nil //nolint:nilerr // the reason is the event's, and Why says it
	}
	value, ok := each(v)
	return value, ok, nil
}
