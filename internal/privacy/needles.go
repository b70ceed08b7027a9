// Package privacy looks for personal data where it may not be. Tests plant names
// and addresses in events and watch everything that leaves a function: records
// of every kind, inputs and outputs of executions, errors, logs, names of files.
//
// Profile, timeline, the intake's queue and quarantine may hold personal data,
// each with its retention and a way for erasure; the outbox does by its nature.
// Nothing else may.
package privacy

import (
	"crypto/md5"  //nolint:gosec // a weak hash of an address is what is looked for
	"crypto/sha1" //nolint:gosec // as above
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"net/url"
	"slices"
	"strings"
)

// Needles are planted words and all disguises in which they still say who
// somebody is.
type Needles struct{ disguises map[string]string }

// Plant makes needles of words, each long and odd enough to come from nowhere else.
func Plant(words ...string) *Needles {
	n := &Needles{disguises: map[string]string{}}
	for _, w := range words {
		lower := strings.ToLower(w)
		add := func(s string) { n.disguises[strings.ToLower(s)] = w }
		add(w)
		add(url.QueryEscape(w))
		add(url.PathEscape(w))
		for _, s := range []string{w, lower} {
			add(hex.EncodeToString([]byte(s)))
			// In base 64 a word looks different at each of three alignments; the signs
			// that its neighbours share are cut off.
			for shift := range 3 {
				b := base64.StdEncoding.EncodeToString([]byte(strings.Repeat("\x00", shift) + s))
				add(strings.TrimRight(b, "=")[(shift*8+5)/6 : len(b)-4])
			}
			// Whoever has a list of addresses can compute hashes without a key.
			md, sha, sha2 := md5.Sum([]byte(s)), sha1.Sum([]byte(s)), sha256.Sum256([]byte(s)) //nolint:gosec // as above
			for _, sum := range [][]byte{md[:], sha[:], sha2[:]} {
				add(hex.EncodeToString(sum))
				add(base64.RawURLEncoding.EncodeToString(sum))
			}
		}
	}
	return n
}

// In lists the planted words that a text gives away.
func (n *Needles) In(text string) []string {
	text = strings.ToLower(text)
	var found []string
	for disguise, word := range n.disguises {
		if strings.Contains(text, disguise) && !slices.Contains(found, word) {
			found = append(found, word)
		}
	}
	slices.Sort(found)
	return found
}
