// Package eventbridge publishes the events that Senda emits on a bus of Amazon
// EventBridge: senda.Bus over PutEvents.
package eventbridge

import (
	"context"
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/awsfault"
	"github.com/senda-dev/senda/internal/jsonata"
	"github.com/senda-dev/senda/internal/signed"
)

// Calls names the IAM actions of each method.
var Calls = map[string][]string{"Emit": {"events:PutEvents"}}

// MaxEntry is the size of the largest entry of a call, in bytes, as the service
// counts it
// (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html, "Calculating
// PutEvents event entry size").
const MaxEntry = 262_144

// timeSize is what the service counts for the time of an entry, in bytes.
const timeSize = 14

// Bus is a senda.Bus over EventBridge. It is safe for concurrent use.
type Bus struct {
	caller *signed.Caller
	bus    string
}

// New makes a Bus that publishes on the bus of a name or ARN. Nothing is called before
// the first event.
func New(cfg aws.Config, bus string) *Bus {
	return &Bus{caller: signed.New(cfg, signed.Service{ID: "EventBridge", Name: "events", Fault: signed.JSONFault}), bus: bus}
}

// Emit implements senda.Bus.
//
// The service gives every call an id of its own and keeps times to the second, so
// identity and instant stand in the detail, where whoever takes the event in looks first.
// An answer that was lost is Unavailable, not Unsure: to publish again is harmless.
// Invalid: the event is larger than MaxEntry, or the service does not take it as it is.
func (b *Bus) Emit(ctx context.Context, e senda.Event) error {
	op := "emit " + e.Kind
	detail := string(Detail(e))
	if size := len(e.Source) + len(e.Kind) + len(detail) + timeSize; size > MaxEntry {
		return senda.Errorf(senda.Invalid, op, "it has %d bytes, more than %d", size, MaxEntry)
	}
	out, err := b.put(ctx, entry{
		EventBusName: b.bus, Source: e.Source, DetailType: e.Kind, Detail: detail, Time: e.Time.Unix(),
	})
	if err != nil {
		if awsfault.Name(err) == "ValidationException" {
			return senda.Wrap(senda.Invalid, op, err)
		}
		return awsfault.Wrap(op, err)
	}
	if out.FailedEntryCount == 0 {
		return nil
	}
	name := "an entry without an answer"
	if len(out.Entries) > 0 {
		name = out.Entries[0].ErrorCode
	}
	code, ok := refused[name]
	if !ok {
		code = senda.Unavailable
	}
	return senda.Errorf(code, op, "the bus refused it: %s", name)
}

// entry is one of a call, answer what the service says of it
// (https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html). One
// call is all that is needed: the SDK's client would be a fortieth of every function that emits.
type (
	entry struct {
		EventBusName, Source, DetailType, Detail string
		Time                                     int64 // in seconds since 1970
	}
	answer struct {
		FailedEntryCount int
		Entries          []struct{ ErrorCode string }
	}
)

// maxAnswer bounds the answer to one entry, in bytes.
const maxAnswer = 64 << 10

func (b *Bus) put(ctx context.Context, e entry) (answer, error) {
	var out answer
	body, err := json.Marshal(map[string][]entry{"Entries": {e}})
	if err != nil {
		return out, err
	}
	url, _ := b.caller.Endpoint("")
	text, err := b.caller.Do(ctx, signed.Request{
		Method: http.MethodPost, URL: url + "/", Body: body, Most: maxAnswer,
		Header: http.Header{"Content-Type": {"application/x-amz-json-1.1"}, "X-Amz-Target": {"AWSEvents.PutEvents"}},
	})
	if err != nil {
		return out, err
	}
	return out, json.Unmarshal(text, &out)
}

// refused are the codes of entries that will never be taken
// (https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEventsResultEntry.html).
// The others, throttling and failures of the service, may be later.
var refused = map[string]senda.Code{
	"InvalidArgument":                     senda.Invalid,
	"MalformedDetail":                     senda.Invalid,
	"RedactionFailure":                    senda.Invalid,
	"NotAuthorizedForSourceException":     senda.Internal,
	"NotAuthorizedForDetailTypeException": senda.Internal,
	"InvalidAccountIdException":           senda.Internal,
}

// Detail is the detail of an event as internal/intake reads it.
func Detail(e senda.Event) []byte {
	text := func(k, v string) jsonata.Member { return jsonata.Member{Key: k, Value: jsonata.String(v)} }
	members := []jsonata.Member{text("id", e.ID), text("time", e.Time.UTC().Format(time.RFC3339Nano))}
	if len(e.Identifiers) > 0 {
		var person []jsonata.Member
		for _, kind := range slices.Sorted(maps.Keys(e.Identifiers)) {
			person = append(person, text(kind, e.Identifiers[kind]))
		}
		members = append(members, jsonata.Member{Key: "person", Value: jsonata.Object(person...)})
	}
	if e.Data.Kind() == jsonata.KindObject {
		members = append(members, jsonata.Member{Key: "data", Value: e.Data})
	}
	return jsonata.Object(members...).AppendJSON(nil)
}
