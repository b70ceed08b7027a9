package cloud

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/jsonata"
	"github.com/senda-dev/senda/internal/lambdahost"
	"github.com/senda-dev/senda/internal/task"
)

// Signal ends the entries of executions that failed: Step Functions says so on the
// default bus, and a rule brings it through a queue. It calls Store, Bundles,
// Machines, Bus and Input.
func Signal(_ context.Context, g *Ground) (lambdahost.Handler, error) {
	w, err := g.core(nil)
	if err != nil {
		return nil, err
	}
	return lambdahost.Queue(func(ctx context.Context, m lambdahost.Message) error {
		e, err := readChange(m.Body)
		if err != nil || !e.failed() {
			return err
		}
		in, err := g.inputOf(ctx, e)
		if senda.CodeOf(err) == senda.NotFound {
			return nil // nobody knows the execution any more, and so it is with its entry
		}
		if err != nil {
			return err
		}
		if err := w.Failed(ctx, in.Person, in.Entry); err != nil {
			return err
		}
		g.Count(ctx, Failed, 1, byJourney(in.Entry.Journey()))
		lambdahost.Logger(ctx).LogAttrs(ctx, slog.LevelError, "an execution failed",
			slog.String("journey", in.Entry.Journey()), slog.String("entry", string(in.Entry)), slog.String("status", e.Status))
		return nil
	}), nil
}

// change is what the event says
// (https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html).
type change struct {
	Execution string  `json:"executionArn"`
	Status    string  `json:"status"`
	Input     *string `json:"input"`
}

// failed says that the execution will never go on.
func (c change) failed() bool {
	return c.Status == "FAILED" || c.Status == "TIMED_OUT" || c.Status == "ABORTED"
}

// readChange reads the event in its envelope.
func readChange(body []byte) (change, error) {
	var envelope struct {
		Kind   string `json:"detail-type"`
		Source string `json:"source"`
		Detail change `json:"detail"`
	}
	const op = "read a change of an execution"
	if err := json.NewDecoder(bytes.NewReader(body)).Decode(&envelope); err != nil {
		return change{}, senda.Errorf(senda.Invalid, op, "it is no event")
	}
	d := envelope.Detail
	if envelope.Source != "aws.states" || envelope.Kind != "Step Functions Execution Status Change" || d.Execution == "" || d.Status == "" {
		return change{}, senda.Errorf(senda.Invalid, op, "it is an event of another kind").
			WithHelp("the rule and the functions are of two releases; deploy again")
	}
	return d, nil
}

// inputOf is what the execution was started with: it says whose entry it runs. The
// event has it, unless it was too long for one.
func (g *Ground) inputOf(ctx context.Context, c change) (task.Input, error) {
	if c.Input == nil || *c.Input == "" {
		if g.Input == nil {
			return task.Input{}, refused("read the input of an execution")
		}
		text, err := g.Input(ctx, c.Execution)
		if err != nil {
			return task.Input{}, err
		}
		c.Input = &text
	}
	v, err := jsonata.ParseJSON([]byte(*c.Input))
	if err != nil {
		return task.Input{}, senda.Errorf(senda.Invalid, "read the input of an execution", "it is not JSON")
	}
	return task.DecodeInput(v)
}
