package audience

import (
	"context"
	"time"

	senda "github.com/senda-dev/senda"
)

// Planned is a run that a schedule asks for.
type Planned struct {
	Journey string
	At      time.Time
}

// nobody is the membership under which a journey's last run is remembered: ids of
// people are never empty.
const nobody senda.PersonID = ""

// Plan lists the next run of every live journey that an audience enters, as its
// schedule says after the last one. A journey that was never seen begins now. Of
// runs that were missed while nothing was running only the latest is made up for:
// one look says who belongs now, however many looks were missed.
func (s *Service) Plan(ctx context.Context, now time.Time) ([]Planned, error) {
	all, err := s.Deployments.Deployments(ctx)
	if err != nil {
		return nil, err
	}
	var out []Planned
	for _, d := range all {
		if d.State != senda.StateLive {
			continue
		}
		b, err := s.Bundles.Bundle(ctx, d.Bundle)
		if err != nil {
			return nil, err
		}
		if b.Enter.Audience == "" {
			continue
		}
		last, err := s.last(ctx, d.Journey, now)
		if err != nil {
			return nil, err
		}
		home := s.Home(b.Family)
		at, ok := b.Enter.Schedule.Next(last, home)
		for ok && !at.After(now) {
			later, more := b.Enter.Schedule.Next(at, home)
			if !more || later.After(now) {
				break
			}
			at = later
		}
		if ok {
			out = append(out, Planned{d.Journey, at})
		}
	}
	return out, nil
}

// Due runs what the schedules ask for up to now and returns what each run came
// to, by journey.
func (s *Service) Due(ctx context.Context, now time.Time) (map[string]Report, error) {
	planned, err := s.Plan(ctx, now)
	if err != nil {
		return nil, err
	}
	out := map[string]Report{}
	for _, p := range planned {
		if p.At.After(now) {
			continue
		}
		r, err := s.Run(ctx, p.Journey, p.At)
		out[p.Journey] = r
		if err != nil {
			return out, err
		}
		if err := s.Ran(ctx, p); err != nil {
			return out, err
		}
	}
	return out, nil
}

// Ran remembers that a planned run was made to its end.
func (s *Service) Ran(ctx context.Context, p Planned) error {
	m := senda.Membership{Journey: p.Journey, Person: nobody, Since: p.At, Run: p.At}
	return s.Store.Commit(ctx, senda.Write{Key: m.Key(), Any: true, Record: m})
}

// last is the time of the last run; a journey without one is remembered from now.
func (s *Service) last(ctx context.Context, journey string, now time.Time) (time.Time, error) {
	m, _, ok, err := senda.Read[senda.Membership](ctx, s.Store, senda.AudienceKey(journey, nobody))
	if err != nil || ok {
		return m.Run, err
	}
	m = senda.Membership{Journey: journey, Person: nobody, Since: now, Run: now}
	return now, mine(s.Store.Commit(ctx, senda.Put(m, 0)))
}
