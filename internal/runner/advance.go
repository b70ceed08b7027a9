package runner

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"time"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/interp"
	"github.com/senda-dev/senda/internal/jsonata"
	"github.com/senda-dev/senda/internal/task"
)

// Step carries out the first execution that is due, until it waits. It reports
// whether there was one. It may be called by several goroutines. An error of the
// store leaves the execution as it was saved, and due again after RetryAfter.
func (r *Runner) Step(ctx context.Context) (bool, error) {
	r.mu.Lock()
	name, ok := r.agenda.take(r.Clock.Now())
	e := r.live[name]
	r.mu.Unlock()
	if !ok || e == nil {
		return ok, nil
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	return true, r.advance(ctx, e)
}

// RetryAfter is how long an execution is left alone that could not be carried on: it
// must not stand in the way of those behind it.
const RetryAfter = 10 * time.Second

// Settle carries out everything that is due now. It returns the errors of all that
// could not be carried on.
func (r *Runner) Settle(ctx context.Context) error {
	var failed []error
	for {
		again, err := r.Step(ctx)
		if err != nil {
			failed = append(failed, err)
		}
		if !again || ctx.Err() != nil {
			return errors.Join(failed...)
		}
	}
}

// advance runs an execution until it waits, saves it and puts it on the agenda.
// The caller holds its mutex.
func (r *Runner) advance(ctx context.Context, e *execution) error {
	h := &host{r: r, e: e, ctx: context.WithValue(ctx, advancing{}, e)}
	for {
		e.run.Advance(r.Clock.Now(), h)
		if h.err != nil {
			return r.again(ctx, e, h.err)
		}
		if len(e.own) == 0 {
			break
		}
		own := e.own
		e.own = nil
		for _, a := range own {
			// One that came too late changes nothing: the run has gone on by its timer.
			if err := give(e.run, a); err != nil && !gone(err) {
				return err
			}
		}
	}
	if err := r.keep(ctx, e); err != nil {
		return r.again(ctx, e, err)
	}
	return nil
}

// again forgets what an execution did since it was saved and makes it due later.
func (r *Runner) again(ctx context.Context, e *execution, cause error) error {
	if r.Store != nil {
		r.mu.Lock()
		delete(r.live, e.kept.Name)
		maps.DeleteFunc(r.tokens, func(_ string, of *execution) bool { return of == e })
		r.mu.Unlock()
		if _, err := r.take(ctx, e.kept); err != nil {
			return errors.Join(cause, err)
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.agenda.put(e.kept.Name, r.Clock.Now().Add(RetryAfter))
	return cause
}

// keep saves the execution and puts it on the agenda, or lets it go when it ended.
// After an error it stands as it was saved before.
func (r *Runner) keep(ctx context.Context, e *execution) error {
	out, next := e.run.Outcome(), e.kept
	next.Status, next.Error, next.Cause = out.Status.String(), out.Error, out.Cause
	var open, closed []string
	for _, t := range e.tokens {
		if _, err := e.run.TaskOf(t); err != nil {
			closed = append(closed, t)
		} else {
			open = append(open, t)
		}
	}
	next.Tokens = open
	if e.run.Done() {
		next.Saved, next.Wake = nil, r.Clock.Now()
		if r.Ended != nil {
			if err := r.Ended(ctx, next); err != nil {
				return err
			}
		}
	} else {
		next.Wake = e.run.Wake()
	}
	if r.Store != nil {
		if !e.run.Done() {
			next.Saved = e.run.Save()
		}
		// The process that runs it is its only writer.
		if err := r.Store.Commit(ctx, senda.Write{Key: next.Key(), Any: true, Record: next}); err != nil {
			return err
		}
	}
	e.kept, e.tokens = next, slices.Clone(open)
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, t := range closed {
		delete(r.tokens, t)
	}
	if e.run.Done() {
		delete(r.live, e.kept.Name)
		r.agenda.drop(e.kept.Name)
		if r.Store == nil {
			r.done[e.kept.Name] = senda.Digest(string(e.kept.Input))
		}
		return nil
	}
	for _, t := range e.tokens {
		r.tokens[t] = e
	}
	r.agenda.put(e.kept.Name, e.kept.Wake)
	return nil
}

// advancing marks the context of a function with the execution that called it.
type advancing struct{}

// Answer implements senda.Machines.
func (r *Runner) Answer(ctx context.Context, token string, output jsonata.Value) error {
	return r.answer(ctx, answer{token: token, output: output})
}

// Fail implements senda.Machines.
func (r *Runner) Fail(ctx context.Context, token string, code senda.Code) error {
	return r.answer(ctx, answer{token: token, code: code})
}

func (r *Runner) answer(ctx context.Context, a answer) error {
	r.mu.Lock()
	e := r.tokens[a.token]
	r.mu.Unlock()
	if e == nil {
		return senda.Errorf(senda.NotFound, "answer", "no task waits for this token")
	}
	if ctx.Value(advancing{}) == e {
		// A function answers the task that it is serving: the execution takes it when
		// the function has returned. Were the process to end before, it would call again.
		e.own = append(e.own, a)
		return nil
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if err := give(e.run, a); err != nil {
		if gone(err) {
			return senda.Errorf(senda.NotFound, "answer", "the task has ended")
		}
		return senda.Wrap(senda.Invalid, "answer", err)
	}
	if err := r.keep(ctx, e); err != nil {
		return r.again(ctx, e, err)
	}
	return nil
}

func give(run *interp.Run, a answer) error {
	if a.code != "" {
		return run.SendTaskFailure(a.token, a.code.ErrorName(), "")
	}
	return run.SendTaskSuccess(a.token, a.output)
}

func gone(err error) bool {
	return errors.Is(err, interp.ErrTaskTimedOut) || errors.Is(err, interp.ErrTaskDoesNotExist)
}

// host answers the tasks of one execution.
type host struct {
	r   *Runner
	e   *execution
	ctx context.Context
	// err stops the advance: the store is gone, and nothing may go on unsaved.
	err error
}

// Task implements interp.Host.
func (h *host) Task(t *interp.Task) interp.Reply {
	if h.err != nil {
		return interp.Pending
	}
	name, request := t.Resource, t.Arguments
	if t.Function != "" {
		name, request = t.Function, t.Payload
	}
	name = strings.TrimSuffix(strings.TrimPrefix(name, "${"), "}")
	f := h.r.Functions[name]
	if f == nil {
		return interp.Refused("Lambda.ResourceNotFoundException", "there is no function "+name)
	}
	if t.Callback {
		h.r.mu.Lock()
		h.r.tokens[t.Token] = h.e
		h.r.mu.Unlock()
		h.e.tokens = append(h.e.tokens, t.Token)
	}
	v, err := f(h.ctx, request)
	if err != nil {
		if ctxErr := h.ctx.Err(); ctxErr != nil {
			h.err = ctxErr
			return interp.Pending
		}
		return interp.Refused(task.Failure(err))
	}
	return interp.Done(v)
}
