//go:build localstack

package it

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/intake"
)

// What can never be taken in goes into quarantine at once with its reason, and a redrive
// only counts another try.
func TestPoisonGoesIntoQuarantine(t *testing.T) {
	w := deployed(t)
	s := w.stranger()
	unknown := s.event(t, "order.completed", "unknown", time.Now())
	unknown.Kind = "order.vanished"
	w.puts(t, unknown)
	scrap := fmt.Sprintf("no JSON, of %s <%s>", s.name, s.address)
	if err := w.queue(w.hop(t, "intake").To).Send(t.Context(), []byte(scrap)); err != nil {
		t.Fatal(err)
	}
	for code, is := range map[intake.Reason]func(aside) bool{
		intake.UnknownKind: func(a aside) bool { return a.Kind == unknown.Kind && strings.Contains(a.Body, s.name) },
		intake.Malformed:   func(a aside) bool { return a.Body == scrap },
	} {
		a := w.lies(t, is)
		if a.Code != string(code) || a.In != "" || a.Tries != 1 {
			t.Errorf("it lies in quarantine as %+v, not as %s", a, code)
		}
		if strings.Contains(a.Reason, s.name) {
			t.Errorf("the reason tells of a person: %s", a.Reason)
		}
		if out, all := w.redrives(t, a.ID); all || !strings.Contains(out, "still refused") {
			t.Errorf("nothing was mended, and redrive says\n%s", out)
		}
		if again := w.lies(t, is); again.Tries != 2 || again.ID != a.ID {
			t.Errorf("after a redrive it is %+v", again)
		}
	}
	for _, a := range w.quarantine(t) {
		if a.Body != "" {
			t.Errorf("the list shows what nobody asked for: %+v", a)
		}
	}
	for _, line := range w.log(t, "intake") {
		if strings.Contains(line, s.name) {
			t.Errorf("the log tells of a person: %s", line)
		}
	}
}

// An event from the future is refused. Its contract is fine, and once its time has come
// the command brings it back: it enters as if it had just arrived.
func TestAMendedEventComesBack(t *testing.T) {
	w := deployed(t)
	s := w.stranger()
	early := s.event(t, "basket.changed", "early", time.Now().Add(5*time.Minute+30*time.Second))
	w.puts(t, early)
	is := func(a aside) bool { return a.Kind == early.Kind && strings.Contains(a.Body, early.ID) }
	a := w.lies(t, is)
	if a.Code != string(intake.Ahead) {
		t.Errorf("it lies in quarantine as %+v", a)
	}
	eventually(t, room, func(context.Context) error {
		if out, all := w.redrives(t, a.ID); !all {
			return fmt.Errorf("redrive says %s", out)
		}
		return nil
	})
	if i := slices.IndexFunc(w.quarantine(t, "--body"), is); i >= 0 {
		t.Error("it was taken in, and lies in quarantine still")
	}
	seen, _, _, err := senda.Read[senda.Seen](t.Context(), w.store, senda.SeenKey(early.Ref()))
	if err != nil {
		t.Fatal(err)
	}
	if entered, err := w.entries(t.Context(), seen.Person); err != nil || len(entered) != 1 {
		t.Errorf("%d entries, %v", len(entered), err)
	}
}

// What a function cannot do, try after try, ends in its dead letters; its log says why,
// under the id of the letter. What was too early comes back by a redrive and is done;
// what nobody can read dies again.
func TestDeadLettersComeBack(t *testing.T) {
	g := deployed(t).inside(t)
	hop := g.hop(t, "feedback")
	g.impatient(t, hop.To)
	t.Cleanup(func() { g.empty(t, hop.URL) })
	e, err := g.entry(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	clicked := g.Start.Add(3 * time.Hour).UTC().Format(time.RFC3339Nano)
	early, err := json.Marshal(map[string]string{
		"id": "click-" + string(g.Person.ID), "at": clicked, "type": "Click", "message": string(e.ID.Message(g.Person.ID, reminder, 1)),
		"clicked": clicked, "link": "0",
	})
	if err != nil {
		t.Fatal(err)
	}
	scrap := fmt.Sprintf(`{"not": "what the rule sends", "of": %q}`, g.Person.Address)
	for _, body := range []string{string(early), scrap} {
		if err := g.queue(hop.To).Send(t.Context(), []byte(body)); err != nil {
			t.Fatal(err)
		}
	}
	ofEarly := func(a aside) bool { return a.In == "feedback" && a.Body == string(early) }
	ofScrap := func(a aside) bool { return a.In == "feedback" && a.Body == scrap }
	for code, is := range map[senda.Code]func(aside) bool{senda.NotFound: ofEarly, senda.Invalid: ofScrap} {
		a := g.lies(t, is)
		if !strings.Contains(a.Reason, "the log of feedback says why") {
			t.Errorf("it lies in the dead letters as %+v", a)
		}
		g.logged(t, "feedback", a.ID, string(code))
	}
	g.passes(t, before)
	g.claim(t, reminder, fate(senda.Sent))
	g.stands(t, between)
	if out, all := g.redrives(t, "feedback"); !all {
		t.Errorf("redrive says\n%s", out)
	}
	g.claim(t, reminder, func(c senda.Claim) bool { return !c.Clicked.IsZero() })
	g.stands(t, "wait-4-hours") // the click was heard
	g.lies(t, ofScrap)
	if i := slices.IndexFunc(g.quarantine(t, "--body"), ofEarly); i >= 0 {
		t.Error("the click was taken in, and lies in the dead letters still")
	}
	for _, line := range g.log(t, "feedback") {
		if strings.Contains(line, g.Person.Address) {
			t.Errorf("the log tells of a person: %s", line)
		}
	}
	g.tells(t, g.event(t, "order.completed", "order", 4*time.Hour))
	g.leaves(t, "bought", reminder)
}

// lies waits until something lies aside.
func (w *world) lies(t *testing.T, is func(aside) bool) aside {
	t.Helper()
	var out aside
	eventually(t, room, func(context.Context) error {
		all := w.quarantine(t, "--body")
		i := slices.IndexFunc(all, is)
		if i < 0 {
			return fmt.Errorf("it is not among the %d that lie aside", len(all))
		}
		out = all[i]
		return nil
	})
	return out
}

// impatient makes a queue deliver again at once what failed, and not after minutes.
func (w *world) impatient(t *testing.T, arn string) {
	t.Helper()
	parts := strings.Split(arn, ":")
	client, url := sqs.NewFromConfig(w.cfg), w.endpoint+"/"+parts[4]+"/"+parts[5]
	set := func(ctx context.Context, seconds string) {
		if _, err := client.SetQueueAttributes(ctx, &sqs.SetQueueAttributesInput{QueueUrl: aws.String(url), Attributes: map[string]string{"VisibilityTimeout": seconds}}); err != nil {
			t.Error(err)
		}
	}
	was, err := client.GetQueueAttributes(t.Context(), &sqs.GetQueueAttributesInput{QueueUrl: aws.String(url), AttributeNames: []types.QueueAttributeName{"VisibilityTimeout"}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { set(context.Background(), was.Attributes["VisibilityTimeout"]) })
	set(t.Context(), "1")
}

// empty deletes what is left in a queue.
func (w *world) empty(t *testing.T, url string) {
	t.Helper()
	if _, err := sqs.NewFromConfig(w.cfg).PurgeQueue(context.Background(), &sqs.PurgeQueueInput{QueueUrl: aws.String(url)}); err != nil {
		t.Error(err)
	}
}

// logged waits for the line in which a function says why it could not do a message.
func (w *world) logged(t *testing.T, function, message, code string) {
	t.Helper()
	eventually(t, room, func(context.Context) error {
		for _, line := range w.log(t, function) {
			if strings.Contains(line, `"message-id":"`+message+`"`) && strings.Contains(line, code) {
				return nil
			}
		}
		return fmt.Errorf("%s says nothing of %s and %s", function, message, code)
	})
}
