// Package outbox hands mail over to a folder: one file a message, named by the
// message's id. It is the mail service of a laptop and of tests.
//
// A message is whole or absent: it is written beside its place, synced, linked
// into it and the folder synced. That a name is taken makes a second hand-over
// visible, as a file of its own, instead of hiding it: a mail service would
// send twice too. Names are message ids, which say nothing about anybody; the
// files hold addresses, and the folder belongs where personal data may be.
package outbox

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	senda "github.com/senda-dev/senda"
)

// Folder is a senda.Mailer that keeps what is handed over as files.
type Folder struct {
	dir string
	// sync makes a message survive a power failure. Whatever kills the process
	// alone loses nothing without.
	sync bool
}

// Open makes the folder when it is not there. With sync, each hand-over waits
// for the disk.
func Open(dir string, sync bool) (*Folder, error) {
	if err := os.MkdirAll(filepath.Join(dir, unfinished), 0o700); err != nil {
		return nil, senda.Wrap(senda.Internal, "open the outbox", err)
	}
	return &Folder{dir, sync}, nil
}

const (
	extension  = ".eml"
	unfinished = ".unfinished"
)

// HandOver implements senda.Mailer. The service's own id is the file's name.
func (f *Folder) HandOver(ctx context.Context, e senda.Envelope) (string, error) {
	if err := ctx.Err(); err != nil {
		return "", senda.Wrap(senda.Unavailable, "hand over "+string(e.Message), err)
	}
	if !plain(string(e.Message)) {
		return "", senda.Errorf(senda.Invalid, "hand over", "the id of the message is no name of a file")
	}
	part, err := f.write(e)
	if err != nil {
		os.Remove(part) //nolint:errcheck // what is left there is never read
		return "", senda.Wrap(senda.Unavailable, "hand over "+string(e.Message), err)
	}
	name, err := f.place(part, string(e.Message))
	if err != nil {
		return "", senda.Wrap(senda.Unavailable, "hand over "+string(e.Message), err)
	}
	if f.sync {
		if err := syncDir(f.dir); err != nil {
			return "", senda.Wrap(senda.Unsure, "hand over "+string(e.Message), err) // the file is there, perhaps not for long
		}
	}
	return name, nil
}

// plain accepts the signs of a MessageID, so that no id leaves the folder.
func plain(id string) bool {
	return id != "" && len(id) <= 200 && !strings.ContainsFunc(id, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '-' && r != '_'
	})
}

func (f *Folder) write(e senda.Envelope) (string, error) {
	part, err := os.CreateTemp(filepath.Join(f.dir, unfinished), string(e.Message)+".*")
	if err != nil {
		return "", err
	}
	_, err = part.Write(e.MIME)
	if err == nil && f.sync {
		err = part.Sync()
	}
	return part.Name(), errors.Join(err, part.Close())
}

// place links the message to the first name that is free: NAME.eml, and
// NAME.2.eml and so on when it was handed over before.
func (f *Folder) place(part, id string) (string, error) {
	defer os.Remove(part) //nolint:errcheck // a second name of the same file
	for n := 1; ; n++ {
		name := id
		if n > 1 {
			name += "." + strconv.Itoa(n)
		}
		err := os.Link(part, filepath.Join(f.dir, name+extension))
		if err == nil || !errors.Is(err, fs.ErrExist) {
			return name, err
		}
	}
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// Item is one message in the folder.
type Item struct {
	Message senda.MessageID
	// Copy counts the times it was handed over, from 1.
	Copy int
	Path string
}

// List names what was handed over, by message and copy.
func (f *Folder) List() ([]Item, error) {
	entries, err := os.ReadDir(f.dir)
	if err != nil {
		return nil, senda.Wrap(senda.Internal, "list the outbox", err)
	}
	var items []Item
	for _, e := range entries {
		name, ok := strings.CutSuffix(e.Name(), extension)
		if !ok || e.IsDir() {
			continue
		}
		id, copied, again := strings.Cut(name, ".")
		n := 1
		if again {
			if n, err = strconv.Atoi(copied); err != nil {
				continue
			}
		}
		items = append(items, Item{senda.MessageID(id), n, filepath.Join(f.dir, e.Name())})
	}
	slices.SortFunc(items, func(a, b Item) int {
		return strings.Compare(fmt.Sprintf("%s %08d", a.Message, a.Copy), fmt.Sprintf("%s %08d", b.Message, b.Copy))
	})
	return items, nil
}
