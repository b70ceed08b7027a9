package town

import (
	"fmt"
	"time"

	senda "github.com/senda-dev/senda"
)

// draw is a number in [0, 1) for a customer and a word.
func draw(customer string, what ...any) float64 {
	return senda.Bucket(senda.Hash64("town", customer, fmt.Sprint(what...)))
}

// pick takes one of several by their weights.
func pick[T any](u float64, from []weighted[T]) T {
	total := 0.0
	for _, w := range from {
		total += w.weight
	}
	u *= total
	for _, w := range from {
		if u < w.weight {
			return w.what
		}
		u -= w.weight
	}
	return from[len(from)-1].what
}

type weighted[T any] struct {
	what   T
	weight float64
}

func one[T any](u float64, from []T) T { return from[int(u*float64(len(from)))] }

// hour is an instant of a day at which people are awake and shop: mostly in the
// evening, seldom before eight.
func hour(day time.Time, u, minute float64) time.Time {
	h := pick(u, []weighted[int]{
		{7, 1}, {8, 2}, {9, 4}, {10, 6}, {11, 7}, {12, 7}, {13, 6}, {14, 5}, {15, 5}, {16, 6}, {17, 7}, {18, 9}, {19, 11}, {20, 12}, {21, 10}, {22, 7}, {23, 3},
	})
	return day.Add(time.Duration(h)*time.Hour + time.Duration(minute*3600)*time.Second)
}
