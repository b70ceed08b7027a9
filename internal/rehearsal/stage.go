// Package rehearsal plays the script of a scenario in a deployment: for a test
// person, at a fast pace, over the deployment's own bus, queues and timers. What comes
// of it must be what came of the same script in this process.
package rehearsal

import (
	"context"
	"fmt"
	"strings"
	"time"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/feedback"
	"github.com/senda-dev/senda/internal/play"
)

// Stage is a play.Stage in a deployment. Its fields are set once, one stage a script.
type Stage struct {
	Person  senda.PersonID
	Records senda.Store
	Bus     senda.Bus
	// Look asks the deployment to look at one person for the audience of a journey.
	Look func(ctx context.Context, journey string, at time.Time, p senda.PersonID) error
	// Tell is how what becomes of a mail reaches the deployment.
	Tell func(ctx context.Context, n feedback.Notice) error
	// Left are the mails that left for a person.
	Left func(ctx context.Context, p senda.Person) ([]senda.Envelope, error)
	// Expected is what came of the script in this process.
	Expected play.Result
	// Room is how long an act may take to arrive: pauses into which one falls last
	// at least as long.
	Room time.Duration
	// Most bounds the pace; 0: as fast as Room allows.
	Most senda.Pace
	// TimeUp ends the timer of the callback task of a token, as if its time had come, where
	// the deployment can do that: pauses that acts need long are then not waited for. Nil
	// leaves every timer to itself.
	TimeUp func(ctx context.Context, token string) error
	// Moment waits between two looks at the store; it returns the context's error
	// when there is none left to wait for.
	Moment func(ctx context.Context) error
	// Followed is told of every state of the story that was seen. May be nil.
	Followed func(play.Mark)
}

// Store implements play.Stage.
func (st *Stage) Store() senda.Store { return st.Records }

// Until waits until the story stands where it stood in this process before the act,
// and then sets the pace at which the acts that are left can be played.
func (st *Stage) Until(ctx context.Context, s *play.Script, act int) error {
	want := s.Marks[act].Text
	before := "-"
	for {
		got, err := s.Mark(ctx, st.Records)
		if err == nil && got.Text != before && st.Followed != nil {
			st.Followed(got)
		}
		if err == nil {
			before = got.Text
			var behind bool
			behind, err = st.hurry(ctx, s, act)
			if err == nil && got.Text == want && (!behind || act == len(s.Acts)) {
				return st.pace(ctx, s, act)
			}
		}
		if err != nil {
			before = fmt.Sprintf("%s(%v)\n", before, err)
		}
		if wait := st.Moment(ctx); wait != nil {
			return senda.Errorf(senda.Unavailable, fmt.Sprintf("carry on to act %d of %q", act, s.Scenario.Name.Value),
				"the story did not come to\n%sbut stands at\n%s(%v)", indent(want), indent(before), wait)
		}
	}
}

// hurry ends the timer that comes first, among all entries of the person, when it must
// be over before the act: they share caps, so that they go on in the order of journey time,
// one after the other. behind says that some entry is not as far as the act yet.
func (st *Stage) hurry(ctx context.Context, s *play.Script, act int) (behind bool, err error) {
	if st.TimeUp == nil {
		return false, nil
	}
	found, err := st.Records.Range(ctx, senda.Range{Kind: senda.KindEntry, Part: string(s.Person.ID)})
	if err != nil {
		return true, err
	}
	var first *senda.Pause
	for _, v := range found {
		e, _, _, err := senda.As[senda.Entry](v)
		if err != nil {
			return true, err
		}
		if e.Status == senda.StatusEnded {
			continue
		}
		p := e.Pause
		if p == nil || p.Over != nil || e.Status != senda.StatusActive {
			return true, nil // somebody is on the way
		}
		if first == nil || p.Until.Before(first.Until) {
			first = p
		}
	}
	if first == nil || act < len(s.Acts) && first.Until.After(s.Acts[act].At) {
		return false, nil
	}
	for _, token := range first.Tokens {
		if err := st.TimeUp(ctx, token); err != nil {
			return true, err
		}
	}
	return true, nil
}

func indent(text string) string {
	return "    " + strings.ReplaceAll(strings.TrimSuffix(text, "\n"), "\n", "\n    ") + "\n"
}

// Pace is the pace at which the acts from one on are played.
func (st *Stage) Pace(s *play.Script, act int) senda.Pace {
	pace := s.Pace(st.Expected, act, st.Room)
	if st.Most > 0 {
		pace = min(pace, st.Most)
	}
	return pace
}

// pace sets the person's pace, and that of the entries which are under way.
func (st *Stage) pace(ctx context.Context, s *play.Script, act int) error {
	pace := st.Pace(s, act)
	if err := change(ctx, st.Records, s.Person.Key(), func(p senda.Person) (senda.Person, bool) {
		same := p.Pace == pace
		p.Pace = pace
		return p, !same
	}); err != nil {
		return err
	}
	entries, err := st.Records.Range(ctx, senda.Range{Kind: senda.KindEntry, Part: string(s.Person.ID)})
	if err != nil {
		return err
	}
	for _, v := range entries {
		if err := change(ctx, st.Records, v.Record.Key(), func(e senda.Entry) (senda.Entry, bool) {
			same := e.Pace == pace || e.Status == senda.StatusEnded
			e.Pace = pace
			return e, !same
		}); err != nil {
			return err
		}
	}
	return nil
}

// change writes a record anew until nobody else was faster.
func change[T senda.Record](ctx context.Context, store senda.Store, key senda.Key, do func(T) (T, bool)) error {
	for {
		r, version, ok, err := senda.Read[T](ctx, store, key)
		if err != nil || !ok {
			return err
		}
		after, changed := do(r)
		if !changed {
			return nil
		}
		err = store.Commit(ctx, senda.Put(after, version))
		if code := senda.CodeOf(err); code != senda.Conflict && code != senda.Unsure {
			return err
		}
	}
}

// Event puts an event on the bus and waits until everything that it causes is done.
func (st *Stage) Event(ctx context.Context, e senda.Event) (why string, err error) {
	if err := st.Bus.Emit(ctx, e); err != nil {
		return "", err
	}
	for {
		if done, err := st.done(ctx, e.Ref()); err == nil && done {
			return "", nil
		}
		if wait := st.Moment(ctx); wait != nil {
			return "", senda.Errorf(senda.Unavailable, "put "+e.Kind+" on the bus", "nobody took it in (%v)", wait).
				WithHelp("senda quarantine list says what was refused, and the queue's dead letters what could not be taken in")
		}
	}
}

// Notice lets something become of a mail and waits until everything that it causes is
// done: it comes back as an event of the person, at the instant of the notice.
func (st *Stage) Notice(ctx context.Context, n feedback.Notice) error {
	if err := st.Tell(ctx, n); err != nil {
		return err
	}
	for {
		done, err := st.heard(ctx, n)
		if err == nil && done {
			return nil
		}
		if wait := st.Moment(ctx); wait != nil {
			return senda.Errorf(senda.Unavailable, "tell that a mail was "+string(n.Kind), "nobody heard of it (%v, %v)", wait, err)
		}
	}
}

func (st *Stage) heard(ctx context.Context, n feedback.Notice) (bool, error) {
	lines, err := st.Records.Range(ctx, senda.Range{Kind: senda.KindHappening, Part: string(st.Person), Prefix: senda.Stamp(n.Time)})
	if err != nil {
		return false, err
	}
	for _, v := range lines {
		h, _, _, err := senda.As[senda.Happening](v)
		if err != nil {
			return false, err
		}
		if h.Kind == "mail."+string(n.Kind) {
			return st.done(ctx, h.Ref)
		}
	}
	return false, nil
}

// done says whether everything that an event causes is done.
func (st *Stage) done(ctx context.Context, r senda.Ref) (bool, error) {
	seen, _, ok, err := senda.Read[senda.Seen](ctx, st.Records, senda.SeenKey(r))
	return ok && seen.Done, err
}

// Audience implements play.Stage.
func (st *Stage) Audience(ctx context.Context, s *play.Script) error {
	return st.Look(ctx, s.Journey.Name(), s.Start, s.Person.ID)
}

// Mails implements play.Stage.
func (st *Stage) Mails(ctx context.Context, p senda.Person) ([]senda.Envelope, error) {
	return st.Left(ctx, p)
}
