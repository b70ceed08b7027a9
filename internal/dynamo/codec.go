package dynamo

import (
	"encoding/json"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/dynamo/layout"
)

// decoders is the closed set of what is kept, by kind.
var decoders = map[senda.Kind]func([]byte) (senda.Record, error){
	senda.KindPerson:      decode[senda.Person],
	senda.KindIdentity:    decode[senda.Identity],
	senda.KindHappening:   decode[senda.Happening],
	senda.KindSeen:        decode[senda.Seen],
	senda.KindQuarantined: decode[senda.Quarantined],
	senda.KindConsent:     decode[senda.ConsentHead],
	senda.KindProof:       decode[senda.Proof],
	senda.KindSuppression: decode[senda.Suppression],
	senda.KindEntry:       decode[senda.Entry],
	senda.KindStep:        decode[senda.StepRecord],
	senda.KindClaim:       decode[senda.Claim],
	senda.KindCaps:        decode[senda.CapLedger],
	senda.KindDecision:    decode[senda.Decision],
	senda.KindCounter:     decode[senda.Counter],
	senda.KindPosterior:   decode[senda.Posterior],
	senda.KindExecution:   decode[senda.Execution],
	senda.KindAudience:    decode[senda.Membership],
	senda.KindDeployment:  decode[senda.Deployment],
	senda.KindRelease:     decode[senda.Release],
}

func decode[T senda.Record](text []byte) (senda.Record, error) {
	var r T
	err := json.Unmarshal(text, &r)
	return r, err
}

// attributes is an item, or its key.
type attributes = map[string]types.AttributeValue

// read makes a record of an item; none of none.
func read(item attributes) (senda.Versioned, error) {
	if len(item) == 0 {
		return senda.Versioned{}, nil
	}
	const op = "read a record"
	pk := textOf(item, layout.Partition)
	d, ok := decoders[kindAt(pk)]
	if !ok {
		return senda.Versioned{}, senda.Errorf(senda.Internal, op, "no record is of the kind of %q", pk).
			WithHelp("it was written by a later version of senda: update this one")
	}
	n := numberOf(item[layout.Version])
	if n == "" {
		return senda.Versioned{}, senda.Errorf(senda.Internal, op, "the item %q has no version", pk).
			WithHelp("something other than senda wrote into the table")
	}
	version, err := strconv.ParseUint(n, 10, 64)
	if err != nil {
		return senda.Versioned{}, senda.Wrap(senda.Internal, op+" of kind "+kinds[kindAt(pk)], err)
	}
	body, err := unpack(item[layout.Record])
	if err != nil {
		return senda.Versioned{}, senda.Wrap(senda.Internal, op+" of kind "+kinds[kindAt(pk)], err)
	}
	r, err := d(body)
	if err != nil {
		return senda.Versioned{}, senda.Wrap(senda.Internal, op+" of kind "+kinds[kindAt(pk)], err)
	}
	return senda.Versioned{Record: r, Version: version}, nil
}

func textOf(item attributes, name string) string {
	v, _ := item[name].(*types.AttributeValueMemberS)
	if v == nil {
		return ""
	}
	return v.Value
}

// optional are the attributes that some records have and others have not: an
// update must remove those that the new record has no more.
var optional = []string{layout.Place, layout.Order, layout.Message, layout.Expires}

// item is everything of a record but its version.
func item(a address, r senda.Record) (attributes, error) {
	body, err := json.Marshal(r)
	if err != nil {
		return nil, senda.Wrap(senda.Internal, "write a record of kind "+kinds[r.Key().Kind], err)
	}
	out := a.key()
	for _, k := range r.Indexes() {
		if k.Index == senda.IndexMessages {
			out[layout.Message] = text(mark + k.Part)
			continue
		}
		out[layout.Place], out[layout.Order] = text(placePart(k, a)), text(mark+k.Sort)
	}
	if t := expiry(r); !t.IsZero() {
		out[layout.Expires] = number(uint64(max(0, t.Unix())))
	}
	if r.Key().Kind == senda.KindProof { // whoever audits the log needs no program to read it
		out[layout.Record] = text(string(body))
		return out, nil
	}
	out[layout.Record], err = pack(body, sizeOf(out))
	return out, senda.Wrap(senda.Internal, "write a record of kind "+kinds[r.Key().Kind], err)
}

// How long records are kept that expire by themselves, from the instant that
// names them. Whatever deletes them earlier may; an item may also outlive its
// expiry by days, which harms nobody.
const (
	// SeenKept is how long the identity of an event is known after it arrived.
	// What may bring it again is far shorter: EventBridge retries for a day, a queue
	// and its dead letters keep 14 days each, the archive 30; and a year more for a
	// source that sends last year's season once more.
	SeenKept = 400 * 24 * time.Hour
	// QuarantinedKept is how long a refused event waits for somebody to mend its cause.
	QuarantinedKept = 14 * 24 * time.Hour
	// HappeningKept is how long a line of the timeline is kept, from its event time.
	HappeningKept = 5 * 365 * 24 * time.Hour
)

// expiry is the instant from which a record is not needed, zero for never.
func expiry(r senda.Record) time.Time {
	switch r := r.(type) {
	case senda.Seen:
		if r.Done { // until then it is the intake's queue, from which nothing is lost
			return r.At.Add(SeenKept)
		}
	case senda.Quarantined:
		return r.At.Add(QuarantinedKept)
	case senda.Happening:
		return r.Time.Add(HappeningKept)
	}
	return time.Time{}
}

func number(n uint64) types.AttributeValue {
	return &types.AttributeValueMemberN{Value: strconv.FormatUint(n, 10)}
}

func numberOf(v types.AttributeValue) string {
	n, _ := v.(*types.AttributeValueMemberN)
	if n == nil {
		return ""
	}
	return n.Value
}
