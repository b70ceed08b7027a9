package main

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/bundle"
	functions "github.com/senda-dev/senda/internal/cloud"
	"github.com/senda-dev/senda/internal/deployment"
	"github.com/senda-dev/senda/internal/dynamo"
	"github.com/senda-dev/senda/internal/identity"
	"github.com/senda-dev/senda/internal/s3"
	"github.com/senda-dev/senda/internal/secretsmanager"
	"github.com/senda-dev/senda/internal/sfn"
)

// deploymentFlag sends a command to a deployment in an account instead of the store on
// this machine. Which account and region is said as to any program of AWS: AWS_PROFILE,
// AWS_REGION and the like.
type deploymentFlag struct {
	Deployment string `name:"deployment" aliases:"at" help:"Ask a deployment in an account instead of the store on this machine: the stack of its journeys." placeholder:"STACK"`
}

// cloud is a deployment, opened. Opening it calls CloudFormation and nothing else.
type cloud struct {
	*deployment.Deployment
	cfg     aws.Config
	stacks  *deployment.Stacks
	store   *dynamo.Store
	bundles *s3.Bundles
}

// configured is the configuration of AWS as every tool of it reads it.
func configured(ctx context.Context) (aws.Config, error) {
	cfg, err := config.LoadDefaultConfig(ctx, config.WithAppID("senda-command-line"))
	if err != nil {
		return cfg, senda.Errorf(senda.Invalid, "read the configuration of AWS", "%v", err).
			WithHelp("aws configure list-profiles names the profiles; AWS_PROFILE chooses one")
	}
	return cfg, nil
}

// cloud opens the deployment.
func (f deploymentFlag) cloud(ctx context.Context) (*cloud, error) {
	cfg, err := configured(ctx)
	if err != nil {
		return nil, err
	}
	if cfg.Region == "" {
		return nil, senda.Errorf(senda.Invalid, "open the deployment "+f.Deployment, "no region is set").WithHelp("set AWS_REGION to that of the deployment; senda doctor looks at the rest")
	}
	stacks := deployment.NewStacks(cfg)
	d, err := stacks.Find(ctx, f.Deployment)
	if err != nil {
		return nil, err
	}
	return &cloud{
		Deployment: d, cfg: cfg, stacks: stacks,
		store: dynamo.New(cfg, dynamo.Tables{Main: d.Table, Proofs: d.Proofs}), bundles: s3.New(cfg, d.Bundles),
	}, nil
}

func (c *cloud) register() bundle.Register { return bundle.Register{Store: c.store} }

// most is how many people inside are counted one by one; of more it is only said that
// they are more.
const most = 10000

// inside counts who walks a journey in a deployment, by bundle.
func (c *cloud) inside(ctx context.Context, journey string) (map[string]int, error) {
	out := map[string]int{}
	look := sfn.NewExecutions(c.cfg)
	err := releases(ctx, c.store, journey, func(r senda.Release) error {
		n, err := look.Running(ctx, r.Machine, most)
		if senda.CodeOf(err) == senda.NotFound {
			return nil // a version that was deleted runs nobody
		}
		if n > 0 {
			out[r.Bundle] = n
		}
		return err
	})
	return out, err
}

// releases are the bundles of a journey that were ever deployed.
func releases(ctx context.Context, s senda.Store, journey string, do func(senda.Release) error) error {
	q := senda.Range{Kind: senda.KindRelease, Part: journey}
	for {
		page, err := s.Range(ctx, q)
		if err != nil {
			return err
		}
		for _, v := range page {
			r, _, _, err := senda.As[senda.Release](v)
			if err != nil {
				return err
			}
			if err := do(r); err != nil {
				return err
			}
			q.After = r.Bundle
		}
		if len(page) < senda.LimitOr(q.Limit) {
			return nil
		}
	}
}

// walking counts who walks which bundle in a store on this machine.
func walking(ctx context.Context, s senda.Store) (map[string]int, error) {
	out, q := map[string]int{}, senda.IndexRange{Index: senda.IndexExecutions}
	for {
		page, err := s.Find(ctx, q)
		if err != nil {
			return nil, err
		}
		for _, v := range page {
			e, _, _, err := senda.As[senda.Execution](v)
			if err != nil {
				return nil, err
			}
			out[e.Bundle]++
			for _, ix := range e.Indexes() {
				q.After = ix.Sort
			}
		}
		if len(page) < senda.LimitOr(q.Limit) {
			return out, nil
		}
	}
}

// secret is that of the installation. Only a look-up by an identifier and a rehearsal ask
// for it: most questions need no right on it.
func (c *cloud) secret(ctx context.Context) (*functions.Keys, error) {
	text, err := secretsmanager.New(c.cfg, c.Secret).Text(ctx)
	if err != nil {
		return nil, err
	}
	return functions.ReadSecret(text)
}

// keys are those by which the deployment names people.
func (c *cloud) keys(ctx context.Context) (*identity.Keys, error) {
	keys, err := c.secret(ctx)
	if err != nil {
		return nil, err
	}
	return keys.Identity, nil
}
