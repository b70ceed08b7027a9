package senda

import (
	"context"
	"fmt"
)

// Kind is a kind of record. The set is closed: adapters hold one table, or one
// map, or one codec a kind.
type Kind uint8

// The kinds of record.
const (
	KindPerson Kind = iota + 1
	KindIdentity
	KindHappening
	KindSeen
	KindQuarantined
	KindConsent
	KindProof
	KindSuppression
	KindEntry
	KindStep
	KindClaim
	KindCaps
	KindDecision
	KindCounter
	KindPosterior
	KindExecution
	KindAudience
	KindDeployment
	KindRelease
)

// Key places a record: strong reads go by the whole key, strong ranges by kind
// and part, in the order of Sort.
type Key struct {
	Kind Kind
	Part string
	Sort string
}

func (k Key) String() string { return fmt.Sprintf("%d|%s|%s", k.Kind, k.Part, k.Sort) }

// Record is something that is kept. The set is closed to the types of this package.
type Record interface {
	// Key places the record.
	Key() Key
	// Indexes places it in secondary indexes, none for most.
	Indexes() []IndexKey
}

// Index names a secondary index. Reads through it may be stale.
type Index uint8

// The indexes.
const (
	// IndexUnstarted holds entries without a known execution, by time of entry.
	IndexUnstarted Index = iota + 1
	// IndexOpenClaims holds claims without a final fate, by time of the claim.
	IndexOpenClaims
	// IndexPeople holds every person, in 16 parts "0".."f".
	IndexPeople
	// IndexExecutions holds executions that have not ended, by the time they wake.
	IndexExecutions
	// IndexMessages finds a claim by its message id.
	IndexMessages
	// IndexUndone holds events taken in whose effects are not all carried out.
	IndexUndone
)

// IndexKey is a record's place in an index.
type IndexKey struct {
	Index Index
	Part  string
	Sort  string
}

// Versioned is a record as it was read. Version is zero and Record nil when
// there is none; every write makes a greater version.
type Versioned struct {
	Record  Record
	Version uint64
}

// Write is one condition and one change on one key.
type Write struct {
	Key Key
	// If is the version that must stand there, 0 for none at all. Any accepts all.
	If  uint64
	Any bool
	// Record replaces what stands there; nil leaves it (a check) unless Delete.
	Record Record
	Delete bool
}

// Put replaces the record read as version if (0: there was none).
func Put(r Record, version uint64) Write { return Write{Key: r.Key(), If: version, Record: r} }

// Check demands that the record is still the one that was read.
func Check(k Key, version uint64) Write { return Write{Key: k, If: version} }

// Delete removes the record read as version if.
func Delete(k Key, version uint64) Write { return Write{Key: k, If: version, Delete: true} }

// Range asks for the records of one kind and part whose Sort begins with Prefix.
type Range struct {
	Kind   Kind
	Part   string
	Prefix string
	// After continues behind a Sort (before it when Reverse); empty starts.
	After   string
	Reverse bool
	// Limit bounds the answer, 0 means 1,000.
	Limit int
}

// IndexRange asks an index for the places of one part up to and including To (all when empty).
type IndexRange struct {
	Index Index
	Part  string
	After string
	To    string
	Limit int
}

// MaxWrites is the greatest number of writes in one commit.
const MaxWrites = 100

// LimitOr is the bound of an answer: the limit asked for, or 1,000.
func LimitOr(limit int) int {
	if limit <= 0 {
		return 1000
	}
	return limit
}

// ValidWrites says why no store could ever commit the writes: there are none,
// more than MaxWrites, or two on one key. It returns nil or an Invalid.
func ValidWrites(writes []Write) error {
	if len(writes) == 0 {
		return Errorf(Invalid, "commit", "there is nothing to write")
	}
	if len(writes) > MaxWrites {
		return Errorf(Invalid, "commit", "%d writes are more than the %d of one transaction", len(writes), MaxWrites)
	}
	for i := range writes {
		for j := range i {
			if writes[i].Key == writes[j].Key {
				return Errorf(Invalid, "commit", "two writes on one record of kind %d", writes[i].Key.Kind)
			}
		}
	}
	return nil
}

// Store keeps records, as DynamoDB does and no better. Records handed in and
// out are shared: nobody changes them in place.
type Store interface {
	// Get reads by key, strongly consistent, in the order asked. A missing
	// record is a zero Versioned, not an error.
	Get(ctx context.Context, keys ...Key) ([]Versioned, error)
	// Range reads a part in order, strongly consistent.
	Range(ctx context.Context, r Range) ([]Versioned, error)
	// Find reads an index. It may not yet show the latest writes and may still
	// show old ones: whoever acts on it reads again by key.
	Find(ctx context.Context, r IndexRange) ([]Versioned, error)
	// Commit applies all writes or none. It returns Conflict when a condition
	// does not hold or another transaction is at work on a key: read again and
	// decide again. It returns Invalid for no write, more than MaxWrites, or
	// one key twice. After Unavailable or Unsure nobody knows whether it was
	// applied: the conditions make a repetition harmless.
	Commit(ctx context.Context, writes ...Write) error
}

// Read gets one record of type T. ok is false when there is none.
func Read[T Record](ctx context.Context, s Store, k Key) (r T, version uint64, ok bool, err error) {
	got, err := s.Get(ctx, k)
	if err != nil {
		return r, 0, false, err
	}
	return As[T](got[0])
}

// As unpacks one answer of a store.
func As[T Record](v Versioned) (r T, version uint64, ok bool, err error) {
	if v.Record == nil {
		return r, 0, false, nil
	}
	r, ok = v.Record.(T)
	if !ok {
		return r, 0, false, Errorf(Internal, "read "+v.Record.Key().String(), "found a %T instead of a %T", v.Record, r)
	}
	return r, v.Version, true, nil
}
