//go:build localstack

package it

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"

	senda "github.com/senda-dev/senda"
)

// physical is the name by which the service knows a part of the stack: the first of a
// type whose name in the template holds a word.
func (w *world) physical(t *testing.T, kind, word string) string {
	t.Helper()
	pages := cloudformation.NewListStackResourcesPaginator(cloudformation.NewFromConfig(w.cfg), &cloudformation.ListStackResourcesInput{StackName: aws.String(w.at.Stack)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range page.StackResourceSummaries {
			if aws.ToString(r.ResourceType) == kind && strings.Contains(aws.ToString(r.LogicalResourceId), word) {
				return aws.ToString(r.PhysicalResourceId)
			}
		}
	}
	t.Fatalf("the stack %s has no %s %s", w.at.Stack, kind, word)
	return ""
}

func (w *world) function(t *testing.T, name string) string {
	t.Helper()
	return w.physical(t, "AWS::Lambda::Function", strings.ToUpper(name[:1])+name[1:]+"Function")
}

// breaksSES makes the next sends fail in a way, and clears what is left of it.
func (w *world) breaksSES(t *testing.T, kind string, next int) {
	t.Helper()
	w.arm(t, "/_senda/ses/faults", map[string]any{"kind": kind, "next": next})
}

// kills ends the function that mails at a moment of its next call of SES.
func (w *world) kills(t *testing.T, moment string) {
	t.Helper()
	w.arm(t, "/_senda/lambda/kills", map[string]any{"function": w.function(t, "send"), "call": "sesv2.SendEmail", "moment": moment, "next": 1})
}

func (w *world) arm(t *testing.T, path string, fault any) {
	t.Helper()
	if err := w.do(t.Context(), http.MethodPost, path, fault, nil); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := w.do(context.Background(), http.MethodDelete, path, nil, nil); err != nil {
			t.Error(err)
		}
	})
}

// struck waits until everything that was armed has struck: otherwise nothing was tried.
func (w *world) struck(t *testing.T) {
	t.Helper()
	eventually(t, room, func(ctx context.Context) error {
		var left struct {
			Kills, Faults []any
		}
		for _, path := range []string{"/_senda/lambda/kills", "/_senda/ses/faults"} {
			if err := w.do(ctx, http.MethodGet, path, nil, &left); err != nil {
				return err
			}
		}
		if n := len(left.Kills) + len(left.Faults); n > 0 {
			return fmt.Errorf("%d faults have not struck yet", n)
		}
		return nil
	})
}

// settles lets the schedule of settle fire now.
func (w *world) settles(t *testing.T) {
	t.Helper()
	name := w.physical(t, "AWS::Scheduler::Schedule", "Settle")
	if err := w.do(t.Context(), http.MethodPost, "/_senda/schedules/"+name+"/fire", nil, nil); err != nil {
		t.Fatal(err)
	}
}

// change writes a record anew until nobody else was faster.
func change[T senda.Record](t *testing.T, s senda.Store, key senda.Key, do func(T) T) {
	t.Helper()
	eventually(t, room, func(ctx context.Context) error {
		r, version, ok, err := senda.Read[T](ctx, s, key)
		if err != nil {
			return err
		}
		if !ok {
			return fmt.Errorf("there is nothing under %v", key)
		}
		return s.Commit(ctx, senda.Put(do(r), version))
	})
}
