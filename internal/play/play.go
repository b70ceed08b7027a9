package play

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/bundle"
	"github.com/senda-dev/senda/internal/compile"
	"github.com/senda-dev/senda/internal/deliver"
	"github.com/senda-dev/senda/internal/entry"
	"github.com/senda-dev/senda/internal/hours"
	"github.com/senda-dev/senda/internal/house"
	"github.com/senda-dev/senda/internal/identity"
	"github.com/senda-dev/senda/internal/inmem"
	"github.com/senda-dev/senda/internal/jsonata"
	"github.com/senda-dev/senda/internal/mail/token"
	"github.com/senda-dev/senda/internal/rules"
	"github.com/senda-dev/senda/internal/scenario"
	"github.com/senda-dev/senda/internal/score"
)

// Line is one step of a path: what it was, when in journey time, what came of it.
type Line struct {
	Step    string    `json:"step"`
	Kind    string    `json:"kind"`
	At      time.Time `json:"at"`
	Outcome string    `json:"outcome"`
	Reason  string    `json:"reason,omitempty"`
}

// Result is what came of a scenario.
type Result struct {
	// Entered is false when the person did not enter; Why says it in the word of
	// package enroll.
	Entered bool   `json:"entered"`
	Why     string `json:"why,omitempty"`
	// Lines are the steps in their order, at the times of the person's Zone.
	Lines []Line `json:"lines"`
	Zone  string `json:"zone"`
	// Leaves is the reason with which the entry ended, empty while it has not.
	Leaves string `json:"leaves,omitempty"`
	// Offers are the offers chosen, by slot; Mails the messages that left.
	Offers map[string]string `json:"offers,omitempty"`
	Mails  []senda.Envelope  `json:"-"`
	// Failed is an execution that failed, nil when none did.
	Failed *senda.Execution `json:"failed,omitempty"`
}

// salt is that of scenarios: who is held out is chosen by the person's id.
const salt = "scenario"

// Player plays the scenarios of one house of journeys.
type Player struct {
	House  *compile.House
	Models *score.Models
	rules  *rules.Rules
}

// New makes a player.
func New(h *compile.House, models *score.Models) (*Player, error) {
	r, err := rules.New(h.Catalog, salt, nil)
	if err != nil {
		return nil, err
	}
	return &Player{House: h, Models: models, rules: r}, nil
}

// tries is how many people are tried until one is given the offers that the
// scenario names: offers are drawn, and nothing of it is overridden.
const tries = 300

// Play plays one scenario of a journey.
func (p *Player) Play(ctx context.Context, j *compile.Journey, s scenario.Scenario) (Result, error) {
	from := uint64(0)
	for range tries {
		st := &stage{Player: p, j: j, s: s, seed: from, result: Result{Offers: map[string]string{}}}
		if err := st.set(); err != nil {
			return Result{}, err
		}
		if err := st.run(ctx); err != nil {
			return Result{}, fmt.Errorf("%s: %w", s.Name.Value, err)
		}
		if st.asGiven() {
			return st.result, nil
		}
		from = st.seed
	}
	return Result{}, senda.Errorf(senda.Invalid, "play "+s.Name.Value, "none of %d people was given these offers", tries).
		WithHelp("see in offers.yaml who may have them, and what the slot falls back to")
}

// asGiven says whether slots gave what the scenario says they give.
func (st *stage) asGiven() bool {
	for slot, offer := range st.s.Given.Offers {
		if got, asked := st.result.Offers[slot]; asked && got != offer.Value {
			return false
		}
	}
	return true
}

// stage is one scenario being played.
type stage struct {
	*Player
	j      *compile.Journey
	s      scenario.Scenario
	seed   uint64 // of the next person to try
	result Result

	start  time.Time
	clock  *house.Virtual
	store  *inmem.Store
	outbox *inmem.Outbox
	shelf  *bundle.Shelf
	house  *house.House
	person senda.Person
}

func (st *stage) set() error {
	b := st.j.Bundle
	family, err := st.rules.Family(b.Family)
	if err != nil {
		return err
	}
	st.start = st.s.At
	if st.start.IsZero() {
		st.start = time.Date(2026, time.March, 2, 10, 0, 0, 0, family.Zone) // a Monday
	}
	st.clock = house.NewVirtual(st.start.Add(-48 * time.Hour))
	st.store, st.outbox = inmem.New(), new(inmem.Outbox)
	key := sha256.Sum256([]byte("the key of scenarios: nobody real is named by it"))
	keys, err := identity.NewKeys(key[:])
	if err != nil {
		return err
	}
	ring, err := token.NewRing(token.Key{ID: "scenario", Secret: key[:]})
	if err != nil {
		return err
	}
	shelf := new(bundle.Shelf)
	// Nobody enters before the scenario begins, by no run of an audience either.
	shelf.Put(b, senda.StateClosed)
	st.shelf = shelf
	st.house = house.New(house.Config{
		Store: st.store, Bundles: shelf, Deployments: shelf, Rules: st.rules, Clock: st.clock, Mailer: st.outbox,
		Keys: keys, Links: deliver.Links{Base: "https://links.example", Ring: ring},
		Random: rand.NewChaCha8(key), Models: func() *score.Models { return st.Models },
		Failed: func(e senda.Execution) { st.result.Failed = &e },
	})
	st.person, err = st.somebody(b, family.Salt, family.Epoch, family.Control)
	return err
}

// somebody finds a person whom the hashes assign as the scenario says: nothing is
// overridden, so that what is played is what happens.
func (st *stage) somebody(b *bundle.Bundle, salt, epoch string, control float64) (senda.Person, error) {
	want := senda.Treated
	if st.s.Given.HeldOut {
		want = senda.HeldOut
		if b.Holdout == 0 {
			return senda.Person{}, fmt.Errorf("%s: the journey holds nobody out", st.s.Name.Value)
		}
	}
	for last := st.seed + 1<<20; st.seed < last; {
		var n [32]byte
		binary.LittleEndian.PutUint64(n[:], st.seed)
		st.seed++
		p, err := identity.NewPerson(rand.NewChaCha8(n), st.clock.Now())
		if err != nil {
			return p, err
		}
		if entry.ArmOf(entry.HoldoutHash(salt, b.Journey, p.ID), float64(b.Holdout)/bundle.AllShares, entry.ControlHash(salt, b.Family, epoch, p.ID), control) != want {
			continue
		}
		if st.walks(b, salt, p.ID) {
			return st.known(p), nil
		}
	}
	return senda.Person{}, fmt.Errorf("%s: nobody is assigned to these ways", st.s.Name.Value)
}

func (st *stage) walks(b *bundle.Bundle, salt string, p senda.PersonID) bool {
	for split, way := range st.s.Given.Ways {
		s, ok := b.Split(split)
		if !ok {
			return false
		}
		shares := make([]int, len(s.Ways))
		for i, w := range s.Ways {
			shares[i] = w.Share
		}
		if s.Ways[entry.WayOf(entry.SplitHash(salt, b.Journey, split, p), shares)].Name != way.Value {
			return false
		}
	}
	return true
}

// known gives the person what the scenario says of them, on top of somebody in
// Madrid who reads English.
func (st *stage) known(p senda.Person) senda.Person {
	values := map[string]jsonata.Value{}
	if c, ok := st.House.Catalog.Events.Contract("customer.updated"); ok {
		if sample, err := jsonata.ParseJSON(c.Sample()); err == nil {
			for _, a := range st.House.Catalog.Profile.Attributes {
				if v := sample.Get(a.Name.Value); a.Event.Value == c.Kind && !a.BuiltIn && v.Kind() != jsonata.KindNothing {
					values[a.Name.Value] = v
				}
			}
		}
	}
	for name, text := range map[string]string{identity.AttributeLocale: "en", identity.AttributeCountry: "ES", identity.AttributePostal: "28004"} {
		values[name] = jsonata.String(text)
	}
	if st.s.Given.Address {
		values[identity.AttributeEmail] = jsonata.String("someone@scenario.example")
	}
	if _, moved := st.s.Given.Person[identity.AttributeCountry]; moved {
		delete(values, identity.AttributePostal)
	}
	maps.Copy(values, st.s.Given.Person)
	p.Attributes = map[string]senda.Attribute{}
	for name, v := range values {
		p.Attributes[name] = senda.Attribute{Value: v, Time: p.Born}
	}
	p.Test = true
	if len(st.s.Given.Facts)+len(st.s.Given.Scores) > 0 {
		p.Given = &senda.Given{Facts: st.s.Given.Facts, Scores: st.s.Given.Scores}
	}
	return identity.Mirrored(p)
}

// run lets it happen.
func (st *stage) run(ctx context.Context) error {
	if err := st.store.Commit(ctx, senda.Put(st.person, 0)); err != nil {
		return err
	}
	events, err := st.happenings()
	if err != nil {
		return err
	}
	for _, e := range events {
		if err := st.until(ctx, e.at); err != nil {
			return err
		}
		if err := e.do(ctx); err != nil {
			return err
		}
	}
	// A year is the longest that anybody is inside.
	for month := 1; month <= 13; month++ {
		if err := st.until(ctx, st.start.AddDate(0, month, 0)); err != nil {
			return err
		}
		if st.house.Runner.Running() == 0 {
			break
		}
	}
	return st.read(ctx)
}

// outcome splits "come-back.clicked" where come-back is a step of the journey.
func (st *stage) outcome(kind string) (step, outcome string, ok bool) {
	step, outcome, ok = strings.Cut(kind, ".")
	if ok {
		_, ok = st.j.Bundle.Step(step)
	}
	return step, outcome, ok
}

// until carries the executions on to an instant.
func (st *stage) until(ctx context.Context, at time.Time) error {
	return st.house.Drive(ctx, st.clock, house.Silence{}, at, nil)
}

// story are the entries that the scenario tells of: the first, and where that was
// restarted the ones that came of it, in their order. Other entries, for another
// basket or months later, belong to other stories.
func (st *stage) story(ctx context.Context) ([]senda.Entry, error) {
	found, err := st.store.Range(ctx, senda.Range{Kind: senda.KindEntry, Part: string(st.person.ID)})
	if err != nil {
		return nil, err
	}
	var all []senda.Entry
	for _, v := range found {
		e, _, _, err := senda.As[senda.Entry](v)
		if err != nil {
			return nil, err
		}
		all = append(all, e)
	}
	slices.SortStableFunc(all, func(a, b senda.Entry) int { return a.At.Compare(b.At) })
	var told []senda.Entry
	for _, e := range all {
		if len(told) == 0 {
			told = append(told, e)
		} else if last := told[len(told)-1]; last.Reason == senda.LeftRestarted && e.Each == last.Each {
			told = append(told, e)
		}
	}
	return told, nil
}

// read gathers what came of it.
func (st *stage) read(ctx context.Context) error {
	story, err := st.story(ctx)
	if err != nil {
		return err
	}
	steps, err := st.store.Range(ctx, senda.Range{Kind: senda.KindStep, Part: string(st.person.ID)})
	if err != nil {
		return err
	}
	var records []senda.StepRecord
	for _, v := range steps {
		r, _, _, err := senda.As[senda.StepRecord](v)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(story, func(e senda.Entry) bool { return e.ID == r.Entry }) {
			records = append(records, r)
		}
	}
	slices.SortStableFunc(records, func(a, b senda.StepRecord) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Seq, b.Seq)) })
	home := time.UTC
	if f, ok := st.rules.Brands.Family(st.j.Bundle.Family); ok {
		home = f.Zone
	}
	zone := hours.PlaceOf(st.person, home).Zone()
	st.result.Zone = zone.String()
	for _, r := range records {
		st.result.Lines = append(st.result.Lines, Line{r.Step, r.Kind, r.At.In(zone), r.Outcome, r.Reason})
	}
	if len(story) == 0 {
		return nil
	}
	st.result.Entered = true
	if last := story[len(story)-1]; last.Status == senda.StatusEnded {
		st.result.Leaves = last.Reason
	}
	for _, e := range story {
		if err := st.chosen(ctx, e.ID); err != nil {
			return err
		}
	}
	return nil
}

func (st *stage) chosen(ctx context.Context, id senda.EntryID) error {
	got, err := st.store.Range(ctx, senda.Range{Kind: senda.KindDecision, Part: string(st.person.ID)})
	if err != nil {
		return err
	}
	for _, v := range got {
		d, _, _, err := senda.As[senda.Decision](v)
		if err != nil {
			return err
		}
		if d.Entry == id {
			st.result.Offers[d.Slot] = cmp.Or(d.Offer, "none")
		}
	}
	for _, e := range st.outbox.Left() {
		if e.Message == id.Message(st.person.ID, e.Step, 1) {
			st.result.Mails = append(st.result.Mails, e)
		}
	}
	return nil
}
