package bundle

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"sync"

	senda "github.com/senda-dev/senda"
)

// Folder keeps bundles as files, each called after its digest, and the
// deployments beside them. Bundles are read once and kept.
type Folder struct {
	path  string
	shelf Shelf
	mu    sync.Mutex // one writer of deployments.json
}

const deploymentsFile = "deployments.json"

// OpenFolder opens a folder, and makes it when there is none.
func OpenFolder(path string) (*Folder, error) {
	if err := os.MkdirAll(path, 0o755); err != nil {
		return nil, senda.Wrap(senda.Unavailable, "open the folder of bundles", err)
	}
	f := &Folder{path: path}
	data, err := os.ReadFile(filepath.Join(path, deploymentsFile))
	if errors.Is(err, fs.ErrNotExist) {
		return f, nil
	}
	if err != nil {
		return nil, senda.Wrap(senda.Unavailable, "read "+deploymentsFile, err)
	}
	var list []Deployment
	if err := json.Unmarshal(data, &list); err != nil {
		return nil, senda.Wrap(senda.Invalid, "read "+deploymentsFile, err)
	}
	for _, d := range list {
		b, err := f.read(d.Bundle)
		if err != nil {
			return nil, err
		}
		f.shelf.Put(b, d.State)
	}
	return f, nil
}

// Put stores a sealed bundle and makes it the one with which people enter its journey.
func (f *Folder) Put(ctx context.Context, b *Bundle, state senda.State) error {
	if err := write(filepath.Join(f.path, b.digest+".json"), b.bytes); err != nil {
		return err
	}
	f.shelf.Put(b, state)
	return f.save(ctx)
}

// Set changes the state of a journey.
func (f *Folder) Set(ctx context.Context, journey string, state senda.State) error {
	if err := f.shelf.Set(journey, state); err != nil {
		return err
	}
	return f.save(ctx)
}

// Bundle finds a bundle by its digest.
func (f *Folder) Bundle(ctx context.Context, digest string) (*Bundle, error) {
	if b, err := f.shelf.Bundle(ctx, digest); err == nil {
		return b, nil
	}
	b, err := f.read(digest)
	if err != nil {
		return nil, err
	}
	f.shelf.keep(b)
	return b, nil
}

// Deployments lists every journey, by name.
func (f *Folder) Deployments(ctx context.Context) ([]Deployment, error) {
	return f.shelf.Deployments(ctx)
}

// Deployment finds a journey.
func (f *Folder) Deployment(ctx context.Context, journey string) (Deployment, error) {
	return f.shelf.Deployment(ctx, journey)
}

func (f *Folder) read(digest string) (*Bundle, error) {
	if len(digest) != 64 || filepath.Base(digest) != digest {
		return nil, senda.Errorf(senda.NotFound, "find a bundle", "%q is no digest", digest)
	}
	data, err := os.ReadFile(filepath.Join(f.path, digest+".json"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, senda.Errorf(senda.NotFound, "find the bundle "+digest, "nothing is stored under this name")
	}
	if err != nil {
		return nil, senda.Wrap(senda.Unavailable, "read the bundle "+digest, err)
	}
	b, err := Decode(data)
	if err != nil {
		return nil, err
	}
	if b.digest != digest {
		return nil, senda.Errorf(senda.Invalid, "read the bundle "+digest, "the file holds another one, %s", b.digest)
	}
	return b, nil
}

func (f *Folder) save(ctx context.Context) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	list, err := f.shelf.Deployments(ctx)
	if err != nil {
		return err
	}
	data, err := json.MarshalIndent(list, "", "  ")
	if err != nil {
		return senda.Wrap(senda.Internal, "write "+deploymentsFile, err)
	}
	return write(filepath.Join(f.path, deploymentsFile), append(data, '\n'))
}

// write replaces a file whole or not at all, whatever dies meanwhile.
func write(path string, data []byte) error {
	const op = "store a bundle"
	tmp, err := os.CreateTemp(filepath.Dir(path), ".new-*")
	if err != nil {
		return senda.Wrap(senda.Unavailable, op, err)
	}
	_, err = tmp.Write(data)
	if err == nil {
		err = tmp.Sync()
	}
	if cerr := tmp.Close(); err == nil {
		err = cerr
	}
	if err == nil {
		err = os.Rename(tmp.Name(), path)
	}
	if err != nil {
		_ = os.Remove(tmp.Name())
		return senda.Wrap(senda.Unavailable, op, err)
	}
	return nil
}
