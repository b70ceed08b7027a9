package feedback

import (
	"context"
	"fmt"
	"math"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/consent"
)

// A journey closes itself when more than MaxComplaints complaints (0.1 %) or
// MaxBounces permanent bounces (5 %) came of its last Window mails. A journey that
// has sent fewer is judged by the same numbers, or the first complaint of ten
// mails would close it.
const (
	Window        = 1000
	MaxComplaints = Window / 1000
	MaxBounces    = Window / 20
)

// Why an alarm is raised.
const (
	WhyComplaints = "complaints"
	WhyBounces    = "bounces"
	// WhyMessage: a mail is refused for its size, content or attachment.
	WhyMessage = "message"
)

// The window is kept in blocks: what was bad is counted in the block of the moment
// at which it is told, and the last ten blocks are looked at. How many mails there
// were is counted in shards, since every mail counts.
const (
	block  = Window / 10
	shards = 16
)

func mailsKey(journey string, shard uint64) senda.Key {
	return senda.CounterKey(fmt.Sprintf("mails|%s|%02d", journey, shard))
}

func badKey(what, journey string, n int64) senda.Key {
	return senda.CounterKey(fmt.Sprintf("%s|%s|%d", what, journey, n))
}

// counted counts a message the first time that its fate is told, delivered or not,
// and what is bad about it the first time that it is.
func (s *Service) counted(ctx context.Context, was, c senda.Claim, _ senda.Person, _ Notice) ([]senda.Write, error) {
	var keys []senda.Key
	told := func(c senda.Claim) bool { return !c.Delivered.IsZero() || !c.Bounced.IsZero() }
	if !told(was) && told(c) {
		keys = append(keys, mailsKey(c.Journey, senda.Hash64(string(c.Message))%shards))
	}
	complained := was.Complained.IsZero() && !c.Complained.IsZero()
	bounced := was.Bounce != bounceHard && c.Bounce == bounceHard
	if complained || bounced {
		n, err := s.mails(ctx, c.Journey)
		if err != nil {
			return nil, err
		}
		if complained {
			keys = append(keys, badKey(WhyComplaints, c.Journey, n/block))
		}
		if bounced {
			keys = append(keys, badKey(WhyBounces, c.Journey, n/block))
		}
	}
	if len(keys) == 0 {
		return nil, nil
	}
	got, err := s.Store.Get(ctx, keys...)
	if err != nil {
		return nil, err
	}
	writes := make([]senda.Write, len(keys))
	for i, v := range got {
		n, version, _, err := senda.As[senda.Counter](v)
		if err != nil {
			return nil, err
		}
		n.Name, n.Limit = keys[i].Part, math.MaxInt64
		n.Used++
		writes[i] = senda.Put(n, version)
	}
	return writes, nil
}

// mails is how many mails of a journey there were.
func (s *Service) mails(ctx context.Context, journey string) (int64, error) {
	keys := make([]senda.Key, shards)
	for i := range keys {
		keys[i] = mailsKey(journey, uint64(i))
	}
	return s.sum(ctx, keys)
}

func (s *Service) sum(ctx context.Context, keys []senda.Key) (int64, error) {
	got, err := s.Store.Get(ctx, keys...)
	if err != nil {
		return 0, err
	}
	var sum int64
	for _, v := range got {
		n, _, _, err := senda.As[senda.Counter](v)
		if err != nil {
			return 0, err
		}
		sum += n.Used
	}
	return sum, nil
}

// breaker closes the journey of a message that came to a bad end, when it was one
// too many. It asks again at every such notice, a repeated one too, so that an alarm
// that was lost is raised by the next.
func (s *Service) breaker(ctx context.Context, c senda.Claim, n Notice) error {
	d, err := s.Deployments.Deployment(ctx, c.Journey)
	if senda.CodeOf(err) == senda.NotFound || err == nil && d.State != senda.StateLive {
		return nil
	}
	if err != nil {
		return err
	}
	what, most := WhyComplaints, int64(MaxComplaints)
	if n.Kind == Bounced && n.class() == consent.BounceHard {
		what, most = WhyBounces, MaxBounces
	}
	mails, err := s.mails(ctx, c.Journey)
	if err != nil {
		return err
	}
	var keys []senda.Key
	for b := mails / block; b >= 0 && b > mails/block-Window/block; b-- {
		keys = append(keys, badKey(what, c.Journey, b))
	}
	bad, err := s.sum(ctx, keys)
	if err != nil || bad <= most {
		return err
	}
	// The alarm first: a journey that is closed and nobody knows why is worse than two alarms.
	text := fmt.Sprintf("%d %s among the last %d mails of %s; it is closed: nobody enters any more", bad, what, min(mails, Window), c.Journey)
	if err := s.Alarm(ctx, Alarm{c.Journey, what, text, n.Message}); err != nil {
		return err
	}
	return s.Close(ctx, c.Journey)
}
