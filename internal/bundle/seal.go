package bundle

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"

	senda "github.com/senda-dev/senda"
)

// Seal checks a bundle, writes its canonical JSON and names it. b must not be
// changed afterwards.
func Seal(b *Bundle) error {
	b.Format = Format
	if err := b.index(); err != nil {
		return err
	}
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false) // conditions and mails are full of < and >
	if err := e.Encode(b); err != nil {
		return senda.Wrap(senda.Internal, "write the bundle of "+b.Journey, err)
	}
	b.bytes = out.Bytes()
	b.digest = digestOf(b.bytes)
	return nil
}

func digestOf(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// Decode reads what Seal wrote. Other bytes than those are refused, however
// alike: a bundle has one spelling, or its name would say nothing.
func Decode(data []byte) (*Bundle, error) {
	const op = "read a bundle"
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	b := new(Bundle)
	if err := d.Decode(b); err != nil {
		return nil, senda.Wrap(senda.Invalid, op, err)
	}
	if b.Format != Format {
		return nil, senda.Errorf(senda.Invalid, op, "it is written in form %d, this program reads form %d", b.Format, Format).
			WithHelp("compile the journey again")
	}
	if err := Seal(b); err != nil {
		return nil, err
	}
	if !bytes.Equal(b.bytes, data) {
		return nil, senda.Errorf(senda.Invalid, op, "the bytes of %q are not what a compiler writes", b.Journey).
			WithHelp("compile the journey again")
	}
	return b, nil
}

// index checks what the rest of the house relies on, and prepares look-ups.
func (b *Bundle) index() error {
	bad := func(format string, args ...any) error {
		return senda.Errorf(senda.Invalid, "check the bundle of "+b.Journey, format, args...)
	}
	for what, s := range map[string]string{
		"journey": b.Journey, "owner": b.Owner, "brand": b.Brand, "family": b.Family, "purpose": b.Purpose,
		"class": string(b.Class), "priority": string(b.Priority), "machine": b.Machine,
	} {
		if s == "" {
			return bad("it has no %s", what)
		}
	}
	if (b.Enter.Event == "") == (b.Enter.Audience == "") {
		return bad("people enter by an event or by an audience, by one of them")
	}
	switch b.Enter.Again.Kind {
	case Never, AtOnce:
	case After:
		if b.Enter.Again.After.IsZero() {
			return bad("\"again: after\" does not say after what time")
		}
	default:
		return bad("%q is no form of again", b.Enter.Again.Kind)
	}
	if b.Holdout < 0 || b.Holdout > AllShares {
		return bad("the hold-out is not between 0 and %d", AllShares)
	}
	for _, s := range b.Splits {
		sum := 0
		for _, w := range s.Ways {
			sum += w.Share
		}
		if sum != AllShares {
			return bad("the shares of the split %q make %d of %d", s.Name, sum, AllShares)
		}
	}
	if !slices.IsSorted(b.Listens) {
		return bad("what it listens to is not sorted")
	}
	if b.Goal != nil && (b.Goal.Event == "" || b.Goal.Within.IsZero()) {
		return bad("the goal has no event or no time")
	}
	b.step = make(map[string]int, len(b.Steps))
	for i, s := range b.Steps {
		if _, twice := b.step[s.Name]; twice || s.Name == "" || s.Seq < 1 {
			return bad("step %d, %q, has no name of its own or no place", i+1, s.Name)
		}
		b.step[s.Name] = i
	}
	return b.readable()
}
