package bundle

import (
	"context"
	"maps"
	"slices"
	"sync"

	senda "github.com/senda-dev/senda"
)

// Bundles finds bundles by their digest.
type Bundles interface {
	// Bundle returns NotFound for a digest that was never stored. A bundle lives until
	// no entry names it.
	Bundle(ctx context.Context, digest string) (*Bundle, error)
}

// Deployments says what the journeys do with people today.
type Deployments interface {
	// Deployments lists every journey, by name.
	Deployments(ctx context.Context) ([]Deployment, error)
	// Deployment returns NotFound for a journey that was never deployed.
	Deployment(ctx context.Context, journey string) (Deployment, error)
}

// Deployment is what a journey does with people today.
type Deployment = senda.Deployment

// Shelf keeps bundles and deployments in memory. It is safe for concurrent use;
// the zero Shelf is empty.
type Shelf struct {
	mu       sync.RWMutex
	bundles  map[string]*Bundle
	deployed map[string]Deployment
}

// Put stores a sealed bundle and makes it the one with which people enter its
// journey from now on.
func (s *Shelf) Put(b *Bundle, state senda.State) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.bundles == nil {
		s.bundles, s.deployed = map[string]*Bundle{}, map[string]Deployment{}
	}
	s.bundles[b.digest] = b
	s.deployed[b.Journey] = Deployment{Journey: b.Journey, State: state, Bundle: b.digest}
}

// keep stores a bundle without deploying it.
func (s *Shelf) keep(b *Bundle) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.bundles == nil {
		s.bundles, s.deployed = map[string]*Bundle{}, map[string]Deployment{}
	}
	s.bundles[b.digest] = b
}

// Set changes the state of a journey. It returns NotFound for one that was never put.
func (s *Shelf) Set(journey string, state senda.State) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	d, ok := s.deployed[journey]
	if !ok {
		return unknownJourney(journey)
	}
	d.State = state
	s.deployed[journey] = d
	return nil
}

// Bundle finds a bundle by its digest.
func (s *Shelf) Bundle(_ context.Context, digest string) (*Bundle, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	b, ok := s.bundles[digest]
	if !ok {
		return nil, senda.Errorf(senda.NotFound, "find the bundle "+digest, "nothing is stored under this name")
	}
	return b, nil
}

// Deployments lists every journey, by name.
func (s *Shelf) Deployments(context.Context) ([]Deployment, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	out := make([]Deployment, 0, len(s.deployed))
	for _, name := range slices.Sorted(maps.Keys(s.deployed)) {
		out = append(out, s.deployed[name])
	}
	return out, nil
}

// Deployment finds a journey.
func (s *Shelf) Deployment(_ context.Context, journey string) (Deployment, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	d, ok := s.deployed[journey]
	if !ok {
		return Deployment{}, unknownJourney(journey)
	}
	return d, nil
}

func unknownJourney(name string) error {
	return senda.Errorf(senda.NotFound, "find the journey "+name, "no journey of this name was deployed")
}
