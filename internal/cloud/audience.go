package cloud

import (
	"bytes"
	"context"
	"encoding/json"
	"time"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/audience"
	"github.com/senda-dev/senda/internal/lambdahost"
)

// Audience starts, on a schedule, the runs of audiences that are due: a page of each
// part of the people goes into the queue. It calls Store, Bundles and Pages.
//
// The run is remembered when all its first pages are queued. Whoever dies before
// that queues some of them again at the next time, under the same planned time:
// enroll lets nobody in twice by one run.
func Audience(_ context.Context, g *Ground) (lambdahost.Handler, error) {
	w, err := g.core(nil)
	if err != nil {
		return nil, err
	}
	a := w.Audience(w.Enroll())
	return lambdahost.Scheduled(func(ctx context.Context) error {
		now := g.Clock.Now()
		planned, err := a.Plan(ctx, now)
		if err != nil {
			return err
		}
		for _, p := range planned {
			if p.At.After(now) {
				continue
			}
			for c := (audience.Cursor{}); !c.Done(); c.Part++ {
				if err := g.queue(ctx, page{Journey: p.Journey, At: p.At, Part: c.Part}); err != nil {
					return err
				}
			}
			if err := a.Ran(ctx, p); err != nil {
				return err
			}
		}
		return nil
	}), nil
}

// Enroll takes in a page of an audience: it looks at the next few hundred people of a
// part and then queues the page behind them. It calls Store, Bundles, Machines and Pages.
//
// A page that dies half-way comes again as a whole. Who entered by it stays entered,
// and the next page may then be queued twice, which is as harmless.
func Enroll(_ context.Context, g *Ground) (lambdahost.Handler, error) {
	w, err := g.core(nil)
	if err != nil {
		return nil, err
	}
	a := w.Audience(w.Enroll())
	return lambdahost.Queue(func(ctx context.Context, m lambdahost.Message) error {
		p, err := readPage(m.Body)
		if err != nil {
			return err
		}
		if p.Person != "" {
			_, err := a.One(ctx, p.Journey, p.At, p.Person)
			return err
		}
		r, next, err := a.Page(ctx, p.Journey, p.At, p.cursor())
		g.Count(ctx, Looked, float64(r.Looked), byJourney(p.Journey))
		g.Count(ctx, Entered, float64(r.Entered), byJourney(p.Journey))
		if err != nil || next.Part != p.Part {
			return err // the other parts have pages of their own
		}
		p.After = next.After
		return g.queue(ctx, p)
	}), nil
}

// page is a message of the queue of pages.
type page struct {
	Journey string `json:"journey"`
	// At is the planned time of the run.
	At time.Time `json:"at"`
	// Part is that of senda.IndexPeople, After the last person of the page before.
	Part  int    `json:"part"`
	After string `json:"after,omitempty"`
	// Person, if any, is the only one who is looked at: a rehearsal's.
	Person senda.PersonID `json:"person,omitempty"`
}

func (p page) cursor() audience.Cursor { return audience.Cursor{Part: p.Part, After: p.After} }

func (g *Ground) queue(ctx context.Context, p page) error {
	text, err := json.Marshal(p)
	if err != nil {
		return senda.Wrap(senda.Internal, "write a page", err)
	}
	return g.Pages.Send(ctx, text)
}

func readPage(body []byte) (page, error) {
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	var p page
	if err := d.Decode(&p); err != nil || p.Journey == "" || p.At.IsZero() || p.Part < 0 || p.cursor().Done() {
		return page{}, senda.Errorf(senda.Invalid, "read a page of an audience", "it names no journey, no time or no part")
	}
	return p, nil
}
