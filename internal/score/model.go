package score

import (
	"io/fs"
	"maps"
	"math"
	"path"
	"slices"
	"strings"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/lifetime"
)

// What a score looks ahead, unless an installation says otherwise.
const (
	// Horizon is in weeks: the next 52.
	Horizon = 52.0
	// Discount is a year's: a purchase in a year is worth a tenth less than today.
	Discount = 0.10
	// weeksAYear is the mean length of a year of the Gregorian calendar.
	weeksAYear = 365.2425 / 7
)

// weekly turns a discount of a year into that of a week.
func weekly(year float64) float64 { return math.Pow(1+year, 1/weeksAYear) - 1 }

// Model is a fitted model, ready to score.
type Model struct {
	Name   string
	File   lifetime.File
	scorer *lifetime.Scorer
}

// Models are those of an installation, by name. They do not change once made.
type Models struct{ byName map[string]*Model }

// NewModels prepares fitted models to look Horizon ahead at Discount.
func NewModels(files map[string]lifetime.File) (*Models, error) {
	m := &Models{byName: make(map[string]*Model, len(files))}
	for name, f := range files {
		s, err := lifetime.NewScorer(f.Model, Horizon, weekly(Discount))
		if err != nil {
			return nil, senda.Wrap(senda.Invalid, "prepare the model "+name, err)
		}
		m.byName[name] = &Model{name, f, s}
	}
	return m, nil
}

// LoadModels reads models/NAME.json of the folder of journeys; no folder is no models.
func LoadModels(fsys fs.FS) (*Models, error) {
	paths, err := fs.Glob(fsys, "models/*.json")
	if err != nil {
		return nil, senda.Wrap(senda.Invalid, "list the models", err)
	}
	files := map[string]lifetime.File{}
	for _, p := range paths {
		data, err := fs.ReadFile(fsys, p)
		if err != nil {
			return nil, senda.Wrap(senda.Unavailable, "read "+p, err)
		}
		f, err := lifetime.Decode(data)
		if err != nil {
			return nil, senda.Wrap(senda.Invalid, "read "+p, err)
		}
		files[strings.TrimSuffix(path.Base(p), ".json")] = f
	}
	return NewModels(files)
}

// Model finds a model by name.
func (m *Models) Model(name string) (*Model, bool) {
	if m == nil {
		return nil, false
	}
	found, ok := m.byName[name]
	return found, ok
}

// Names are the names of the models, sorted.
func (m *Models) Names() []string {
	if m == nil {
		return nil
	}
	return slices.Sorted(maps.Keys(m.byName))
}
