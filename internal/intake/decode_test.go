package intake_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/intake"
	"github.com/senda-dev/senda/internal/jsonata"
)

const own = `{"source":"shop","id":"o-1","kind":"order.completed","time":"2026-03-02T10:00:00+01:00",
 "person":{"customer":"C-1","email":"ana@example.com"},"data":{"order":{"total":20}}}`

func TestBothFormsSayTheSame(t *testing.T) {
	want := senda.Event{
		Source: "shop", ID: "o-1", Kind: "order.completed", Time: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC),
		Identifiers: map[string]string{"customer": "C-1", "email": "ana@example.com"},
	}
	for name, body := range map[string]string{
		"own": own,
		"EventBridge, with an id and a time of its own": `{"version":"0","id":"6f3c","detail-type":"order.completed","source":"shop","account":"1","time":"2026-03-02T12:00:00Z",
			"region":"eu-west-1","resources":[],"detail":{"id":"o-1","time":"2026-03-02T09:00:00Z","person":{"email":"ana@example.com","customer":"C-1"},"data":{"order":{"total":20}}}}`,
		"EventBridge, plain": `{"version":"0","id":"o-1","detail-type":"order.completed","source":"shop","time":"2026-03-02T09:00:00Z",
			"detail":{"person":{"email":"ana@example.com","customer":"C-1","phone":null},"data":{"order":{"total":20}}}}`,
	} {
		t.Run(name, func(t *testing.T) {
			got, err := intake.Decode([]byte(body))
			if err != nil {
				t.Fatal(err)
			}
			if got.Data.Get("order").Get("total").Num() != 20 {
				t.Errorf("data %v", got.Data)
			}
			got.Data = want.Data
			if diff := cmp.Diff(want, got); diff != "" {
				t.Fatal(diff)
			}
		})
	}
}

func TestWhatIsNoEventIsRefusedWithoutQuotingIt(t *testing.T) {
	for name, body := range map[string]string{
		"no JSON":                 `{"source": ana@example.com`,
		"no object":               `["ana@example.com"]`,
		"a misspelt member":       strings.Replace(own, `"time"`, `"timee"`, 1),
		"a member with a value":   strings.Replace(own, `"time"`, `"ana@example.com"`, 1),
		"no time":                 strings.Replace(own, `"time":"2026-03-02T10:00:00+01:00",`, ``, 1),
		"a time in words":         strings.Replace(own, `2026-03-02T10:00:00+01:00`, `ana@example.com`, 1),
		"a time without a zone":   strings.Replace(own, `2026-03-02T10:00:00+01:00`, `2026-03-02T10:00:00`, 1),
		"a number for a source":   strings.Replace(own, `"shop"`, `7`, 1),
		"an address for an id":    strings.Replace(own, `"o-1"`, `"ana@example.com"`, 1),
		"a bar in an id":          strings.Replace(own, `"o-1"`, `"a|b"`, 1),
		"a line break in an id":   strings.Replace(own, `"o-1"`, `"a\nb"`, 1),
		"an endless id":           strings.Replace(own, `o-1`, strings.Repeat("x", 129), 1),
		"a kind of one word":      strings.Replace(own, `order.completed`, `order`, 1),
		"a kind in capitals":      strings.Replace(own, `order.completed`, `Order.Completed`, 1),
		"a person who is a text":  strings.Replace(own, `{"customer":"C-1","email":"ana@example.com"}`, `"ana@example.com"`, 1),
		"an identifier of air":    strings.Replace(own, `"C-1"`, `" "`, 1),
		"an identifier of digits": strings.Replace(own, `"C-1"`, `1187`, 1),
		"an identifier's kind":    strings.Replace(own, `"customer"`, `"Customer No"`, 1),
		"data that is a list":     strings.Replace(own, `{"order":{"total":20}}`, `["ana@example.com"]`, 1),
		"a detail that is text":   `{"detail-type":"order.completed","source":"shop","id":"1","time":"2026-03-02T09:00:00Z","detail":"ana@example.com"}`,
		"too long":                `{"data":{"note":"` + strings.Repeat("x", intake.MaxBody) + `"}}`,
	} {
		t.Run(name, func(t *testing.T) {
			_, err := intake.Decode([]byte(body))
			var r *intake.Refusal
			if !errors.As(err, &r) || r.Reason != intake.Malformed || r.Text == "" {
				t.Fatalf("got %v", err)
			}
			if strings.Contains(r.Text, "ana@") {
				t.Errorf("the reason quotes the event: %s", r.Text)
			}
		})
	}
}

func TestAMisspeltMemberIsNamedByWhatWasMeant(t *testing.T) {
	_, err := intake.Decode([]byte(strings.Replace(own, `"time"`, `"timee"`, 1)))
	if err == nil || err.Error() != "malformed: it has a member that no event has; perhaps time was meant" {
		t.Errorf("%v", err)
	}
}

func TestWhatIsWrittenIsRead(t *testing.T) {
	e, err := intake.Decode([]byte(own))
	if err != nil {
		t.Fatal(err)
	}
	e.Data = e.Data.With("note", jsonata.String("çà et là ☂"))
	got, err := intake.Decode(intake.Encode(e))
	if err != nil {
		t.Fatal(err)
	}
	if !got.Data.Equal(e.Data) {
		t.Errorf("data %v", got.Data)
	}
	got.Data, e.Data = jsonata.Nothing, jsonata.Nothing
	if diff := cmp.Diff(e, got, cmp.Comparer(func(a, b jsonata.Value) bool { return a.Equal(b) })); diff != "" {
		t.Fatal(diff)
	}
}

// Whatever a stranger sends, it is refused with a reason or it is an event that
// survives being written and read again.
func FuzzDecode(f *testing.F) {
	f.Add([]byte(own))
	f.Add([]byte(`{"detail-type":"a.b","source":"s","id":"1","time":"2026-03-02T09:00:00Z","detail":{"person":{}}}`))
	f.Add([]byte(`{"detail-type":1}`))
	f.Add([]byte(`{"time":"0000-01-01T00:00:00Z"}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		e, err := intake.Decode(body)
		if err != nil {
			var r *intake.Refusal
			if !errors.As(err, &r) || r.Reason == "" || r.Text == "" {
				t.Fatalf("an error without a reason: %v", err)
			}
			return
		}
		again, err := intake.Decode(intake.Encode(e))
		if err != nil {
			t.Fatalf("%v\n%s", err, intake.Encode(e))
		}
		if again.Ref() != e.Ref() || again.Kind != e.Kind || !again.Time.Equal(e.Time) || len(again.Identifiers) != len(e.Identifiers) || !again.Data.Equal(e.Data) {
			t.Fatalf("%+v\n%+v", e, again)
		}
	})
}
