//go:build localstack

package it

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/bundle"
	"github.com/senda-dev/senda/internal/cloud"
	"github.com/senda-dev/senda/internal/compile"
	"github.com/senda-dev/senda/internal/deliver"
	"github.com/senda-dev/senda/internal/deployment"
	"github.com/senda-dev/senda/internal/dynamo"
	"github.com/senda-dev/senda/internal/eventbridge"
	"github.com/senda-dev/senda/internal/play"
	"github.com/senda-dev/senda/internal/rules"
	"github.com/senda-dev/senda/internal/score"
	"github.com/senda-dev/senda/internal/sqs"
)

// world is the deployment, and everything by which a test looks at it.
type world struct {
	*emulator
	cfg   aws.Config
	at    *deployment.Deployment
	store *dynamo.Store
	bus   *eventbridge.Bus
	keys  *cloud.Keys
	rules *rules.Rules

	house  *compile.House
	models *score.Models
	player *play.Player
}

var found = sync.OnceValues(find)

// deployed is the deployment, found once for all tests.
func deployed(t *testing.T) *world {
	t.Helper()
	w, err := found()
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func find() (*world, error) {
	ctx := context.Background()
	endpoint := os.Getenv("AWS_ENDPOINT_URL")
	if endpoint == "" {
		return nil, senda.Errorf(senda.NotFound, "find the emulator", "AWS_ENDPOINT_URL is not set").WithHelp("make it starts one, deploys to it and runs these tests")
	}
	w := &world{emulator: &emulator{endpoint}, cfg: aws.Config{
		Region: "us-east-1", BaseEndpoint: aws.String(endpoint), Credentials: credentials.NewStaticCredentialsProvider("test", "test", ""),
	}}
	stack := os.Getenv("SENDA_STACK")
	if stack == "" {
		stack = "SendaJourneys"
	}
	var err error
	if w.at, err = deployment.NewStacks(w.cfg).Find(ctx, stack); err != nil {
		return nil, err
	}
	w.store = dynamo.New(w.cfg, dynamo.Tables{Main: w.at.Table, Proofs: w.at.Proofs})
	w.bus = eventbridge.New(w.cfg, w.at.Bus)
	secret, err := secretsmanager.NewFromConfig(w.cfg).GetSecretValue(ctx, &secretsmanager.GetSecretValueInput{SecretId: aws.String(w.at.Secret)})
	if err != nil {
		return nil, err
	}
	if w.keys, err = cloud.ReadSecret(aws.ToString(secret.SecretString)); err != nil {
		return nil, err
	}
	folder := filepath.Join("..", "..", "journeys")
	house, findings := compile.Dir(os.DirFS(folder), "journeys")
	if err := findings.Err(); err != nil {
		return nil, err
	}
	w.house = house
	if w.models, err = score.LoadModels(os.DirFS(folder)); err != nil {
		return nil, err
	}
	if w.rules, err = rules.New(house.Catalog, w.at.Salt, nil); err != nil {
		return nil, err
	}
	// The people of this run are not those of the last one in the same deployment.
	w.player, err = play.At(house, w.models, play.Installation{
		Salt: w.at.Salt, Keys: w.keys.Identity, Links: deliver.Links{Base: w.at.Links, Ring: w.keys.Ring}, Run: time.Now().UTC().Format(time.RFC3339Nano),
	})
	return w, err
}

// queue opens a queue by its ARN.
func (w *world) queue(arn string) *sqs.Queue {
	parts := strings.Split(arn, ":")
	return sqs.New(w.cfg, w.endpoint+"/"+path.Join(parts[4], parts[5]))
}

// pages is the queue of pages of audiences.
func (w *world) pages(t *testing.T) *sqs.Queue {
	t.Helper()
	hop, ok := w.at.Hop("enroll")
	if !ok {
		t.Fatalf("the deployment has no way to enroll: %+v", w.at.DeadLetters)
	}
	return w.queue(hop.To)
}

// look asks the deployment to look at one person for the audience of a journey.
func (w *world) look(ctx context.Context, pages *sqs.Queue, journey string, at time.Time, p senda.PersonID) error {
	body, err := json.Marshal(map[string]any{"journey": journey, "at": at.UTC().Format(time.RFC3339Nano), "person": p})
	if err != nil {
		return err
	}
	return pages.Send(ctx, body)
}

// register is what the journeys do with people.
func (w *world) register() bundle.Register { return bundle.Register{Store: w.store} }

// eventually waits until something is so; what it is not yet is told when the time is over.
func eventually(t *testing.T, limit time.Duration, is func(ctx context.Context) error) {
	t.Helper()
	ctx, stop := context.WithTimeout(t.Context(), limit)
	defer stop()
	for {
		err := is(ctx)
		if err == nil {
			return
		}
		if moment(ctx) != nil {
			t.Fatalf("after %s: %v", limit, err)
		}
	}
}

// moment is the time between two looks at something that is remote.
func moment(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return fmt.Errorf("no time is left: %w", ctx.Err())
	case <-time.After(time.Second):
		return nil
	}
}
