//go:build localstack

package it

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"

	senda "github.com/senda-dev/senda"
	look "github.com/senda-dev/senda/internal/sfn"
)

// A journey is stopped while somebody is inside: their next mail is refused, and they leave.
func TestAJourneyIsStopped(t *testing.T) {
	g := deployed(t).inside(t)
	was := g.sets(t, basket, senda.StateStopped)
	t.Cleanup(func() { g.sets(t, basket, was) })
	other := g.guest(t)
	other.tells(t, append(other.consents, other.enters)...)
	if all, err := g.entries(t.Context(), other.Person.ID); err != nil || len(all) != 0 {
		t.Errorf("%d entries, %v: nobody enters what is stopped", len(all), err)
	}
	g.passes(t, before)
	g.refused(t, reminder, string(senda.GuardStopped))
	g.leaves(t, senda.LeftStopped)
	other.mailed(t)
}

// sets changes the state of a journey, and says what it was.
func (w *world) sets(t *testing.T, journey string, state senda.State) senda.State {
	t.Helper()
	ctx := context.Background() // also when the test is over
	d, err := w.register().Deployment(ctx, journey)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.register().Set(ctx, journey, state); err != nil {
		t.Fatal(err)
	}
	return d.State
}

// An execution is ended by somebody's hand: it will never go on, so that its entry is ended
// too, and an alarm has something to count.
func TestAnExecutionFails(t *testing.T) {
	g := deployed(t).inside(t)
	e, err := g.entry(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	version, err := g.register().Machine(t.Context(), basket, e.Bundle)
	if err != nil {
		t.Fatal(err)
	}
	name := e.ID.Execution(e.Person)
	if _, err := sfn.NewFromConfig(g.cfg).StopExecution(t.Context(), &sfn.StopExecutionInput{
		ExecutionArn: aws.String(executionOf(version, name)), Error: aws.String("Test.Stopped"),
	}); err != nil {
		t.Fatal(err)
	}
	g.leaves(t, senda.LeftFailed)
	ran, err := look.NewExecutions(g.cfg).Describe(t.Context(), version, name)
	if err != nil {
		t.Fatal(err)
	}
	if ran.Status != "ABORTED" {
		t.Errorf("the execution is %s", ran.Status)
	}
	eventually(t, room, func(ctx context.Context) error {
		for _, line := range g.log(t, "signal") {
			if strings.Contains(line, `"ExecutionsFailed":1`) && strings.Contains(line, `"Journey":"`+basket+`"`) && strings.Contains(line, `"Namespace":"Senda"`) {
				return nil
			}
		}
		return fmt.Errorf("signal counted nothing")
	})
}

// executionOf is the ARN of an execution of a version of a state machine.
func executionOf(version, name string) string {
	p := strings.Split(version, ":")
	p[5], p[7] = "execution", name
	return strings.Join(p, ":")
}

// log is what a function has written, line by line.
func (w *world) log(t *testing.T, function string) []string {
	t.Helper()
	var out struct{ Invocations []struct{ Output string } }
	if err := w.do(t.Context(), "GET", "/_senda/lambda/invocations?function="+w.function(t, function), nil, &out); err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, i := range out.Invocations {
		lines = append(lines, strings.Split(i.Output, "\n")...)
	}
	return lines
}
