package lifetime

import (
	"fmt"
	"math"
	"math/bits"
	"sync"
)

// Scores scores many people: dst[i] is the Score of histories[i], to the last
// bit what Score returns. What follows from repeats and age alone is worked
// out once for each pair met, as long as a bounded memo holds it; with dates
// instead of times most people share theirs. One worker allocates nothing once the
// Scorer is warm; the result does not depend on their number.
//
// It returns a *SummaryError for the first history that cannot be, and an
// error when dst is not as long as histories. Scores are not to be used then.
func (s *Scorer) Scores(dst []Score, histories []Summary, workers int) error {
	if len(dst) != len(histories) {
		return fmt.Errorf("room for %d scores of %d customers", len(dst), len(histories))
	}
	workers = max(1, min(workers, len(histories)/smallestShare))
	if workers == 1 {
		return s.scores(dst, histories, 0)
	}
	errs := make([]error, workers)
	var done sync.WaitGroup
	for w := range workers {
		from, to := w*len(histories)/workers, (w+1)*len(histories)/workers
		done.Go(func() { errs[w] = s.scores(dst[from:to], histories[from:to], from) })
	}
	done.Wait()
	for _, err := range errs { // in the order of the histories
		if err != nil {
			return err
		}
	}
	return nil
}

// smallestShare is the least number of people worth a worker of their own.
const smallestShare = 4096

// scores is one worker's share, which starts at index offset of the whole.
func (s *Scorer) scores(dst []Score, histories []Summary, offset int) error {
	m := s.memos.take()
	defer s.memos.give(m)
	for i := range histories {
		h := &histories[i]
		if err := h.Check(); err != nil {
			return &SummaryError{offset + i, err}
		}
		k := m.find(h.Repeats, h.Age)
		if k.shape == 0 {
			*k = s.known(h.Repeats, h.Age)
		}
		dst[i] = k.score(s.params.Alpha, *h)
	}
	return nil
}

// memo remembers what is known of pairs of repeats and age, in a table of fixed
// size with open addressing: it cannot grow, whatever the histories.
type memo struct{ slots [memoSlots]known }

const (
	memoSlots  = 1 << 13 // 72 bytes each: it stays in a core's second cache
	memoProbes = 8
)

// find returns the place of the pair: filled, or with shape 0 to be filled. A
// full neighbourhood gives up one of its places.
func (m *memo) find(repeats int, age float64) *known {
	hash := (math.Float64bits(age) + uint64(repeats)*0x9e3779b97f4a7c15) * 0xff51afd7ed558ccd
	home := bits.RotateLeft64(hash, 20)
	for i := range uint64(memoProbes) {
		k := &m.slots[(home+i)%memoSlots]
		if k.age == age && k.repeats == repeats && k.shape != 0 {
			return k
		}
		if k.shape == 0 {
			return k
		}
	}
	k := &m.slots[(home+hash%memoProbes)%memoSlots]
	k.shape = 0
	return k
}

// memoPool keeps memos between batches, so that a batch allocates none. A
// memo belongs to one Scorer: what it knows follows from the model.
type memoPool struct{ pool sync.Pool }

func (p *memoPool) take() *memo {
	if m, ok := p.pool.Get().(*memo); ok {
		return m
	}
	return new(memo)
}

func (p *memoPool) give(m *memo) { p.pool.Put(m) }
