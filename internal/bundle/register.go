package bundle

import (
	"context"

	senda "github.com/senda-dev/senda"
)

// Register keeps deployments and releases in a store: what a deployment in an
// account stands on, where many functions ask and one command stops a journey.
type Register struct{ Store senda.Store }

// Deployments lists every journey, by name.
func (r Register) Deployments(ctx context.Context) ([]Deployment, error) {
	var out []Deployment
	q := senda.Range{Kind: senda.KindDeployment}
	for {
		page, err := r.Store.Range(ctx, q)
		if err != nil {
			return nil, err
		}
		for _, v := range page {
			d, _, _, err := senda.As[Deployment](v)
			if err != nil {
				return nil, err
			}
			out = append(out, d)
			q.After = d.Journey
		}
		if len(page) < senda.LimitOr(q.Limit) {
			return out, nil
		}
	}
}

// Deployment finds a journey.
func (r Register) Deployment(ctx context.Context, journey string) (Deployment, error) {
	d, _, ok, err := senda.Read[Deployment](ctx, r.Store, senda.DeploymentKey(journey))
	if err == nil && !ok {
		err = unknownJourney(journey)
	}
	return d, err
}

// Machine finds the state machine that runs a bundle: the ARN of its version. It
// returns NotFound for a bundle that was never released here.
func (r Register) Machine(ctx context.Context, journey, digest string) (string, error) {
	rel, _, ok, err := senda.Read[senda.Release](ctx, r.Store, senda.ReleaseKey(journey, digest))
	if err == nil && !ok {
		err = senda.Errorf(senda.NotFound, "find the machine of "+journey, "the bundle %s was never deployed here", digest)
	}
	return rel.Machine, err
}

// Publish remembers the machine of a bundle for good and makes the bundle the one
// with which people enter. Repeating it is harmless. What a person has done to the
// journey since it was deployed last stands: see Merge.
func (r Register) Publish(ctx context.Context, rel senda.Release, state senda.State) error {
	return r.decide(ctx, rel.Journey, func(before *Deployment) (Deployment, []senda.Write) {
		return Merge(before, Deployment{Journey: rel.Journey, State: state, Bundle: rel.Bundle}),
			[]senda.Write{{Key: rel.Key(), Any: true, Record: rel}}
	})
}

// Merge is what a deployment does to a journey that is there already. A file that
// says another state than the running journey's is followed, but for one that was
// stopped, by a person or by its complaints, with the same bundle: deploying again
// what was stopped does not start it. A new bundle, or a file that says stopped, does
// as it says.
func Merge(before *Deployment, now Deployment) Deployment {
	if before == nil || before.Bundle != now.Bundle {
		return now
	}
	if before.State == senda.StateStopped || before.State == senda.StateClosed && now.State == senda.StateLive {
		now.State = before.State
	}
	return now
}

// Set changes the state of a journey, for those inside at their next step. It returns
// NotFound for one that was never deployed.
func (r Register) Set(ctx context.Context, journey string, state senda.State) error {
	var missing error
	err := r.decide(ctx, journey, func(before *Deployment) (Deployment, []senda.Write) {
		if before == nil {
			missing = unknownJourney(journey)
			return Deployment{}, nil
		}
		d := *before
		d.State = state
		return d, nil
	})
	if missing != nil {
		return missing
	}
	return err
}

// registerAttempts bounds how often a state is decided again: two people stop a
// journey at once, seldom more.
const registerAttempts = 16

func (r Register) decide(ctx context.Context, journey string, change func(before *Deployment) (Deployment, []senda.Write)) error {
	for try := 1; ; try++ {
		before, version, ok, err := senda.Read[Deployment](ctx, r.Store, senda.DeploymentKey(journey))
		if err != nil {
			return err
		}
		var was *Deployment
		if ok {
			was = &before
		}
		d, more := change(was)
		if d.Journey == "" || was != nil && d == before && len(more) == 0 {
			return nil
		}
		err = r.Store.Commit(ctx, append(more, senda.Put(d, version))...)
		if senda.CodeOf(err) != senda.Conflict || try == registerAttempts {
			return err
		}
	}
}
