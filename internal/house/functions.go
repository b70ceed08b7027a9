package house

import (
	"context"

	"github.com/senda-dev/senda/internal/jsonata"
	"github.com/senda-dev/senda/internal/runner"
	"github.com/senda-dev/senda/internal/task"
)

// function makes a use case the function of a runner: it reads the request and
// writes the reply.
func function[Q any](decode func(jsonata.Value) (Q, error), do func(context.Context, Q) (task.Reply, error)) runner.Function {
	return func(ctx context.Context, v jsonata.Value) (jsonata.Value, error) {
		q, err := decode(v)
		if err != nil {
			return jsonata.Nothing, err
		}
		reply, err := do(ctx, q)
		if err != nil {
			return jsonata.Nothing, err
		}
		return reply.Value(), nil
	}
}

func (h *House) functions() map[string]runner.Function {
	return map[string]runner.Function{
		task.Facts:  function(task.DecodeFacts, h.Facts.Facts),
		task.Score:  function(task.DecodeScore, h.Score.Score),
		task.Choose: function(task.DecodeChoose, h.Choose.Choose),
		task.Update: function(task.DecodeUpdate, h.Update.Update),
		task.Send:   function(task.DecodeSend, h.Deliver.Send),
		task.Pause:  function(task.DecodePause, h.Entries.Pause),
	}
}
