package lambdahost

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-lambda-go/lambda/messages"
	"github.com/aws/aws-lambda-go/lambdacontext"
	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/jsonata"
	"github.com/senda-dev/senda/internal/privacy"
	"github.com/senda-dev/senda/internal/task"
)

// trial is a host of one handler and all that it writes.
type trial struct {
	*host
	out bytes.Buffer
}

func try(h Handler) *trial {
	t := &trial{}
	t.host = newHost("sample", &t.out, func(context.Context) (Handler, error) { return h, nil })
	return t
}

func (tr *trial) invoke(ctx context.Context, payload string) (string, messages.InvokeResponse_Error) {
	ctx = lambdacontext.NewContext(ctx, &lambdacontext.LambdaContext{AwsRequestID: "r-1"})
	out, err := tr.Invoke(ctx, []byte(payload))
	var failed messages.InvokeResponse_Error
	if err != nil && !errors.As(err, &failed) {
		failed.Type = fmt.Sprintf("%T", err)
	}
	return string(out), failed
}

// lines are what was written so far, each a JSON object.
func (tr *trial) lines(t *testing.T) []map[string]any {
	t.Helper()
	var all []map[string]any
	for line := range bytes.Lines(tr.out.Bytes()) {
		var v map[string]any
		if err := json.Unmarshal(line, &v); err != nil {
			t.Fatalf("%v in %s", err, line)
		}
		all = append(all, v)
	}
	return all
}

// told finds the first line with a value.
func (tr *trial) told(t *testing.T, key string, value any) map[string]any {
	t.Helper()
	for _, line := range tr.lines(t) {
		if line[key] == value {
			return line
		}
	}
	t.Fatalf("no line has %s %v:\n%s", key, value, tr.out.String())
	return nil
}

var instant = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

func request() string {
	return task.ScoreRequest{Model: "customer-value", Head: task.Head{
		Version: task.Version, Person: "p-1", Entry: "win-back/7f3a/00000001", Bundle: "b-1", Pace: 1, Step: "customer-value", N: 1, Seq: 1, At: instant,
	}}.Value().String()
}

// A machine sees the same of an error here and in the runner of one process.
func TestErrorsLeaveAsInTheRunner(t *testing.T) {
	type foreign struct{ error }
	errs := []error{
		task.Held("come-back", senda.Due{Until: instant, Real: instant}),
		fmt.Errorf("once more: %w", task.Held("come-back", senda.Due{Until: instant, Real: instant})),
		senda.Errorf(senda.Denied, "send come-back", "%s is not to be mailed", ada).WithHelp("ask first"),
		errors.New(ada),
		foreign{errors.New(ada)},
		context.DeadlineExceeded,
	}
	for _, code := range senda.Codes() {
		errs = append(errs, fmt.Errorf("%s: %w", ada, foreign{senda.Wrap(code, "do it", errors.New(ada))}))
	}
	for _, err := range errs {
		tr := try(Task(task.DecodeScore, func(context.Context, task.ScoreRequest) (task.Reply, error) { return task.Reply{}, err }))
		_, got := tr.invoke(t.Context(), request())
		name, cause := task.Failure(err)
		var want struct{ ErrorMessage, ErrorType string }
		if e := json.Unmarshal([]byte(cause), &want); e != nil {
			t.Fatal(e)
		}
		if got.Type != name || got.Message != want.ErrorMessage || got.ShouldExit {
			t.Errorf("%T leaves as %+v, not as %s", err, got, cause)
		}
		line := tr.told(t, "message", "failed")
		if line["code"] != string(senda.CodeOf(err)) || line["entry"] != "win-back/7f3a/00000001" || line["step"] != "customer-value" || line["request"] != "r-1" || line["function"] != "sample" {
			t.Errorf("%v", line)
		}
		if metric := tr.told(t, "Code", string(senda.CodeOf(err))); metric["Failures"] != 1.0 || metric["Function"] != "sample" {
			t.Errorf("%v", metric)
		}
	}
}

func TestATaskIsReadDoneAndAnswered(t *testing.T) {
	var seen task.ScoreRequest
	reply := task.Reply{At: instant}
	tr := try(Task(task.DecodeScore, func(_ context.Context, q task.ScoreRequest) (task.Reply, error) {
		seen = q
		return reply, nil
	}))
	out, failed := tr.invoke(t.Context(), request())
	if failed.Type != "" || out != reply.Value().String() || seen.Model != "customer-value" {
		t.Errorf("%s, %+v, %+v", out, failed, seen)
	}
	if line := tr.told(t, "message", "done"); line["entry"] != "win-back/7f3a/00000001" || line["level"] != "INFO" || line["ms"] == nil {
		t.Errorf("%v", line)
	}
	for _, bad := range []string{"", "{", "[]", "null", `{"v":1}`, `{"v":1,"who":"` + ada + `"}`} {
		if _, failed := tr.invoke(t.Context(), bad); failed.Type != "Senda.Invalid" {
			t.Errorf("%s: %+v", bad, failed)
		}
	}
}

// Whatever a stranger wrote into payloads, errors, panics and names: nothing of it
// stands in what is written or answered.
func TestNothingPersonalIsWritten(t *testing.T) {
	const name = "Wilhelmina Featherstonehaugh"
	needles := privacy.Plant(ada, name)
	both := ada + " " + name
	fails := []func(context.Context) error{
		func(context.Context) error { return errors.New(both) },
		func(context.Context) error { return apiError{both} },
		func(context.Context) error { return senda.Wrap(senda.Unavailable, "put an item", apiError{both}) },
		func(context.Context) error { return senda.Errorf(senda.Invalid, "read an event", "%s", both) },
		func(context.Context) error { panic(both) },
		func(context.Context) error { panic(errors.New(both)) },
		func(ctx context.Context) error { Count(ctx, "MailsRefused", 1, Dimension{"Reason", both}); return nil },
		func(ctx context.Context) error { Report(ctx, errors.New(both)); return nil },
	}
	payloads := []string{`"` + both + `"`, both, `{"Records":[{"messageId":"m-1","body":"` + both + `"}]}`, `{"rawPath":"/` + ada + `","requestContext":{"http":{"method":"GET"}},"headers":{"x":"` + both + `"},"body":"` + both + `"}`}
	for _, fail := range fails {
		for _, h := range []Handler{
			Scheduled(fail),
			Queue(func(ctx context.Context, _ Message) error { return fail(ctx) }),
			Task(task.DecodeScore, func(ctx context.Context, _ task.ScoreRequest) (task.Reply, error) { return task.Reply{}, fail(ctx) }),
		} {
			tr := try(h)
			for _, p := range append(payloads, request()) {
				out, failed := tr.invoke(t.Context(), p)
				if found := needles.In(out + failed.Type + failed.Message + tr.out.String()); len(found) > 0 {
					t.Fatalf("%q in %s %+v\n%s", found, out, failed, tr.out.String())
				}
			}
		}
	}
}

// apiError is what the SDK of AWS returns: its names are AWS's, its message is not ours to keep.
type apiError struct{ text string }

func (e apiError) Error() string            { return e.text }
func (e apiError) ErrorCode() string        { return "ThrottlingException" }
func (e apiError) ErrorMessage() string     { return e.text }
func (e apiError) ServiceRequestID() string { return "0Q7-AB" }
func (e apiError) Service() string          { return "DynamoDB" }
func (e apiError) Operation() string        { return "PutItem" }

func TestTheLogNamesWhatAWSNames(t *testing.T) {
	tr := try(Scheduled(func(context.Context) error {
		return senda.Wrap(senda.Unavailable, "keep the entry", fmt.Errorf("put: %w", apiError{ada}))
	}))
	_, _ = tr.invoke(t.Context(), "{}")
	line := tr.told(t, "message", "failed")
	for key, want := range map[string]any{
		"level": "WARN", "op": "keep the entry", "awsCode": "ThrottlingException", "awsRequest": "0Q7-AB", "awsCall": "DynamoDB.PutItem",
		"types": "*fmt.wrapError < lambdahost.apiError",
	} {
		if line[key] != want {
			t.Errorf("%s is %v, not %v", key, line[key], want)
		}
	}
}

func TestOpenRunsOnceWhenItSucceedsAndAgainWhenItFailed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var opens, failed atomic.Int64
		release := make(chan struct{})
		var out bytes.Buffer
		h := newHost("sample", &out, func(context.Context) (Handler, error) {
			<-release
			if opens.Add(1) == 1 {
				panic("the first time")
			}
			return func(context.Context, []byte) ([]byte, error) { return nil, nil }, nil
		})
		var wg sync.WaitGroup
		for range 16 {
			wg.Go(func() {
				if _, err := h.Invoke(t.Context(), nil); err != nil {
					failed.Add(1)
				}
			})
		}
		synctest.Wait() // all stand before the door
		impatient, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		var gaveUp messages.InvokeResponse_Error
		if _, err := h.Invoke(impatient, nil); !errors.As(err, &gaveUp) || gaveUp.Type != "Senda.Unavailable" || gaveUp.ShouldExit {
			t.Errorf("whoever has no time to wait: %v", err)
		}
		close(release)
		wg.Wait()
		if opens.Load() != 2 || failed.Load() != 1 {
			t.Errorf("opened %d times, %d of the calls failed", opens.Load(), failed.Load())
		}
	})
}

func TestTheHandlerHasLessTimeThanTheFunction(t *testing.T) {
	for _, limit := range []time.Duration{400 * time.Millisecond, 3 * time.Second, 30 * time.Second} {
		margin := min(Margin, limit/4)
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), limit)
			defer cancel()
			began := time.Now()
			tr := try(Scheduled(func(ctx context.Context) error {
				<-ctx.Done()
				return fmt.Errorf("get %s: %w", ada, ctx.Err())
			}))
			_, failed := tr.invoke(ctx, "{}")
			if took := time.Since(began); failed.Type != "Senda.Unavailable" || failed.ShouldExit || took != limit-margin {
				t.Errorf("of %s, after %s: %+v", limit, took, failed)
			}
		})
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), limit)
			defer cancel()
			began := time.Now()
			tr := try(Scheduled(func(context.Context) error { time.Sleep(time.Hour); return nil }))
			_, failed := tr.invoke(ctx, "{}")
			if took := time.Since(began); failed.Type != "Senda.Unavailable" || !failed.ShouldExit || took <= limit-margin || took >= limit {
				t.Errorf("deaf, of %s, after %s: %+v", limit, took, failed)
			}
			time.Sleep(2 * time.Hour) // in the bubble only; in life the process has ended
		})
	}
}

// Unsure says more than that time ran out: it stays.
func TestACodeThatSaysMoreStays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		tr := try(Scheduled(func(ctx context.Context) error {
			<-ctx.Done()
			return senda.Wrap(senda.Unsure, "hand over", ctx.Err())
		}))
		if _, failed := tr.invoke(ctx, "{}"); failed.Type != "Senda.Unsure" {
			t.Errorf("%+v", failed)
		}
	})
}

func TestCountsAddUpAndStayFew(t *testing.T) {
	tr := try(Scheduled(func(ctx context.Context) error {
		for range 3 {
			Count(ctx, "MailsRefused", 2, Dimension{"Reason", "cap"})
		}
		Count(ctx, "MailsRefused", 1, Dimension{"Reason", "quiet-hours"})
		for i := range 2 * mostSeries {
			Count(ctx, "Odd", 1, Dimension{"Id", fmt.Sprint("p-", i)})
		}
		Count(ctx, "Plain", 1)
		return nil
	}))
	_, _ = tr.invoke(t.Context(), "{}")
	if line := tr.told(t, "Reason", "cap"); line["MailsRefused"] != 6.0 {
		t.Errorf("%v", line)
	}
	series, odd := 0, 0.0
	for _, line := range tr.lines(t) {
		if n, ok := line["Odd"].(float64); ok {
			series, odd = series+1, odd+n
		}
	}
	if odd != 2*mostSeries || series > mostSeries {
		t.Errorf("%v in %d series", odd, series)
	}
	tr.told(t, "Id", Other)
}

// The members that the format requires, by its specification.
func TestAMetricIsInTheEmbeddedFormat(t *testing.T) {
	tr := try(Scheduled(func(ctx context.Context) error { Count(ctx, "MailsSent", 1, Dimension{"Brand", "cellar"}); return nil }))
	_, _ = tr.invoke(t.Context(), "{}")
	v, err := jsonata.ParseJSON(bytes.TrimSpace(tr.out.Bytes()[bytes.LastIndexByte(bytes.TrimSpace(tr.out.Bytes()), '\n')+1:]))
	if err != nil {
		t.Fatal(err)
	}
	aws := v.Get("_aws")
	if at := time.UnixMilli(int64(aws.Get("Timestamp").Num())); time.Since(at) > time.Minute || time.Since(at) < 0 {
		t.Errorf("the time is %s", at)
	}
	if got, want := aws.Get("CloudWatchMetrics").String(), `[{"Dimensions":[["Brand"]],"Metrics":[{"Name":"MailsSent","Unit":"Count"}],"Namespace":"Senda"}]`; got != want {
		t.Errorf("%s", got)
	}
	if v.Get("MailsSent").Num() != 1 || v.Get("Brand").Str() != "cellar" {
		t.Errorf("%s", v)
	}
}

func TestOutsideOfAnInvocationNothingIsCounted(t *testing.T) {
	Count(t.Context(), "MailsSent", 1)
	Report(t.Context(), errors.New("nobody hears it"))
	Logger(t.Context()).Info("nobody reads it")
}
