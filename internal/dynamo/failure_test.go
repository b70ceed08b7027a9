package dynamo_test

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/dynamo"
)

// call is one request that the double got.
type call struct {
	op   string
	body string
}

// answer is what the double says: a status and a body, or nothing at all.
type answer struct {
	status int
	body   string
	lost   bool
}

func fault(status int, name, more string) answer {
	return answer{status: status, body: `{"__type":"com.amazonaws.dynamodb.v20120810#` + name + `","message":"because"` + more + `}`}
}

func fine(body string) answer { return answer{status: 200, body: body} }

var lost = answer{lost: true}

// double is DynamoDB as far as one test needs it: it gives its answers in their
// order, the last for ever.
type double struct {
	sync.Mutex
	answers []answer
	// reply, when set, answers instead.
	reply func(call) answer
	calls []call
}

func (d *double) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	d.Lock()
	c := call{strings.TrimPrefix(r.Header.Get("X-Amz-Target"), "DynamoDB_20120810."), string(body)}
	d.calls = append(d.calls, c)
	var a answer
	if d.reply != nil {
		a = d.reply(c)
	} else {
		a = d.answers[min(len(d.calls), len(d.answers))-1]
	}
	d.Unlock()
	if a.lost {
		panic(http.ErrAbortHandler) // the connection closes without an answer
	}
	w.Header().Set("Content-Type", "application/x-amz-json-1.0")
	w.WriteHeader(a.status)
	io.WriteString(w, a.body) //nolint:errcheck // the client says what it missed
}

// heard are the calls so far.
func (d *double) heard() []call {
	d.Lock()
	defer d.Unlock()
	return slices.Clone(d.calls)
}

// over is a store whose every request the double answers.
func over(t *testing.T, d *double) *dynamo.Store {
	t.Helper()
	srv := httptest.NewServer(d)
	t.Cleanup(srv.Close)
	s := dynamo.New(aws.Config{
		Region: "eu-west-1", BaseEndpoint: &srv.URL, HTTPClient: srv.Client(),
		Credentials: credentials.NewStaticCredentialsProvider("id", "secret", ""),
	}, dynamo.Tables{Main: "main", Proofs: "proofs"})
	s.Impatient()
	return s
}

var (
	person = senda.Counter{Name: "p", Used: 1}
	other  = senda.Counter{Name: "q", Used: 1}
	proof  = senda.Proof{Subject: "s", N: 1}
)

func reasons(codes ...string) string {
	var parts []string
	for _, c := range codes {
		parts = append(parts, `{"Code":"`+c+`","Message":"because of it"}`)
	}
	return `,"CancellationReasons":[` + strings.Join(parts, ",") + `]`
}

// What a write that failed says about what was written.
func TestWhatACommitAnswers(t *testing.T) {
	put := []senda.Write{senda.Put(person, 7)}
	two := []senda.Write{senda.Put(person, 7), senda.Put(other, 0)}
	conditional := fault(400, "ConditionalCheckFailedException", "")
	cancelled := func(codes ...string) answer {
		return fault(400, "TransactionCanceledException", reasons(codes...))
	}
	busy := fault(400, "ProvisionedThroughputExceededException", "")
	broken := fault(500, "InternalServerError", "")
	for _, c := range []struct {
		name    string
		writes  []senda.Write
		answers []answer
		want    senda.Code
		calls   int
	}{
		{"done", put, []answer{fine("{}")}, "", 1},
		{"somebody was faster", put, []answer{conditional}, senda.Conflict, 1},
		{"a transaction holds the record", put, []answer{fault(400, "TransactionConflictException", "")}, senda.Conflict, 1},
		{"throttled, then done", put, []answer{busy, busy, fine("{}")}, "", 3},
		{"throttled, then too late: nothing was written", put, []answer{busy, conditional}, senda.Conflict, 2},
		{"throttled for ever", put, []answer{busy}, senda.Unavailable, dynamo.Attempts},
		{"broken for ever: it may be written", put, []answer{broken}, senda.Unsure, dynamo.Attempts},
		{"no answer for ever: it may be written", put, []answer{lost}, senda.Unsure, dynamo.Attempts},
		{"no answer, then refused: it may have been itself", put, []answer{lost, conditional}, senda.Unsure, 2},
		{"broken, then refused: it may have been itself", put, []answer{broken, conditional}, senda.Unsure, 2},
		{"no answer, then done", put, []answer{lost, fine("{}")}, "", 2},
		{"no answer, then not allowed any more", put, []answer{lost, fault(400, "AccessDeniedException", "")}, senda.Unsure, 2},
		{"a delete whose answer was lost", []senda.Write{senda.Delete(person.Key(), 7)}, []answer{lost, conditional}, senda.Unsure, 2},
		{"a delete that came too late", []senda.Write{senda.Delete(person.Key(), 7)}, []answer{conditional}, senda.Conflict, 1},
		{"no record like this", put, []answer{fault(400, "ValidationException", "")}, senda.Invalid, 1},
		{"no such table", put, []answer{fault(400, "ResourceNotFoundException", "")}, senda.Internal, 1},
		{"not allowed", put, []answer{fault(400, "AccessDeniedException", "")}, senda.Internal, 1},
		{"an error that is not known", put, []answer{fault(400, "NovelException", "")}, senda.Internal, 1},
		{"a gateway that is down", put, []answer{{status: 503, body: "<html>"}}, senda.Unsure, dynamo.Attempts},
		{"an answer that nobody can read", put, []answer{fine("{")}, senda.Unsure, 1},

		{"a transaction is done", two, []answer{fine("{}")}, "", 1},
		{"a condition of a transaction", two, []answer{cancelled("None", "ConditionalCheckFailed")}, senda.Conflict, 1},
		{"two transactions meet", two, []answer{cancelled("TransactionConflict", "None")}, senda.Conflict, 1},
		{"a transaction is throttled", two, []answer{cancelled("None", "ThrottlingError")}, senda.Unavailable, 1},
		{"a transaction is throttled and too late", two, []answer{cancelled("ProvisionedThroughputExceeded", "ConditionalCheckFailed")}, senda.Conflict, 1},
		{"one record can never be written", two, []answer{cancelled("ConditionalCheckFailed", "ValidationError")}, senda.Invalid, 1},
		{"a reason that is not known", two, []answer{cancelled("Novel", "None")}, senda.Internal, 1},
		{"a transaction without an answer, then the truth", two, []answer{lost, cancelled("ConditionalCheckFailed", "None")}, senda.Conflict, 2},
		{"a transaction without an answer, still at work", two, []answer{lost, fault(400, "TransactionInProgressException", "")}, senda.Unsure, dynamo.Attempts},
		{"a transaction without an answer, then done", two, []answer{lost, fine("{}")}, "", 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			d := &double{answers: c.answers}
			err := over(t, d).Commit(t.Context(), c.writes...)
			if senda.CodeOf(err) != c.want {
				t.Errorf("got %v, want the code %q", err, c.want)
			}
			if len(d.heard()) != c.calls {
				t.Errorf("%d calls, want %d", len(d.heard()), c.calls)
			}
			var e *senda.Error
			if errors.As(err, &e) && !strings.HasPrefix(e.Op, "commit counter") {
				t.Errorf("the error does not say where: %v", err)
			}
		})
	}
}

// A put that meets itself is done: the item that refuses it bears its own version.
func TestAPutKnowsItself(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(item map[string]map[string]string)
		want   senda.Code
	}{
		{"itself", func(map[string]map[string]string) {}, ""},
		{"a rival with the same record", func(i map[string]map[string]string) { i["v"]["N"] += "1" }, senda.Unsure},
		{"a rival with the same version", func(i map[string]map[string]string) { i["r"]["S"] += " " }, senda.Unsure},
	} {
		t.Run(c.name, func(t *testing.T) {
			first := true
			d := &double{reply: func(got call) answer {
				if first {
					first = false
					return lost
				}
				var in struct {
					Item                                map[string]map[string]string
					ReturnValuesOnConditionCheckFailure string
				}
				if err := json.Unmarshal([]byte(got.body), &in); err != nil || in.ReturnValuesOnConditionCheckFailure != "ALL_OLD" {
					t.Errorf("put asks for %q, %v", in.ReturnValuesOnConditionCheckFailure, err)
				}
				c.change(in.Item)
				item, err := json.Marshal(in.Item)
				if err != nil {
					t.Error(err)
				}
				return fault(400, "ConditionalCheckFailedException", `,"Item":`+string(item))
			}}
			if err := over(t, d).Commit(t.Context(), senda.Put(person, 0)); senda.CodeOf(err) != c.want {
				t.Fatalf("got %v, want the code %q", err, c.want)
			}
			if d.heard()[0].body != d.heard()[1].body {
				t.Fatal("the second attempt is another put")
			}
		})
	}
}

// Without a lost answer the item that stands there is somebody else's, whatever it looks like.
func TestARivalIsNotTakenForOneself(t *testing.T) {
	d := &double{reply: func(got call) answer {
		_, item, _ := strings.Cut(got.body, `"Item":`)
		item, _, _ = strings.Cut(item, `}}`)
		return fault(400, "ConditionalCheckFailedException", `,"Item":`+item+`}}`)
	}}
	if err := over(t, d).Commit(t.Context(), senda.Put(person, 0)); senda.CodeOf(err) != senda.Conflict {
		t.Fatalf("got %v", err)
	}
}

// Every attempt of a transaction bears one token, every transaction its own.
func TestATransactionIsRepeatedUnderOneToken(t *testing.T) {
	d := &double{answers: []answer{lost, fine("{}"), fine("{}")}}
	s := over(t, d)
	for range 2 {
		if err := s.Commit(t.Context(), senda.Put(person, 0), senda.Put(other, 0)); err != nil {
			t.Fatal(err)
		}
	}
	var tokens []string
	for _, c := range d.heard() {
		var in struct{ ClientRequestToken string }
		if err := json.Unmarshal([]byte(c.body), &in); err != nil || len(in.ClientRequestToken) < 16 || len(in.ClientRequestToken) > 36 {
			t.Fatalf("token %q, %v", in.ClientRequestToken, err)
		}
		tokens = append(tokens, in.ClientRequestToken)
	}
	if len(tokens) != 3 || tokens[0] != tokens[1] || tokens[1] == tokens[2] {
		t.Fatalf("tokens %v", tokens)
	}
}

func TestWhatAReadAnswers(t *testing.T) {
	for _, c := range []struct {
		name    string
		answers []answer
		want    senda.Code
	}{
		{"nothing there", []answer{fine("{}")}, ""},
		{"no answer, then one", []answer{lost, fine("{}")}, ""},
		{"no answer for ever", []answer{lost}, senda.Unavailable},
		{"broken for ever", []answer{fault(500, "InternalServerError", "")}, senda.Unavailable},
		{"throttled for ever", []answer{fault(400, "ThrottlingException", "")}, senda.Unavailable},
		{"no such table", []answer{fault(400, "ResourceNotFoundException", "")}, senda.Internal},
		{"not allowed", []answer{fault(400, "AccessDeniedException", "")}, senda.Internal},
		{"a record of a later version", []answer{fine(`{"Item":{"pk":{"S":"novelty#x"},"sk":{"S":"#"},"v":{"N":"1"},"r":{"S":"{}"}},"Items":[{"pk":{"S":"novelty#x"},"v":{"N":"1"},"r":{"S":"{}"}}]}`)}, senda.Internal},
		{"a record that somebody edited", []answer{fine(`{"Item":{"pk":{"S":"counter#p"},"sk":{"S":"#"},"v":{"N":"1"},"r":{"S":"{"}},"Items":[{"pk":{"S":"counter#p"},"v":{"N":"1"},"r":{"S":"{"}}]}`)}, senda.Internal},
		{"a record without a version", []answer{fine(`{"Item":{"pk":{"S":"counter#p"},"sk":{"S":"#"},"r":{"S":"{}"}},"Items":[{"pk":{"S":"counter#p"},"r":{"S":"{}"}}]}`)}, senda.Internal},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, err := over(t, &double{answers: c.answers}).Get(t.Context(), person.Key())
			if senda.CodeOf(err) != c.want {
				t.Errorf("get: %v, want the code %q", err, c.want)
			}
			_, err = over(t, &double{answers: c.answers}).Range(t.Context(), senda.Range{Kind: senda.KindCounter, Part: "p"})
			if senda.CodeOf(err) != c.want {
				t.Errorf("range: %v, want the code %q", err, c.want)
			}
		})
	}
}

// Whoever gives up before the request left knows that nothing happened.
func TestGivingUp(t *testing.T) {
	d := &double{}
	s := over(t, d)
	ctx, cancel := context.WithCancel(t.Context())
	d.reply = func(call) answer { cancel(); return lost }
	if err := s.Commit(ctx, senda.Put(person, 0)); senda.CodeOf(err) != senda.Unsure || !errors.Is(err, context.Canceled) {
		t.Fatalf("after the request left: %v", err)
	}
	if err := s.Commit(ctx, senda.Put(person, 0)); senda.CodeOf(err) != senda.Unavailable || !errors.Is(err, context.Canceled) {
		t.Fatalf("before it left: %v", err)
	}
	for name, read := range map[string]func() error{
		"get":   func() error { _, err := s.Get(ctx, person.Key()); return err },
		"range": func() error { _, err := s.Range(ctx, senda.Range{Kind: senda.KindEntry}); return err },
		"find":  func() error { _, err := s.Find(ctx, senda.IndexRange{Index: senda.IndexUndone}); return err },
	} {
		if err := read(); senda.CodeOf(err) != senda.Unavailable || !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if len(d.heard()) != 1 {
		t.Fatalf("%d calls", len(d.heard()))
	}
}

// Nobody listens: the request never left.
func TestNobodyThere(t *testing.T) {
	srv := httptest.NewServer(http.NotFoundHandler())
	url := srv.URL
	srv.Close()
	s := dynamo.New(aws.Config{
		Region: "eu-west-1", BaseEndpoint: &url,
		Credentials: credentials.NewStaticCredentialsProvider("id", "secret", ""),
	}, dynamo.Tables{Main: "main", Proofs: "proofs"})
	s.Impatient()
	if err := s.Commit(t.Context(), senda.Put(person, 0)); senda.CodeOf(err) != senda.Unavailable {
		t.Fatalf("got %v", err)
	}
}

// Each attempt is judged by itself: the first was heard and refused, the others
// never left.
func TestThrottledAndThenNobodyThere(t *testing.T) {
	d := &double{}
	srv := httptest.NewServer(d)
	t.Cleanup(srv.Close)
	srv.Config.SetKeepAlivesEnabled(false)
	d.reply = func(call) answer {
		if err := srv.Listener.Close(); err != nil {
			t.Error(err)
		}
		return fault(400, "ThrottlingException", "")
	}
	s := dynamo.New(aws.Config{
		Region: "eu-west-1", BaseEndpoint: &srv.URL, HTTPClient: srv.Client(),
		Credentials: credentials.NewStaticCredentialsProvider("id", "secret", ""),
	}, dynamo.Tables{Main: "main", Proofs: "proofs"})
	s.Impatient()
	if err := s.Commit(t.Context(), senda.Put(person, 0)); senda.CodeOf(err) != senda.Unavailable || len(d.heard()) != 1 {
		t.Fatalf("%d calls, %v", len(d.heard()), err)
	}
}

// What could never be written is refused without a call, with a way out.
func TestWhatIsRefusedWithoutACall(t *testing.T) {
	d := &double{answers: []answer{fine("{}")}}
	s := over(t, d)
	chance := rand.NewChaCha8([32]byte{})
	noise := make([]byte, 500<<10)
	chance.Read(noise)                //nolint:errcheck // it never fails
	long := hex.EncodeToString(noise) // what packing cannot make small
	var heavy []senda.Write
	for i := range 20 {
		heavy = append(heavy, senda.Put(senda.Quarantined{ID: fmt.Sprint(i), Body: noise[:250<<10]}, 0))
	}
	for name, writes := range map[string][]senda.Write{
		"more than 400 KB":             {senda.Put(senda.Person{ID: "p", Into: senda.PersonID(long)}, 0)},
		"more than 4 MB":               heavy,
		"a key that is no text":        {senda.Put(senda.Counter{Name: "\xff"}, 0)},
		"a key that is too long":       {senda.Put(senda.Counter{Name: long[:3000]}, 0)},
		"a proof over another":         {senda.Put(proof, 3)},
		"a proof whatever stands":      {{Key: proof.Key(), Any: true, Record: proof}},
		"a proof is removed":           {senda.Delete(proof.Key(), 1)},
		"a proof is removed, whatever": {{Key: proof.Key(), Any: true, Delete: true}},
		"a proof is checked":           {senda.Check(proof.Key(), 1)},
		"that there is no proof":       {senda.Check(proof.Key(), 0)},
		"a proof among others":         {senda.Put(person, 0), senda.Delete(proof.Key(), 1)},
	} {
		err := s.Commit(t.Context(), writes...)
		var e *senda.Error
		if senda.CodeOf(err) != senda.Invalid || !errors.As(err, &e) || e.Op == "" {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := s.Commit(t.Context(), senda.Write{Key: person.Key(), Any: true}); err != nil {
		t.Errorf("a check that always holds: %v", err)
	}
	if len(d.heard()) != 0 {
		t.Fatalf("%d calls: %v", len(d.heard()), d.heard()[0].op)
	}
}

// What a batch leaves out is asked for again, while anything comes.
func TestABatchThatIsCutShort(t *testing.T) {
	whole := func(name string) string {
		return `{"pk":{"S":"counter#` + name + `"},"sk":{"S":"#"},"v":{"N":"3"},"r":{"S":"{\"name\":\"` + name + `\"}"}}`
	}
	left := `"UnprocessedKeys":{"main":{"ConsistentRead":true,"Keys":[{"pk":{"S":"counter#q"},"sk":{"S":"#"}}]}}`
	d := &double{answers: []answer{
		fine(`{"Responses":{"main":[` + whole("p") + `]},` + left + `}`),
		fine(`{"Responses":{},` + left + `}`),
		fine(`{"Responses":{"main":[` + whole("q") + `]}}`),
	}}
	s := over(t, d)
	got, err := s.Get(t.Context(), other.Key(), person.Key(), senda.CounterKey("none"))
	if err != nil || len(got) != 3 {
		t.Fatalf("%v, %v", got, err)
	}
	if got[0].Record.Key() != other.Key() || got[1].Record.Key() != person.Key() || got[2].Record != nil || got[0].Version != 3 {
		t.Fatalf("got %+v", got)
	}
	if strings.Contains(d.heard()[1].body, "counter#p") || !strings.Contains(d.heard()[1].body, "counter#q") {
		t.Fatalf("asked again for %s", d.heard()[1].body)
	}

	nothing := fine(`{"Responses":{},` + left + `}`)
	slow := slices.Concat(slices.Repeat([]answer{nothing}, 5), d.answers[:1], slices.Repeat([]answer{nothing}, 5), d.answers[2:])
	if got, err := over(t, &double{answers: slow}).Get(t.Context(), other.Key(), person.Key()); err != nil || got[0].Record == nil {
		t.Fatalf("a batch that comes slowly: %v, %v", got, err)
	}

	d = &double{answers: []answer{nothing}}
	s = over(t, d)
	if _, err := s.Get(t.Context(), other.Key(), person.Key()); senda.CodeOf(err) != senda.Unavailable {
		t.Fatalf("a batch that brings nothing: %v", err)
	}
}

// A wait is bounded, and ends with the caller's patience.
func TestABatchWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := dynamo.New(aws.Config{}, dynamo.Tables{})
		const waits = 100
		for n, bound := range map[int]time.Duration{1: 50 * time.Millisecond, 2: 100 * time.Millisecond, 4: 400 * time.Millisecond, 6: time.Second, 99: time.Second} {
			all := map[time.Duration]bool{}
			for range waits {
				begin := time.Now()
				if err := s.Pause(t.Context(), n); err != nil {
					t.Fatal(err)
				}
				d := time.Since(begin)
				if all[d] = true; d >= bound {
					t.Fatalf("before repetition %d it waits %v", n, d)
				}
			}
			if len(all) < waits*9/10 {
				t.Errorf("before repetition %d there are only %d waits", n, len(all))
			}
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if err := s.Pause(ctx, 30); err == nil {
			t.Fatal("it waits for one who has left")
		}
	})
}

// Every call asks what it cost.
func TestEveryCallIsMetered(t *testing.T) {
	d := &double{answers: []answer{fine("{}")}}
	s := over(t, d)
	ctx := t.Context()
	for _, err := range []error{
		s.Commit(ctx, senda.Put(person, 0)),
		s.Commit(ctx, senda.Write{Key: person.Key(), Any: true, Record: person}),
		s.Commit(ctx, senda.Delete(person.Key(), 1)),
		s.Commit(ctx, senda.Check(person.Key(), 0)),
		s.Commit(ctx, senda.Put(person, 0), senda.Put(proof, 0)),
		second(s.Get(ctx, person.Key())), second(s.Get(ctx, person.Key(), other.Key())),
		second(s.Range(ctx, senda.Range{Kind: senda.KindEntry, Part: "p"})),
		second(s.Find(ctx, senda.IndexRange{Index: senda.IndexMessages, Part: "m"})),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	seen := map[string]bool{}
	for _, c := range d.heard() {
		seen[c.op] = true
		if !strings.Contains(c.body, `"ReturnConsumedCapacity":"TOTAL"`) {
			t.Errorf("%s does not ask: %s", c.op, c.body)
		}
	}
	for _, op := range []string{"PutItem", "UpdateItem", "DeleteItem", "GetItem", "BatchGetItem", "Query", "TransactWriteItems"} {
		if !seen[op] {
			t.Errorf("%s was not called", op)
		}
	}
}

func second(_ []senda.Versioned, err error) error { return err }
