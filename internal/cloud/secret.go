package cloud

import (
	"context"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"sync"
	"time"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/identity"
	"github.com/senda-dev/senda/internal/lambdahost"
	"github.com/senda-dev/senda/internal/mail/token"
)

// Secret is the secret of an installation, as JSON. All keys are derived from its
// masters by HKDF (RFC 5869), so that one of them tells nothing of another.
//
//	{"master": "<32 characters or more, from chance>",
//	 "previous": [{"id": "k1", "master": "…", "until": "2028-06-01T00:00:00Z"}, …]}
//
// Master signs new links. A previous one, the newest first, verifies the links of
// mails that left long ago until the instant that it names, or for ever. Whoever
// turns the key over moves master to the front of previous.
//
// People are named by keyed hashes, whose key can never change: it is derived from
// the oldest master, the last in previous. That one is never removed.
type Secret struct {
	Master   string     `json:"master"`
	Previous []Previous `json:"previous"`
}

// Previous is a master of an earlier time. ID, unless it is empty, is the name that
// its links bear in place of the one that follows from it.
type Previous struct {
	ID     string    `json:"id"`
	Master string    `json:"master"`
	Until  time.Time `json:"until"`
}

// Keys are derived from a secret.
type Keys struct {
	// Identity keys the hashes by which people and addresses are named.
	Identity *identity.Keys
	// Ring signs and verifies links.
	Ring *token.Ring
}

// leastMaster is the least length of a master, in characters: 64 random letters and
// digits hold more than the 256 bits of the keys.
const leastMaster = 32

// What is derived from a master.
const (
	forIdentity = "senda identity 1"
	forLinks    = "senda links 1"
	forName     = "senda name of a key 1"
)

// ReadSecret derives the keys. Its errors repeat nothing of the text.
func ReadSecret(text string) (*Keys, error) {
	const op = "read the secret"
	var s Secret
	if err := json.Unmarshal([]byte(text), &s); err != nil {
		return nil, senda.Errorf(senda.Invalid, op, "it is no JSON").WithHelp(`the secret is {"master": "64 random characters"}`)
	}
	all := append([]Previous{{Master: s.Master}}, s.Previous...)
	var links []token.Key
	for i, p := range all {
		if len(p.Master) < leastMaster {
			return nil, senda.Errorf(senda.Invalid, op, "master %d has %d characters", i, len(p.Master)).
				WithHelp("every master of the secret has %d random characters or more", leastMaster)
		}
		key, err := derive(p.Master, forLinks)
		if err != nil {
			return nil, err
		}
		if p.ID == "" {
			name, err := derive(p.Master, forName)
			if err != nil {
				return nil, err
			}
			p.ID = "k" + hex.EncodeToString(name[:6])
		}
		links = append(links, token.Key{ID: p.ID, Secret: key, Until: p.Until})
	}
	oldest, err := derive(all[len(all)-1].Master, forIdentity)
	if err != nil {
		return nil, err
	}
	k := &Keys{}
	if k.Identity, err = identity.NewKeys(oldest); err != nil {
		return nil, err
	}
	if k.Ring, err = token.NewRing(links...); err != nil {
		return nil, senda.Wrap(senda.Invalid, op, err)
	}
	return k, nil
}

func derive(master, what string) ([]byte, error) {
	key, err := hkdf.Key(sha256.New, []byte(master), nil, what, 32)
	return key, senda.Wrap(senda.Internal, "derive a key", err)
}

// Fresh is how long a function goes on with the secret as it read it.
const Fresh = 10 * time.Minute

// keyed makes a handler that stands on the keys. When the secret has changed,
// build is called again, for the invocations that come from then on. A secret that
// cannot be read again is no reason to stop: the keys that were good still are.
func (g *Ground) keyed(ctx context.Context, build func(*Keys) (lambdahost.Handler, error)) (lambdahost.Handler, error) {
	k := &keyring{ground: g, build: build}
	if err := k.read(ctx); err != nil {
		return nil, err
	}
	return func(ctx context.Context, payload []byte) ([]byte, error) { return k.current(ctx)(ctx, payload) }, nil
}

type keyring struct {
	ground *Ground
	build  func(*Keys) (lambdahost.Handler, error)

	mu      sync.Mutex
	text    string
	at      time.Time
	handler lambdahost.Handler
}

// read reads the secret, and builds the handler when it is another one.
func (k *keyring) read(ctx context.Context) error {
	text, err := k.ground.Secret(ctx)
	if err != nil {
		return err
	}
	if k.handler == nil || text != k.text {
		keys, err := ReadSecret(text)
		if err != nil {
			return err
		}
		handler, err := k.build(keys)
		if err != nil {
			return err
		}
		k.text, k.handler = text, handler
	}
	k.at = k.ground.Clock.Now()
	return nil
}

// retrySecret is when a secret that could not be read again is asked for once more.
const retrySecret = time.Minute

func (k *keyring) current(ctx context.Context) lambdahost.Handler {
	k.mu.Lock()
	defer k.mu.Unlock()
	now := k.ground.Clock.Now()
	if now.Sub(k.at) >= Fresh {
		if err := k.read(ctx); err != nil {
			lambdahost.Report(ctx, err)
			k.at = now.Add(retrySecret - Fresh)
		}
	}
	return k.handler
}
