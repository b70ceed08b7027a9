package cloud

import (
	"context"

	"github.com/aws/aws-lambda-go/cfn"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/bundle"
	"github.com/senda-dev/senda/internal/lambdahost"
)

// The properties of the custom resource that publishes a journey.
const (
	// PropJourney and PropState are its name and what its file says of its state.
	PropJourney = "Journey"
	PropState   = "State"
	// PropBundle is the digest, PropAssetBucket and PropAssetKey where the CDK put the bytes.
	PropBundle      = "Bundle"
	PropAssetBucket = "AssetBucket"
	PropAssetKey    = "AssetKey"
	// PropMachine is the ARN of the version of the state machine.
	PropMachine = "Machine"
)

// Publish is the custom resource of a journey in a template. It calls Store, File
// and Shelf.
//
// Creating and updating it puts the bundle where functions find it, remembers for good
// which machine runs it, and lets people enter with it from then on. An older bundle,
// as a rollback brings back, is published like a new one. Deleting it, as a journey
// that is renamed or removed is, closes the journey if it is still this one: nobody
// enters, those inside finish. Bundles and releases stay, since people may be inside.
func Publish(_ context.Context, g *Ground) (lambdahost.Provide, error) {
	return func(ctx context.Context, e cfn.Event) (map[string]any, error) {
		p, err := readRelease(e.ResourceProperties)
		if e.RequestType == cfn.RequestDelete {
			if err != nil {
				return nil, nil //nolint:nilerr // what was refused when it was created left nothing to close
			}
			return nil, g.withdraw(ctx, p)
		}
		if err != nil {
			return nil, err
		}
		return map[string]any{PropBundle: p.Bundle}, g.publish(ctx, p)
	}, nil
}

// release is what the properties say.
type release struct {
	senda.Release
	state       senda.State
	bucket, key string
}

func readRelease(properties map[string]any) (release, error) {
	const op = "read the properties of a journey"
	text := make(map[string]string, len(properties))
	for _, name := range []string{PropJourney, PropState, PropBundle, PropAssetBucket, PropAssetKey, PropMachine} {
		s, ok := properties[name].(string)
		if !ok || s == "" {
			return release{}, senda.Errorf(senda.Invalid, op, "%s is missing", name).WithHelp("give the property %s", name)
		}
		text[name] = s
	}
	r := release{
		Release: senda.Release{Journey: text[PropJourney], Bundle: text[PropBundle], Machine: text[PropMachine]},
		state:   senda.State(text[PropState]), bucket: text[PropAssetBucket], key: text[PropAssetKey],
	}
	switch r.state {
	case senda.StateDraft, senda.StateLive, senda.StateClosed, senda.StateStopped:
		return r, nil
	}
	return release{}, senda.Errorf(senda.Invalid, op, "there is no such state").
		WithHelp("the state is %s, %s, %s or %s", senda.StateDraft, senda.StateLive, senda.StateClosed, senda.StateStopped)
}

// publish does things in the order in which they are needed: whoever enters by the
// record finds the bundle.
func (g *Ground) publish(ctx context.Context, p release) error {
	op := "publish " + p.Journey
	data, err := g.File(ctx, p.bucket, p.key)
	if err != nil {
		return err
	}
	b, err := bundle.Decode(data)
	if err != nil {
		return err
	}
	if b.Digest() != p.Bundle || b.Journey != p.Journey {
		return senda.Errorf(senda.Invalid, op, "the file holds the bundle %s of %s", b.Digest(), b.Journey).
			WithHelp("the file is that of another bundle or journey; compile and deploy again")
	}
	if err := g.Shelf.Put(ctx, b); err != nil {
		return err
	}
	p.At = g.Clock.Now().UTC()
	return bundle.Register{Store: g.Store}.Publish(ctx, p.Release, p.state)
}

// withdraw closes the journey unless another release has taken its place.
func (g *Ground) withdraw(ctx context.Context, p release) error {
	r := bundle.Register{Store: g.Store}
	d, err := r.Deployment(ctx, p.Journey)
	switch {
	case senda.CodeOf(err) == senda.NotFound:
		return nil // it never came to be
	case err != nil:
		return err
	case d.Bundle != p.Bundle, d.State == senda.StateStopped, d.State == senda.StateClosed:
		return nil // a stopped one stays as it is: closing it would let mails leave again
	}
	// The same bundle may have been published anew under another name in the template:
	// then it runs in a machine of that one's.
	machine, err := r.Machine(ctx, p.Journey, p.Bundle)
	if err != nil && senda.CodeOf(err) != senda.NotFound {
		return err
	}
	if err == nil && machine != p.Machine {
		return nil
	}
	return r.Set(ctx, p.Journey, senda.StateClosed)
}
