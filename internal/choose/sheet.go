package choose

import (
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/bundle"
	"github.com/senda-dev/senda/internal/calendar"
)

// sheet gathers the writes of one commit. Each record is written once, whoever
// changes it: a change to what is on the sheet already changes it there.
type sheet struct {
	store  senda.Store
	seen   map[senda.Key]senda.Versioned
	writes []senda.Write
}

// newSheet begins a sheet; writes are those that the commit has already.
func newSheet(store senda.Store, writes []senda.Write) *sheet {
	s := &sheet{store: store, seen: map[senda.Key]senda.Versioned{}, writes: slices.Clone(writes)}
	for _, w := range writes {
		// A write is what the record will be; a check leaves it as it is.
		if w.Record != nil || w.Delete {
			s.seen[w.Key] = senda.Versioned{Record: w.Record, Version: w.If}
		}
	}
	return s
}

// load reads what is neither on the sheet nor read yet.
func (s *sheet) load(ctx context.Context, keys ...senda.Key) error {
	missing := make([]senda.Key, 0, len(keys))
	for _, k := range keys {
		if _, ok := s.seen[k]; !ok {
			s.seen[k] = senda.Versioned{}
			missing = append(missing, k)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	got, err := s.store.Get(ctx, missing...)
	if err != nil {
		return err
	}
	for i, k := range missing {
		s.seen[k] = got[i]
	}
	return nil
}

// know adds a record as somebody read it.
func (s *sheet) know(k senda.Key, v senda.Versioned) { s.seen[k] = v }

// at is a record as the commit will find it, of those that were loaded.
func (s *sheet) at(k senda.Key) senda.Versioned { return s.seen[k] }

// put writes a record that was loaded, under the condition that it is still so.
func (s *sheet) put(r senda.Record) {
	k := r.Key()
	was := s.seen[k]
	s.seen[k] = senda.Versioned{Record: r, Version: was.Version}
	for i := range s.writes {
		if s.writes[i].Key == k {
			s.writes[i].Record, s.writes[i].Delete = r, false
			return
		}
	}
	s.writes = append(s.writes, senda.Put(r, was.Version))
}

// check demands that a record that was loaded is still so, unless it is written.
func (s *sheet) check(k senda.Key) {
	if !slices.ContainsFunc(s.writes, func(w senda.Write) bool { return w.Key == k }) {
		s.writes = append(s.writes, senda.Check(k, s.seen[k].Version))
	}
}

// bound is one limit of an offer that all people share, and what one takes of it.
type bound struct {
	key         senda.Key
	limit, cost int64
	reason      string
}

// bounds are the limits of an offer that is decided at an instant. A budget's
// period is cut from the calendar of UTC: today's rules may move a family to
// another zone, and what was reserved must be found again.
func bounds(o *bundle.Offer, at time.Time) []bound {
	if o.Total == 0 && (o.Budget == 0 || o.Cost == 0) {
		return nil
	}
	out := make([]bound, 0, 2)
	if o.Total > 0 {
		out = append(out, bound{senda.CounterKey("offer|" + o.Name + "|total"), int64(o.Total), 1, ReasonTotal})
	}
	if o.Budget > 0 && o.Cost > 0 {
		name := "offer|" + o.Name + "|budget"
		if !o.BudgetIn.IsZero() {
			name += "|" + period(o.BudgetIn, at)
		}
		out = append(out, bound{senda.CounterKey(name), o.Budget, o.Cost, ReasonBudget})
	}
	return out
}

// period names the stretch of a span's length in which an instant lies, by its
// first day, or its first minute for spans below a day.
func period(s calendar.Span, at time.Time) string {
	at = at.UTC()
	if s.Unit == calendar.Months {
		months := at.Year()*12 + int(at.Month()) - 1
		months -= months % s.N
		return fmt.Sprintf("%04d-%02d-01", months/12, months%12+1)
	}
	length, origin := int64(s.N), time.Unix(0, 0)
	switch s.Unit {
	case calendar.Minutes:
		length *= 60
	case calendar.Hours:
		length *= 60 * 60
	case calendar.Weeks:
		length *= 7 * 24 * 60 * 60
		origin = time.Unix(4*24*60*60, 0) // a Monday
	default:
		length *= 24 * 60 * 60
	}
	since := at.Unix() - origin.Unix()
	first := time.Unix(origin.Unix()+since-((since%length)+length)%length, 0).UTC()
	if _, days := s.CalendarDays(); days {
		return first.Format(time.DateOnly)
	}
	return first.Format("2006-01-02T15:04")
}

// room says which limit is used up, empty when none is; counts are its counters.
func room(limits []bound, counts []senda.Versioned) (string, error) {
	for i, b := range limits {
		c, _, _, err := senda.As[senda.Counter](counts[i])
		if err != nil {
			return "", err
		}
		if c.Used+b.cost > b.limit {
			return b.reason, nil
		}
	}
	return "", nil
}

// room says which limit of an offer is used up.
func (s *sheet) room(ctx context.Context, o *bundle.Offer, at time.Time) (string, error) {
	limits := bounds(o, at)
	counts := make([]senda.Versioned, len(limits))
	for i, b := range limits {
		if err := s.load(ctx, b.key); err != nil {
			return "", err
		}
		counts[i] = s.at(b.key)
	}
	return room(limits, counts)
}

func (s *sheet) counter(k senda.Key) (senda.Counter, error) {
	c, _, ok, err := senda.As[senda.Counter](s.at(k))
	if !ok {
		c.Name = k.Part
	}
	return c, err
}

// change moves the counters of an offer: used and spent count offers, whatever
// one takes of each limit. Counters that somebody mended by hand stay above zero.
func (s *sheet) change(ctx context.Context, o *bundle.Offer, at time.Time, used, spent int64) error {
	for _, b := range bounds(o, at) {
		if err := s.load(ctx, b.key); err != nil {
			return err
		}
		c, err := s.counter(b.key)
		if err != nil {
			return err
		}
		if used > 0 {
			// Another bundle may have another limit; the counter shows the one that let it pass.
			c.Limit = b.limit
		}
		c.Used, c.Spent = max(0, c.Used+used*b.cost), max(0, c.Spent+spent*b.cost)
		s.put(c)
	}
	return nil
}

// guardKey places the counter of the offers that one person was ever given. Whoever
// reserves one writes it: two journeys that choose at once see each other, so that no
// limit of the person is overshot, and an entry that ends sees what it must release.
func guardKey(p senda.PersonID) senda.Key { return senda.CounterKey("offers of " + string(p)) }

// reserve counts an offer against its limits.
func (s *sheet) reserve(ctx context.Context, o *bundle.Offer, p senda.PersonID, at time.Time) error {
	if err := s.meet(ctx, p); err != nil {
		return err
	}
	return s.change(ctx, o, at, 1, 0)
}

// meet writes the guard of a person.
func (s *sheet) meet(ctx context.Context, p senda.PersonID) error {
	key := guardKey(p)
	if err := s.load(ctx, key); err != nil {
		return err
	}
	g, err := s.counter(key)
	if err != nil {
		return err
	}
	g.Limit = math.MaxInt64
	g.Used++
	s.put(g)
	return nil
}

// holdings are all decisions of a person, as they will be with what is on the sheet.
func (s *sheet) holdings(ctx context.Context, p senda.PersonID) ([]senda.Decision, error) {
	all, err := decisions(ctx, s.store, p, "")
	if err != nil {
		return nil, err
	}
	for i := range all {
		for _, w := range s.writes {
			if d, ok := w.Record.(senda.Decision); ok && w.Key == all[i].Key() {
				all[i] = d
			}
		}
	}
	return all, nil
}

// decisions are those of a person, or of one entry or step of theirs: those whose
// place begins with prefix.
func decisions(ctx context.Context, store senda.Store, p senda.PersonID, prefix string) ([]senda.Decision, error) {
	var out []senda.Decision
	r := senda.Range{Kind: senda.KindDecision, Part: string(p), Prefix: prefix}
	for {
		page, err := store.Range(ctx, r)
		if err != nil {
			return nil, err
		}
		for _, v := range page {
			d, _, _, err := senda.As[senda.Decision](v)
			if err != nil {
				return nil, err
			}
			out = append(out, d)
			r.After = d.Key().Sort
		}
		if len(page) < senda.LimitOr(r.Limit) {
			return out, nil
		}
	}
}
