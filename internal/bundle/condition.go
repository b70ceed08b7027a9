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

// compile reads every condition once, so that a damaged one is found before
// anybody walks the journey.
func (b *Bundle) compile() error {
	b.trees = make(map[string]*jsonata.Tree, len(b.Conditions))
	for _, text := range slices.Sorted(maps.Keys(b.Conditions)) {
		t, err := jsonata.Parse(text, jsonata.Options{})
		if err != nil {
			return senda.Wrap(senda.Invalid, "check the bundle of "+b.Journey, err)
		}
		b.trees[text] = t
	}
	return nil
}
