package lifetime

import (
	"cmp"
	"fmt"
	"slices"
)

// fold holds the histories of many people so that a likelihood costs as little
// as possible: equal histories are one row with a weight, logarithms are taken
// once for each distinct age and last purchase, and what depends on x alone is
// a sum over counts.
type fold struct {
	people float64
	more   []float64 // more[i]: people with more than i repeats
	ages   []float64 // distinct T, ascending
	lasts  []float64 // distinct t_x, ascending
	rows   []foldRow
}

type foldRow struct {
	repeats, age, last int32 // age and last are places in ages and lasts
	weight             float64
}

// SummaryError says which of the summaries given cannot be used, and why.
type SummaryError struct {
	Index int // in the slice given
	Err   error
}

func (e *SummaryError) Error() string { return fmt.Sprintf("customer %d: %v", e.Index, e.Err) }
func (e *SummaryError) Unwrap() error { return e.Err }

// newFold folds summaries. The result does not depend on their order.
func newFold(summaries []Summary) (*fold, error) {
	f := &fold{people: float64(len(summaries)), ages: make([]float64, len(summaries)), lasts: make([]float64, len(summaries))}
	most := 0
	for i, s := range summaries {
		if err := s.Check(); err != nil {
			return nil, &SummaryError{i, err}
		}
		most = max(most, s.Repeats)
		f.ages[i], f.lasts[i] = s.Age, s.Last
	}
	f.ages, f.lasts = distinct(f.ages), distinct(f.lasts)
	rows := make([]foldRow, len(summaries))
	f.more = make([]float64, most)
	for i, s := range summaries {
		age, _ := slices.BinarySearch(f.ages, s.Age)
		last, _ := slices.BinarySearch(f.lasts, s.Last)
		rows[i] = foldRow{int32(s.Repeats), int32(age), int32(last), 1}
		if s.Repeats > 0 {
			f.more[s.Repeats-1]++
		}
	}
	for i := most - 2; i >= 0; i-- {
		f.more[i] += f.more[i+1]
	}
	slices.SortFunc(rows, func(a, b foldRow) int {
		return cmp.Or(cmp.Compare(a.repeats, b.repeats), cmp.Compare(a.age, b.age), cmp.Compare(a.last, b.last))
	})
	for _, r := range rows {
		if n := len(f.rows); n > 0 && f.rows[n-1].repeats == r.repeats && f.rows[n-1].age == r.age && f.rows[n-1].last == r.last {
			f.rows[n-1].weight++
			continue
		}
		f.rows = append(f.rows, r)
	}
	return f, nil
}

// distinct sorts v in place and drops repetitions.
func distinct(v []float64) []float64 {
	slices.Sort(v)
	return slices.Compact(v)
}
