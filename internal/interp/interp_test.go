package interp_test

import (
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/senda-dev/senda/internal/interp"
	"github.com/senda-dev/senda/internal/jsonata"
)

var start = time.Date(2027, 3, 1, 9, 0, 0, 0, time.UTC)

func load(t testing.TB, states string) *interp.Machine {
	t.Helper()
	first := strings.SplitN(states, `"`, 3)[1]
	m, err := interp.Load([]byte(`{"QueryLanguage":"JSONata","StartAt":"` + first + `","States":{` + states + `}}`))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// hostFunc is a Host.
type hostFunc func(*interp.Task) interp.Reply

func (f hostFunc) Task(t *interp.Task) interp.Reply { return f(t) }

var noTasks = hostFunc(func(t *interp.Task) interp.Reply { return interp.Refused("Test.Unexpected", t.State) })

const (
	callback = `"A":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke.waitForTaskToken","Arguments":{"FunctionName":"f","Payload":{"token":"{% $states.context.Task.Token %}"}},"End":true}`
	function = `"A":{"Type":"Task","Resource":"${F}","End":true}`
)

func types(h interp.History) string {
	var list []string
	for _, e := range h {
		list = append(list, string(e.Type))
	}
	return strings.Join(list, " ")
}

// The embedded runner's registration may answer its own token at once: the
// answer counts though the call that registered has not returned.
func TestAnswerBeforeTheCallReturns(t *testing.T) {
	for name, late := range map[string]interp.Reply{
		"done": interp.Done(jsonata.Null), "refused": interp.Refused("Late", ""), "pending": interp.Pending,
	} {
		t.Run(name, func(t *testing.T) {
			var h interp.History
			r := load(t, callback).Start(interp.Execution{ID: "e", History: &h})
			r.Advance(start, hostFunc(func(task *interp.Task) interp.Reply {
				if err := r.SendTaskSuccess(task.Token, jsonata.Number(7)); err != nil {
					t.Error(err)
				}
				if err := r.SendTaskSuccess(task.Token, jsonata.Number(8)); !errors.Is(err, interp.ErrTaskTimedOut) {
					t.Error("a second answer:", err)
				}
				return late
			}))
			if o := r.Outcome(); o.Status != interp.Succeeded || o.Output.Num() != 7 {
				t.Error(o)
			}
			if got := types(h); !strings.Contains(got, "TaskStarted TaskSucceeded TaskStateExited") {
				t.Error(got)
			}
		})
	}
}

// An answer before the Advance that reaches the deadline counts; one after it
// is refused.
func TestDeadlineAndAnswer(t *testing.T) {
	m := load(t, `"A":{"Type":"Task","Resource":"${F}","TimeoutSeconds":10,"End":true}`)
	var id interp.TaskID
	host := hostFunc(func(t *interp.Task) interp.Reply {
		id = t.ID
		if want := start.Add(10 * time.Second); !t.Deadline.Equal(want) {
			return interp.Refused("Test.Deadline", t.Deadline.String())
		}
		return interp.Pending
	})
	r := m.Start(interp.Execution{})
	r.Advance(start, host)
	if got, want := r.Wake(), start.Add(10*time.Second); !got.Equal(want) {
		t.Errorf("wakes at %v, want %v", got, want)
	}
	if err := r.Answer(id, jsonata.True); err != nil {
		t.Fatal(err)
	}
	if s := r.Advance(r.Wake().Add(time.Minute), host); s != interp.Succeeded {
		t.Error("answered in time:", r.Outcome())
	}
	r.Reset(interp.Execution{})
	r.Advance(start, host)
	if s := r.Advance(start.Add(10*time.Second-1), host); s != interp.Running {
		t.Error("a nanosecond before the deadline:", r.Outcome())
	}
	if s := r.Advance(start.Add(10*time.Second), host); s != interp.Failed || r.Outcome().Error != interp.ErrorTimeout {
		t.Error("at the deadline:", r.Outcome())
	}
	if err := r.Answer(id, jsonata.True); !errors.Is(err, interp.ErrTaskTimedOut) {
		t.Error(err)
	}
	if !r.Wake().IsZero() {
		t.Error("a run that is done wakes at", r.Wake())
	}
}

// Jitter stays within the delay, depends on the seed and on nothing else.
func TestJitter(t *testing.T) {
	m := load(t, `"A":{"Type":"Task","Resource":"${F}","Retry":[{"ErrorEquals":["E"],"IntervalSeconds":8,"MaxAttempts":1,"JitterStrategy":"FULL"}],"End":true}`)
	wake := func(seed uint64) time.Duration {
		r := m.Start(interp.Execution{Seed: seed})
		r.Advance(start, hostFunc(func(*interp.Task) interp.Reply { return interp.Refused("E", "") }))
		return r.Wake().Sub(start)
	}
	seen := map[time.Duration]bool{}
	for seed := range uint64(100) {
		d := wake(seed)
		if d != wake(seed) {
			t.Error("the same seed gives another delay")
		}
		if d < 0 || d >= 8*time.Second {
			t.Errorf("seed %d waits %v", seed, d)
		}
		seen[d] = true
	}
	if len(seen) < 90 {
		t.Errorf("%d delays of 100 seeds", len(seen))
	}
}

// One run's memory serves another execution, however far the first has come and
// whatever it had under way; nothing of the first shows in the second.
func TestReset(t *testing.T) {
	m := load(t, `"A":{"Type":"Map","Items":[1,2,3],"Next":"B","Assign":{"seen":true},
		"ItemProcessor":{"StartAt":"I","States":{"I":{"Type":"Task","Resource":"${F}","Retry":[{"ErrorEquals":["E"],"IntervalSeconds":1}],"End":true}}}},
		"B":{"Type":"Pass","Output":["{% $states.input %}","{% $seen %}","{% $states.context.Execution.Name %}","{% $random() %}"],"End":true}`)
	calls := 0
	host := hostFunc(func(t *interp.Task) interp.Reply {
		calls++
		switch calls % 4 {
		case 0:
			return interp.Refused("E", "")
		case 1:
			return interp.Pending
		default:
			return interp.Done(jsonata.Number(float64(t.ID)))
		}
	})
	play := func(r *interp.Run, h *interp.History, e interp.Execution, steps int) {
		calls = 0
		e.History = h
		r.Reset(e)
		now := start
		for range steps {
			r.Advance(now, host)
			_ = r.Answer(1, jsonata.String("late"))
			if r.Done() {
				return
			}
			now = r.Wake()
		}
	}
	e := interp.Execution{Name: "second", ID: "2", Seed: 2}
	var want interp.History
	play(m.Start(interp.Execution{}), &want, e, 100)
	for steps := range 5 {
		var h, got interp.History
		r := m.Start(interp.Execution{})
		play(r, &h, interp.Execution{Name: "first", ID: "1", Seed: 1}, steps)
		play(r, &got, e, 100)
		if len(got) != len(want) {
			t.Fatalf("after %d steps: %s\nwant %s", steps, types(got), types(want))
		}
		for i := range want {
			if a, b := got[i].Value().String(), want[i].Value().String(); a != b {
				t.Errorf("after %d steps, event %d:\n%s\nwant\n%s", steps, i+1, a, b)
			}
		}
	}
	if want[len(want)-1].Type != interp.ExecutionSucceeded {
		t.Error(types(want))
	}
}

func itoa(n int) string { return jsonata.Number(float64(n)).String() }

// What was due is done as of now, in the order in which it was due.
func TestAdvanceLate(t *testing.T) {
	m := load(t, `"A":{"Type":"Parallel","Branches":[
		{"StartAt":"B","States":{"B":{"Type":"Wait","Seconds":20,"Next":"B2"},"B2":{"Type":"Wait","Seconds":5,"End":true}}},
		{"StartAt":"C","States":{"C":{"Type":"Wait","Seconds":10,"End":true}}}],"End":true}`)
	var h interp.History
	r := m.Start(interp.Execution{History: &h})
	r.Advance(start, noTasks)
	r.Advance(start.Add(time.Minute), noTasks)
	if want := start.Add(65 * time.Second); !r.Wake().Equal(want) {
		t.Errorf("wakes at %v, want %v", r.Wake(), want)
	}
	var order []string
	for _, e := range h {
		if e.Type == "WaitStateExited" {
			order = append(order, e.Name)
			if !e.Time.Equal(start.Add(time.Minute)) {
				t.Error(e.Name, "left at", e.Time)
			}
		}
	}
	if strings.Join(order, " ") != "C B" {
		t.Error("left in the order", order)
	}
}

// Standing tells a person what an execution waits for.
func TestStanding(t *testing.T) {
	m := load(t, `"A":{"Type":"Parallel","Branches":[{"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":20,"End":true}}},
		{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke.waitForTaskToken","TimeoutSeconds":9,"End":true}}}],"End":true}`)
	r := m.Start(interp.Execution{ID: "e"})
	if got := r.Standing(); len(got) != 0 {
		t.Error("before it has begun:", got)
	}
	token := ""
	r.Advance(start, hostFunc(func(t *interp.Task) interp.Reply { token = t.Token; return interp.Pending }))
	want := []interp.Standing{
		{State: "A", Since: start},
		{State: "W", Since: start, Until: start.Add(20 * time.Second)},
		{State: "T", Since: start, Until: start.Add(9 * time.Second), Task: 1, Token: token},
	}
	if diff := cmp.Diff(want, r.Standing()); diff != "" {
		t.Error(diff)
	}
	r.Abort(start, "", "")
	if got := r.Standing(); len(got) != 0 {
		t.Error("at the end:", got)
	}
}

// A machine serves many goroutines; go test -race watches.
func TestMachineIsShared(t *testing.T) {
	m := loadJourney(t)
	var wait sync.WaitGroup
	for range 4 {
		wait.Go(func() {
			host := newAnswers(start.Add(time.Hour))
			r := m.Start(execution(nil))
			for range 20 {
				r.Reset(execution(nil))
				r.Advance(start, host)
				if r.Advance(r.Wake(), host) != interp.Succeeded {
					t.Error(r.Outcome())
				}
			}
		})
	}
	wait.Wait()
}

func TestTimeDoesNotGoBack(t *testing.T) {
	m := load(t, `"A":{"Type":"Task","Resource":"${F}","Next":"W"},"W":{"Type":"Wait","Seconds":10,"End":true}`)
	r := m.Start(interp.Execution{})
	var id interp.TaskID
	r.Advance(start.Add(time.Minute), hostFunc(func(t *interp.Task) interp.Reply { id = t.ID; return interp.Pending }))
	if err := r.Answer(id, jsonata.Null); err != nil {
		t.Fatal(err)
	}
	r.Advance(start, noTasks)
	if want := start.Add(70 * time.Second); !r.Wake().Equal(want) {
		t.Errorf("wakes at %v, want %v", r.Wake(), want)
	}
}

func TestResumeRefuses(t *testing.T) {
	m := load(t, callback)
	r := m.Start(interp.Execution{ID: "e"})
	r.Advance(start, hostFunc(func(*interp.Task) interp.Reply { return interp.Pending }))
	saved := string(r.Save())
	if _, err := m.Resume([]byte(saved), nil); err != nil {
		t.Fatal(err)
	}
	if _, err := load(t, function).Resume([]byte(saved), nil); err == nil {
		t.Error("another machine resumes it")
	}
	for _, c := range [][2]string{
		{saved, ""},
		{saved, "{}"},
		{`"version":1`, `"version":2`},
		{`"phase":`, `"phase":-1,"was":`},
		{`"phase":`, `"phase":9`},
		{`"now":"`, `"now":"x`},
		{`"chance":"`, `"chance":"x`},
		{`"threads":`, `"treads":`},
		{`"vars":{`, `"vars":{"foreign":1`},
		{`"ready":[`, `"ready":[7`},
	} {
		if altered := strings.Replace(saved, c[0], c[1], 1); altered == saved {
			t.Errorf("%s does not occur in %s", c[0], saved)
		} else if _, err := m.Resume([]byte(altered), nil); err == nil {
			t.Errorf("resumed with %s for %s", c[1], c[0])
		}
	}
}

func TestLoadRefuses(t *testing.T) {
	for name, c := range map[string]struct{ definition, want string }{
		"a finding": {`{"StartAt":"A","States":{"A":{"Type":"Pass"}}}`, `/States/A: must have Next or "End": true`},
		"a distributed Map": {`{"QueryLanguage":"JSONata","StartAt":"A","States":{"A":{"Type":"Map","End":true,
			"ItemProcessor":{"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"STANDARD"},"StartAt":"B","States":{"B":{"Type":"Succeed"}}}}}}`, "/States/A: a distributed Map is not run here"},
	} {
		if _, err := interp.Load([]byte(c.definition)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Whatever is loaded runs to an end or a wait without a panic, answers and
// failures of tasks included, and can be saved and resumed there.
func FuzzLoad(f *testing.F) {
	for _, states := range []string{
		callback, function,
		`"A":{"Type":"Map","Items":[1,0],"ToleratedFailureCount":1,"ItemProcessor":{"StartAt":"B","States":{"B":{"Type":"Fail","Error":"{% $states.input %}"}}},"Catch":[{"ErrorEquals":["States.ALL"],"Assign":{"a":1},"Next":"C"}],"End":true},"C":{"Type":"Choice","Choices":[{"Condition":"{% $a = 1 %}","Next":"A"}]}`,
		`"A":{"Type":"Parallel","Branches":[{"StartAt":"B","States":{"B":{"Type":"Wait","Seconds":"{% $random() > 0.5 ? 1 : 2 %}","End":true}}}],"Retry":[{"ErrorEquals":["x"]}],"Next":"C"},"C":{"Type":"Succeed","Output":["{% $states.context %}"]}`,
	} {
		first := strings.SplitN(states, `"`, 3)[1]
		f.Add([]byte(`{"QueryLanguage":"JSONata","StartAt":"`+first+`","States":{`+states+`}}`), uint64(0b1101))
	}
	f.Fuzz(func(t *testing.T, definition []byte, answers uint64) {
		m, err := interp.Load(definition)
		if err != nil {
			return
		}
		r := m.Start(interp.Execution{ID: "e", Seed: answers})
		host := hostFunc(func(t *interp.Task) interp.Reply {
			answers = answers>>2 | answers<<62
			switch answers & 3 {
			case 0:
				return interp.Done(t.Payload)
			case 1:
				return interp.Refused("States.TaskFailed", "fuzz")
			default:
				return interp.Pending
			}
		})
		now := start
		for range 20 {
			if r.Advance(now, host) != interp.Running {
				break
			}
			saved := r.Save()
			if r, err = m.Resume(saved, nil); err != nil {
				t.Fatalf("%v: %s", err, saved)
			}
			for id := range interp.TaskID(3) {
				_ = r.Answer(id, jsonata.True)
			}
			now = r.Wake()
		}
	})
}
