package main

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io/fs"
	"os"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/identity"
	"github.com/senda-dev/senda/internal/mail/token"
)

// secrets are the keys of an installation on this machine, in a file of its own
// that only its owner may read.
type secrets struct {
	// Identity keys the hashes of addresses and identifiers; it may never change
	// while records name people by it.
	Identity string `json:"identity"`
	// Links signs the links of mails.
	Links string `json:"links"`
	// Salt makes the assignments of this installation its own.
	Salt string `json:"salt"`
}

// openSecrets reads the file, and makes it the first time.
func openSecrets(path string) (*identity.Keys, *token.Ring, string, error) {
	var s secrets
	text, err := os.ReadFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		for _, k := range []*string{&s.Identity, &s.Links, &s.Salt} {
			var b [32]byte
			if _, err := rand.Read(b[:]); err != nil {
				return nil, nil, "", err
			}
			*k = base64.StdEncoding.EncodeToString(b[:])
		}
		if text, err = json.MarshalIndent(s, "", "  "); err != nil {
			return nil, nil, "", err
		}
		if err := os.WriteFile(path, text, 0o600); err != nil {
			return nil, nil, "", err
		}
	case err != nil:
		return nil, nil, "", err
	default:
		if err := json.Unmarshal(text, &s); err != nil {
			return nil, nil, "", senda.Errorf(senda.Invalid, "read "+path, "it is not a file of keys").WithHelp("give another file with --keys; without its keys a store cannot be read")
		}
	}
	id, err := base64.StdEncoding.DecodeString(s.Identity)
	if err != nil {
		return nil, nil, "", senda.Wrap(senda.Invalid, "read the key of identities in "+path, err)
	}
	links, err := base64.StdEncoding.DecodeString(s.Links)
	if err != nil {
		return nil, nil, "", senda.Wrap(senda.Invalid, "read the key of links in "+path, err)
	}
	keys, err := identity.NewKeys(id)
	if err != nil {
		return nil, nil, "", err
	}
	ring, err := token.NewRing(token.Key{ID: "k1", Secret: links})
	return keys, ring, s.Salt, err
}
