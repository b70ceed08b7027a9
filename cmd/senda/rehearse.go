package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/compile"
	"github.com/senda-dev/senda/internal/deliver"
	"github.com/senda-dev/senda/internal/eventbridge"
	"github.com/senda-dev/senda/internal/feedback"
	"github.com/senda-dev/senda/internal/identity"
	"github.com/senda-dev/senda/internal/jsonata"
	"github.com/senda-dev/senda/internal/play"
	"github.com/senda-dev/senda/internal/rehearsal"
	"github.com/senda-dev/senda/internal/rules"
	"github.com/senda-dev/senda/internal/scenario"
	"github.com/senda-dev/senda/internal/sqs"
	"github.com/senda-dev/senda/internal/wiring"
)

type rehearseCmd struct {
	journeysFlag
	Deployment string        `name:"deployment" aliases:"at" required:"" help:"The deployment: the stack of its journeys." placeholder:"STACK"`
	Journey    string        `arg:"" help:"The journey, by name or folder."`
	Scenario   string        `help:"Which scenario of scenarios.yaml (default: the first)." placeholder:"NAME"`
	Pace       paceFlag      `help:"How much slower than possible: journey time and how long it takes, as 1d=5s." placeholder:"TIME=TIME"`
	To         string        `help:"The address that gets the mails (default: the mailbox simulator of SES)." placeholder:"ADDRESS"`
	Room       time.Duration `help:"How long an event may take from the bus to its effect (default: ${default})." default:"15s"`
	Limit      time.Duration `help:"When to give up (default: ${default})." default:"30m"`
}

func (cmd *rehearseCmd) Help() string {
	return `Plays a scenario in a deployment: a test person, made for this and marked as one, walks
the journey at a fast pace over the real bus, queues, functions and state machine, and the
timeline is told as it happens. What must come of it is what comes of the same scenario in
this process. Nobody else is touched, and nothing of it is measured; caps, consent and quiet
hours hold as for everybody. A draft or closed journey can be rehearsed, a stopped one cannot.

Exits with 1 when it came out otherwise than the scenario says.

Examples:
  senda rehearse win-back --deployment SendaJourneys
  senda rehearse win-back --scenario "who comes back hears no more of it" --to me@shop.example --pace 1d=20s --deployment SendaJourneys`
}

// paceFlag is a pace as people write it: "1d=5s" is a day of the journey in five seconds.
type paceFlag senda.Pace

// UnmarshalText reads the flag.
func (p *paceFlag) UnmarshalText(text []byte) error {
	journey, real, ok := strings.Cut(string(text), "=")
	bad := fmt.Errorf("%q is no pace: write journey time and how long it takes, as 1d=5s", text)
	if !ok {
		return bad
	}
	if days, ok := strings.CutSuffix(journey, "d"); ok {
		var n float64
		if _, err := fmt.Sscanf(days, "%g", &n); err != nil {
			return bad
		}
		journey = fmt.Sprintf("%gh", 24*n)
	}
	far, err := time.ParseDuration(journey)
	if err != nil {
		return bad
	}
	near, err := time.ParseDuration(real)
	if err != nil || far <= 0 || near <= 0 {
		return bad
	}
	if *p = paceFlag(float64(far) / float64(near)); *p < 2 {
		return fmt.Errorf("%s is too slow: a rehearsal is at least twice as fast as life", text)
	}
	return nil
}

func (cmd *rehearseCmd) Run(ctx context.Context, c *console) error {
	h, err := cmd.sound(c)
	if err != nil {
		return err
	}
	j, err := pick(h, cmd.Journey)
	if err != nil {
		return err
	}
	s, err := cmd.scene(c, h, j)
	if err != nil {
		return err
	}
	cl, err := deploymentFlag{Deployment: cmd.Deployment}.cloud(ctx)
	if err != nil {
		return err
	}
	if err := asDeployed(ctx, cl, j); err != nil {
		return err
	}
	ctx, stop := context.WithTimeout(ctx, cmd.Limit)
	defer stop()
	script, want, st, err := cmd.stage(ctx, cl, h, j, s)
	if err != nil {
		return err
	}
	told := &teller{out: c.out, script: script, store: cl.store, seen: map[senda.Key]bool{}}
	if !c.json {
		fmt.Fprintf(c.out, "%s: %s\ntest person %s, mail to %s, times in %s\n", j.Name(), s.Name.Value, script.Person.ID, orNobody(script.Person.Address), script.Zone)
		st.Followed = func(m play.Mark) { told.tell(ctx, m) }
	}
	got, err := script.Perform(ctx, st)
	if err != nil {
		return err
	}
	got.Why = want.Why // which a deployment does not tell
	d := play.Compare(s, got)
	if c.json {
		err = c.writeJSON(played{Journey: j.Name(), Scenario: s.Name.Value, Passed: len(d) == 0, Differences: d, Result: got})
	} else {
		told.end(got, d)
	}
	if err == nil && len(d) > 0 {
		err = errFound
	}
	return err
}

// scene finds the scenario.
func (cmd *rehearseCmd) scene(c *console, h *compile.House, j *compile.Journey) (scenario.Scenario, error) {
	op := "rehearse " + j.Name()
	list, found := scenario.Read(j.ScenariosFile, j.Scenarios)
	if found.HasErrors() {
		fmt.Fprint(c.err, found.Render(h.Source))
		return scenario.Scenario{}, errFound
	}
	if len(list) == 0 {
		return scenario.Scenario{}, senda.Errorf(senda.NotFound, op, "it has no scenario").WithHelp("write one into %s/scenarios.yaml", j.Name())
	}
	s := list[0]
	if cmd.Scenario != "" {
		var names []string
		found := false
		for _, one := range list {
			names = append(names, one.Name.Value)
			if one.Name.Value == cmd.Scenario {
				s, found = one, true
			}
		}
		if !found {
			return s, senda.Errorf(senda.NotFound, op, "it has no scenario %q", cmd.Scenario).WithHelp("the scenarios are: %s", strings.Join(names, "; "))
		}
	}
	if cmd.To == "" {
		return s, nil
	}
	if !identity.ValidAddress(cmd.To) {
		return s, senda.Errorf(senda.Invalid, op, "%q is no address", cmd.To).WithHelp("give one mailbox, as me@shop.example")
	}
	for _, e := range s.Events {
		if _, what, _ := strings.Cut(e.Kind.Value, "."); what == string(feedback.Bounced) || what == string(feedback.Complained) {
			return s, senda.Errorf(senda.Denied, op, "in %q a mail is %s: the address would be excluded from all mail", s.Name.Value, what).
				WithHelp("leave --to away: the simulator's addresses may bounce")
		}
	}
	return s, nil
}

// asDeployed says whether the journey here is the one that people enter there: the
// rehearsal compares the two.
func asDeployed(ctx context.Context, cl *cloud, j *compile.Journey) error {
	op := "rehearse " + j.Name()
	d, err := standing(ctx, cl.register(), j.Name())
	if err != nil {
		return err
	}
	if d.Bundle != j.Bundle.Digest() {
		return senda.Errorf(senda.Conflict, op, "the deployment has another text of it").
			WithHelp("senda diff --deployment %s says what differs; deploy it first, or go to what was deployed", cl.Stack)
	}
	if d.State == senda.StateStopped {
		return senda.Errorf(senda.Denied, op, "it is stopped there").WithHelp("senda open %s, or senda close, lets test people in", j.Name())
	}
	return nil
}

// stage casts the test person and opens the deployment as a stage.
func (cmd *rehearseCmd) stage(ctx context.Context, cl *cloud, h *compile.House, j *compile.Journey, s scenario.Scenario) (*play.Script, play.Result, *rehearsal.Stage, error) {
	var none play.Result
	keys, err := cl.secret(ctx)
	if err != nil {
		return nil, none, nil, err
	}
	models, err := cmd.models()
	if err != nil {
		return nil, none, nil, err
	}
	player, err := play.At(h, models, play.Installation{
		Salt: cl.Salt, Keys: keys.Identity, Links: deliver.Links{Base: cl.Links, Ring: keys.Ring}, Run: rand.Text(),
	})
	if err != nil {
		return nil, none, nil, err
	}
	script, want, err := player.Rehearse(ctx, j, s)
	if err != nil {
		return nil, none, nil, err
	}
	readdress(script, cmd.To)
	pages, ok := cl.Hop("enroll")
	if !ok {
		return nil, none, nil, senda.Errorf(senda.NotFound, "rehearse "+j.Name(), "the deployment has no way to enroll").WithHelp("deploy it anew with this release")
	}
	queue, err := sqs.NewRedriver(cl.cfg).Queue(ctx, pages.To)
	if err != nil {
		return nil, none, nil, err
	}
	bus := eventbridge.New(cl.cfg, cl.Bus)
	r, err := rules.New(h.Catalog, cl.Salt, nil)
	if err != nil {
		return nil, none, nil, err
	}
	core := wiring.New(wiring.Ports{
		Store: cl.store, Bundles: cl.bundles, Deployments: cl.register(), Rules: r, Clock: senda.ClockFunc(time.Now),
		Bus: bus, Keys: keys.Identity, Random: rand.Reader,
	})
	st := &rehearsal.Stage{
		Records: cl.store, Bus: bus, Expected: want, Room: cmd.Room, Most: senda.Pace(cmd.Pace), Moment: moment,
		Look: func(ctx context.Context, journey string, at time.Time, p senda.PersonID) error {
			body, err := json.Marshal(map[string]any{"journey": journey, "at": at.UTC().Format(time.RFC3339Nano), "person": p})
			if err != nil {
				return senda.Wrap(senda.Internal, "write a page", err)
			}
			return queue.Send(ctx, body)
		},
		// What becomes of a mail has a time of the journey's, which no mail service would
		// give it: the use case behind its events is called with it, over the same store.
		Tell: core.Feedback(
			func(context.Context, string) error { return nil }, // test people close no journey
			func(context.Context, feedback.Alarm) error { return nil },
		).Take,
		Left: cl.left,
	}
	script.Person.Pace = st.Pace(script, 0)
	return script, want, st, nil
}

// simulator is a mailbox of SES that takes every mail, for which nobody pays with
// reputation; the label keeps test people apart
// (https://docs.aws.amazon.com/ses/latest/dg/send-an-email-from-console.html).
const simulator = "success+%s@simulator.amazonses.com"

// readdress gives a person who has an address another one: scenarios have some that
// nobody may send to.
func readdress(s *play.Script, to string) {
	if s.Person.Address == "" {
		return
	}
	if to == "" {
		to = fmt.Sprintf(simulator, s.Person.ID)
	}
	s.Person.Attributes[identity.AttributeEmail] = senda.Attribute{Value: jsonata.String(to), Time: s.Person.Born}
	s.Person = identity.Mirrored(s.Person)
}

// left are the mails that were handed over for a person, in their order: the mail service
// keeps none.
func (c *cloud) left(ctx context.Context, p senda.Person) ([]senda.Envelope, error) {
	var sent []senda.Claim
	found, err := c.store.Range(ctx, senda.Range{Kind: senda.KindClaim, Part: string(p.ID)})
	if err != nil {
		return nil, err
	}
	for _, v := range found {
		claim, _, _, err := senda.As[senda.Claim](v)
		if err != nil {
			return nil, err
		}
		if claim.Fate == senda.Sent {
			sent = append(sent, claim)
		}
	}
	slices.SortStableFunc(sent, func(a, b senda.Claim) int { return a.Taken.Compare(b.Taken) })
	out := make([]senda.Envelope, len(sent))
	for i, claim := range sent {
		out[i] = senda.Envelope{Message: claim.Message, Journey: claim.Journey, Step: claim.Step, To: p.Address}
	}
	return out, nil
}

// moment is the time between two looks at the story.
func moment(ctx context.Context) error {
	t := time.NewTimer(500 * time.Millisecond)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("no time is left: %w", ctx.Err())
	}
}

// teller tells the timeline while it happens.
type teller struct {
	out    io.Writer
	script *play.Script
	store  senda.Store
	seen   map[senda.Key]bool
	waits  time.Time
}

// tell writes the steps that ran since the last time, and what is waited for.
func (t *teller) tell(ctx context.Context, m play.Mark) {
	steps, err := t.store.Range(ctx, senda.Range{Kind: senda.KindStep, Part: string(t.script.Person.ID)})
	if err != nil {
		return // the end tells all of it
	}
	for _, r := range inOrder(steps) {
		if t.seen[r.Key()] {
			continue
		}
		t.seen[r.Key()] = true
		fmt.Fprintln(t.out, strings.TrimRight(fmt.Sprintf("  %s  %-24s %s %s", r.At.In(t.script.Zone).Format("2006-01-02 15:04"), r.Step, r.Outcome, r.Reason), " "))
	}
	if !m.Until.IsZero() && !m.Until.Equal(t.waits) {
		t.waits = m.Until
		fmt.Fprintf(t.out, "  %16s  waits until %s\n", "", m.Until.In(t.script.Zone).Format("2006-01-02 15:04"))
	}
}

func (t *teller) end(r play.Result, d []play.Difference) {
	if !r.Entered {
		fmt.Fprintln(t.out, "  the person did not enter")
	}
	if r.Leaves != "" {
		fmt.Fprintf(t.out, "  left: %s\n", r.Leaves)
	}
	for _, one := range d {
		fmt.Fprintf(t.out, "  %s:%d: %s\n    want %s\n    got  %s\n", one.Pos.File, one.Pos.Line, one.What, one.Want, one.Got)
	}
	if len(d) == 0 {
		fmt.Fprintln(t.out, "it came out as the scenario says")
	}
}

func orNobody(address string) string {
	if address == "" {
		return "nobody: the scenario gives them no address"
	}
	return address
}
