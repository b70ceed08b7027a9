package interp_test

import (
	"strings"
	"testing"

	"github.com/senda-dev/senda/internal/interp"
	"github.com/senda-dev/senda/internal/jsonata"
)

func TestLimits(t *testing.T) {
	large := jsonata.String(strings.Repeat("x", interp.MaxPayloadBytes-1))
	whole := jsonata.String(strings.Repeat("x", interp.MaxPayloadBytes-2))
	t.Run("an endless loop ends", func(t *testing.T) {
		var h interp.History
		r := load(t, `"A":{"Type":"Pass","Next":"A"}`).Start(interp.Execution{History: &h})
		if r.Advance(start, noTasks); r.Outcome().Error != interp.ErrorRuntime || len(h) != interp.MaxEvents {
			t.Error(r.Outcome(), len(h))
		}
	})
	t.Run("input", func(t *testing.T) {
		m := load(t, `"A":{"Type":"Succeed"}`)
		if r := m.Start(interp.Execution{Input: whole}); r.Advance(start, noTasks) != interp.Succeeded {
			t.Error(r.Outcome().Error)
		}
		short := make([]jsonata.Value, 20_000) // far below the limit, though not by the bound on its length
		for i := range short {
			short[i] = jsonata.String("0123456789")
		}
		if r := m.Start(interp.Execution{Input: jsonata.Array(short...)}); r.Advance(start, noTasks) != interp.Succeeded {
			t.Error(r.Outcome().Error)
		}
		if r := m.Start(interp.Execution{Input: large}); r.Advance(start, noTasks) != interp.Failed || r.Outcome().Error != interp.ErrorDataLimit {
			t.Error(r.Outcome().Error)
		}
	})
	t.Run("result", func(t *testing.T) {
		m := load(t, function)
		for _, c := range []struct {
			v    jsonata.Value
			want string
		}{{whole, ""}, {large, interp.ErrorDataLimit}} {
			r := m.Start(interp.Execution{})
			r.Advance(start, hostFunc(func(*interp.Task) interp.Reply { return interp.Done(c.v) }))
			if r.Outcome().Error != c.want {
				t.Errorf("%q, want %q", r.Outcome().Error, c.want)
			}
		}
	})
	t.Run("items", func(t *testing.T) {
		m := load(t, `"A":{"Type":"Map","Items":"{% [1..$states.input] %}","ItemProcessor":{"StartAt":"B","States":{"B":{"Type":"Succeed"}}},"Output":"done","End":true}`)
		for n, want := range map[int]string{100: "", 100_000: interp.ErrorDataLimit} {
			r := m.Start(interp.Execution{Input: jsonata.Number(float64(n))})
			if r.Advance(start, noTasks); r.Outcome().Error != want {
				t.Errorf("%d items: %q, want %q", n, r.Outcome().Error, want)
			}
		}
	})
	t.Run("variables of one state", func(t *testing.T) {
		m := load(t, `"A":{"Type":"Pass","Assign":{"a":"{% $states.input %}","b":"{% $states.input %}"},"End":true}`)
		r := m.Start(interp.Execution{Input: jsonata.String(strings.Repeat("x", 150_000))})
		if r.Advance(start, noTasks); r.Outcome().Error != interp.ErrorDataLimit {
			t.Error(r.Outcome().Error)
		}
	})
	t.Run("variables of the execution", func(t *testing.T) {
		states := `"S0":{"Type":"Pass","Next":"S1"}`
		for i := 1; i <= 42; i++ {
			kind, next := `"Pass"`, `"Next":"S`+itoa(i+1)+`"`
			if i == 21 {
				kind = `"Wait","Seconds":1`
			}
			if i == 42 {
				next = `"End":true`
			}
			states += `,"S` + itoa(i) + `":{"Type":` + kind + `,"Assign":{"v` + itoa(i) + `":"{% $states.input %}"},` + next + `}`
		}
		m := load(t, states)
		for _, c := range []struct {
			size int
			want string
		}{{249_000, ""}, {250_000, interp.ErrorDataLimit}} { // 42 of them around 10 MiB
			r := m.Start(interp.Execution{Input: jsonata.String(strings.Repeat("x", c.size))})
			r.Advance(start, noTasks)
			r, err := m.Resume(r.Save(), nil)
			if err != nil {
				t.Fatal(err)
			}
			if r.Advance(r.Wake(), noTasks); r.Outcome().Error != c.want {
				t.Errorf("%d: %q, want %q", c.size, r.Outcome().Error, c.want)
			}
		}
	})
	t.Run("a year", func(t *testing.T) {
		r := load(t, function).Start(interp.Execution{})
		r.Advance(start, hostFunc(func(*interp.Task) interp.Reply { return interp.Pending }))
		if want := start.AddDate(0, 0, 365); !r.Wake().Equal(want) {
			t.Errorf("wakes at %v, want %v", r.Wake(), want)
		}
		if r.Advance(r.Wake(), noTasks) != interp.TimedOut {
			t.Error(r.Outcome())
		}
	})
}
