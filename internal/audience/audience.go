package audience

import (
	"context"
	"fmt"
	"time"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/bundle"
	"github.com/senda-dev/senda/internal/condition"
	"github.com/senda-dev/senda/internal/enroll"
	"github.com/senda-dev/senda/internal/facts"
)

// Audience is who belongs: those for whom the condition holds.
type Audience struct {
	If *condition.Condition
	// Reads says what of a person it reads.
	Reads bundle.Condition
}

// Service runs audiences.
type Service struct {
	Store       senda.Store
	Enroll      *enroll.Service
	Reader      *facts.Reader
	Deployments bundle.Deployments
	Bundles     bundle.Bundles
	// Audience finds today's audience of a name; false when there is none.
	Audience func(name string) (Audience, bool)
	// Home is the zone of a brand family, in which schedules and runs are read.
	Home func(family string) *time.Location
}

// Report counts what a run, or a page of one, came to.
type Report struct {
	// Looked at, of whom Belong; New ones among these; Entered, new or again; and
	// those who belonged at the last run and no longer do.
	Looked, Belong, New, Entered, Gone int
}

func (r *Report) add(p Report) {
	r.Looked, r.Belong, r.New, r.Entered, r.Gone = r.Looked+p.Looked, r.Belong+p.Belong, r.New+p.New, r.Entered+p.Entered, r.Gone+p.Gone
}

// parts is the number of parts of senda.IndexPeople.
const parts = 16

// pageSize is how many people one page looks at.
const pageSize = 500

// Cursor is where the next page begins; the zero Cursor is the beginning.
type Cursor struct {
	Part  int
	After string
}

// Done says that nobody is left to look at.
func (c Cursor) Done() bool { return c.Part >= parts }

// Run goes through everybody. at is the planned time of the run, which is the
// journey time of those who enter; a run that died is begun again with the same.
// A journey that takes nobody in, or not on this day, is not run at all: its
// audience is looked at anew when it does.
func (s *Service) Run(ctx context.Context, journey string, at time.Time) (Report, error) {
	var all Report
	for c := (Cursor{}); !c.Done(); {
		page, next, err := s.Page(ctx, journey, at, c)
		all.add(page)
		if err != nil {
			return all, err
		}
		c = next
	}
	return all, nil
}

// Page goes through the next few hundred people and says where to go on. Pages
// may be repeated, and those of different parts run at once.
func (s *Service) Page(ctx context.Context, journey string, at time.Time, c Cursor) (Report, Cursor, error) {
	var r Report
	run, err := s.prepare(ctx, journey, at)
	if err != nil || run == nil || run.deployed.State != senda.StateLive {
		return r, Cursor{Part: parts}, err
	}
	found, err := s.Store.Find(ctx, senda.IndexRange{
		Index: senda.IndexPeople, Part: fmt.Sprintf("%x", c.Part), After: c.After, Limit: pageSize,
	})
	if err != nil {
		return r, c, err
	}
	for _, v := range found {
		p, _, ok, err := senda.As[senda.Person](v)
		if err != nil {
			return r, c, err
		}
		if ok {
			if err := run.look(ctx, p.ID, &r); err != nil {
				return r, c, err
			}
			c.After = string(p.ID)
		}
	}
	if len(found) < pageSize {
		c = Cursor{Part: c.Part + 1}
	}
	return r, c, nil
}

// One looks at one person alone, as a run at an instant would: the person of a
// rehearsal, whose journey nobody else may enter yet.
func (s *Service) One(ctx context.Context, journey string, at time.Time, id senda.PersonID) (Report, error) {
	var r Report
	run, err := s.prepare(ctx, journey, at)
	if err != nil || run == nil {
		return r, err
	}
	return r, run.look(ctx, id, &r)
}

// run is one run of one journey's audience.
type run struct {
	*Service
	deployed bundle.Deployment
	audience Audience
	// again: whoever still belongs may enter again.
	again bool
	at    time.Time
}

// prepare finds the journey and its audience; nil on a day on which nobody enters.
func (s *Service) prepare(ctx context.Context, journey string, at time.Time) (*run, error) {
	d, err := s.Deployments.Deployment(ctx, journey)
	if err != nil {
		return nil, err
	}
	b, err := s.Bundles.Bundle(ctx, d.Bundle)
	if err != nil {
		return nil, err
	}
	if b.Enter.Audience == "" {
		return nil, senda.Errorf(senda.Invalid, "run the audience of "+journey, "people enter it by an event")
	}
	if !enroll.Open(b.Runs, at, s.Home(b.Family)) {
		return nil, nil //nolint:nilnil // no run is no mistake
	}
	a, ok := s.Audience(b.Enter.Audience)
	if !ok {
		return nil, senda.Errorf(senda.NotFound, "run the audience of "+journey, "audiences.yaml has no %q", b.Enter.Audience)
	}
	return &run{Service: s, deployed: d, audience: a, again: b.Enter.Again.Kind != bundle.Never, at: at}, nil
}

// look decides about one person, read anew: the index may be behind.
func (r *run) look(ctx context.Context, id senda.PersonID, sum *Report) error {
	key := senda.AudienceKey(r.deployed.Journey, id)
	got, err := r.Store.Get(ctx, senda.PersonKey(id), key)
	if err != nil {
		return err
	}
	p, _, ok, err := senda.As[senda.Person](got[0])
	if err != nil || !ok || p.Erased || p.Into != "" || !enroll.Takes(r.deployed, p) {
		return err
	}
	_, version, member, err := senda.As[senda.Membership](got[1])
	if err != nil {
		return err
	}
	v := r.Reader.View(p, r.at)
	roots, err := v.Roots(ctx, r.audience.Reads, nil)
	if err != nil {
		return err
	}
	sum.Looked++
	if !r.audience.If.Holds(&roots) {
		if member {
			sum.Gone++
			return mine(r.Store.Commit(ctx, senda.Delete(key, version)))
		}
		return nil
	}
	sum.Belong++
	if !member {
		sum.New++
	}
	if !member || r.again {
		res, err := r.Enroll.Belongs(ctx, v, r.deployed, r.at)
		if err != nil {
			return err
		}
		if res.Entered() {
			sum.Entered++
		}
	}
	if member {
		return nil
	}
	// Last, so that whoever dies before it looks again.
	return mine(r.Store.Commit(ctx, senda.Put(senda.Membership{Journey: r.deployed.Journey, Person: id, Since: r.at, Run: r.at}, 0)))
}

// mine takes a conflict for done: the same page, run twice at once, wrote the same.
func mine(err error) error {
	if senda.CodeOf(err) == senda.Conflict {
		return nil
	}
	return err
}
