//go:build localstack

package dynamo_test

import (
	"context"
	"crypto/rand"
	"os"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/dynamo"
	"github.com/senda-dev/senda/internal/storetest"
)

// emulator is the configuration that the environment names, as a function finds it.
func emulator(t testing.TB) aws.Config {
	t.Helper()
	if os.Getenv("AWS_ENDPOINT_URL") == "" {
		t.Fatal("AWS_ENDPOINT_URL is not set: these tests need an emulator (make up)")
	}
	cfg, err := config.LoadDefaultConfig(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return cfg
}

// open makes a store over two new tables and removes them afterwards.
func open(t testing.TB) (*dynamo.Store, dynamo.Tables, aws.Config) {
	t.Helper()
	cfg := emulator(t)
	name := "senda-dynamo-test-" + strings.ToLower(rand.Text()[:10])
	tables := dynamo.Tables{Main: name, Proofs: name + "-proofs"}
	if err := dynamo.Create(t.Context(), cfg, tables); err != nil {
		t.Fatal(err)
	}
	client := dynamodb.NewFromConfig(cfg)
	t.Cleanup(func() {
		ctx := context.WithoutCancel(t.Context())
		for _, name := range []string{tables.Main, tables.Proofs} {
			if _, err := client.DeleteTable(ctx, &dynamodb.DeleteTableInput{TableName: &name}); err != nil {
				t.Error(err)
			}
		}
	})
	return dynamo.New(cfg, tables), tables, cfg
}

func TestStore(t *testing.T) {
	storetest.Test(t, func(t *testing.T) senda.Store {
		s, _, _ := open(t)
		return s
	})
}
