package identity

import (
	"cmp"
	"context"
	"io"
	"maps"
	"slices"
	"time"

	senda "github.com/senda-dev/senda"
)

// MaxIdentifiers is how many identifiers one event may name its person by.
const MaxIdentifiers = 16

// maxHops bounds the chain of merges that is followed from one id. Each merge
// leads to an older person, so that a chain longer than this is a defect.
const maxHops = 64

// Known is one person as read, with the version to write against.
type Known struct {
	Person  senda.Person
	Version uint64
}

// Self is the kind of identifier that is a PersonID itself: Senda's own events
// name people by it. It never makes anybody.
const Self = "person"

// Resolution is whom the identifiers of an event name.
type Resolution struct {
	// People are those they lead to, the oldest first; empty when nobody is known.
	// More than one means that they are the same person and must be merged.
	People []Known
	// New are the identifiers that lead nowhere yet, without a person.
	New []senda.Identity
	// Unfinished are people that were merged but not all of whose records were
	// moved: whoever did it died on the way.
	Unfinished []senda.PersonID
}

// Resolve finds whom identifiers name, by kind and value as the source knows
// them. It changes nothing.
func Resolve(ctx context.Context, s senda.Store, k *Keys, identifiers map[string]string) (Resolution, error) {
	var out Resolution
	if len(identifiers) > MaxIdentifiers {
		return out, senda.Errorf(senda.Invalid, "resolve a person", "%d identifiers are more than %d", len(identifiers), MaxIdentifiers)
	}
	found := make([]senda.Identity, 0, len(identifiers))
	keys := make([]senda.Key, 0, len(identifiers))
	for _, kind := range slices.Sorted(maps.Keys(identifiers)) {
		value := Normal(kind, identifiers[kind])
		if value == "" {
			continue
		}
		if kind == Self {
			switch err := out.follow(ctx, s, senda.PersonID(value)); senda.CodeOf(err) {
			case "", senda.NotFound:
			default:
				return out, err
			}
			continue
		}
		id := senda.Identity{Kind: kind, Digest: k.digest(kind, value)}
		found, keys = append(found, id), append(keys, id.Key())
	}
	var got []senda.Versioned
	if len(keys) > 0 {
		var err error
		if got, err = s.Get(ctx, keys...); err != nil {
			return out, err
		}
	}
	for i := range got {
		id, _, ok, err := senda.As[senda.Identity](got[i])
		if err != nil {
			return out, err
		}
		if !ok {
			out.New = append(out.New, found[i])
			continue
		}
		if err := out.follow(ctx, s, id.Person); err != nil {
			return out, err
		}
	}
	slices.SortFunc(out.People, older)
	return out, nil
}

// older orders people by the arrival of the first event that named them, and by
// id where that is the same, so that everybody agrees who stays.
func older(a, b Known) int {
	return cmp.Or(a.Person.Born.Compare(b.Person.Born), cmp.Compare(a.Person.ID, b.Person.ID))
}

// follow adds the person that id leads to over merges.
func (r *Resolution) follow(ctx context.Context, s senda.Store, id senda.PersonID) error {
	if slices.ContainsFunc(r.People, func(k Known) bool { return k.Person.ID == id }) {
		return nil
	}
	end, passed, err := follow(ctx, s, id)
	if err != nil {
		return err
	}
	for _, p := range passed {
		if !slices.Contains(end.Person.Merged, p) && !slices.Contains(r.Unfinished, p) {
			r.Unfinished = append(r.Unfinished, p)
		}
	}
	if !slices.ContainsFunc(r.People, func(k Known) bool { return k.Person.ID == end.Person.ID }) {
		r.People = append(r.People, end)
	}
	return nil
}

// follow goes from an id over merges to the person that stands now, and lists
// those passed.
func follow(ctx context.Context, s senda.Store, id senda.PersonID) (end Known, passed []senda.PersonID, err error) {
	for range maxHops {
		p, version, ok, err := senda.Read[senda.Person](ctx, s, senda.PersonKey(id))
		if err != nil {
			return end, nil, err
		}
		if !ok {
			return end, nil, senda.Errorf(senda.NotFound, "follow person", "nobody has this id")
		}
		if p.Into == "" {
			return Known{p, version}, passed, nil
		}
		passed, id = append(passed, id), p.Into
	}
	return end, nil, senda.Errorf(senda.Internal, "follow person "+string(id), "more than %d merges lead on", maxHops)
}

// Follow returns the person that an id stands for now: itself, or whom it was
// merged into. NotFound when nobody ever had the id.
func Follow(ctx context.Context, s senda.Store, id senda.PersonID) (senda.Person, uint64, error) {
	p, version, ok, err := senda.Read[senda.Person](ctx, s, senda.PersonKey(id))
	if err != nil {
		return senda.Person{}, 0, err
	}
	if !ok {
		return senda.Person{}, 0, senda.Errorf(senda.NotFound, "read person "+string(id), "nobody has this id")
	}
	if p.Into == "" {
		return p, version, nil
	}
	end, _, err := follow(ctx, s, p.Into)
	return end.Person, end.Version, err
}

// NewPerson makes somebody nobody knew, born at the arrival of the event that
// named them. The id is 128 random bits and says nothing about them.
func NewPerson(random io.Reader, born time.Time) (senda.Person, error) {
	id, err := newID(random, "p-")
	return senda.Person{ID: senda.PersonID(id), Born: born}, err
}

// NewSubject makes a random name under which the log of proofs keeps a person.
func NewSubject(random io.Reader) (string, error) { return newID(random, "s-") }

func newID(random io.Reader, prefix string) (string, error) {
	var b [16]byte
	if _, err := io.ReadFull(random, b[:]); err != nil {
		return "", senda.Wrap(senda.Internal, "draw an id", err)
	}
	return prefix + senda.Base32.EncodeToString(b[:]), nil
}
