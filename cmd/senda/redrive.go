package main

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/deployment"
	"github.com/senda-dev/senda/internal/diag"
	"github.com/senda-dev/senda/internal/intake"
	"github.com/senda-dev/senda/internal/sqs"
)

// mostLetters is how many dead letters of one function are looked at. A look hides them
// from others for seconds, so that nobody wants to see thousands.
const mostLetters = 100

// quarantined goes through the refused events of a store.
func quarantined(ctx context.Context, s senda.Store, do func(senda.Quarantined) error) error {
	q := senda.Range{Kind: senda.KindQuarantined}
	for {
		page, err := s.Range(ctx, q)
		if err != nil {
			return err
		}
		for _, v := range page {
			one, _, _, err := senda.As[senda.Quarantined](v)
			if err != nil {
				return err
			}
			if err := do(one); err != nil {
				return err
			}
			q.After = one.ID
		}
		if len(page) < senda.LimitOr(q.Limit) {
			return nil
		}
	}
}

// aside is what lies aside in a deployment.
func (cl *cloud) aside(ctx context.Context) ([]refusal, error) {
	out := []refusal{}
	err := quarantined(ctx, cl.store, func(q senda.Quarantined) error {
		out = append(out, of(q))
		return nil
	})
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(out, func(a, b refusal) int { return a.At.Compare(b.At) })
	for _, hop := range cl.DeadLetters {
		letters, err := sqs.New(cl.cfg, hop.URL).Peek(ctx, mostLetters)
		if err != nil {
			return nil, err
		}
		for _, l := range letters {
			out = append(out, dead(hop.Name, l))
		}
	}
	return out, nil
}

// dead is a dead letter. What it says of its reason comes from the sender's attributes;
// a queue that gave up says nothing, and the function's log does.
func dead(function string, l sqs.Letter) refusal {
	r := refusal{ID: l.ID, In: function, At: l.Sent, Tries: l.Received, Body: l.Body}
	if e, err := intake.Decode([]byte(l.Body)); err == nil {
		r.Kind = e.Kind
	}
	var said []string
	for _, name := range slices.Sorted(maps.Keys(l.Reason)) {
		if !strings.HasSuffix(name, "_ARN") { // a name of ours, which the function's says better
			said = append(said, strings.ToLower(name)+" "+l.Reason[name])
		}
	}
	r.Reason = cmp.Or(strings.Join(said, ", "), "given up after several tries; the log of "+function+" says why")
	return r
}

// remote brings back what lies aside in a deployment.
func (cmd *quarantineRedrive) remote(ctx context.Context, c *console) error {
	cl, err := cmd.cloud(ctx)
	if err != nil {
		return err
	}
	ids, hops, err := chosen(ctx, cl, cmd.IDs)
	if err != nil {
		return err
	}
	again := &again{store: cl.store, queue: sqs.New(cl.cfg, cl.IntakeQueue), wait: pause}
	outcomes, err := again.drive(ctx, ids)
	refused := 0
	for _, o := range outcomes {
		if o.Fate == stillRefused {
			refused++
		}
		fmt.Fprintf(c.out, "%s  %s\n", o.ID, o.say())
	}
	if err != nil {
		return err
	}
	mover := sqs.NewRedriver(cl.cfg)
	for _, hop := range hops {
		if err := move(ctx, c, cl, mover, hop); err != nil {
			return err
		}
	}
	fmt.Fprintf(c.out, "%d taken in, %d still refused\n", len(outcomes)-refused, refused)
	if refused > 0 {
		return errFound
	}
	return nil
}

// chosen are the refused events and the dead letters to bring back: all, or those named.
func chosen(ctx context.Context, cl *cloud, names []string) (ids []string, hops []deployment.Hop, err error) {
	if len(names) == 0 {
		err := quarantined(ctx, cl.store, func(q senda.Quarantined) error {
			ids = append(ids, q.ID)
			return nil
		})
		return ids, cl.DeadLetters, err
	}
	var functions []string
	for _, hop := range cl.DeadLetters {
		functions = append(functions, hop.Name)
	}
	for _, name := range names {
		hop, ok := cl.Hop(name)
		switch {
		case ok:
			hops = append(hops, hop)
		case strings.HasPrefix(name, "q-"):
			ids = append(ids, name)
		default:
			return nil, nil, senda.Errorf(senda.Invalid, "redrive "+name, "it is neither the id of a refused event nor a function").
				WithHelp("dead letters come back together, by the function that gave them up: %s", diag.Words(functions, 12))
		}
	}
	return ids, hops, nil
}

// settled is how many beats a queue gets until nobody looks at its letters any more: a look
// hides them for ten seconds, and what is hidden is not moved.
const settled = 20

// move brings the dead letters of a function back to its queue.
func move(ctx context.Context, c *console, cl *cloud, mover *sqs.Redriver, hop deployment.Hop) error {
	queue := sqs.New(cl.cfg, hop.URL)
	count, err := queue.Count(ctx)
	if err != nil {
		return err
	}
	n := count.Waiting + count.InFlight
	switch {
	case n == 0:
		return nil
	case hop.To == "":
		_, err = fmt.Fprintf(c.out, "%s: %s left: no queue feeds it, and its next run, or the next deployment, does what was asked\n", hop.Name, letters(n))
		return err
	}
	for beats := 0; count.InFlight > 0 && beats < settled; beats++ {
		if err := pause(ctx); err != nil {
			return err
		}
		if count, err = queue.Count(ctx); err != nil {
			return err
		}
	}
	m, err := mover.Redrive(ctx, hop.ARN, hop.To)
	if err != nil {
		return err
	}
	for !m.Done() {
		if err := pause(ctx); err != nil {
			return err
		}
		if m, err = mover.Progress(ctx, hop.ARN); err != nil {
			return err
		}
	}
	if m.Status != "COMPLETED" {
		return senda.Errorf(senda.Unavailable, "redrive the dead letters of "+hop.Name, "the service says %s after %d", m.Status, m.Moved)
	}
	_, err = fmt.Fprintf(c.out, "%s: %s back in its queue\n", hop.Name, letters(int(m.Moved)))
	return err
}

func letters(n int) string {
	if n == 1 {
		return "1 dead letter"
	}
	return fmt.Sprintf("%d dead letters", n)
}

// beat is the time between two looks at what a service does in the background.
const beat = time.Second

func pause(ctx context.Context) error {
	t := time.NewTimer(beat)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return senda.Wrap(senda.Unavailable, "wait", ctx.Err())
	}
}

// again puts refused events into the queue of intake once more, and watches what comes
// of them: the deployment judges by its own rules, not this machine.
type again struct {
	store senda.Store
	queue interface {
		Send(ctx context.Context, body []byte) error
	}
	wait func(ctx context.Context) error
}

// What came of a refused event that was sent again.
const (
	takenIn      = "taken in"
	stillRefused = "still refused"
	onItsWay     = "on its way"
)

// outcome is what came of one event.
type outcome struct {
	ID, Fate string
	Reason   string
}

func (o outcome) say() string {
	switch o.Fate {
	case stillRefused:
		return o.Fate + ": " + o.Reason
	case onItsWay:
		return o.Fate + ": nothing was heard of it yet; it stays in quarantine until it is taken in"
	}
	return o.Fate
}

// looks is how often the store is asked what became of the events: a minute in life.
const looks = 60

// drive sends all of them and waits for each.
func (a *again) drive(ctx context.Context, ids []string) ([]outcome, error) {
	waiting := map[string]senda.Quarantined{}
	for _, id := range ids {
		q, _, ok, err := senda.Read[senda.Quarantined](ctx, a.store, senda.Quarantined{ID: id}.Key())
		if err != nil {
			return nil, err
		}
		if !ok {
			return nil, senda.Errorf(senda.NotFound, "redrive "+id, "nothing is in quarantine under this id")
		}
		if err := a.queue.Send(ctx, q.Body); err != nil {
			return nil, err
		}
		waiting[id] = q
	}
	fates := map[string]outcome{}
	for look := 0; len(waiting) > 0 && look < looks; look++ {
		for id, before := range waiting {
			o, err := a.look(ctx, before)
			if err != nil {
				return nil, err
			}
			if o.Fate != onItsWay {
				fates[id] = o
				delete(waiting, id)
			}
		}
		if len(waiting) > 0 {
			if err := a.wait(ctx); err != nil {
				return nil, err
			}
		}
	}
	var out []outcome
	for _, id := range ids {
		if o, ok := fates[id]; ok {
			out = append(out, o)
		} else {
			out = append(out, outcome{ID: id, Fate: onItsWay})
		}
	}
	return out, nil
}

// look says what became of an event that was sent again. One that was refused again was
// counted once more; one that was taken in is remembered as done, and leaves quarantine.
func (a *again) look(ctx context.Context, before senda.Quarantined) (outcome, error) {
	o := outcome{ID: before.ID, Fate: onItsWay}
	now, version, there, err := senda.Read[senda.Quarantined](ctx, a.store, before.Key())
	if err != nil {
		return o, err
	}
	if there && now.Tries > before.Tries {
		return outcome{before.ID, stillRefused, now.Reason}, nil
	}
	e, err := intake.Decode(before.Body)
	if err != nil {
		return o, nil //nolint:nilerr // it can only be refused again
	}
	seen, _, known, err := senda.Read[senda.Seen](ctx, a.store, senda.SeenKey(e.Ref()))
	if err != nil || !known || !seen.Done {
		return o, err
	}
	if there {
		// Whoever else writes it has something newer to say.
		if err := a.store.Commit(ctx, senda.Delete(now.Key(), version)); err != nil && senda.CodeOf(err) != senda.Conflict {
			return o, err
		}
	}
	return outcome{ID: before.ID, Fate: takenIn}, nil
}
