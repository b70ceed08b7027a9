package demo

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"slices"
	"time"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/data/cdnow"
	"github.com/senda-dev/senda/internal/brand"
	"github.com/senda-dev/senda/internal/bundle"
	"github.com/senda-dev/senda/internal/compile"
	"github.com/senda-dev/senda/internal/consent"
	"github.com/senda-dev/senda/internal/deliver"
	"github.com/senda-dev/senda/internal/demo/report"
	"github.com/senda-dev/senda/internal/demo/town"
	"github.com/senda-dev/senda/internal/diag"
	"github.com/senda-dev/senda/internal/feedback"
	"github.com/senda-dev/senda/internal/house"
	"github.com/senda-dev/senda/internal/identity"
	"github.com/senda-dev/senda/internal/inmem"
	"github.com/senda-dev/senda/internal/mail/token"
	"github.com/senda-dev/senda/internal/money"
	"github.com/senda-dev/senda/internal/preferences"
	"github.com/senda-dev/senda/internal/rules"
	"github.com/senda-dev/senda/internal/score"
)

// Config says what is replayed.
type Config struct {
	// Journeys are the files that marketers write; Name is what findings call them.
	Journeys fs.FS
	Name     string
	// Customers bounds how many of the sample live in the town; 0: all.
	Customers int
	// Days is told how many of all days of the history have passed. May be nil.
	Days func(passed, all int)
}

// Run is what came of a replay.
type Run struct {
	Report *report.Report
	// Speed is measured by the clock of the machine, and stands on no page.
	Speed Speed
	// The rest is for those who count again.
	Store  senda.Store
	Family *brand.Family
	Handed []report.Handed
	Told   []senda.Event  // every event that the town told, in its order
	Tried  map[string]int // outcomes of send steps, as they were told one by one
	Words  []Word         // that people said through mails
	Alarms []feedback.Alarm
	Failed []senda.Execution
}

// Speed is how long it took.
type Speed struct {
	Compile, Learn, Replay, Count time.Duration
	// Entries are people who walked a journey, Events all that was taken in.
	Entries, Events int
}

// Findings is returned for journeys that are not fit to run.
type Findings struct {
	List   diag.List
	Source func(string) []byte
}

func (f *Findings) Error() string { return "the journeys are not fit to run: " + f.List.Summary() }

// salt makes the assignments of the demo its own.
const salt = "the demo"

// Play compiles the journeys, fits the model and replays the history.
func Play(ctx context.Context, c Config) (*Run, error) {
	began := time.Now()
	h, found := compile.Dir(c.Journeys, c.Name)
	if found.HasErrors() {
		return nil, &Findings{found, h.Source}
	}
	run := &Run{Tried: map[string]int{}}
	run.Speed.Compile = lap(&began)
	rows, err := cdnow.Sample()
	if err != nil {
		return nil, senda.Wrap(senda.Internal, "read the sample", err)
	}
	if c.Customers > 0 {
		rows = slices.DeleteFunc(rows, func(r cdnow.Row) bool { return r.Sample > fmt.Sprintf("%04d", c.Customers) })
	}
	known, err := learn(rows)
	if err != nil {
		return nil, err
	}
	run.Speed.Learn = lap(&began)
	s, err := set(run, h, known, rows)
	if err != nil {
		return nil, err
	}
	if err := s.replay(ctx, c.Days); err != nil {
		return nil, err
	}
	run.Speed.Replay = lap(&began)
	err = s.count(ctx, rows)
	run.Speed.Count = lap(&began)
	return run, err
}

func lap(from *time.Time) time.Duration {
	now := time.Now()
	d := now.Sub(*from)
	*from = now
	return d
}

// stage is a town with a house in it.
type stage struct {
	*Run
	compiled *compile.House
	learned  learned
	people   []town.Person
	live     []*compile.Journey
	clock    *house.Virtual
	shelf    *bundle.Shelf
	house    *house.House
	pages    *preferences.Service
	feed     *feed
	post     *post
	numbers  map[string]int // of people, in the list of all
}

// set puts the house into the town.
func set(run *Run, h *compile.House, known learned, rows []cdnow.Row) (*stage, error) {
	s := &stage{Run: run, compiled: h, learned: known, people: town.People(rows), clock: house.NewVirtual(begins), shelf: h.Shelf()}
	for _, j := range h.Journeys {
		if j.State() == senda.StateLive {
			s.live = append(s.live, j)
		}
	}
	family, ok := h.Catalog.Brands.Family(s.live[0].Bundle.Family)
	if !ok {
		return nil, senda.Errorf(senda.Internal, "set the demo up", "there is no family %s", s.live[0].Bundle.Family)
	}
	run.Family = family
	secret := sha256.Sum256([]byte("the keys of the demo: nobody real is named by them"))
	keys, err := identity.NewKeys(secret[:])
	if err != nil {
		return nil, err
	}
	ring, err := token.NewRing(token.Key{ID: "demo", Secret: secret[:]})
	if err != nil {
		return nil, senda.Wrap(senda.Internal, "make the keys of links", err)
	}
	r, err := rules.New(h.Catalog, salt, nil)
	if err != nil {
		return nil, err
	}
	s.numbers = map[string]int{}
	for i, p := range s.people {
		s.numbers[p.Number] = i
	}
	random := rand.NewChaCha8(secret)
	run.Store = inmem.New()
	s.feed = &feed{history: town.History(s.people), before: s.told}
	s.post = newPost(s)
	s.house = house.New(house.Config{
		Store: run.Store, Bundles: s.shelf, Deployments: s.shelf, Rules: r, Clock: s.clock, Mailer: s.post,
		Keys: keys, Links: deliver.Links{Base: "https://links.example", Ring: ring}, Random: random,
		Models: func() *score.Models { return known.models },
		Failed: func(e senda.Execution) { run.Failed = append(run.Failed, e) },
		Sent:   s.tried,
		Close:  func(_ context.Context, journey string) error { return s.shelf.Set(journey, senda.StateClosed) },
		Alarm: func(_ context.Context, a feedback.Alarm) error {
			run.Alarms = append(run.Alarms, a)
			return nil
		},
	})
	s.pages = &preferences.Service{
		Store: run.Store, Clock: s.clock, Ring: ring, Rules: func() *consent.Rules { return r.Consent },
		Take: s.house.Intake.Take, OneClick: func(string) consent.Level { return consent.LevelBrand }, Random: random,
	}
	return s, nil
}

// replay lets the history happen.
func (s *stage) replay(ctx context.Context, days func(passed, all int)) error {
	tick := func() {
		if days != nil {
			days(int(s.clock.Now().Sub(begins).Hours()/24), int(ends.Sub(begins).Hours()/24)+1)
		}
	}
	for _, act := range []struct {
		until time.Time
		state senda.State
	}{{opening.Add(-time.Nanosecond), senda.StateClosed}, {closing.Add(-time.Nanosecond), senda.StateLive}, {ends.AddDate(0, 0, 1), senda.StateClosed}} {
		for _, j := range s.live {
			if err := s.shelf.Set(j.Name(), act.state); err != nil {
				return err
			}
		}
		if err := s.house.Drive(ctx, s.clock, s.feed, act.until, tick); err != nil {
			return err
		}
	}
	return nil
}

// count makes the report.
func (s *stage) count(ctx context.Context, rows []cdnow.Row) error {
	before := map[senda.PersonID]float64{}
	for number := range s.numbers {
		id, ok, err := s.known(ctx, number)
		if err != nil {
			return err
		}
		if ok {
			before[id] = s.learned.before[number] / 100
		}
	}
	s.Handed = s.post.left
	r, err := report.Make(ctx, report.Run{
		Store: s.Store, House: s.compiled, Family: s.Family, Live: s.live, Open: opening, Close: closing, Until: ends,
		Left: s.post.left, Before: func(id senda.PersonID) float64 { return before[id] },
	})
	if err != nil {
		return err
	}
	r.From, r.Value, r.Events = begins, s.learned.value, s.feed.next
	r.Revenue = money.Money{Currency: currency}
	for _, row := range rows {
		r.Orders++
		r.Revenue.Minor += row.Cents
	}
	s.Report = r
	s.Speed.Events = s.feed.next + s.feed.n
	for _, j := range r.Journeys {
		s.Speed.Entries += j.Entries
	}
	return nil
}
