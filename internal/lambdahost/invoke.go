package lambdahost

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"github.com/aws/aws-lambda-go/lambda/messages"
	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/task"
)

// Margin is how long before Lambda's deadline the context of a handler ends: a
// quarter of what is left where that is less. In the last third of it the host answers
// for a handler that has not come back.
const Margin = 1500 * time.Millisecond

// Invoke implements the Handler of aws-lambda-go.
func (h *host) Invoke(ctx context.Context, payload []byte) ([]byte, error) {
	began := time.Now()
	c := h.call(ctx)
	ctx = context.WithValue(ctx, callKey{}, c)
	out, err, stuck := h.within(ctx, payload)
	c.end(err, time.Since(began))
	if err != nil {
		return nil, messages.InvokeResponse_Error{Type: senda.CodeOf(err).ErrorName(), Message: task.Message(err), ShouldExit: stuck}
	}
	return out, nil
}

// within runs the handler so that there is time to answer.
func (h *host) within(ctx context.Context, payload []byte) (out []byte, err error, stuck bool) { //nolint:revive // stuck says more than the error
	deadline, ok := ctx.Deadline()
	if !ok {
		out, err = h.run(ctx, payload)
		return out, err, false
	}
	left := time.Until(deadline)
	margin := min(Margin, left/4)
	inner, cancel := context.WithDeadline(ctx, deadline.Add(-margin))
	defer cancel()
	last := time.NewTimer(left - margin/3)
	defer last.Stop()

	type answer struct {
		out []byte
		err error
	}
	done := make(chan answer, 1)
	go func() {
		out, err := h.run(inner, payload)
		done <- answer{out, err}
	}()
	select {
	case a := <-done:
		return a.out, inTime(inner, a.err), false
	case <-last.C:
		return nil, senda.Errorf(senda.Unavailable, "answer in time", "the handler did not stop"), true
	}
}

// inTime: an error of a context that ended is no defect but a lack of time. Codes
// that say more, as Unsure does, stay.
func inTime(ctx context.Context, err error) error {
	if err == nil || ctx.Err() == nil || senda.CodeOf(err) != senda.Internal {
		return err
	}
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
		return senda.Wrap(senda.Unavailable, "answer in time", err)
	}
	return err
}

// run opens and handles; a panic becomes an error.
func (h *host) run(ctx context.Context, payload []byte) (out []byte, err error) {
	defer caught(&err)
	handle, err := h.handle(ctx)
	if err != nil {
		return nil, err
	}
	return handle(ctx, payload)
}

// caught makes a panic the error of whoever defers it.
func caught(err *error) {
	if p := recover(); p != nil {
		*err = &panicked{kind: fmt.Sprintf("%T", p), stack: debug.Stack()}
	}
}

// panicked is a panic without what it said, which may be about a person.
type panicked struct {
	kind  string
	stack []byte
}

func (p *panicked) Error() string { return "a panic with a " + p.kind }
