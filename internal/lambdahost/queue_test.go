package lambdahost

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-lambda-go/events"
	senda "github.com/senda-dev/senda"
	"pgregory.net/rapid"
)

func batchOf(t interface{ Fatal(...any) }, bodies ...string) string {
	var e events.SQSEvent
	for i, b := range bodies {
		e.Records = append(e.Records, events.SQSMessage{
			MessageId: fmt.Sprint("m-", i), Body: b,
			Attributes: map[string]string{"ApproximateReceiveCount": fmt.Sprint(i + 1), "SentTimestamp": "1772442000000"},
		})
	}
	raw, err := json.Marshal(e)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

func reported(t interface{ Fatalf(string, ...any) }, out string) []string {
	var r events.SQSEventResponse
	if err := json.Unmarshal([]byte(out), &r); err != nil || r.BatchItemFailures == nil {
		t.Fatalf("%v in %s", err, out)
	}
	ids := []string{}
	for _, f := range r.BatchItemFailures {
		ids = append(ids, f.ItemIdentifier)
	}
	return ids
}

// Whatever becomes of its neighbours, each message is tried once, and exactly those
// that failed or panicked are reported.
func TestABatchReportsExactlyWhatFailed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		bodies := rapid.SliceOfN(rapid.SampledFrom([]string{"well", "fails", "panics"}), 0, 10).Draw(t, "batch")
		var tried []string
		tr := try(Queue(func(_ context.Context, m Message) error {
			tried = append(tried, string(m.Body))
			switch string(m.Body) {
			case "fails":
				return senda.Errorf(senda.Conflict, "take in an event", "")
			case "panics":
				var none map[string]int
				none["here"]++ //nolint:staticcheck // a panic of the runtime is what is meant
			}
			return nil
		}))
		out, failed := tr.invoke(context.Background(), batchOf(t, bodies...))
		if failed.Type != "" || !slices.Equal(tried, bodies) {
			t.Fatalf("%+v, tried %v", failed, tried)
		}
		want := []string{}
		for i, b := range bodies {
			if b != "well" {
				want = append(want, fmt.Sprint("m-", i))
			}
		}
		if got := reported(t, out); !slices.Equal(got, want) {
			t.Fatalf("of %v, %v are reported", bodies, got)
		}
		if n := strings.Count(tr.out.String(), `"message":"failed inside"`); n != len(want) {
			t.Fatalf("%d lines for %d failures", n, len(want))
		}
	})
}

func TestAMessageSaysWhenAndHowOftenItCame(t *testing.T) {
	var got Message
	tr := try(Queue(func(_ context.Context, m Message) error { got = m; return nil }))
	_, _ = tr.invoke(t.Context(), batchOf(t, "a", "b", "c"))
	if got.ID != "m-2" || string(got.Body) != "c" || got.Receives != 3 || !got.Sent.Equal(instant) {
		t.Errorf("%+v", got)
	}
}

func TestASlowMessageTakesNobodyElsesTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 31500*time.Millisecond)
		defer cancel()
		tr := try(Queue(func(ctx context.Context, m Message) error {
			if string(m.Body) == "slow" {
				<-ctx.Done()
				return ctx.Err()
			}
			return ctx.Err()
		}))
		began := time.Now()
		out, _ := tr.invoke(ctx, batchOf(t, "well", "slow", "well"))
		if got := reported(t, out); !slices.Equal(got, []string{"m-1"}) || time.Since(began) != 15*time.Second {
			t.Errorf("%v after %s", got, time.Since(began))
		}
		tr.told(t, "code", "Unavailable")
	})
}

func TestWhatTimeIsNotLeftForGoesBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 31500*time.Millisecond)
		defer cancel()
		tried := 0
		tr := try(Queue(func(context.Context, Message) error { tried++; time.Sleep(30200 * time.Millisecond); return nil }))
		out, failed := tr.invoke(ctx, batchOf(t, "deaf", "well", "well"))
		if got := reported(t, out); failed.Type != "" || tried != 1 || !slices.Equal(got, []string{"m-1", "m-2"}) {
			t.Errorf("%d tried, %v back, %+v", tried, got, failed)
		}
	})
}

func TestWhatIsNoBatchIsInvalid(t *testing.T) {
	tr := try(Queue(func(context.Context, Message) error { return nil }))
	for _, bad := range []string{"", "{", "[]", `{"Records":7}`} {
		if _, failed := tr.invoke(t.Context(), bad); failed.Type != "Senda.Invalid" {
			t.Errorf("%s: %+v", bad, failed)
		}
	}
}
