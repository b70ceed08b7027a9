package shoptest

import (
	"crypto/sha256"
	"embed"
	"io"
	"io/fs"
	"math/rand/v2"
	"testing"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/bundle"
	"github.com/senda-dev/senda/internal/compile"
	"github.com/senda-dev/senda/internal/deliver"
	"github.com/senda-dev/senda/internal/house"
	"github.com/senda-dev/senda/internal/identity"
	"github.com/senda-dev/senda/internal/mail/token"
	"github.com/senda-dev/senda/internal/rules"
	"github.com/senda-dev/senda/internal/score"
)

//go:embed shop
var files embed.FS

// Files are the shop's, as a marketer would keep them.
func Files() fs.FS {
	f, err := fs.Sub(files, "shop")
	if err != nil {
		panic(err) // the folder is part of the program
	}
	return f
}

// Compile compiles the shop. A finding of any kind is an error of this package.
func Compile() (*compile.House, error) {
	h, found := compile.Dir(Files(), "shop")
	return h, found.Err()
}

// Shop is the compiled shop with its keys, the same in every process.
type Shop struct {
	House *compile.House
	Rules *rules.Rules
	Shelf *bundle.Shelf
	Keys  *identity.Keys
	Ring  *token.Ring
}

// New compiles the shop and deploys its journeys on a shelf.
func New() (*Shop, error) {
	h, err := Compile()
	if err != nil {
		return nil, err
	}
	s := &Shop{House: h, Shelf: h.Shelf()}
	if s.Rules, err = rules.New(h.Catalog, "salt", nil); err != nil {
		return nil, err
	}
	secret := sha256.Sum256([]byte("nobody real is named by it"))
	if s.Keys, err = identity.NewKeys(secret[:]); err != nil {
		return nil, err
	}
	s.Ring, err = token.NewRing(token.Key{ID: "test", Secret: secret[:]})
	return s, err
}

// Open opens the shop for a test.
func Open(t testing.TB) *Shop {
	t.Helper()
	s, err := New()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// Config is that of a house of the shop. random draws the ids of people: the same
// number gives the same people.
func (s *Shop) Config(store senda.Store, clock senda.Clock, mailer senda.Mailer, random uint64) house.Config {
	return house.Config{
		Store: store, Bundles: s.Shelf, Deployments: s.Shelf, Rules: s.Rules, Clock: clock, Mailer: mailer, Keys: s.Keys,
		Links: deliver.Links{Base: "https://links.example", Ring: s.Ring}, Random: Random(random),
		Models: func() *score.Models { return nil },
	}
}

// Random is a source of the bytes of ids.
func Random(seed uint64) io.Reader {
	var key [32]byte
	for i := range 8 {
		key[i] = byte(seed >> (8 * i))
	}
	return rand.NewChaCha8(key)
}
