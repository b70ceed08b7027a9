package lambdahost

import (
	"context"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/jsonata"
	"github.com/senda-dev/senda/internal/task"
)

// Task serves a task of a state machine: it reads the request, has it done and
// writes the reply.
func Task[Q task.Request](decode func(jsonata.Value) (Q, error), do func(context.Context, Q) (task.Reply, error)) Handler {
	return func(ctx context.Context, payload []byte) ([]byte, error) {
		v, err := jsonata.ParseJSON(payload)
		if err != nil {
			return nil, senda.Wrap(senda.Invalid, "read a request", err)
		}
		q, err := decode(v)
		if err != nil {
			return nil, err
		}
		c, who := callOf(ctx), v.Get("who")
		c.note("entry", who.Get("entry").Str())
		c.note("bundle", who.Get("bundle").Str())
		c.note("step", v.Get("step").Str())
		reply, err := do(ctx, q)
		if err != nil {
			return nil, err
		}
		return reply.Value().AppendJSON(nil), nil
	}
}
