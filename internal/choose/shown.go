package choose

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/bundle"
	"github.com/senda-dev/senda/internal/deliver"
	"github.com/senda-dev/senda/internal/money"
)

// Latest is the name under which a mail finds the offer chosen last, beside the
// names of the steps.
const Latest = "offer"

// Shown implements deliver.Offers: what templates may say of the offers that steps
// chose, and what is written when the mail leaves or is refused. An offer that was
// released since it was chosen is taken again, if there is still room; otherwise
// nothing is chosen any more.
func (s *Service) Shown(ctx context.Context, e senda.Entry, b *bundle.Bundle, steps []string, language string) (deliver.Showing, error) {
	out := deliver.Showing{Values: map[string]any{}}
	spend, release := newSheet(s.Store, nil), newSheet(s.Store, nil)
	latest, seq := map[string]any{"chosen": false}, -1
	for _, step := range steps {
		read, err := s.latest(ctx, e, step)
		if err != nil {
			return out, err
		}
		d, _, ok, err := senda.As[senda.Decision](read)
		if err != nil {
			return out, err
		}
		if ok {
			spend.know(d.Key(), read)
			release.know(d.Key(), read)
		}
		o, known := b.Offer(d.Offer)
		shows := ok && known
		if shows {
			if shows, err = s.show(ctx, &d, &o, spend, release); err != nil {
				return out, err
			}
		}
		values := map[string]any{"chosen": false}
		if shows {
			if values, err = s.values(ctx, &d, &o, language); err != nil {
				return out, err
			}
			out.Names = append(out.Names, name(&d))
		}
		out.Values[step] = values
		if st, _ := b.Step(step); st.Seq > seq {
			latest, seq = values, st.Seq
		}
	}
	out.Values[Latest] = latest
	out.Spend, out.Release = spend.writes, release.writes
	return out, nil
}

// latest is the decision of the last run of a step, as read.
func (s *Service) latest(ctx context.Context, e senda.Entry, step string) (senda.Versioned, error) {
	got, err := s.Store.Range(ctx, senda.Range{
		Kind: senda.KindDecision, Part: string(e.Person), Prefix: string(e.ID) + "|" + step + "|", Reverse: true, Limit: 1,
	})
	if err != nil || len(got) == 0 {
		return senda.Versioned{}, err
	}
	return got[0], nil
}

// show plans what the mail makes of a decision, and says whether it can be shown.
func (s *Service) show(ctx context.Context, d *senda.Decision, o *bundle.Offer, spend, release *sheet) (bool, error) {
	if d.Held {
		return true, nil // nothing leaves, and nothing is counted
	}
	switch d.State {
	case senda.Reserved:
		if err := release.release(ctx, *d, o); err != nil {
			return false, err
		}
	case senda.Released:
		again, err := s.again(ctx, d, o, spend)
		if err != nil || !again {
			return false, err
		}
	case senda.Spent:
		// An earlier mail showed it. Should that one prove not to have left, it must not
		// take the offer back from under this one: the write makes them meet.
		spend.put(*d)
		return true, nil
	}
	return true, spend.spend(ctx, *d, o)
}

// again reserves once more what was released. The limits of the moment apply.
func (s *Service) again(ctx context.Context, d *senda.Decision, o *bundle.Offer, spend *sheet) (bool, error) {
	keys := []senda.Key{senda.PersonKey(d.Person), guardKey(d.Person)}
	if err := spend.load(ctx, keys...); err != nil {
		return false, err
	}
	if full, err := spend.room(ctx, o, d.At); err != nil || full != "" {
		return false, err
	}
	if o.PerPerson > 0 {
		p, _, _, err := senda.As[senda.Person](spend.at(keys[0]))
		if err != nil {
			return false, err
		}
		had, err := spend.holdings(ctx, d.Person)
		if err != nil || count(had, o, d.At, s.zone(p)) >= o.PerPerson {
			return false, err
		}
	}
	return true, spend.reserve(ctx, o, d.Person, d.At)
}

// spend notes that the offer is shown.
func (s *sheet) spend(ctx context.Context, d senda.Decision, o *bundle.Offer) error {
	d.State = senda.Spent
	s.put(d)
	if err := s.change(ctx, o, d.At, 0, 1); err != nil {
		return err
	}
	return s.tell(ctx, &d, 1)
}

// release gives back what was reserved.
func (s *sheet) release(ctx context.Context, d senda.Decision, o *bundle.Offer) error {
	d.State = senda.Released
	s.put(d)
	return s.change(ctx, o, d.At, -1, 0)
}

// values are what a template may show of an offer. Money is in whole units.
func (s *Service) values(ctx context.Context, d *senda.Decision, o *bundle.Offer, language string) (map[string]any, error) {
	out := map[string]any{"chosen": true, "name": o.Name}
	for name, text := range map[string]string{
		"title": spoken(o.Title, language), "text": spoken(o.Text, language), "terms": spoken(o.Terms, language), "code": o.Code,
	} {
		if text != "" {
			out[name] = text
		}
	}
	units, err := strconv.ParseFloat(money.Money{Minor: o.Value, Currency: money.Currency(o.Currency)}.Decimal(), 64)
	if err != nil {
		return nil, senda.Wrap(senda.Internal, "write the value of an offer", err)
	}
	out["value"], out["currency"] = units, o.Currency
	if o.Valid.IsZero() {
		return out, nil
	}
	p, _, _, err := senda.Read[senda.Person](ctx, s.Store, senda.PersonKey(d.Person))
	if err != nil {
		return nil, err
	}
	out["until"] = o.Valid.After(d.At, s.zone(p)).Format(time.DateOnly)
	return out, nil
}

// spoken is a text in a language: as asked, in the language without its region, the
// one for every language, or else the first that there is.
func spoken(texts map[string]string, language string) string {
	base, _, _ := strings.Cut(language, "-")
	for _, l := range []string{language, base, ""} {
		if t, ok := texts[l]; ok {
			return t
		}
	}
	for _, l := range slices.Sorted(maps.Keys(texts)) {
		return texts[l]
	}
	return ""
}

// name is how a claim calls a decision that its message shows: slot/offer/step/n.
func name(d *senda.Decision) string {
	return strings.Join([]string{d.Slot, d.Offer, d.Step, strconv.Itoa(d.N)}, "/")
}

// stepOf reads the step and the run from a name.
func stepOf(name string) (step string, n int, ok bool) {
	parts := strings.Split(name, "/")
	if len(parts) != 4 {
		return "", 0, false
	}
	n, err := strconv.Atoi(parts[3])
	return parts[2], n, err == nil
}
