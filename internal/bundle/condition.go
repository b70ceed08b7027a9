package bundle

import (
	"maps"
	"slices"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/jsonata"
)

// Condition says what a condition or value of this bundle reads; the zero
// Condition for one that reads nothing, or is not of this bundle.
func (b *Bundle) Condition(text string) Condition { return b.Conditions[text] }

// readable reads every condition once, so that a damaged one is found before
// anybody walks the journey. Package condition evaluates them.
func (b *Bundle) readable() error {
	for _, text := range slices.Sorted(maps.Keys(b.Conditions)) {
		if _, err := jsonata.Parse(text, jsonata.Options{}); err != nil {
			return senda.Wrap(senda.Invalid, "check the bundle of "+b.Journey, err)
		}
	}
	return nil
}
