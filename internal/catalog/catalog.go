// Package catalog reads the files that all journeys share: brands, offers, the
// profile, audiences, and the contracts of events. The compiler reads them to check
// journeys; a function reads them, as they travel with its code, for today's rules.
package catalog

import (
	"io/fs"
	"path"
	"slices"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/events"
	"github.com/senda-dev/senda/internal/brand"
	"github.com/senda-dev/senda/internal/check"
	"github.com/senda-dev/senda/internal/diag"
	"github.com/senda-dev/senda/internal/journey"
	"github.com/senda-dev/senda/internal/offer"
	"github.com/senda-dev/senda/internal/profile"
)

// What may be wrong with a file before anybody reads it.
const (
	Unreadable   diag.Code = "E013" // a file that cannot be read
	BadContracts diag.Code = "E014" // contracts of events that are not sound
)

// Reader reads files and gathers what is wrong with them.
type Reader struct {
	fsys fs.FS
	// Name is what findings call the folder.
	Name string
	// Sources are the texts that were read, by the name in findings.
	Sources map[string][]byte
	Found   diag.List
}

// NewReader begins to read a folder.
func NewReader(fsys fs.FS, name string) *Reader {
	return &Reader{fsys: fsys, Name: name, Sources: map[string][]byte{}}
}

// Sound reads a catalog that has been checked before, or says that it is not sound.
func Sound(fsys fs.FS) (*check.Catalog, error) {
	r := NewReader(fsys, ".")
	c := r.Read()
	r.Found.Add(check.Shared(c)...)
	if err := r.Found.Err(); err != nil {
		return nil, senda.Wrap(senda.Invalid, "read today's rules", err)
	}
	return c, nil
}

// Read reads the catalog. Parts of journeys are the business of the compiler.
func (r *Reader) Read() *check.Catalog {
	c := &check.Catalog{
		Brands: Shared(r, "brands.yaml", brand.Read), Offers: Shared(r, "offers.yaml", offer.Read),
		Profile: Shared(r, "profile.yaml", profile.Read), Audiences: Shared(r, "audiences.yaml", profile.ReadAudiences),
		Models: []check.Model{check.CustomerValue}, Parts: map[string]*journey.Part{},
	}
	set, err := events.Default()
	if err != nil {
		r.Found.Add(BadContracts.At(diag.Pos{File: "events"}, "the contracts of events cannot be read: %v", err))
	}
	c.Events = set
	return c
}

// File reads a file; nil when there is none.
func (r *Reader) File(p string) (name string, text []byte) {
	name = path.Join(r.Name, p)
	text, err := fs.ReadFile(r.fsys, p)
	if err != nil {
		if len(r.Glob(p)) > 0 {
			r.Found.Add(Unreadable.At(diag.Pos{File: name}, "this file cannot be read"))
		}
		return name, nil
	}
	if text == nil {
		text = []byte{}
	}
	r.Sources[name] = text
	return name, text
}

// Glob lists the files that match a pattern, in their order.
func (r *Reader) Glob(patterns ...string) []string {
	var out []string
	for _, p := range patterns {
		// The patterns are our own, and sound.
		names, err := fs.Glob(r.fsys, p)
		if err == nil {
			out = append(out, names...)
		}
	}
	slices.Sort(out)
	return out
}

// Shared reads a file that all journeys share; a file that is not there makes the
// zero value.
func Shared[T any](r *Reader, p string, read func(string, []byte) (T, diag.List)) (out T) {
	name, text := r.File(p)
	if text == nil {
		return out
	}
	out, found := read(name, text)
	r.Found.Add(found...)
	return out
}
