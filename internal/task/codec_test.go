package task_test

import (
	"encoding/json"
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/jsonata"
	"github.com/senda-dev/senda/internal/task"
	"pgregory.net/rapid"
)

var (
	word = rapid.StringMatching(`[a-z][a-z0-9-]{0,11}`)
	some = rapid.OneOf(rapid.Just(""), rapid.String())
	// Instants within the years that RFC 3339 can spell.
	instant = rapid.Custom(func(t *rapid.T) time.Time {
		return time.Unix(rapid.Int64Range(0, 4e9).Draw(t, "s"), rapid.SampledFrom([]int64{0, 5e6, 123456789}).Draw(t, "ns")).UTC()
	})
	due = rapid.Custom(func(t *rapid.T) senda.Due {
		return senda.Due{Until: instant.Draw(t, "until"), Real: instant.Draw(t, "real")}
	})
	values = rapid.Custom(func(t *rapid.T) jsonata.Value {
		return jsonata.Object(
			jsonata.Member{Key: word.Draw(t, "key"), Value: jsonata.Number(rapid.Float64().Draw(t, "n"))},
			jsonata.Member{Key: word.Draw(t, "key"), Value: jsonata.Array(jsonata.String(rapid.String().Draw(t, "s")), jsonata.Null)})
	})
	spec = rapid.Custom(func(t *rapid.T) senda.PauseSpec {
		s := senda.PauseSpec{Default: some.Draw(t, "default")}
		if rapid.Bool().Draw(t, "for") {
			s.For = "3 days"
		} else {
			s.Until = "monday 10:00"
		}
		if rapid.Bool().Draw(t, "open") {
			s.Open = &senda.Opening{Brand: word.Draw(t, "brand"), Purpose: word.Draw(t, "purpose"), Window: some.Draw(t, "window")}
		}
		return s
	})
	head = rapid.Custom(func(t *rapid.T) task.Head {
		return task.Head{
			Version: rapid.IntRange(task.Version-1, task.Version).Filter(func(n int) bool { return n >= 1 }).Draw(t, "v"),
			Person:  senda.PersonID(word.Draw(t, "person")), Entry: senda.EntryID(word.Draw(t, "entry")), Bundle: word.Draw(t, "bundle"),
			Pace: senda.Pace(rapid.Float64Range(0.001, 1e6).Draw(t, "pace")),
			Step: word.Draw(t, "step"), N: rapid.IntRange(1, 9).Draw(t, "n"), Seq: rapid.IntRange(1, 99).Draw(t, "seq"), At: instant.Draw(t, "at"),
			Next: someMap(t, "next", spec), End: some.Draw(t, "end"), Exit: some.Draw(t, "exit"),
		}
	})
)

func someMap[T any](t *rapid.T, label string, g *rapid.Generator[T]) map[string]T {
	m := rapid.MapOfN(word, g, 0, 3).Draw(t, label)
	if len(m) == 0 {
		return nil
	}
	return m
}

func list(t *rapid.T, label string) []string {
	l := rapid.SliceOfN(rapid.String(), 0, 3).Draw(t, label)
	if len(l) == 0 {
		return nil
	}
	return l
}

func listens(t *rapid.T) (out []senda.Listen) {
	for range rapid.IntRange(0, 3).Draw(t, "listens") {
		out = append(out, senda.Listen{Event: word.Draw(t, "event"), Step: some.Draw(t, "step"), If: some.Draw(t, "if")})
	}
	return out
}

var requests = map[string]func(t *rapid.T) task.Request{
	task.Facts: func(t *rapid.T) task.Request {
		return task.FactsRequest{
			Head: head.Draw(t, "head"), Attributes: list(t, "attributes"), Facts: list(t, "facts"), Consent: list(t, "consent"),
			Mails: list(t, "mails"), Is: someMap(t, "is", rapid.String()), With: values.Draw(t, "with"),
		}
	},
	task.Score: func(t *rapid.T) task.Request {
		return task.ScoreRequest{Head: head.Draw(t, "head"), Model: word.Draw(t, "model")}
	},
	task.Choose: func(t *rapid.T) task.Request {
		return task.ChooseRequest{Head: head.Draw(t, "head"), Slot: word.Draw(t, "slot"), From: list(t, "from")}
	},
	task.Send: func(t *rapid.T) task.Request {
		h := head.Draw(t, "head")
		held := time.Duration(rapid.Int64Range(0, 1<<40).Draw(t, "held")) * time.Millisecond
		return task.SendRequest{
			Head: h, Mail: word.Draw(t, "mail"), Brand: word.Draw(t, "brand"), Purpose: word.Draw(t, "purpose"),
			Window: some.Draw(t, "window"), Expires: some.Draw(t, "expires"), Reached: h.At.Add(-held),
			Offers: list(t, "offers"), With: values.Draw(t, "with"),
		}
	},
	task.Pause: func(t *rapid.T) task.Request {
		q := task.PauseRequest{Head: head.Draw(t, "head"), Op: rapid.SampledFrom([]string{task.OpRegister, task.OpExpire, task.OpExit}).Draw(t, "op")}
		if q.Op == task.OpExit {
			q.End, q.With = word.Draw(t, "reason"), jsonata.Object()
			return q
		}
		if q.Op == task.OpRegister {
			q.Token = word.Draw(t, "token")
		}
		q.Due, q.Listens, q.With = due.Draw(t, "due"), listens(t), values.Draw(t, "with")
		q.Kind = rapid.SampledFrom([]string{senda.PauseWait, senda.PauseAwait, senda.PauseHold}).Draw(t, "kind")
		return q
	},
	task.Update: func(t *rapid.T) task.Request {
		q := task.UpdateRequest{Head: head.Draw(t, "head")}
		if rapid.Bool().Draw(t, "set") {
			q.Set, q.To = word.Draw(t, "set"), rapid.SampledFrom([]jsonata.Value{jsonata.Null, jsonata.True, jsonata.String("x")}).Draw(t, "to")
		} else {
			q.Emit, q.Data = word.Draw(t, "emit"), values.Draw(t, "data")
		}
		return q
	},
}

// travel is what the wire does to a message.
func travel(t *rapid.T, v jsonata.Value) jsonata.Value {
	out, err := jsonata.ParseJSON(v.AppendJSON(nil))
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// What a machine says is what a function hears, whichever of them it is.
func TestRequestsTravel(t *testing.T) {
	for _, f := range task.Functions() {
		t.Run(f, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				want := requests[f](t)
				got, err := task.Decode(want.Function(), travel(t, want.Value()))
				if err != nil {
					t.Fatal(err)
				}
				if d := cmp.Diff(want, got); d != "" {
					t.Fatalf("differs (-said +heard):\n%s", d)
				}
			})
		})
	}
}

func TestRepliesAndInputsTravel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		reply := task.Reply{At: instant.Draw(t, "at"), Due: someMap(t, "due", due), Fields: values.Draw(t, "fields")}
		got, err := task.DecodeReply(travel(t, reply.Value()))
		if err != nil || !cmp.Equal(reply, got) {
			t.Fatalf("%v: %s", err, cmp.Diff(reply, got))
		}
		in := task.InputOf(senda.Entry{
			Person: "p-1", ID: "j/k/00000001", Bundle: "b", Pace: senda.Life, At: instant.Draw(t, "at"),
			Data: values.Draw(t, "data"), Ways: someMap(t, "ways", word),
		}, someMap(t, "due", due))
		heard, err := task.DecodeInput(travel(t, in.Value()))
		if err != nil || !cmp.Equal(in, heard) {
			t.Fatalf("%v: %s", err, cmp.Diff(in, heard))
		}
	})
}

// Whatever arrives, a function answers with an error or with a request, never
// with a panic; and every field it needs is missed.
func TestDamagedRequests(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := rapid.SampledFrom(task.Functions()).Draw(t, "function")
		v := requests[f](t).Value()
		var keys []string
		for k := range v.Members() {
			keys = append(keys, k)
		}
		key := rapid.SampledFrom(keys).Draw(t, "key")
		damage := rapid.SampledFrom([]jsonata.Value{
			jsonata.Nothing, jsonata.Null, jsonata.Number(math.Inf(1)), jsonata.Number(-1.5), jsonata.String(""),
			jsonata.Array(jsonata.Number(1)), jsonata.Object(jsonata.Member{Key: "x", Value: jsonata.Number(1)}),
		}).Draw(t, "damage")
		_, err := task.Decode(f, v.With(key, damage))
		if err != nil && senda.CodeOf(err) != senda.Invalid {
			t.Fatalf("code %s: %v", senda.CodeOf(err), err)
		}
		if key == "who" || key == "step" || key == "at" || key == "v" || key == "seq" {
			if err == nil {
				t.Fatalf("%s without a sound %q was accepted", f, key)
			}
		}
	})
}

func TestVersions(t *testing.T) {
	at := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	v := task.ScoreRequest{
		Head:  task.Head{Version: task.Version, Person: "p", Entry: "e", Bundle: "b", Pace: senda.Life, Step: "s", N: 1, Seq: 1, At: at},
		Model: "customer-value",
	}.Value()
	for n, ok := range map[float64]bool{task.Version: true, task.Version + 1: false, task.Version - 2: false} {
		_, err := task.DecodeScore(v.With("v", jsonata.Number(n)))
		if (err == nil) != ok {
			t.Errorf("version %g: %v", n, err)
		}
	}
}

func TestFailures(t *testing.T) {
	at := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	held := task.Held("come-back", senda.Due{Until: at, Real: at.Add(time.Second)})
	if senda.CodeOf(held) != senda.Held {
		t.Errorf("code %s", senda.CodeOf(held))
	}
	name, cause := task.Failure(senda.Wrap(senda.Held, "deliver", held))
	if name != "Senda.Held" {
		t.Errorf("name %s", name)
	}
	var c struct{ ErrorMessage, ErrorType string }
	if err := json.Unmarshal([]byte(cause), &c); err != nil || c.ErrorType != name {
		t.Errorf("cause %s: %v", cause, err)
	}
	if want := `{"due":{"come-back hold":{"until":"2026-03-02T09:00:00.000Z","real":"2026-03-02T09:00:01.000Z"}}}`; c.ErrorMessage != want {
		t.Errorf("message %s, want %s", c.ErrorMessage, want)
	}
	// What a stranger wrote stays inside.
	name, cause = task.Failure(senda.Errorf(senda.Invalid, "render come-back", "ana@example.test").WithHelp("mend the mail"))
	if want := `{"errorMessage":"render come-back; mend the mail","errorType":"Senda.Invalid"}`; name != "Senda.Invalid" || cause != want {
		t.Errorf("%s %s", name, cause)
	}
}

func TestVariable(t *testing.T) {
	for step, want := range map[string]string{"come-back": "come_back", "due": "Due", "count": "Count", "to-millis": "to_millis", "is": "Is", "x": "x"} {
		if got := task.Variable(step); got != want {
			t.Errorf("Variable(%q) = %q, want %q", step, got, want)
		}
	}
}

// Each code has one fate in a machine: it is retried, caught, or fails the execution.
func TestRetriesFollowTheCodes(t *testing.T) {
	retried := map[string]bool{}
	for _, r := range task.Retries() {
		for _, name := range r.Errors {
			retried[name] = true
		}
		if r.Longest() > 4*time.Hour {
			t.Errorf("%v wait for %v: nobody would notice in time", r.Errors, r.Longest())
		}
	}
	for _, c := range senda.Codes() {
		if retried[c.ErrorName()] != c.Retryable() {
			t.Errorf("%s: retried %v, retryable %v", c, retried[c.ErrorName()], c.Retryable())
		}
	}
}
